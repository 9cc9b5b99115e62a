//! The zip that Lambda takes: `bootstrap`, and files under `site/`; equal bytes for equal input on every machine.
//! Not a general archiver: two modes, one time, one order.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{AssetError, digest};

/// Lambda's limit for a function's code, unzipped: 250 MiB.
pub(super) const UNZIPPED_LIMIT: u64 = 250 * 1024 * 1024;

/// What goes into one zip.
pub(super) struct Contents {
    pub(super) bootstrap: Vec<u8>,
    /// Names below `site/` and bytes, sorted by name.
    pub(super) site: Vec<(String, Vec<u8>)>,
}

/// How much work to put into making it small.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effort {
    /// Deflate, level 6.
    Deflated,
    /// None: a stub is made to be quick.
    Stored,
}

impl Contents {
    pub(super) fn unzipped(&self) -> u64 {
        let site: usize = self.site.iter().map(|(_, bytes)| bytes.len()).sum();
        (self.bootstrap.len() + site) as u64
    }

    pub(super) fn zip(&self, effort: Effort) -> Result<Vec<u8>, AssetError> {
        self.write(effort).map_err(|error| AssetError::Zip { message: error.to_string() })
    }

    fn write(&self, effort: Effort) -> zip::result::ZipResult<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("bootstrap", effort.options(0o755))?;
        writer.write_all(&self.bootstrap)?;
        for (name, bytes) in &self.site {
            writer.start_file(format!("site/{name}"), effort.options(0o644))?;
            writer.write_all(bytes)?;
        }
        Ok(writer.finish()?.into_inner())
    }
}

impl Effort {
    fn options(self, mode: u32) -> SimpleFileOptions {
        let (method, level) = match self {
            Self::Deflated => (CompressionMethod::Deflated, Some(6)),
            Self::Stored => (CompressionMethod::Stored, None),
        };
        SimpleFileOptions::DEFAULT
            .compression_method(method)
            .compression_level(level)
            .unix_permissions(mode)
            .last_modified_time(DateTime::DEFAULT)
    }
}

/// Where the zip with this hash is.
pub(super) fn path(out: &Path, hash: &str) -> PathBuf {
    out.join("assets").join(format!("{hash}.zip"))
}

/// Writes a zip under its hash, whole or not at all, if it is not there yet; gives hash and path.
pub(super) fn store(out: &Path, zip: &[u8]) -> Result<(String, PathBuf), AssetError> {
    let hash = digest::of(zip);
    let path = path(out, &hash);
    if is_stored(out, &hash, zip.len() as u64) {
        return Ok((hash, path));
    }
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    fs::create_dir_all(out.join("assets"))
        .and_then(|()| fs::write(&unfinished, zip))
        .and_then(|()| fs::rename(&unfinished, &path))
        .map_err(|error| AssetError::write(&path, error))?;
    Ok((hash, path))
}

/// Whether `<out>/assets` has the zip, whole.
pub(super) fn is_stored(out: &Path, hash: &str, size: u64) -> bool {
    fs::metadata(path(out, hash)).is_ok_and(|metadata| metadata.len() == size)
}

/// Removes the zips in `<out>/assets` whose hash is not kept; gives what was removed.
///
/// [`package`](super::package()) removes nothing: only the caller knows which assets its manifest still names.
pub fn prune<'a>(out: &Path, keep: impl IntoIterator<Item = &'a str>) -> Result<Vec<PathBuf>, AssetError> {
    let keep: Vec<PathBuf> = keep.into_iter().map(|hash| path(out, hash)).collect();
    let entries = fs::read_dir(out.join("assets")).into_iter().flatten().flatten();
    let mut old: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    old.retain(|path| path.extension().is_some_and(|extension| extension == "zip") && !keep.contains(path));
    old.sort();
    for path in &old {
        fs::remove_file(path).map_err(|error| AssetError::write(path, error))?;
    }
    Ok(old)
}
