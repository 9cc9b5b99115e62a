//! The bytes of an object: in memory, or in a file of their own that is never written again.
//! Knows no key: who owns a content says whether its file stays.

use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::fs;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// What is read of a file at a time.
const PIECE: u64 = 64 * 1024;

/// Bytes that do not change.
#[derive(Debug)]
pub(crate) enum Content {
    Memory(Bytes),
    File(StoredFile),
}

/// A file that goes when nobody has it any more, unless it is kept: a reader reads to the end what another
/// request has replaced.
#[derive(Debug)]
pub(crate) struct StoredFile {
    path: PathBuf,
    length: u64,
    is_kept: AtomicBool,
}

impl Drop for StoredFile {
    fn drop(&mut self) {
        if !self.is_kept.load(Ordering::Relaxed) {
            // What is left behind is removed when the folder is opened the next time.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Content {
    /// What an earlier process has kept.
    pub(crate) fn kept(path: PathBuf, length: u64) -> Content {
        Content::File(StoredFile { path, length, is_kept: AtomicBool::new(true) })
    }

    pub(crate) fn length(&self) -> u64 {
        match self {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File(file) => file.length,
        }
    }

    /// The name of its file; none in memory.
    pub(crate) fn file_name(&self) -> Option<&str> {
        match self {
            Content::Memory(_) => None,
            Content::File(file) => file.path.file_name()?.to_str(),
        }
    }

    /// Whether its file outlives this value.
    pub(crate) fn keep(&self, is_kept: bool) {
        if let Content::File(file) = self {
            file.is_kept.store(is_kept, Ordering::Relaxed);
        }
    }

    /// Those of its bytes, piece by piece. They can be read even if the content is dropped meanwhile.
    pub(crate) async fn read(&self, range: Range<u64>) -> io::Result<Pieces> {
        Ok(match self {
            Content::Memory(bytes) => {
                let at = |place| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
                Pieces::Memory(bytes.slice(at(range.start)..at(range.end)))
            }
            Content::File(file) => {
                let mut opened = fs::File::open(&file.path).await?;
                opened.seek(SeekFrom::Start(range.start)).await?;
                Pieces::File { file: opened, left: range.end - range.start }
            }
        })
    }
}

/// Bytes on their way out.
pub(crate) enum Pieces {
    Memory(Bytes),
    File { file: fs::File, left: u64 },
}

impl Pieces {
    /// The next; none at the end.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        match self {
            Pieces::Memory(bytes) => Ok(Some(std::mem::take(bytes)).filter(|bytes| !bytes.is_empty())),
            Pieces::File { left: 0, .. } => Ok(None),
            Pieces::File { file, left } => {
                let mut piece = Vec::new();
                let read = file.take(PIECE.min(*left)).read_to_end(&mut piece).await?;
                if read == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                *left -= read as u64;
                Ok(Some(piece.into()))
            }
        }
    }

    /// The body of a response.
    pub(crate) fn into_body(self) -> Body {
        match self {
            Pieces::Memory(bytes) => Body::from(bytes),
            file @ Pieces::File { .. } => Body::from_stream(stream::try_unfold(file, async |mut file| {
                Ok::<_, io::Error>(file.next().await?.map(|piece| (piece, file)))
            })),
        }
    }
}

/// A content in the making.
#[derive(Debug)]
pub(crate) enum Sink {
    Memory(Vec<u8>),
    File { file: fs::File, stored: StoredFile },
}

impl Sink {
    /// In memory, or in a new file of that folder.
    pub(crate) async fn open(folder: Option<&Path>, name: &str) -> io::Result<Sink> {
        let Some(folder) = folder else { return Ok(Sink::Memory(Vec::new())) };
        let path = folder.join(name);
        let file = fs::File::create_new(&path).await?;
        Ok(Sink::File { file, stored: StoredFile { path, length: 0, is_kept: AtomicBool::new(false) } })
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Sink::Memory(memory) => memory.extend_from_slice(bytes),
            Sink::File { file, stored } => {
                file.write_all(bytes).await?;
                stored.length += bytes.len() as u64;
            }
        }
        Ok(())
    }

    /// The content, not kept yet. The system has all of it: a killed process loses nothing.
    pub(crate) async fn finish(self) -> io::Result<Content> {
        match self {
            Sink::Memory(memory) => Ok(Content::Memory(memory.into())),
            Sink::File { mut file, stored } => {
                file.flush().await?;
                Ok(Content::File(stored))
            }
        }
    }
}
