//! Tells which files have changed, once nothing has changed for a moment.
//!
//! What a change means, and what to do about it, is for `reload`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _, event::ModifyKind};
use tokio::sync::Notify;
use tokio::time;

use crate::assets::Sources;

/// Editors write a file in several steps, and `git switch` many files: a change is over after this long without one.
const QUIET: Duration = Duration::from_millis(120);

/// A watch over sources.
#[derive(Debug)]
pub(super) struct Watch {
    watcher: RecommendedWatcher,
    changes: Arc<Changes>,
    sources: Sources,
    files: BTreeSet<PathBuf>,
    places: BTreeSet<PathBuf>,
}

/// What the operating system has told; the same path counts once, however often it is told.
#[derive(Debug, Default)]
struct Changes {
    paths: Mutex<BTreeSet<PathBuf>>,
    more: Notify,
}

impl Watch {
    /// A watch over nothing yet.
    pub(super) fn new() -> Result<Self> {
        let changes = Arc::new(Changes::default());
        let told = Arc::clone(&changes);
        let listen = move |event: notify::Result<notify::Event>| {
            let counts = |event: &notify::Event| is_change(event.kind);
            told.add(event.ok().filter(counts).map(|event| event.paths).unwrap_or_default());
        };
        let watcher = notify::recommended_watcher(listen).context("cannot watch files for changes")?;
        Ok(Self {
            watcher,
            changes,
            sources: Sources::default(),
            files: BTreeSet::new(),
            places: BTreeSet::new(),
        })
    }

    /// Watches these sources and no others. Files of them that changed after `since` count as changed.
    pub(super) fn follow(&mut self, sources: Sources, since: SystemTime) -> Result<()> {
        let places = sources.places();
        for gone in self.places.difference(&places) {
            // A folder that was removed is not watched any more anyhow.
            let _ = self.watcher.unwatch(gone);
        }
        for new in places.difference(&self.places) {
            let watched = self.watcher.watch(new, RecursiveMode::NonRecursive);
            watched.with_context(|| format!("cannot watch {} for changes", new.display()))?;
        }
        let files: BTreeSet<PathBuf> = sources.listing().collect();
        self.changes.add(files.iter().filter(|path| changed_after(path, since)).cloned().collect());
        (self.sources, self.files, self.places) = (sources, files, places);
        Ok(())
    }

    /// Waits for a change, and for its end.
    pub(super) async fn changed(&self) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        while changed.is_empty() {
            self.changes.more.notified().await;
            while time::timeout(QUIET, self.changes.more.notified()).await.is_ok() {}
            changed = self.changes.take();
            changed.retain(|path| self.counts(path));
        }
        changed
    }

    /// A file that came and went between two looks is an editor's own.
    fn counts(&self, path: &Path) -> bool {
        self.sources.concern(path) && (self.files.contains(path) || path.exists())
    }
}

impl Changes {
    fn add(&self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.paths.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
            self.more.notify_one();
        }
    }

    fn take(&self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut *self.paths.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reading a file is no change, nor is another owner or time.
fn is_change(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

fn changed_after(path: &Path, since: SystemTime) -> bool {
    fs::metadata(path).and_then(|metadata| metadata.modified()).is_ok_and(|modified| modified > since)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A folder of sources of its own, and what is told after an edit.
    async fn told(edit: impl FnOnce(&Path)) -> Vec<String> {
        let name = std::thread::current().name().unwrap_or("watch").replace(':', "-");
        let folder =
            std::env::temp_dir().canonicalize().unwrap().join(format!("{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/main.rs"), "fn main() {}").unwrap();
        let mut watch = Watch::new().unwrap();
        let sources = Sources { folders: [folder.clone()].into(), ..Sources::default() };
        watch.follow(sources, SystemTime::now() + Duration::from_secs(60)).unwrap();
        edit(&folder);
        let changed = time::timeout(Duration::from_millis(1500), watch.changed()).await.unwrap_or_default();
        fs::remove_dir_all(&folder).unwrap();
        changed.iter().map(|path| path.strip_prefix(&folder).unwrap().display().to_string()).collect()
    }

    #[tokio::test]
    async fn an_edit_is_told_once_it_is_over() {
        let edited = told(|folder| {
            fs::write(folder.join("src/main.rs"), "fn main() { }").unwrap();
            fs::write(folder.join("src/lib.rs"), "").unwrap();
        });
        assert_eq!(edited.await, ["src/lib.rs", "src/main.rs"]);
    }

    #[tokio::test]
    async fn a_file_put_in_place_of_another_is_an_edit() {
        let edited = told(|folder| {
            fs::write(folder.join("src/4913"), "fn main() { }").unwrap();
            fs::rename(folder.join("src/4913"), folder.join("src/main.rs")).unwrap();
        });
        assert_eq!(edited.await, ["src/main.rs"]);
    }

    #[tokio::test]
    async fn a_file_that_goes_is_an_edit() {
        let edited = told(|folder| fs::remove_file(folder.join("src/main.rs")).unwrap());
        assert_eq!(edited.await, ["src/main.rs"]);
    }

    #[tokio::test]
    async fn what_does_not_concern_a_build_is_not_told() {
        let edited = told(|folder| {
            fs::write(folder.join("src/.main.rs.swp"), "").unwrap();
            drop(fs::read(folder.join("src/main.rs")).unwrap());
        });
        assert!(edited.await.is_empty());
    }

    #[tokio::test]
    async fn an_edit_before_the_watch_began_is_told() {
        let file = std::env::temp_dir().join(format!("{}-early.rs", std::process::id()));
        let since = SystemTime::now() - Duration::from_secs(1);
        fs::write(&file, "").unwrap();
        let mut watch = Watch::new().unwrap();
        watch.follow(Sources { files: [file.clone()].into(), ..Sources::default() }, since).unwrap();
        assert_eq!(watch.changed().await, [file.clone()].into());
        fs::remove_file(file).unwrap();
    }
}
