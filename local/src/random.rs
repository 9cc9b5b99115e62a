//! [`Random`]: ids and keys, the same in each run where a seed is given.
//! Not for secrets that leave this machine.

use std::sync::{Arc, Mutex, PoisonError};

/// A source of ids.
#[derive(Debug)]
pub(crate) struct Random {
    seed: Option<u64>,
    rng: Mutex<fastrand::Rng>,
}

impl Random {
    /// From a seed, or from the system's randomness.
    pub(crate) fn new(seed: Option<u64>) -> Random {
        let rng = seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Random { seed, rng: Mutex::new(rng) }
    }

    /// Another source, for ids that are to be the same in each run however many others were asked for in between.
    pub(crate) fn apart(&self, purpose: &str) -> Arc<Random> {
        let mixed = |seed: u64| {
            let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, step)
        };
        Arc::new(Random::new(self.seed.map(mixed)))
    }

    /// That many bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes);
        bytes
    }

    /// A text of that many of those letters.
    pub(crate) fn text(&self, letters: &str, length: usize) -> String {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        (0..length).filter_map(|_| letters.chars().nth(rng.usize(..letters.len()))).collect()
    }

    /// A UUID, as ids of requests are.
    pub(crate) fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids_whoever_asked_in_between() {
        let ids = |asks: usize| {
            let random = Random::new(Some(7));
            (0..asks).for_each(|_| drop(random.uuid()));
            (random.apart("connections").uuid(), random.apart("keys").uuid())
        };
        assert_eq!(ids(0), ids(3));
        assert_ne!(ids(0).0, ids(0).1);
    }

    #[test]
    fn without_a_seed_ids_differ() {
        let random = Random::new(None);
        assert_ne!(random.apart("keys").uuid(), random.apart("keys").uuid());
        assert_ne!(Random::new(None).uuid(), Random::new(None).uuid());
    }
}
