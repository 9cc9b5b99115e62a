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
        host.contains("-linux-") && architecture_of(host) == Some(wanted)
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
        self.refusal(wanted.as_str(), lacking, &commands(&gnu, has_std))
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

/// The architecture a target triple is for, if Lambda has it.
pub(super) fn architecture_of(triple: &str) -> Option<Architecture> {
    let first = triple.split('-').next();
    [Architecture::X86_64, Architecture::Arm64].into_iter().find(|one| first == Some(in_triples(*one)))
}

/// The first part of a target triple.
const fn in_triples(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    }
}

fn triple(architecture: Architecture, library: &str) -> String {
    format!("{}-unknown-linux-{library}", in_triples(architecture))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    const INTEL: &str = "x86_64-unknown-linux-gnu";
    const ARM: &str = "aarch64-unknown-linux-gnu";
    const MUSL: &str = "x86_64-unknown-linux-musl";

    /// A toolchain that has these standard libraries, and these programs on the path.
    struct Installed(PathBuf);

    impl Installed {
        fn new(name: &str, libraries: &[&str], programs: &[&str]) -> Self {
            let folder = std::env::temp_dir().join(format!("targets-{}-{name}", std::process::id()));
            for library in libraries {
                fs::create_dir_all(folder.join("lib/rustlib").join(library).join("lib")).unwrap();
            }
            fs::create_dir_all(folder.join("programs")).unwrap();
            for program in programs {
                fs::write(folder.join("programs").join(program), "").unwrap();
            }
            Self(folder)
        }

        fn toolchain(&self, host: &str) -> Toolchain {
            let (sysroot, path) = (self.0.clone(), vec![self.0.join("programs")]);
            Toolchain { cargo: "cargo".into(), host: host.to_owned(), sysroot, path }
        }
    }

    impl Drop for Installed {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(&self.0);
        }
    }

    fn first(
        installed: &Installed,
        host: &str,
        wanted: Architecture,
        chosen: Option<&str>,
    ) -> Result<Route, String> {
        let toolchain = installed.toolchain(host);
        let configuration = Configuration::default();
        let machine = Machine { toolchain: &toolchain, configuration: &configuration };
        machine.first_route(wanted, chosen).map_err(|error| error.to_string())
    }

    fn target(triple: &str, linker: Option<&str>) -> Route {
        Route::Target { triple: triple.to_owned(), linker: linker.map(str::to_owned) }
    }

    fn zig(triple: &str) -> Route {
        Route::Zig { triple: triple.to_owned() }
    }

    #[test]
    fn a_linux_host_builds_for_itself_with_plain_cargo() {
        let installed = Installed::new("plain", &[INTEL], &["cargo-zigbuild"]);
        assert_eq!(first(&installed, INTEL, Architecture::X86_64, None), Ok(Route::Plain));
        assert_eq!(first(&installed, ARM, Architecture::Arm64, None), Ok(Route::Plain));
    }

    #[test]
    fn what_the_user_chose_comes_first() {
        let installed = Installed::new("chosen", &[INTEL, MUSL], &["x86_64-linux-musl-gcc"]);
        let route = first(&installed, INTEL, Architecture::X86_64, Some(MUSL));
        assert_eq!(route, Ok(target(MUSL, Some("x86_64-linux-musl-gcc"))));
        let refusal = first(&installed, INTEL, Architecture::Arm64, Some(ARM)).unwrap_err();
        let expected = "this machine (x86_64-unknown-linux-gnu) cannot build for aarch64-unknown-linux-gnu: \
            its standard library is not installed\n  hint: `rustup target add aarch64-unknown-linux-gnu`";
        assert_eq!(refusal, expected);
    }

    #[test]
    fn another_processor_needs_a_library_and_a_linker() {
        let check = |name: &str, libraries: &[&str], programs: &[&str], expected: Option<Route>| {
            let installed = Installed::new(name, libraries, programs);
            assert_eq!(first(&installed, INTEL, Architecture::Arm64, None).ok(), expected, "{name}");
        };
        let gcc = "aarch64-linux-gnu-gcc";
        check("gcc", &[INTEL, ARM], &[gcc], Some(target(ARM, Some(gcc))));
        check("zig", &[INTEL, ARM], &["cargo-zigbuild", gcc], Some(zig(ARM)));
        check("no-linker", &[INTEL, ARM], &[], None);
        check("no-library", &[INTEL], &[gcc, "cargo-zigbuild"], None);
    }

    #[test]
    fn a_refusal_names_only_what_is_lacking() {
        let refusal = |name: &str, libraries: &[&str]| {
            let installed = Installed::new(name, libraries, &[]);
            first(&installed, INTEL, Architecture::Arm64, None).unwrap_err()
        };
        let install = "`cargo install cargo-zigbuild` and `pip install ziglang`, or on Debian `apt install gcc-aarch64-linux-gnu`";
        let expected = "this machine (x86_64-unknown-linux-gnu) cannot build for arm64: ";
        assert_eq!(
            refusal("both", &[]),
            format!(
                "{expected}its standard library is not installed\n  hint: `rustup target add {ARM}`, then {install}"
            )
        );
        assert_eq!(refusal("linker", &[ARM]), format!("{expected}no linker for it\n  hint: {install}"));
    }

    #[test]
    fn from_another_system_even_the_same_processor_is_across() {
        let installed = Installed::new("mac", &["aarch64-apple-darwin", ARM], &["cargo-zigbuild"]);
        assert_eq!(first(&installed, "aarch64-apple-darwin", Architecture::Arm64, None), Ok(zig(ARM)));
    }

    #[test]
    fn a_newer_glibc_is_left_by_zig_then_by_musl() {
        let check = |name: &str, libraries: &[&str], programs: &[&str], expected: Option<Route>| {
            let installed = Installed::new(name, libraries, programs);
            let toolchain = installed.toolchain(INTEL);
            let machine = Machine { toolchain: &toolchain, configuration: &Configuration::default() };
            assert_eq!(machine.route_to_older_glibc(Architecture::X86_64), expected, "{name}");
        };
        check("older-zig", &[INTEL, MUSL], &["cargo-zigbuild"], Some(zig(INTEL)));
        check("older-musl", &[INTEL, MUSL], &[], Some(target(MUSL, None)));
        check("older-none", &[INTEL], &[], None);
        assert_eq!(zig(INTEL).target().as_deref(), Some("x86_64-unknown-linux-gnu.2.34"));
    }

    #[test]
    fn a_configured_linker_is_left_alone() {
        let folder = Installed::new("configured", &[ARM], &["aarch64-linux-gnu-gcc"]);
        let config = folder.0.join(".cargo/config.toml");
        fs::create_dir_all(config.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(&config, format!("[target.{ARM}]\nlinker = 'mine'\n")).unwrap();
        let configuration = Configuration::read(&folder.0).unwrap();
        let toolchain = folder.toolchain(INTEL);
        let machine = Machine { toolchain: &toolchain, configuration: &configuration };
        assert_eq!(machine.first_route(Architecture::Arm64, None).unwrap(), target(ARM, None));
    }
}
