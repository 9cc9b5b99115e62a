//! `cargo xtask pictures`: the pages as the README shows them, taken anew by the browser tests.
//!
//! It takes no picture that the tests do not take.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::test_command;

/// The pages that the README shows, by the names that the tests give their pictures.
const SHOWN: [&str; 7] =
    ["visitor-counter", "notifications", "agenda", "agenda-create", "notes", "chat", "inside"];

/// Runs the browser tests, and puts their pictures in light colours into `web/pictures`.
pub(crate) fn run() -> Result<()> {
    test_command::run(&["--test", "browser"])?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not in a workspace")?;
    let folder = root.join("web/pictures");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in SHOWN {
        let taken = root.join("target/pictures").join(format!("{name}-light.png"));
        fs::copy(&taken, folder.join(name).with_extension("png"))
            .with_context(|| format!("cannot copy {}", taken.display()))?;
    }
    Ok(())
}
