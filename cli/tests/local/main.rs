//! `local` as a user has it: a process that is started, told to stop, and watches what is edited.
//! No AWS, no handlers but one without dependencies.
#![allow(clippy::unwrap_used)]

mod endings;
mod opening;
mod reloads;
mod run;
