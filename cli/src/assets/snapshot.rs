//! What a set of files looked like at a moment, and whether it still does.
//! Trusts size and time of change only where they cannot deceive; where they differ, contents are compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::digest;

/// A file written twice within this time may keep its time of change: kernels tick in milliseconds.
const TICK: Duration = Duration::from_millis(50);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Snapshot {
    /// `None`: there was no such file, and it matters if one appears.
    files: BTreeMap<PathBuf, Option<State>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    stamp: Stamp,
    hash: String,
}

/// Size and time of change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) size: u64,
    /// Nanoseconds since 1970; 0 if it was too recent to be relied upon.
    pub(super) modified: u64,
}

impl Snapshot {
    pub(super) fn take(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let files = paths.into_iter().map(|path| {
            let state = State::read(&path);
            (path, state)
        });
        Self { files: files.collect() }
    }

    /// Whether exactly these files are there with these contents. Takes over new times of unchanged contents.
    pub(super) fn holds(&mut self, mut paths: Vec<PathBuf>) -> bool {
        paths.sort();
        paths.dedup();
        paths.iter().eq(self.files.keys())
            && self.files.iter_mut().all(|(path, state)| unchanged(path, state))
    }

    /// Adds files found later. One that changed after `start` is remembered as unknown: what was built from it is too.
    pub(super) fn add(&mut self, paths: impl IntoIterator<Item = PathBuf>, start: SystemTime) {
        for path in paths {
            let mut state = State::read(&path);
            if modified(&path).is_none_or(|time| time >= start) {
                state = state.map(|state| State { hash: String::new(), stamp: state.stamp.distrusted() });
            }
            self.files.entry(path).or_insert(state);
        }
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }
}

impl State {
    fn read(path: &Path) -> Option<Self> {
        let stamp = Stamp::read(path)?;
        let hash = digest::of(&fs::read(path).ok()?);
        Some(Self { stamp, hash })
    }
}

impl Stamp {
    /// `None` if there is no such file.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
        let modified = modified(path)?;
        let stamp = Self { size, modified: nanoseconds(modified) };
        let settled = SystemTime::now().duration_since(modified).is_ok_and(|age| age > TICK);
        Some(if settled { stamp } else { stamp.distrusted() })
    }

    /// The stamp of a file that a finished build made and nobody writes a second time at once.
    pub(super) fn of_output(path: &Path) -> std::io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self { size: metadata.len(), modified: nanoseconds(metadata.modified()?) })
    }

    /// The same file as far as can be told without reading it.
    pub(super) fn holds(self, path: &Path) -> bool {
        let Ok(metadata) = fs::metadata(path) else { return false };
        let now = metadata.modified().map(nanoseconds).unwrap_or_default();
        self.modified != 0 && self.modified == now && self.size == metadata.len()
    }

    fn distrusted(self) -> Self {
        Self { modified: 0, ..self }
    }
}

fn unchanged(path: &Path, state: &mut Option<State>) -> bool {
    let Some(before) = state else { return !path.exists() };
    if before.stamp.holds(path) {
        return true;
    }
    let Some(now) = State::read(path) else { return false };
    let same = now.hash == before.hash;
    if same {
        *before = now;
    }
    same
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or_default()
}

/// The files of a package that can matter to its build: all but hidden ones, build outputs and packages further down.
pub(super) fn package_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, hidden) = (entry.path(), entry.file_name().as_encoded_bytes().starts_with(b"."));
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match (hidden, is_folder) {
                (true, _) => {}
                (false, false) => files.push(path),
                (false, true) if path.join("Cargo.toml").exists() || path.join("CACHEDIR.TAG").exists() => {}
                (false, true) => folders.push(path),
            }
        }
    }
    files
}
