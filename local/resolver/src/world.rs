//! What a resolver learns of the world: the time and ids. What it tells: its log.
//! Lent by the caller, so that runs can be repeated.

use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock, the source of ids, and the log of a resolver.
#[derive(Clone)]
pub struct World {
    pub(crate) now: Rc<dyn Fn() -> SystemTime>,
    pub(crate) unique_id: Rc<dyn Fn() -> String>,
    pub(crate) log: Rc<dyn Fn(&str)>,
}

impl World {
    /// This clock, these ids (`util.autoId`: UUIDs in AppSync), and this log for `console.log` and `console.error`.
    pub fn new(
        now: impl Fn() -> SystemTime + 'static,
        unique_id: impl Fn() -> String + 'static,
        log: impl Fn(&str) + 'static,
    ) -> World {
        World { now: Rc::new(now), unique_id: Rc::new(unique_id), log: Rc::new(log) }
    }

    /// The clock of this machine, ids that nobody can guess twice, and no log.
    #[must_use]
    pub fn of_this_machine() -> World {
        World::new(SystemTime::now, random_id, |_| {})
    }

    pub(crate) fn epoch_millis(&self) -> f64 {
        (self.now)().duration_since(UNIX_EPOCH).map_or(0.0, |span| span.as_millis() as f64)
    }
}

/// A version 4 UUID from the randomness that the standard library seeds its hash maps with.
fn random_id() -> String {
    let bits = (u128::from(random_word()) << 64) | u128::from(random_word());
    let bits = (bits & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn random_word() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0)
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_and_differ() {
        let (one, other) = (random_id(), random_id());
        assert_ne!(one, other);
        assert_eq!(one.len(), 36);
        assert_eq!(&one[14..15], "4");
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"), "{one}");
    }
}
