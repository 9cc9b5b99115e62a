//! [`Scratch`]: a folder for what is unpacked. Made when it is needed, gone with the run.
//! Keeps nothing that another run could want; what runs left that were killed is taken away.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

const PREFIX: &str = "stackwright-";

/// A file in the folder, locked as long as its run lives.
const LOCK: &str = "lock";

/// A folder of this run, or none so far.
#[derive(Debug, Default)]
pub(crate) struct Scratch(Mutex<Option<Folder>>);

#[derive(Debug)]
struct Folder {
    // In this order: while the folder goes, its lock says whose it is.
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// Where it is.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn path(&self) -> io::Result<PathBuf> {
        self.path_in(&std::env::temp_dir())
    }

    fn path_in(&self, place: &Path) -> io::Result<PathBuf> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &*made {
            return Ok(folder.folder.path().to_owned());
        }
        sweep(place);
        let folder = Folder::make(place)?;
        Ok(made.insert(folder).folder.path().to_owned())
    }
}

impl Folder {
    fn make(place: &Path) -> io::Result<Folder> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)?;
        // Locked before it has its name: who sweeps finds no lock, or one that is taken.
        let fresh = folder.path().join("fresh");
        let lock = File::create(&fresh)?;
        lock.try_lock()?;
        fs::rename(fresh, folder.path().join(LOCK))?;
        Ok(Folder { folder, _lock: lock })
    }
}

/// Removes the folders of runs that are over. What cannot be removed is somebody else's.
fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let lock = is_ours.then(|| File::open(entry.path().join(LOCK)));
        if let Some(Ok(lock)) = lock
            && lock.try_lock().is_ok()
        {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_folder_is_there_for_the_run_alone() {
        let place = tempfile::tempdir().unwrap();
        let scratch = Scratch::default();
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
        let folder = scratch.path_in(place.path()).unwrap();
        assert_eq!(scratch.path_in(place.path()).unwrap(), folder);
        drop(scratch);
        assert!(!folder.exists());
    }

    #[test]
    fn what_a_killed_run_left_goes_and_what_a_running_one_has_stays() {
        let place = tempfile::tempdir().unwrap();
        let left = place.path().join("stackwright-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let foreign = place.path().join("stackwright-notes");
        fs::create_dir(&foreign).unwrap();
        let running = Scratch::default();
        let there = running.path_in(place.path()).unwrap();
        assert!(!left.exists());
        let another = Scratch::default();
        another.path_in(place.path()).unwrap();
        assert!(there.exists() && foreign.exists());
    }
}
