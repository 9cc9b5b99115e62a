//! Conversations with the five systems as `local` runs them: real templates, real handlers, real sockets.
//!
//! Whatever is said of a system in public is said here, from outside; nobody looks into a handler.

#![allow(clippy::unwrap_used)]

mod machine;
mod signing;
mod socket;
mod web;
