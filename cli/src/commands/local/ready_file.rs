//! `--ready-file FILE`: there while everything is up, and not before or after.
//!
//! What is in it is the runner's to say.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

/// The file; it goes when this value does.
#[derive(Debug)]
pub(super) struct ReadyFile {
    path: PathBuf,
}

impl ReadyFile {
    /// Takes the place: what an earlier run has left there is removed, so that nobody takes it for ours.
    pub(super) fn claim(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path).context("cannot tell the current folder")?;
        let file = Self { path };
        fs::write(file.beside(), "").with_context(|| file.cannot_be_written())?;
        fs::remove_file(file.beside()).with_context(|| file.cannot_be_written())?;
        match fs::remove_file(&file.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| file.cannot_be_written())
            }
            _ => Ok(file),
        }
    }

    /// Writes it, whole at once.
    pub(super) fn write(&self, ready: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(ready)? + "\n";
        fs::write(self.beside(), text)
            .and_then(|()| fs::rename(self.beside(), &self.path))
            .with_context(|| self.cannot_be_written())
    }

    fn beside(&self) -> PathBuf {
        self.path.with_added_extension(format!("{}.new", std::process::id()))
    }

    fn cannot_be_written(&self) -> String {
        format!("cannot write the ready file {}", self.path.display())
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // It may not have been written yet.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn it_is_there_while_the_value_is() {
        let path = std::env::temp_dir().join(format!("ready-{}.json", std::process::id()));
        fs::write(&path, "of an earlier run").unwrap();
        let file = ReadyFile::claim(&path).unwrap();
        assert!(!path.exists());
        file.write(&["up"]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[\n  \"up\"\n]\n");
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_there_is_not() {
        let error = ReadyFile::claim(Path::new("/no/such/folder/ready.json")).unwrap_err();
        assert_eq!(error.to_string(), "cannot write the ready file /no/such/folder/ready.json");
    }
}
