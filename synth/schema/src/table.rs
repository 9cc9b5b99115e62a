//! The files of `data/`, by service. Written by `cargo xtask schema`.
//!
//! It holds no facts of its own.

/// The short name of each service and its file, in alphabetical order.
pub(crate) const SERVICES: &[(&str, &str)] = &[];
