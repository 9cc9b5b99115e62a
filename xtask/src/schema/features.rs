//! Keeps the features of `stackwright-cfn` equal to the services of the data.
//!
//! It changes only the lines between its two marks.

use anyhow::{Context, Result};
use std::path::Path;

const START: &str = "# features of the services: written by `cargo xtask schema`\n";
const END: &str = "# end of the features of the services\n";

/// Writes a feature per service, and `all`.
pub(super) fn write(manifest: &Path, services: &[String]) -> Result<()> {
    let old = std::fs::read_to_string(manifest)?;
    let (before, rest) =
        old.split_once(START).context("the manifest of stackwright-cfn has lost its mark")?;
    let (_, after) = rest.split_once(END).context("the manifest of stackwright-cfn has lost its end mark")?;
    let features: String = services.iter().map(|service| format!("{service} = []\n")).collect();
    let names: Vec<String> = services.iter().map(|service| format!("\"{service}\"")).collect();
    let all = format!("all = [{}]\n", names.join(", "));
    std::fs::write(manifest, format!("{before}{START}{all}{features}{END}{after}"))?;
    Ok(())
}
