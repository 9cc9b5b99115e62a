//! [`Sources`]: which files matter to something built, and which folders may get another one that does.
//! Watches nothing: it answers questions about paths.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::snapshot::package_files;

/// The files that something was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Packages, and folders of pages: all files in them count, but hidden ones and packages further down.
    pub folders: BTreeSet<PathBuf>,
    /// Files elsewhere.
    pub files: BTreeSet<PathBuf>,
}

impl Sources {
    /// Whether a change of this file, or its coming and going, can matter.
    pub fn concern(&self, path: &Path) -> bool {
        self.files.contains(path) || self.folders.iter().any(|folder| is_within(path, folder))
    }

    /// The files there are now.
    pub fn listing(&self) -> impl Iterator<Item = PathBuf> {
        let packages = self.folders.iter().flat_map(|folder| package_files(folder));
        packages.chain(self.files.iter().filter(|path| path.is_file()).cloned())
    }

    /// The folders in which files are that count, or may come to be.
    pub fn places(&self) -> BTreeSet<PathBuf> {
        let parents = self.listing().filter_map(|path| path.parent().map(Path::to_owned));
        parents.chain(self.folders.iter().cloned()).collect()
    }
}

/// Whether a file is below a folder, neither hidden nor left over by an editor.
fn is_within(path: &Path, folder: &Path) -> bool {
    let Ok(name) = path.strip_prefix(folder) else { return false };
    let passing = |part: &std::ffi::OsStr| {
        let part = part.as_encoded_bytes();
        part.starts_with(b".") || part.ends_with(b"~")
    };
    !name.as_os_str().is_empty() && !name.iter().any(passing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: bool) {
        let sources =
            Sources { folders: ["/w/handlers/api".into()].into(), files: ["/w/Cargo.lock".into()].into() };
        assert_eq!(sources.concern(Path::new(path)), expected, "{path}");
    }

    #[test]
    fn what_concerns_a_build() {
        check("/w/Cargo.lock", true);
        check("/w/Cargo.toml", false);
        check("/w/handlers/api/src/main.rs", true);
        check("/w/handlers/api/src/new/", true);
        check("/w/handlers/api-2/src/main.rs", false);
        check("/w/handlers/api/src/.main.rs.swp", false);
        check("/w/handlers/api/src/main.rs~", false);
        check("/w/handlers/api", false);
    }
}
