//! What a finished build depended on by the compiler's own account: files and environment variables.
//! Reads what cargo and rustc leave beside their outputs; a file that is not there says nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::toolchain::set_by_cargo_run;

/// The sources in `<executable>.d`: those of all local packages, `include_str!` and `rerun-if-changed` among them.
pub(super) fn sources(executable: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(executable.with_extension("d")).unwrap_or_default();
    text.lines().flat_map(prerequisites).collect()
}

/// The variables that `env!`, `option_env!` and `rerun-if-env-changed` name.
pub(super) fn variables(deps: &Path, script_outputs: &[PathBuf]) -> BTreeSet<String> {
    let entries = fs::read_dir(deps).into_iter().flatten().flatten().map(|entry| entry.path());
    let depinfo = entries.filter(|path| path.extension().is_some_and(|extension| extension == "d"));
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap_or_default();
    let tracked: Vec<String> = depinfo.map(|path| read(&path)).collect();
    let watched: Vec<String> = script_outputs.iter().map(read).collect();
    let mut names: BTreeSet<String> =
        tracked.iter().flat_map(|text| text.lines()).filter_map(tracked_variable).collect();
    names.extend(watched.iter().flat_map(|text| text.lines()).filter_map(watched_variable));
    names
}

fn tracked_variable(line: &str) -> Option<String> {
    let name = line.strip_prefix("# env-dep:")?.split('=').next()?;
    is_ours_to_watch(name).then(|| name.to_owned())
}

fn watched_variable(line: &str) -> Option<String> {
    let line = line.strip_prefix("cargo::").or_else(|| line.strip_prefix("cargo:"))?;
    let name = line.strip_prefix("rerun-if-env-changed=")?;
    is_ours_to_watch(name).then(|| name.to_owned())
}

/// Variables that cargo sets for the compiler follow from manifests, which are watched anyhow.
fn is_ours_to_watch(name: &str) -> bool {
    !set_by_cargo_run(name)
        && !["CARGO", "HOST", "NUM_JOBS", "OPT_LEVEL", "PROFILE", "TARGET"].contains(&name)
}

/// The part of a Makefile rule behind its colon; blanks in names are escaped.
fn prerequisites(rule: &str) -> Vec<PathBuf> {
    let Some((_, files)) = rule.split_once(": ") else { return Vec::new() };
    let files = files.replace("\\ ", "\0");
    files.split(' ').filter(|file| !file.is_empty()).map(|file| file.replace('\0', " ").into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_its_files() {
        let expected: Vec<PathBuf> = vec!["/w/src/main.rs".into(), "/w/my page.html".into()];
        assert_eq!(prerequisites("/t/lambda/a: /w/src/main.rs /w/my\\ page.html"), expected);
        assert_eq!(prerequisites("# env-dep:A=b"), Vec::<PathBuf>::new());
    }

    #[test]
    fn variables_are_found_in_both_spellings() {
        assert_eq!(tracked_variable("# env-dep:GREETING=hello"), Some("GREETING".into()));
        assert_eq!(tracked_variable("# env-dep:GREETING"), Some("GREETING".into()));
        assert_eq!(tracked_variable("# env-dep:CARGO_PKG_NAME=a"), None);
        assert_eq!(watched_variable("cargo:rerun-if-env-changed=CC"), Some("CC".into()));
        assert_eq!(watched_variable("cargo::rerun-if-env-changed=CC"), Some("CC".into()));
        assert_eq!(watched_variable("cargo:rustc-link-lib=z"), None);
    }
}
