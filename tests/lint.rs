//! cfn-lint finds nothing in the templates we write: no error, no warning, nothing to inform of.
//!
//! Handlers are not built for it: nothing it looks at depends on them.

mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{output, tool};

#[test]
fn cfn_lint_finds_nothing() {
    let templates = templates();
    assert!(!templates.is_empty(), "synth wrote no template");
    let checked = tool("cfn-lint")
        .args(["--include-checks", "I", "--format", "parseable", "--"])
        .args(templates)
        .output();
    let checked = checked.expect("cfn-lint starts");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(
        checked.status.success() && said.is_empty(),
        "{said}{}",
        String::from_utf8_lossy(&checked.stderr)
    );
}

/// The templates of all stacks, freshly written.
fn templates() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lint");
    let mut synth = Command::new(env!("CARGO_BIN_EXE_stackwright-systems"));
    output(
        synth.args(["synth", "--stub-assets", "--out"]).arg(&folder).current_dir(env!("CARGO_MANIFEST_DIR")),
    );
    let files = fs::read_dir(&folder).expect("synth made the folder");
    let paths = files.map(|file| file.expect("a file").path());
    paths.filter(|path| path.to_string_lossy().ends_with(".template.yaml")).collect()
}
