//! What a handler's crate says of itself: the variables that it reads, the calls that it documents.
//!
//! Sources are read as text; nothing is built or run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Set by Lambda itself.
const LAMBDAS_OWN: [&str; 2] = ["AWS_", "LAMBDA_TASK_ROOT"];

/// A crate below `handlers/`.
pub(crate) struct Crate(PathBuf);

impl Crate {
    pub(crate) fn of(handler: &str) -> Crate {
        Crate(handlers().join(handler))
    }

    pub(crate) fn exists(&self) -> bool {
        self.0.join("Cargo.toml").is_file()
    }

    /// The source with its documentation.
    pub(crate) fn source(&self) -> String {
        fs::read_to_string(self.0.join("src/lib.rs")).unwrap()
    }

    /// The variables that its sources name: `env::required("NAME")` and `env::optional("NAME")`.
    pub(crate) fn variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for text in texts(&self.0.join("src")) {
            for call in ["env::required(\"", "env::optional(\""] {
                let calls = text.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
                names.extend(calls.map(|(name, _)| name.to_owned()));
            }
        }
        names.retain(|name| !LAMBDAS_OWN.iter().any(|own| name.starts_with(own)));
        names
    }

    /// Whether a test holds the calls that are made against the documentation: one of its own, or one of the
    /// crate that the functions of its system share.
    pub(crate) fn compares_its_calls(&self) -> bool {
        let name = self.0.file_name().unwrap().to_str().unwrap();
        let from_beside = format!(r#"/{name}/src/lib.rs")"#);
        let own = texts(&self.0.join("tests"));
        let mut all = folders().into_iter().flat_map(|folder| texts(&folder.join("tests")));
        own.iter().any(|text| text.contains(r#"include_str!("../src/lib.rs")"#))
            || all.any(|text| text.contains(&from_beside))
    }
}

/// The crates that are programs.
pub(crate) fn programs() -> BTreeSet<String> {
    let programs = folders().into_iter().filter(|folder| folder.join("src/main.rs").is_file());
    programs.map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The folders of all crates below `handlers/`.
fn folders() -> Vec<PathBuf> {
    fs::read_dir(handlers()).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn handlers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("handlers")
}

/// The Rust sources of a folder; none if there is no such folder.
fn texts(folder: &Path) -> Vec<String> {
    if !folder.is_dir() {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let sources = files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let here = sources.map(|path| fs::read_to_string(path).unwrap());
    here.chain(folders.iter().flat_map(|folder| texts(folder))).collect()
}
