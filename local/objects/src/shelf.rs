//! Where the objects of a bucket lie between two runs: a folder, or nowhere.
//! Keeps no index: that is in memory, and read from here once.
//!
//! ```text
//! <folder>/<bucket>/bucket.json            when it was made
//! <folder>/<bucket>/objects/<hash>.json    what is known of the object whose key has that hash, and its content's name
//! <folder>/<bucket>/contents/<name>        bytes, written once
//! ```
//!
//! An object is there from the moment its description gets its name. A process that is killed before leaves a
//! content, or a description under another name, that nobody refers to: it is removed at the next start.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::checksum::hex;
use crate::content::Content;
use crate::object::{About, Object};

/// Objects by key, in the order of lists.
pub(crate) type Index = BTreeMap<String, Arc<Object>>;

/// The place of one bucket.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    folder: Option<PathBuf>,
}

/// What is written of a bucket.
#[derive(Serialize, Deserialize)]
struct Label {
    created: u64,
}

/// What is written of an object.
#[derive(Serialize, Deserialize)]
struct Card {
    content: String,
    #[serde(flatten)]
    about: About,
}

impl Shelf {
    /// A new place for a bucket.
    pub(crate) fn make(folder: Option<&Path>, bucket: &str, created: u64) -> io::Result<Shelf> {
        let shelf = Shelf { folder: folder.map(|folder| folder.join(bucket)) };
        if let Some(folder) = &shelf.folder {
            fs::create_dir_all(folder.join("objects"))?;
            fs::create_dir_all(folder.join("contents"))?;
            replace(&folder.join("bucket.json"), &serde_json::to_vec(&Label { created })?)?;
        }
        Ok(shelf)
    }

    /// The places there are, with names, times and objects.
    pub(crate) fn all(folder: &Path) -> io::Result<Vec<(String, u64, Shelf, Index)>> {
        fs::create_dir_all(folder)?;
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let Some(bucket) = path.file_name().and_then(|name| name.to_str()) else { continue };
            // Without a label it was being made, or removed.
            let Ok(label) = fs::read(path.join("bucket.json")) else { continue };
            let label: Label = serde_json::from_slice(&label)?;
            let index = read(&path)?;
            all.push((bucket.to_owned(), label.created, Shelf { folder: Some(path.clone()) }, index));
        }
        Ok(all)
    }

    /// Where contents are written; none in memory.
    pub(crate) fn contents(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("contents"))
    }

    /// Puts an object there, in place of the one with its key.
    pub(crate) fn put(&self, object: &Object) -> io::Result<()> {
        let (Some(folder), Some(content)) = (&self.folder, object.content.file_name()) else { return Ok(()) };
        let card = Card { content: content.to_owned(), about: object.about.clone() };
        replace(&card_path(folder, &object.about.key), &serde_json::to_vec(&card)?)?;
        object.content.keep(true);
        Ok(())
    }

    /// Takes the object with that key away.
    pub(crate) fn remove(&self, object: &Object) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::remove_file(card_path(folder, &object.about.key))?;
        object.content.keep(false);
        Ok(())
    }

    /// Removes all.
    pub(crate) fn clear(&self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        // First what makes it a bucket.
        fs::remove_file(folder.join("bucket.json"))?;
        fs::remove_dir_all(folder)
    }
}

/// A key can be longer than a file's name, and have any character.
fn card_path(folder: &Path, key: &str) -> PathBuf {
    folder.join("objects").join(format!("{}.json", hex(&Sha256::digest(key))))
}

/// Writes a file so that it is there whole, or as it was before.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, bytes)?;
    fs::rename(new, path)
}

/// The objects of a bucket, rid of what nobody refers to.
fn read(folder: &Path) -> io::Result<Index> {
    let mut index = Index::new();
    let mut contents = HashSet::new();
    for entry in fs::read_dir(folder.join("objects"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            fs::remove_file(path)?;
            continue;
        }
        let Card { content, about } = serde_json::from_slice(&fs::read(path)?)?;
        let kept = Content::kept(folder.join("contents").join(&content), about.length);
        index.insert(about.key.clone(), Arc::new(Object { about, content: kept }));
        contents.insert(content);
    }
    for entry in fs::read_dir(folder.join("contents"))? {
        let entry = entry?;
        if entry.file_name().to_str().is_none_or(|name| !contents.contains(name)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(index)
}
