//! Why no asset came out: what went wrong, where, and the command that mends it.
//! Decides nothing and prints nothing; texts are ready for a person.

use std::io;
use std::path::{Path, PathBuf};

use super::{Architecture, GlibcVersion, MissingCrate, NEWEST_GLIBC};

/// Why [`package`](super::package()) failed. The text has its `hint:` lines with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssetError {
    /// No manifest at or above the folder.
    #[error("no Cargo.toml in {} or above it\n  hint: run this in the workspace of the handlers", .start.display())]
    NoWorkspace {
        /// Where the search began.
        start: PathBuf,
    },
    /// A manifest or a cargo configuration that is not TOML, or not of the expected shape.
    #[error("{} cannot be read: {message}\n  hint: `cargo metadata --no-deps` says more", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file that cannot be written or removed.
    #[error("{} cannot be written: {source}\n  hint: choose another folder with `--out`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A folder for a function's code that cannot be made or removed.
    #[error("the code folder {} cannot be written: {source}\n  hint: remove the folder above it and try again", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Crates asked for that are no handlers; all of them at once.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Missing(Vec<MissingCrate>),
    /// A crate with several binaries, none called like it.
    #[error(
        "the crate `{crate_name}` has several binaries: {}\n  hint: call one of them `{crate_name}`, or name one in `default-run`",
        .binaries.join(", ")
    )]
    Ambiguous {
        /// The crate.
        crate_name: String,
        /// Its binaries.
        binaries: Vec<String>,
    },
    /// A program that does not start.
    #[error("`{command}` does not start: {source}\n  hint: is Rust installed? https://rustup.rs")]
    Start {
        /// The command.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// A command other than the build that failed.
    #[error("`{command}` failed\n{}", .message.trim_end())]
    Command {
        /// The command.
        command: String,
        /// What it wrote on stderr.
        message: String,
    },
    /// The build failed.
    #[error("the handlers do not build\n{}\n  hint: `{command}` repeats it", .diagnostics.trim_end())]
    Build {
        /// The command, as the user can type it.
        command: String,
        /// What compiler and cargo say, rendered.
        diagnostics: String,
    },
    /// Cargo succeeded and made no executable: `required-features` do that.
    #[error(
        "`{command}` made no executable for `{crate_name}`\n  hint: does its binary have `required-features`?"
    )]
    NoExecutable {
        /// The crate.
        crate_name: String,
        /// The command, as the user can type it.
        command: String,
    },
    /// An executable that Lambda cannot start at all.
    #[error("the executable of `{crate_name}` is not for Linux on {wanted}: {found} ({})\n  hint: {hint}", .path.display())]
    NotForLambda {
        /// The crate.
        crate_name: String,
        /// What was wanted.
        wanted: Architecture,
        /// What it is.
        found: String,
        /// The executable.
        path: PathBuf,
        /// The commands that mend it.
        hint: String,
    },
    /// Executables that ask for a newer glibc than Lambda has, and no other way to build them.
    #[error(
        "the executable of `{crate_name}` needs glibc {needed}, Lambda has {NEWEST_GLIBC}\n  hint: {hint}"
    )]
    Glibc {
        /// The crate.
        crate_name: String,
        /// What it needs.
        needed: GlibcVersion,
        /// The commands that mend it.
        hint: String,
    },
    /// This machine cannot build for the architecture wanted; found out before building.
    #[error("this machine ({host}) cannot build for {wanted}: {lacking}\n  hint: {hint}")]
    CannotBuildFor {
        /// The host triple.
        host: String,
        /// The architecture or target wanted.
        wanted: String,
        /// What is not installed.
        lacking: String,
        /// The commands that mend it.
        hint: String,
    },
    /// A folder of files that cannot be packed.
    #[error("the files in {} cannot be packed: {source}", .path.display())]
    Site {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file name that is not UTF-8.
    #[error("{} cannot be packed: its name is not UTF-8\n  hint: rename it", .path.display())]
    SiteName {
        /// The file.
        path: PathBuf,
    },
    /// A link out of the folder, or in a circle.
    #[error(
        "{} cannot be packed: the link leads to {}\n  hint: put a copy in its place; only links to files in the folder are followed",
        .link.display(), .target.display()
    )]
    SiteLink {
        /// The link.
        link: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// More than Lambda takes.
    #[error(
        "the asset of `{crate_name}` is {size} bytes unzipped, Lambda takes {limit}\n  hint: pack fewer files, or set `strip = true` in the profile"
    )]
    TooLarge {
        /// The crate.
        crate_name: String,
        /// Bytes unzipped.
        size: u64,
        /// Lambda's limit.
        limit: u64,
    },
    /// What is to be remembered until next time cannot be written down: a path is not UTF-8.
    #[error(
        "what was built cannot be remembered: {message}\n  hint: move the workspace to a folder whose name is UTF-8"
    )]
    Record {
        /// What the writer says.
        message: String,
    },
    /// The zip writer refused.
    #[error("the zip cannot be written: {message}")]
    Zip {
        /// What it says.
        message: String,
    },
}

impl AssetError {
    pub(super) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    pub(super) fn site(path: &Path, source: io::Error) -> Self {
        Self::Site { path: path.to_owned(), source }
    }

    pub(super) fn manifest(path: &Path, error: &toml::de::Error) -> Self {
        Self::Manifest { path: path.to_owned(), message: error.to_string().trim_end().to_owned() }
    }
}
