//! The Node packages: Amplify's client for AppSync, the JavaScript SDK, what drives and judges pages in a browser.
//!
//! It takes the Node that is there, and runs none of the packages' own scripts.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Tools, in_workspace, last_error, run};

const LOCK: &str = "tests/tools/package-lock.json";

pub(crate) fn install() -> Result<()> {
    Tools::named_by(LOCK, "target/tools/node")?.once(fetch)
}

fn fetch(tools: &Tools) -> Result<()> {
    fs::create_dir_all(&tools.folder).context("cannot make the folder for Node's packages")?;
    for name in ["package.json", "package-lock.json"] {
        let file = in_workspace(LOCK)?.with_file_name(name);
        fs::copy(&file, tools.folder.join(name))
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&tools.folder);
    let Ok(fetched) = run(&mut npm) else {
        bail!("`npm` is missing, hint: apt-get install npm, for Node 20 or later");
    };
    ensure!(
        fetched.status.success(),
        "npm cannot install {LOCK}: {}, hint: it asks the registry that `npm config get registry` shows",
        last_error(&fetched)
    );
    Ok(())
}
