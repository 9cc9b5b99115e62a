// Times in patterns of Java's DateTimeFormatter, as `util.time` takes them.
// https://docs.aws.amazon.com/appsync/latest/devguide/time-helpers-js.html

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
    'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Minutes east of Greenwich. There is no table of zones here. */
function offsetOf(zone) {
    if (zone === undefined || zone === null || ['UTC', 'GMT', 'Z'].includes(zone)) {
        return 0;
    }
    const [, sign, hours, minutes] = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
    if (sign === undefined) {
        throw new Error(`the time zone ${zone} is not available here; UTC and offsets such as +05:30 are`);
    }
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0));
}

/** The pieces of a pattern: runs of one letter, and texts. */
function pieces(pattern) {
    return pattern.match(/([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z']+/g) ?? [];
}

function literal(piece) {
    return piece === "''" ? "'" : piece.replace(/^'|'$/g, '').replace(/''/g, "'");
}

function zoned(offset, colon) {
    const size = Math.abs(offset);
    const pad = (number) => String(number).padStart(2, '0');
    return `${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${colon}${pad(size % 60)}`;
}

function name(names, index, length) {
    return length > 3 ? names[index] : names[index].slice(0, 3);
}

/** What each letter stands for, of a moment moved by the zone's offset. */
const WRITERS = {
    y: (at, length) => number(length === 2 ? at.getUTCFullYear() % 100 : at.getUTCFullYear(), length),
    M: (at, length) => (length > 2 ? name(MONTHS, at.getUTCMonth(), length) : number(at.getUTCMonth() + 1, length)),
    d: (at, length) => number(at.getUTCDate(), length),
    E: (at, length) => name(DAYS, at.getUTCDay(), length),
    H: (at, length) => number(at.getUTCHours(), length),
    h: (at, length) => number(at.getUTCHours() % 12 || 12, length),
    a: (at) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
    m: (at, length) => number(at.getUTCMinutes(), length),
    s: (at, length) => number(at.getUTCSeconds(), length),
    S: (at, length) => number(at.getUTCMilliseconds(), 3).padEnd(length, '0').slice(0, length),
    Z: (at, length, offset) => zoned(offset, ''),
    X: (at, length, offset) => (offset === 0 ? 'Z' : zoned(offset, length > 2 ? ':' : '')),
    x: (at, length, offset) => zoned(offset, length > 2 ? ':' : ''),
};
WRITERS.u = WRITERS.y;
WRITERS.L = WRITERS.M;

function number(value, length) {
    return String(value).padStart(length, '0');
}

function unknown(piece) {
    throw new Error(`the letters ${piece} of a time's pattern are not available here`);
}

export function formatted(millis, pattern, zone) {
    const offset = offsetOf(zone);
    const at = new Date(millis + offset * 60000);
    const write = (piece) => {
        if (!/^[A-Za-z]/.test(piece)) {
            return literal(piece);
        }
        const writer = WRITERS[piece[0]] ?? unknown(piece);
        return writer(at, piece.length, offset);
    };
    return pieces(pattern).map(write).join('');
}

/** The regular expression of each letter, and where what it reads goes. */
function reader(piece) {
    const several = piece.length === 1 ? '\\d{1,4}' : `\\d{${piece.length}}`;
    switch (piece[0]) {
        case 'y': case 'u': return ['year', several, (text) => (piece.length === 2 ? 2000 : 0) + Number(text)];
        case 'M': case 'L':
            return piece.length > 2
                ? ['month', '[A-Za-z]+', (text) => MONTHS.findIndex((month) => month.startsWith(text.slice(0, 3)))]
                : ['month', several, (text) => Number(text) - 1];
        case 'd': return ['day', several, Number];
        case 'H': return ['hour', several, Number];
        case 'h': return ['hour', several, (text) => Number(text) % 12];
        case 'a': return ['half', '[AaPp][Mm]', (text) => (text[0].toUpperCase() === 'P' ? 12 : 0)];
        case 'm': return ['minute', several, Number];
        case 's': return ['second', several, Number];
        case 'S': return ['millis', '\\d+', (text) => Number(text.padEnd(3, '0').slice(0, 3))];
        case 'E': return ['weekday', '[A-Za-z]+', () => 0];
        case 'Z': case 'X': case 'x': return ['offset', 'Z|[+-]\\d{2}(?::?\\d{2})?', offsetOf];
        default: return unknown(piece);
    }
}

export function parsed(text, pattern, zone) {
    const readers = [];
    const expressions = pieces(pattern).map((piece) => {
        if (!/^[A-Za-z]/.test(piece)) {
            return literal(piece).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        }
        readers.push(reader(piece));
        return `(${readers[readers.length - 1][1]})`;
    });
    const match = new RegExp(`^${expressions.join('')}$`).exec(text);
    if (match === null) {
        throw new Error(`the time ${text} is not of the form ${pattern}`);
    }
    const read = { year: 1970, month: 0, day: 1, hour: 0, half: 0, minute: 0, second: 0, millis: 0, offset: offsetOf(zone) };
    readers.forEach(([part, , value], index) => {
        read[part] = value(match[index + 1]);
    });
    const { year, month, day, hour, half, minute, second, millis, offset } = read;
    return Date.UTC(year, month, day, hour + half, minute, second, millis) - offset * 60000;
}
