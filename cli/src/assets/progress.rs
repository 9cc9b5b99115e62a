//! What is told while assets are made: events, and the trait of whoever listens.
//! Prints nothing: the caller decides what a person sees.

use std::path::Path;

/// Something a person might want to know while waiting.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Cargo starts; `crates` handlers are built by this one call.
    Building {
        /// The command, as the user could type it.
        command: &'a str,
        /// How many handlers it builds.
        crates: usize,
    },
    /// Cargo has finished one crate.
    Compiled {
        /// The package.
        package: &'a str,
        /// Nothing had to be done for it.
        fresh: bool,
    },
    /// A line cargo wrote on its stderr: downloads, waiting for a lock, warnings of its own.
    Cargo(&'a str),
    /// A warning of the compiler about one of the handlers, rendered.
    Diagnostic(&'a str),
    /// A zip was written.
    Packaged {
        /// The handler in it.
        crate_name: &'a str,
        /// Where it is.
        path: &'a Path,
        /// Its bytes.
        size: u64,
    },
    /// Something that works, but not as the user may think. Wording as for errors, with a `hint:` line.
    Warning(&'a str),
}

/// Whoever listens to [`Event`]s. Any `FnMut(Event<'_>)` does.
pub trait Progress {
    /// Takes one event.
    fn tell(&mut self, event: Event<'_>);
}

impl<F: FnMut(Event<'_>)> Progress for F {
    fn tell(&mut self, event: Event<'_>) {
        self(event);
    }
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn tell(&mut self, _: Event<'_>) {}
}
