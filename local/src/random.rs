//! [`Random`]: ids and keys, the same in each run where a seed is given.
//! Not for secrets that leave this machine.

use std::sync::{Mutex, PoisonError};

/// A source of ids.
#[derive(Debug)]
pub(crate) struct Random(Mutex<fastrand::Rng>);

impl Random {
    /// From a seed, or from the system's randomness.
    pub(crate) fn new(seed: Option<u64>) -> Random {
        Random(Mutex::new(seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)))
    }

    /// That many bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes);
        bytes
    }

    /// A text of that many of those letters.
    pub(crate) fn text(&self, letters: &str, length: usize) -> String {
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (0..length).filter_map(|_| letters.chars().nth(rng.usize(..letters.len()))).collect()
    }

    /// A UUID, as ids of requests are.
    pub(crate) fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().to_string()
    }
}
