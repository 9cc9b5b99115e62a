//! Texts that cannot be forged, and ids that look random.
//! Knows nothing of what they say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How many bytes a seal has.
const TAG: usize = 16;

/// A key that seals texts. It comes from a seed, so that a run can be repeated: good enough to keep processes of one
/// machine apart, not to be shown to the world.
#[derive(Clone)]
pub(crate) struct Seal {
    key: [u8; 32],
}

impl Seal {
    pub(crate) fn new(seed: u64) -> Seal {
        Seal { key: hash(&[b"stackwright keys", &seed.to_be_bytes()]) }
    }

    /// Bytes that only whoever has the seed can know.
    pub(crate) fn derived(&self, purpose: &str, name: &[u8]) -> [u8; 32] {
        hash(&[&self.key, purpose.as_bytes(), b"/", name, &self.key])
    }

    pub(crate) fn close(&self, text: &[u8]) -> String {
        let tag = self.tag(text).map(|mac| mac.finalize().into_bytes()).unwrap_or_default();
        STANDARD.encode([&tag[..TAG], text].concat())
    }

    /// The text, if the seal is ours.
    pub(crate) fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = STANDARD.decode(sealed).ok()?;
        let (tag, text) = bytes.split_at_checked(TAG)?;
        self.tag(text)?.verify_truncated_left(tag).ok()?;
        Some(text.to_vec())
    }

    /// A key of this length always is one.
    fn tag(&self, text: &[u8]) -> Option<Hmac<Sha256>> {
        Some(Hmac::<Sha256>::new_from_slice(&self.key).ok()?.chain_update(text))
    }
}

pub(crate) fn hash(pieces: &[&[u8]]) -> [u8; 32] {
    pieces.iter().fold(Sha256::new(), |hash, piece| hash.chain_update(piece)).finalize().into()
}

/// A letter or digit for each byte, of those that AWS's ids have.
pub(crate) fn letters(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// The length of a secret, 40 characters.
pub(crate) fn secret(bytes: &[u8; 32]) -> String {
    STANDARD.encode(&bytes[..30])
}
