//! File descriptors: every connection and every function takes some, and a process starts with few.
//!
//! What the system forbids stays forbidden.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// More than that no run needs; the second is the most that macOS takes where it says there is no limit.
const WANTED: [u64; 2] = [65_536, 10_240];

/// Has this process open as many as it may. Functions start with the same limit.
pub(super) fn raise() {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    let wanted = WANTED.map(|wanted| wanted.min(hard)).into_iter().filter(|wanted| *wanted > soft);
    for limit in wanted {
        if setrlimit(Resource::RLIMIT_NOFILE, limit, hard).is_ok() {
            return;
        }
    }
}
