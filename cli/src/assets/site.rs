//! The files of the folders that are packed beside an executable.
//! Only what lies in a folder: hidden files are left out, links that lead away are refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{AssetError, digest};

/// A file and the name it has below `site/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SiteFile {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// All files of the folders below their targets, sorted by name, names with `/` on every system.
///
/// A file of a later folder stands in for one of the same name from a folder before it.
pub(super) fn files(folders: &[(PathBuf, String)]) -> Result<Vec<SiteFile>, AssetError> {
    let mut by_name = BTreeMap::new();
    for (folder, target) in folders {
        let root = folder.canonicalize().map_err(|error| AssetError::site(folder, error))?;
        let mut found = Vec::new();
        walk(&root, &root, "", &mut found)?;
        by_name.extend(found.into_iter().map(|file| (below(target, &file.name), file.path)));
    }
    Ok(by_name.into_iter().map(|(name, path)| SiteFile { name, path }).collect())
}

/// The names of all files and what is in them.
pub(super) fn contents(folders: &[(PathBuf, String)]) -> Result<Vec<(String, Vec<u8>)>, AssetError> {
    let read = |file: SiteFile| match fs::read(&file.path) {
        Ok(bytes) => Ok((file.name, bytes)),
        Err(error) => Err(AssetError::site(&file.path, error)),
    };
    files(folders)?.into_iter().map(read).collect()
}

fn below(target: &str, name: &str) -> String {
    let target = target.trim_matches('/');
    if target.is_empty() { name.to_owned() } else { format!("{target}/{name}") }
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
