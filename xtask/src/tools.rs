//! `cargo xtask tools`: what tests need beyond Rust, below `target/tools`.
//!
//! It installs nothing anywhere else; of Python's and Node's packages no version that `tests/tools` does not name.

mod chromium;
mod node;
mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};

/// Makes sure that the tools are there: returns at once if they are those that are wanted.
pub(crate) fn install() -> Result<()> {
    python::install()?;
    node::install()?;
    chromium::install()
}

/// The folder of one kind of tools, and which they are.
struct Tools {
    folder: PathBuf,
    /// What the marker says once everything is installed. It holds the path, too: an environment that was
    /// moved does not run.
    mark: String,
}

impl Tools {
    fn new(folder: &str, wanted: &str) -> Result<Self> {
        let folder = in_workspace(folder)?;
        let mark = format!("{}\n{wanted}", folder.display());
        Ok(Self { folder, mark })
    }

    /// The tools that a file of the workspace names.
    fn named_by(file: &str, folder: &str) -> Result<Self> {
        let file = in_workspace(file)?;
        let names = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::new(folder, &names)
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("installed.txt")
    }

    /// Runs `fetch` unless what is wanted is there already.
    fn once(&self, fetch: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        if fs::read_to_string(self.marker()).is_ok_and(|mark| mark == self.mark) {
            return Ok(());
        }
        crate::say(&format!("installing the tools that tests need into {}", self.folder.display()));
        fetch(self)?;
        fs::write(self.marker(), &self.mark).context("cannot write the tools' marker")
    }
}

fn in_workspace(path: &str) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not in a workspace")?;
    Ok(root.join(path))
}

fn run(command: &mut Command) -> std::io::Result<Output> {
    command.stdin(Stdio::null()).output()
}

/// The last line in which a package manager says what is wrong.
fn last_error(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.next().unwrap_or("it says nothing");
    last.trim_start_matches("ERROR: ").to_owned()
}
