//! The two sources: an npm package that says what the types look like, a crate that says what values may be.
//!
//! Both come through their registries' own clients, into `target/`, and neither is compiled.

use super::read_json;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Shapes, attributes, replacement. Apache-2.0.
const SPEC: (&str, &str) = ("@aws-cdk/aws-service-spec", "0.1.216");
/// Patterns, bounds, allowed values. Apache-2.0. Its own code wants a newer Rust than ours; only its data is read.
const CONSTRAINTS: (&str, &str) = ("cloudformation-validate-data-source", "1.14.0");

pub(super) struct Sources {
    /// The collections of the specification's database.
    pub(super) spec: Value,
    /// Schemas by type name.
    pub(super) constraints: Value,
    /// Names that `Fn::GetAtt` takes, by type name.
    pub(super) attributes: Value,
}

/// Fetches both into `folder`, unless they are there.
pub(super) fn sources(folder: &Path) -> Result<Sources> {
    std::fs::create_dir_all(folder)?;
    let generated = fetch_constraints(folder)?.join("generated");
    Ok(Sources {
        spec: read_json(&fetch_spec(folder)?)?["schema"].take(),
        constraints: read_json(&generated.join("schema-validator/compiled_schemas.json"))?,
        attributes: read_json(&generated.join("data/getatt_attributes.json"))?["getatt_attributes"].take(),
    })
}

fn fetch_spec(folder: &Path) -> Result<PathBuf> {
    let unpacked = folder.join(format!("service-spec-{}", SPEC.1));
    let database = unpacked.join("package/db.json");
    if !database.exists() {
        std::fs::create_dir_all(&unpacked)?;
        let package = format!("{}@{}", SPEC.0, SPEC.1);
        run(Command::new("npm").args(["pack", "--silent", &package]).current_dir(&unpacked))?;
        let archive = format!("{}-{}.tgz", SPEC.0.trim_start_matches('@').replace('/', "-"), SPEC.1);
        run(Command::new("tar").args(["xzf", &archive]).current_dir(&unpacked))?;
        run(Command::new("gunzip").arg("package/db.json.gz").current_dir(&unpacked))?;
    }
    Ok(database)
}

/// Has cargo download the crate for a package of our own that depends on it, and asks where it lies.
fn fetch_constraints(folder: &Path) -> Result<PathBuf> {
    let package = folder.join("constraints");
    std::fs::create_dir_all(package.join("src"))?;
    std::fs::write(package.join("src/lib.rs"), "")?;
    std::fs::write(package.join("Cargo.toml"), manifest())?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata =
        run(Command::new(cargo).args(["metadata", "--format-version", "1"]).current_dir(&package))?;
    let metadata: Value = serde_json::from_slice(&metadata)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|each| each["name"] == CONSTRAINTS.0)
        .find_map(|each| each["manifest_path"].as_str())
        .with_context(|| format!("cargo did not fetch `{}`", CONSTRAINTS.0))?;
    Ok(Path::new(manifest).parent().unwrap_or_else(|| Path::new("")).to_path_buf())
}

fn manifest() -> String {
    format!(
        "[package]\nname = \"constraints\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\n{} = \"={}\"\n",
        CONSTRAINTS.0, CONSTRAINTS.1
    )
}

fn run(command: &mut Command) -> Result<Vec<u8>> {
    let line = format!("{command:?}");
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start {line}"))?;
    ensure!(output.status.success(), "{line} failed: {}", output.status);
    Ok(output.stdout)
}
