//! [`Output`]: the files of a synthesis, written together or not at all.
//!
//! It knows nothing of what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Files that wait to be written to one folder.
#[derive(Debug)]
pub(crate) struct Output {
    folder: PathBuf,
    files: Vec<(PathBuf, String)>,
    gone: Vec<PathBuf>,
}

impl Output {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder, files: Vec::new(), gone: Vec::new() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a path in the folder is called from there, with `/` on every system.
    pub(crate) fn name_of(&self, path: &Path) -> Result<String> {
        let name = path
            .strip_prefix(&self.folder)
            .with_context(|| format!("{} is not in {}", path.display(), self.folder.display()))?;
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        Ok(parts.join("/"))
    }

    /// Queues a file.
    pub(crate) fn file(&mut self, name: &str, text: String) {
        self.files.push((self.folder.join(name), text));
    }

    /// Queues the removal of a file.
    pub(crate) fn remove(&mut self, name: &str) {
        self.gone.push(self.folder.join(name));
    }

    /// Writes every file that has another content than before: first all beside their places, then into them.
    pub(crate) fn commit(&mut self) -> Result<()> {
        self.files.retain(|(path, text)| fs::read(path).ok().as_deref() != Some(text.as_bytes()));
        fs::create_dir_all(&self.folder).with_context(|| cannot_write(&self.folder))?;
        for (path, text) in &self.files {
            fs::write(beside(path), text).with_context(|| cannot_write(path))?;
        }
        for (path, _) in self.files.drain(..) {
            fs::rename(beside(&path), &path).with_context(|| cannot_write(&path))?;
        }
        for path in self.gone.drain(..).filter(|path| path.exists()) {
            fs::remove_file(&path).with_context(|| cannot_write(&path))?;
        }
        Ok(())
    }
}

/// Two processes may write the same folder at the same time.
fn beside(path: &Path) -> PathBuf {
    path.with_added_extension(format!("{}.new", std::process::id()))
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}\n  hint: choose another folder with `--out`", path.display())
}
