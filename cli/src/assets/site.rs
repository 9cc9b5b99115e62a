//! The files of a folder that is packed beside an executable.
//! Only what lies in the folder: hidden files are left out, links that lead away are refused.

use std::fs;
use std::path::{Path, PathBuf};

use super::{AssetError, digest};

/// A file and the name it has below `site/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SiteFile {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// All files of a folder, sorted by name, names with `/` on every system.
pub(super) fn files(folder: &Path) -> Result<Vec<SiteFile>, AssetError> {
    let root = folder.canonicalize().map_err(|error| AssetError::site(folder, error))?;
    let mut found = Vec::new();
    walk(&root, &root, "", &mut found)?;
    found.sort();
    Ok(found)
}

/// The hash over names and contents.
pub(super) fn hash(contents: &[(String, Vec<u8>)]) -> String {
    digest::of_fields(contents.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes.as_slice()]))
}

fn walk(root: &Path, folder: &Path, prefix: &str, found: &mut Vec<SiteFile>) -> Result<(), AssetError> {
    let entries = fs::read_dir(folder).map_err(|error| AssetError::site(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| AssetError::site(folder, error))?;
        let path = entry.path();
        let name =
            entry.file_name().into_string().map_err(|_| AssetError::SiteName { path: path.clone() })?;
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{name}");
        let kind = entry.file_type().map_err(|error| AssetError::site(&path, error))?;
        let real = if kind.is_symlink() { inside(root, folder, &path)? } else { path };
        if real.is_dir() {
            walk(root, &real, &format!("{name}/"), found)?;
        } else {
            found.push(SiteFile { path: root.join(&name), name });
        }
    }
    Ok(())
}

/// Where a link leads, if that is in the folder and not back to where the walk is.
fn inside(root: &Path, folder: &Path, link: &Path) -> Result<PathBuf, AssetError> {
    let target = link.canonicalize().map_err(|error| AssetError::site(link, error))?;
    if target.starts_with(root) && !folder.starts_with(&target) {
        Ok(target)
    } else {
        Err(AssetError::SiteLink { link: link.to_owned(), target })
    }
}
