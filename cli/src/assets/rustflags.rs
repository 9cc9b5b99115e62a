//! Paths out of executables: `--remap-path-prefix`, added to whatever rustflags the user has.
//! Replaces none of the user's flags.
//!
//! Panics name the file they happened in, for crates from a registry with its whole path: another `CARGO_HOME`
//! would give another hash. Cargo takes rustflags from the first of four places that has any
//! (`CARGO_ENCODED_RUSTFLAGS`, `RUSTFLAGS`, `target.*.rustflags`, `build.rustflags`), so ours have to go to the
//! same place as the user's. Lists given by `--config` are joined to those of files. `trim-paths` would do all of
//! this in the profile and is not stable.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::AssetError;
use super::toolchain::cargo_home;

const ENCODED: &str = "CARGO_ENCODED_RUSTFLAGS";

/// What cargo's configuration files say that matters here, the nearest file first.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    files: Vec<File>,
    environment: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    build: Build,
    #[serde(default)]
    target: BTreeMap<String, Target>,
}

#[derive(Debug, Default, Deserialize)]
struct Build {
    rustflags: Option<Flags>,
}

#[derive(Debug, Default, Deserialize)]
struct Target {
    rustflags: Option<Flags>,
    linker: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Flags {
    List(Vec<String>),
    Text(String),
}

/// How cargo is told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Remapping {
    /// `--config` and its values.
    pub(super) arguments: Vec<String>,
    /// A variable to set.
    pub(super) variable: Option<(String, String)>,
}

/// The configuration files that cargo reads in a folder, there or not, the nearest first.
pub(super) fn configuration_files(root: &Path) -> Vec<PathBuf> {
    let folders = root.ancestors().map(|folder| folder.join(".cargo")).chain(cargo_home());
    let mut files: Vec<PathBuf> =
        folders.flat_map(|folder| [folder.join("config.toml"), folder.join("config")]).collect();
    files.dedup();
    files
}

impl Configuration {
    pub(super) fn read(root: &Path) -> Result<Self, AssetError> {
        let mut files = Vec::new();
        for path in configuration_files(root) {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            files.push(toml::from_str(&text).map_err(|error| AssetError::manifest(&path, &error))?);
        }
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self { files, environment: environment.collect() })
    }

    /// Whether a linker for a target is configured.
    pub(super) fn has_linker(&self, triple: &str) -> bool {
        let in_files = self
            .files
            .iter()
            .any(|file| file.target.get(triple).is_some_and(|target| target.linker.is_some()));
        in_files || self.environment.contains_key(&variable(triple, "LINKER"))
    }

    /// Whether handlers would be built for the processor of this machine and no other.
    pub(super) fn is_native(&self) -> bool {
        let variables = self.environment.iter().filter(|(name, _)| name.ends_with("RUSTFLAGS"));
        let mut all: Vec<String> = variables.map(|(_, value)| value.clone()).collect();
        for file in &self.files {
            let targets = file.target.values().filter_map(|target| target.rustflags.as_ref());
            all.extend(targets.chain(&file.build.rustflags).map(Flags::text));
        }
        all.iter().any(|flags| flags.contains("target-cpu=native"))
    }

    /// How to tell cargo these remappings, `from` → `to`, when it builds for `triple`. A later pair wins.
    pub(super) fn remapping(&self, triple: &str, pairs: &[(PathBuf, String)]) -> Remapping {
        let ours: Vec<String> =
            pairs.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
        let encoded = self.environment.get(ENCODED).map(|flags| flags.replace('\x1f', "\n"));
        let plain = self.environment.get("RUSTFLAGS").map(|flags| flags.replace(' ', "\n"));
        match encoded.or(plain) {
            Some(flags) => Remapping { variable: Some(joined(&flags, ours)), arguments: Vec::new() },
            None => Remapping { arguments: self.arguments(triple, &ours), variable: None },
        }
    }

    /// `build.rustflags` counts only if no `target.*.rustflags` does, and which of those count is decided by
    /// `cfg(…)` of the target: ours are added to every place that has some, cargo takes its pick.
    fn arguments(&self, triple: &str, ours: &[String]) -> Vec<String> {
        let build = self.files.iter().find_map(|file| file.build.rustflags.clone());
        let mut places = BTreeMap::from([("build.rustflags".to_owned(), build)]);
        for (name, target) in self.files.iter().rev().flat_map(|file| &file.target) {
            if let Some(flags) = &target.rustflags {
                places.insert(format!("target.{}.rustflags", quoted(name)), Some(flags.clone()));
            }
        }
        if self.environment.contains_key(&variable(triple, "RUSTFLAGS")) {
            places.entry(format!("target.{}.rustflags", quoted(triple))).or_insert(None);
        }
        let values = places.iter().map(|(place, theirs)| format!("{place}={}", value(theirs.as_ref(), ours)));
        values.flat_map(|value| ["--config".to_owned(), value]).collect()
    }
}

impl Flags {
    fn text(&self) -> String {
        match self {
            Self::List(flags) => flags.join(" "),
            Self::Text(flags) => flags.clone(),
        }
    }
}

/// A list is joined to the user's list; a text replaces the user's text, so it has to begin with it.
fn value(theirs: Option<&Flags>, ours: &[String]) -> String {
    match theirs {
        Some(Flags::Text(text)) => quoted(format!("{text} {}", ours.join(" ")).trim()),
        _ => format!("[{}]", ours.iter().map(|flag| quoted(flag)).collect::<Vec<_>>().join(", ")),
    }
}

fn joined(theirs: &str, ours: Vec<String>) -> (String, String) {
    let theirs = theirs.split('\n').filter(|flag| !flag.is_empty()).map(str::to_owned);
    (ENCODED.to_owned(), theirs.chain(ours).collect::<Vec<_>>().join("\x1f"))
}

/// A JSON string is a TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn variable(triple: &str, key: &str) -> String {
    format!("CARGO_TARGET_{}_{key}", triple.replace('-', "_").to_uppercase())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const HOST: &str = "x86_64-unknown-linux-gnu";

    fn check(config: &str, environment: &[(&str, &str)], expected: &[&str], variable: Option<&str>) {
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let files = vec![toml::from_str(config).unwrap()];
        let configuration = Configuration { files, environment: environment.collect() };
        let remapping = configuration.remapping(HOST, &[("/here".into(), "/there".into())]);
        let expected = expected.iter().flat_map(|value| ["--config".to_owned(), (*value).to_owned()]);
        let variable = variable.map(|value| (ENCODED.to_owned(), value.to_owned()));
        assert_eq!(remapping, Remapping { arguments: expected.collect(), variable });
    }

    const OURS: &str = r#"["--remap-path-prefix=/here=/there"]"#;

    #[test]
    fn our_flags_go_where_the_users_are() {
        let build = format!("build.rustflags={OURS}");
        check("", &[], &[&build], None);
        check("build.rustflags = ['-Cforce-frame-pointers']", &[], &[&build], None);
        check(
            "build.rustflags = '-Ca -Cb'",
            &[],
            &[r#"build.rustflags="-Ca -Cb --remap-path-prefix=/here=/there""#],
            None,
        );
        let cfg = format!(r#"target."cfg(target_os = \"linux\")".rustflags={OURS}"#);
        let triple = format!(r#"target."{HOST}".rustflags={OURS}"#);
        check("[target.'cfg(target_os = \"linux\")']\nrustflags = ['-Ca']", &[], &[&build, &cfg], None);
        check(&format!("target.{HOST}.rustflags = ['-Ca']"), &[], &[&build, &triple], None);
        check(&format!("target.{HOST}.linker = 'ld'"), &[], &[&build], None);
    }

    #[test]
    fn variables_win_over_files() {
        let ours = "--remap-path-prefix=/here=/there";
        let file = "build.rustflags = ['-Ca']";
        check(file, &[("RUSTFLAGS", "-Cb  -Cc")], &[], Some(&format!("-Cb\x1f-Cc\x1f{ours}")));
        check(file, &[("RUSTFLAGS", "")], &[], Some(ours));
        check(
            file,
            &[("RUSTFLAGS", "-Cb"), (ENCODED, "-Cd\x1f-Ce f")],
            &[],
            Some(&format!("-Cd\x1f-Ce f\x1f{ours}")),
        );
    }

    #[test]
    fn native_is_seen_wherever_it_is_written() {
        let is_native = |config: &str, environment: &[(&str, &str)]| {
            let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let files = vec![toml::from_str(config).unwrap()];
            Configuration { files, environment: environment.collect() }.is_native()
        };
        assert!(is_native("build.rustflags = ['-C', 'target-cpu=native']", &[]));
        assert!(is_native("target.'cfg(unix)'.rustflags = '-Ctarget-cpu=native'", &[]));
        assert!(is_native("", &[("RUSTFLAGS", "-Ctarget-cpu=native")]));
        assert!(!is_native(
            "build.rustflags = ['-Ctarget-cpu=neoverse-n1']",
            &[("PATH", "target-cpu=native")]
        ));
    }
}
