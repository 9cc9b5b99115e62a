//! SHA-256 in hex, of bytes and of sequences of fields.
//! Not a choice of algorithms: CloudFormation and people both read this one.

use sha2::{Digest, Sha256};

/// The hash of some bytes, 64 hex digits.
pub fn of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The hash of fields in order; the length goes before each, so that no two sequences read alike.
pub(super) fn of_fields<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::{of, of_fields};

    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        assert_eq!(of(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn fields_are_kept_apart() {
        assert_ne!(of_fields([&b"ab"[..], b"c"]), of_fields([&b"a"[..], b"bc"]));
    }
}
