//! The tie between stacks and handlers: the name of the crate, and the names of its environment variables.
//!
//! Neither side knows the other, so both are compared here.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use stacks::STACKS;
use stackwright::{Asset, Expr, Synthesis};

/// Set by Lambda itself.
const LAMBDAS_OWN: &str = "AWS_";

#[test]
fn each_function_names_a_crate_and_tells_it_what_it_reads() {
    for stack in STACKS {
        let synthesis = stack.synthesise();
        assert!(!synthesis.assets.is_empty(), "{} has no functions", stack.name);
        for asset in &synthesis.assets {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("handlers").join(&asset.handler);
            assert!(folder.join("Cargo.toml").is_file(), "{} names `{}`", asset.origin, asset.handler);
            assert_eq!(read(&folder), told(&synthesis, asset), "{} and `{}`", asset.origin, asset.handler);
        }
    }
}

/// The variables that the template gives the function.
fn told(synthesis: &Synthesis, asset: &Asset) -> BTreeSet<String> {
    let function = synthesis.template.resources.get(asset.resource).unwrap();
    let variables = function.property("Environment").and_then(|environment| environment.field("Variables"));
    let fields = variables.and_then(Expr::as_map).unwrap_or_default();
    fields.iter().map(|(name, _)| name.to_string()).collect()
}

/// The variables that the crate's sources name: `env::required("NAME")` and `env::optional("NAME")`.
fn read(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources(&folder.join("src")) {
        let text = fs::read_to_string(source).unwrap();
        for call in ["env::required(\"", "env::optional(\""] {
            let calls = text.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
            names.extend(calls.map(|(name, _)| name.to_owned()));
        }
    }
    names.retain(|name| !name.starts_with(LAMBDAS_OWN) && name != "LAMBDA_TASK_ROOT");
    names
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.into_iter().chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}
