//! An object: its bytes, and what is known of them.
//! Does not change: another put of the key is another object.

use serde::{Deserialize, Serialize};

use crate::checksum::{Checksum, hex};
use crate::content::Content;
use crate::headers::Kept;

/// An object of a bucket.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) about: About,
    pub(crate) content: Content,
}

/// What is known of an object besides its bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) key: String,
    pub(crate) length: u64,
    /// Without the quotes around it.
    pub(crate) etag: String,
    /// Seconds since 1970.
    pub(crate) modified: u64,
    pub(crate) headers: Kept,
    pub(crate) checksum: Checksum,
}

impl About {
    /// The entity tag as headers and documents have it.
    pub(crate) fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag)
    }

    pub(crate) fn storage_class(&self) -> &str {
        self.headers.get("x-amz-storage-class").map_or("STANDARD", String::as_str)
    }
}

/// The entity tag of bytes put at once.
pub(crate) fn etag(md5: &[u8]) -> String {
    hex(md5)
}
