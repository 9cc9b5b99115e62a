//! The Python environment: the AWS CLI, boto3, gql, cfn-lint, ministack.
//!
//! It takes the Python that is there, and no package from it.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Tools, in_workspace, last_error, run};

const REQUIREMENTS: &str = "tests/tools/requirements.txt";

pub(crate) fn install() -> Result<()> {
    Tools::named_by(REQUIREMENTS, "target/tools/venv")?.once(|tools| {
        create_environment(tools)?;
        fetch(tools)
    })
}

fn create_environment(tools: &Tools) -> Result<()> {
    let created = run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&tools.folder));
    let Ok(created) = created else {
        bail!("`python3` is missing, hint: apt-get install python3-venv");
    };
    ensure!(
        created.status.success(),
        "`python3` cannot make virtual environments, hint: apt-get install python3-venv"
    );
    Ok(())
}

fn fetch(tools: &Tools) -> Result<()> {
    let mut pip = Command::new(tools.folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    let fetched = run(pip.arg(in_workspace(REQUIREMENTS)?)).context("cannot start pip")?;
    ensure!(
        fetched.status.success(),
        "pip cannot install {REQUIREMENTS}: {}, hint: it asks the package index that `pip config list` shows",
        last_error(&fetched)
    );
    Ok(())
}
