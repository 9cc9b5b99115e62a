//! `cargo xtask tools`: what tests need beyond Rust, in a Python environment below `target/tools`.
//!
//! It installs nothing anywhere else, and no version that `tests/tools/requirements.txt` does not name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};

const REQUIREMENTS: &str = "tests/tools/requirements.txt";

/// Makes sure that the tools are there: returns at once if they are those that the requirements name.
pub(crate) fn install() -> Result<()> {
    let tools = Tools::wanted()?;
    if tools.are_installed() {
        return Ok(());
    }
    crate::say(&format!("installing the tools that tests need into {}", tools.environment.display()));
    tools.create_environment()?;
    tools.fetch()?;
    tools.mark_installed()
}

/// The environment and what is to be in it.
struct Tools {
    environment: PathBuf,
    requirements: PathBuf,
    /// What the marker says once everything is installed. It holds the path, too: an environment that was
    /// moved does not run.
    mark: String,
}

impl Tools {
    fn wanted() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not in a workspace")?;
        let environment = root.join("target/tools/venv");
        let requirements = root.join(REQUIREMENTS);
        let pins =
            fs::read_to_string(&requirements).with_context(|| format!("cannot read {REQUIREMENTS}"))?;
        let mark = format!("{}\n{pins}", environment.display());
        Ok(Self { environment, requirements, mark })
    }

    fn marker(&self) -> PathBuf {
        self.environment.join("installed.txt")
    }

    fn are_installed(&self) -> bool {
        fs::read_to_string(self.marker()).is_ok_and(|mark| mark == self.mark)
    }

    fn mark_installed(&self) -> Result<()> {
        fs::write(self.marker(), &self.mark).context("cannot write the tools' marker")
    }

    fn create_environment(&self) -> Result<()> {
        let created = run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&self.environment));
        let Ok(created) = created else {
            bail!("`python3` is missing, hint: apt-get install python3-venv");
        };
        ensure!(
            created.status.success(),
            "`python3` cannot make virtual environments, hint: apt-get install python3-venv"
        );
        Ok(())
    }

    fn fetch(&self) -> Result<()> {
        let mut pip = Command::new(self.environment.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        let fetched = run(pip.arg(&self.requirements)).context("cannot start pip")?;
        ensure!(
            fetched.status.success(),
            "pip cannot install {REQUIREMENTS}: {}, hint: it asks the package index that `pip config list` shows",
            last_error(&fetched)
        );
        Ok(())
    }
}

fn run(command: &mut Command) -> std::io::Result<Output> {
    command.stdin(Stdio::null()).output()
}

/// The last line in which pip says what is wrong.
fn last_error(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.next().unwrap_or("it says nothing");
    last.trim_start_matches("ERROR: ").to_owned()
}
