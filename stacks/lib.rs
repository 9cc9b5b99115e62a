//! The systems of this workspace, declared: one file a system, one function a stack.
//!
//! Nothing here does IO; `main.rs` hands [`STACKS`] to the command line.

mod agenda;
mod chat;
mod notes;
mod notifications;
mod shared;
mod visitor_counter;

use stackwright::Stack;

/// Every stack of the program, in the order they are listed and synthesised.
pub const STACKS: &[Stack] = &[
    Stack::new("VisitorCounter", visitor_counter::declare),
    Stack::new("Notifications", notifications::declare),
    Stack::new("Agenda", agenda::declare),
    Stack::new("Notes", notes::declare),
    Stack::new("Chat", chat::declare),
];

/// The Rust in README.md compiles: it is a documentation test of nothing else.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
