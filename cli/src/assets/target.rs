//! How this machine can build for Lambda: plain cargo, cargo-zigbuild, or a target of its own.
//! Decides from what is installed, before anything is built; installs nothing.

use serde::{Deserialize, Serialize};

use super::rustflags::Configuration;
use super::toolchain::Toolchain;
use super::{Architecture, AssetError, NEWEST_GLIBC};

/// A way to build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Route {
    /// `cargo build`, for the host or what cargo's configuration says.
    Plain,
    /// `cargo build --target`, with a linker if the user has configured none.
    Target { triple: String, linker: Option<String> },
    /// `cargo zigbuild --target <triple>.2.34`: links against the symbols of that glibc.
    Zig { triple: String },
}

impl Route {
    pub(super) fn verb(&self) -> &'static str {
        if matches!(self, Self::Zig { .. }) { "zigbuild" } else { "build" }
    }

    /// What goes behind `--target`.
    pub(super) fn target(&self) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Target { triple, .. } => Some(triple.clone()),
            Self::Zig { triple } => Some(format!("{triple}.{NEWEST_GLIBC}")),
        }
    }

    /// The triple whose `[target.…]` configuration counts.
    pub(super) fn triple<'a>(&'a self, host: &'a str) -> &'a str {
        match self {
            Self::Plain => host,
            Self::Target { triple, .. } | Self::Zig { triple } => triple,
        }
    }
}

/// The machine, as far as a route depends on it.
#[derive(Clone, Copy)]
pub(super) struct Machine<'a> {
    pub(super) toolchain: &'a Toolchain,
    pub(super) configuration: &'a Configuration,
}

impl Machine<'_> {
    /// The route to start with: what the user chose, else plain cargo, else across.
    pub(super) fn first_route(self, wanted: Architecture, chosen: Option<&str>) -> Result<Route, AssetError> {
        match chosen {
            Some(triple) => self.chosen(triple),
            None if self.is_native(wanted) => Ok(Route::Plain),
            None => self.across(wanted),
        }
    }

    /// The route for a machine whose glibc is newer than Lambda's.
    pub(super) fn route_to_older_glibc(self, wanted: Architecture) -> Option<Route> {
        let (gnu, musl) = (triple(wanted, "gnu"), triple(wanted, "musl"));
        if self.toolchain.has_program("cargo-zigbuild") && self.toolchain.has_std(&gnu) {
            return Some(Route::Zig { triple: gnu });
        }
        self.toolchain.has_std(&musl).then_some(Route::Target { triple: musl, linker: None })
    }

    fn is_native(self, wanted: Architecture) -> bool {
        let host = &self.toolchain.host;
        host.contains("-linux-") && Architecture::of_triple(host) == Some(wanted)
    }

    fn chosen(self, triple: &str) -> Result<Route, AssetError> {
        if self.toolchain.has_std(triple) {
            let linker = self.linker(triple).flatten();
            return Ok(Route::Target { triple: triple.to_owned(), linker });
        }
        Err(self.refusal(triple, "its standard library is not installed", &format!("`{}`", add(triple))))
    }

    /// For another processor or from another system: the standard library and a linker must be there.
    fn across(self, wanted: Architecture) -> Result<Route, AssetError> {
        let candidates = [triple(wanted, "gnu"), triple(wanted, "musl")];
        let installed: Vec<_> = candidates.iter().filter(|triple| self.toolchain.has_std(triple)).collect();
        if let Some(triple) = installed.first().filter(|_| self.toolchain.has_program("cargo-zigbuild")) {
            let gnu = triple.ends_with("gnu");
            let zig = Route::Zig { triple: (*triple).clone() };
            return Ok(if gnu { zig } else { Route::Target { triple: (*triple).clone(), linker: None } });
        }
        let linked = installed.iter().find_map(|triple| {
            let linker = self.linker(triple)?;
            Some(Route::Target { triple: (*triple).clone(), linker })
        });
        linked.ok_or_else(|| self.nothing_across(wanted, !installed.is_empty()))
    }

    /// The linker for a triple: `Some(None)` if the user has configured one, `None` if there is none to be found.
    fn linker(self, triple: &str) -> Option<Option<String>> {
        if self.configuration.has_linker(triple) || triple == self.toolchain.host {
            return Some(None);
        }
        let program = format!("{}-gcc", triple.replace("-unknown", ""));
        self.toolchain.has_program(&program).then_some(Some(program))
    }

    fn nothing_across(self, wanted: Architecture, has_std: bool) -> AssetError {
        let gnu = triple(wanted, "gnu");
        let lacking = if has_std { "no linker for it" } else { "its standard library is not installed" };
        self.refusal(wanted.name(), lacking, &commands(&gnu, has_std))
    }

    fn refusal(self, wanted: &str, lacking: &str, hint: &str) -> AssetError {
        AssetError::CannotBuildFor {
            host: self.toolchain.host.clone(),
            wanted: wanted.to_owned(),
            lacking: lacking.to_owned(),
            hint: hint.to_owned(),
        }
    }

    /// What a user can type when there is no way to an older glibc.
    pub(super) fn hint_to_older_glibc(wanted: Architecture) -> String {
        format!(
            "`cargo install cargo-zigbuild` and `pip install ziglang`, or `{}`; then again",
            add(&triple(wanted, "musl"))
        )
    }

    /// What a user can type when the executable is none for Linux.
    pub(super) fn hint_to_linux(wanted: Architecture) -> String {
        commands(&triple(wanted, "gnu"), false)
    }
}

fn triple(architecture: Architecture, library: &str) -> String {
    format!("{}-unknown-linux-{library}", architecture.in_triples())
}

fn add(triple: &str) -> String {
    format!("rustup target add {triple}")
}

fn commands(gnu: &str, has_std: bool) -> String {
    let std = if has_std { String::new() } else { format!("`{}`, then ", add(gnu)) };
    let package = gnu.replace("-unknown", "").replace('_', "-");
    format!(
        "{std}`cargo install cargo-zigbuild` and `pip install ziglang`, or on Debian `apt install gcc-{package}`"
    )
}
