//! Folders that hold what zips would: `bootstrap`, and files under `site/`. For functions that run here.
//! Never changes a folder that is there: other code has another name, so a running process keeps what it started from.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::package::Packaging;
use super::record::{Executable, Record};
use super::{Asset, AssetError, AssetRequest, Progress, digest, site};

/// What is in one folder.
struct Contents<'a> {
    bootstrap: &'a Path,
    /// Names below `site/` and bytes.
    site: Vec<(String, Vec<u8>)>,
}

impl Packaging<'_> {
    /// Finds or makes the folder for each request.
    pub(super) fn lay_out(
        &self,
        record: &mut Record,
        _: &mut dyn Progress,
    ) -> Result<Vec<Asset>, AssetError> {
        let folder = |request| self.folder(request, &self.executable(record, request)?);
        self.requests.iter().map(folder).collect()
    }

    fn folder(&self, request: &AssetRequest, executable: &Executable) -> Result<Asset, AssetError> {
        let contents =
            Contents { bootstrap: &executable.path, site: site::contents(&self.folders(request))? };
        let files_hash = (!request.files.is_empty()).then(|| site::hash(&contents.site));
        let hash = name(executable, files_hash.as_deref());
        let path = self.out.join("code").join(format!("{}-{}", request.crate_name, &hash[..16]));
        if !path.is_dir() {
            contents.place(&path).map_err(|source| AssetError::Folder { path: path.clone(), source })?;
        }
        let size =
            executable.stamp.size + contents.site.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        let crate_name = request.crate_name.clone();
        Ok(Asset { crate_name, hash, path, size, architecture: executable.built, files_hash })
    }
}

/// Debug executables have tens of megabytes: which build one is of is told by its size and time, not by reading it.
fn name(executable: &Executable, files_hash: Option<&str>) -> String {
    let stamp = executable.stamp;
    let (size, modified) = (stamp.size.to_le_bytes(), stamp.modified.to_le_bytes());
    let path = executable.path.as_os_str().as_encoded_bytes();
    digest::of_fields([path, &size, &modified, files_hash.unwrap_or_default().as_bytes()])
}

impl Contents<'_> {
    /// Makes the folder whole or not at all.
    fn place(&self, folder: &Path) -> io::Result<()> {
        let unfinished = folder.with_added_extension(format!("{}.part", std::process::id()));
        fs::create_dir_all(&unfinished)?;
        self.fill(&unfinished)?;
        match fs::rename(&unfinished, folder) {
            // Another process was quicker, with the same files.
            Err(_) if folder.is_dir() => fs::remove_dir_all(&unfinished),
            done => done,
        }
    }

    fn fill(&self, folder: &Path) -> io::Result<()> {
        link(self.bootstrap, &folder.join("bootstrap"))?;
        self.site.iter().try_for_each(|(name, bytes)| {
            let path = folder.join("site").join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, bytes)
        })
    }
}

/// A second name for the executable, which costs nothing; a copy where file systems cannot do that. Cargo removes an
/// executable before it links another, so what is under this name stays as it is.
fn link(executable: &Path, bootstrap: &Path) -> io::Result<()> {
    fs::hard_link(executable, bootstrap).or_else(|_| fs::copy(executable, bootstrap).map(drop))
}

/// Removes the folders in `<out>/code` that are not kept; gives what was removed.
///
/// [`lay_out`](super::lay_out()) removes nothing: only the caller knows which folders functions may still start from.
pub fn prune_folders<'a>(
    out: &Path,
    keep: impl IntoIterator<Item = &'a Path>,
) -> Result<Vec<PathBuf>, AssetError> {
    let keep: BTreeSet<PathBuf> = keep.into_iter().map(|path| out.join(path)).collect();
    let entries = fs::read_dir(out.join("code")).into_iter().flatten().flatten();
    let mut old: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    // What another process is about to finish is its own.
    old.retain(|path| path.extension().is_none_or(|extension| extension != "part") && !keep.contains(path));
    old.sort();
    for path in &old {
        remove(path).map_err(|source| AssetError::Folder { path: path.clone(), source })?;
    }
    Ok(old)
}

/// Removes a folder, unless another process that starts now was quicker.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
