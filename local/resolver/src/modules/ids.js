// Ids that sort by time. What is random in them comes from the world's ids.

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function written(value, alphabet, length) {
    const base = BigInt(alphabet.length);
    let text = '';
    for (let rest = value; text.length < length; rest /= base) {
        text = alphabet[Number(rest % base)] + text;
    }
    return text;
}

/** This many bytes of an id that is a UUID, as a number; several ids where one does not do. */
function random(bytes, uniqueId) {
    let digits = '';
    for (let tries = 0; digits.length < bytes * 2 && tries < 8; tries += 1) {
        digits += uniqueId().replace(/[^0-9a-f]/gi, '');
    }
    return BigInt(`0x0${digits.slice(-bytes * 2)}`);
}

/** 48 bits of milliseconds, 80 at random: https://github.com/ulid/spec */
export function ulid(millis, uniqueId) {
    return written((BigInt(millis) << 80n) | random(10, uniqueId), CROCKFORD, 26);
}

const KSUID_EPOCH = 1400000000;

/** 32 bits of seconds since 2014, 128 at random: https://github.com/segmentio/ksuid */
export function ksuid(millis, uniqueId) {
    const seconds = BigInt(Math.floor(millis / 1000) - KSUID_EPOCH);
    return written((seconds << 128n) | random(16, uniqueId), BASE62, 27);
}
