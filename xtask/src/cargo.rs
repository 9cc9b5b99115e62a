//! The cargo that runs us, to be run again.
//!
//! It says where, never what.

use std::ffi::OsString;
use std::process::Command;

/// Cargo without what it says about our own package: build scripts that watch these variables (ring's does)
/// would run again each time another way of calling cargo sets or unsets them.
pub(crate) fn command() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    for (name, _) in std::env::vars_os() {
        if is_about_a_package(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    cargo
}

fn is_about_a_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}
