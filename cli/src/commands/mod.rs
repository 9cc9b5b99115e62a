//! One module a verb of the command line.

pub(crate) mod list;
pub(crate) mod local;
pub(crate) mod synth;
