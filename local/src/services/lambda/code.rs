//! Where a function's executable is: in a folder, in a zip, or in an asset that the AWS CDK left.
//! Builds nothing.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::cloud::Cloud;
use crate::stack::Piece;

/// The executable `bootstrap` of a function.
pub(super) fn program(cloud: &Cloud, piece: Piece<'_>) -> Result<PathBuf, String> {
    let code = located(piece)?;
    let folder = if code.is_dir() { code } else { unpacked(cloud, &code)? };
    let program = folder.join("bootstrap");
    // Absolute, since the process starts in its own folder.
    let program = std::path::absolute(&program).unwrap_or(program);
    match program.is_file() {
        true => Ok(program),
        false => Err(format!("there is no executable `bootstrap` in {}", folder.display())),
    }
}

/// The folder or zip that the template names.
fn located(piece: Piece<'_>) -> Result<PathBuf, String> {
    let folder = &piece.stack.folder;
    let code = match piece.map.get("Code") {
        Some(Value::String(path)) => folder.join(path),
        Some(Value::Object(code)) => {
            match (code.get("S3Key").and_then(Value::as_str), code.contains_key("ZipFile")) {
                (Some(key), _) => asset(folder, key)?,
                (None, true) => {
                    return Err("code in the template itself is for runtimes that do not run here".to_owned());
                }
                (None, false) => return Err("`Code` names neither a path nor `S3Key`".to_owned()),
            }
        }
        _ => return Err("`Code` is missing".to_owned()),
    };
    match code.exists() {
        true => Ok(code),
        false => Err(format!("the code {} is not there", code.display())),
    }
}

/// The CDK's asset of that key: `asset.<hash>` beside the template, a folder or a zip.
fn asset(folder: &Path, key: &str) -> Result<PathBuf, String> {
    let hash = key.rsplit('/').next().unwrap_or(key).trim_end_matches(".zip");
    let places = [format!("asset.{hash}"), format!("asset.{hash}.zip"), key.to_owned()];
    let found = places.iter().map(|place| folder.join(place)).find(|place| place.exists());
    found.ok_or_else(|| format!("there is no asset `{key}` beside the template, in {}", folder.display()))
}

/// The folder that a zip was unpacked to, by the hash of what it holds.
fn unpacked(cloud: &Cloud, zip: &Path) -> Result<PathBuf, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("{} cannot be unpacked: {error}", zip.display());
    let bytes = fs::read(zip).map_err(|error| unreadable(&error))?;
    let hash = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let scratch = cloud.scratch.path().map_err(|error| unreadable(&error))?;
    let folder = scratch.join("code").join(&hash);
    if !folder.exists() {
        let beginning = folder.with_extension("part");
        // What an earlier try left.
        drop(fs::remove_dir_all(&beginning));
        let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        extract(&mut archive, &beginning).map_err(|error| unreadable(&error))?;
        fs::rename(&beginning, &folder).map_err(|error| unreadable(&error))?;
    }
    Ok(folder)
}

fn extract(archive: &mut zip::ZipArchive<io::Cursor<Vec<u8>>>, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        // A name that would lead out of the folder has no such path.
        let Some(path) = entry.enclosed_name() else { continue };
        let path = folder.join(path);
        if entry.is_dir() {
            fs::create_dir_all(&path)?;
            continue;
        }
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        fs::write(&path, bytes)?;
        executable(&path)?;
    }
    Ok(())
}

/// Zips made on other systems know no permissions.
fn executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}
