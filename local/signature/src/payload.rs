//! What a signature says of the body.
//! Reads no body: it is told what is known of it.

use http::request::Parts;

use crate::claim::{Claim, Place};
use crate::error::SignatureError;
use crate::query::Query;
use crate::signing;

/// What is known of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// All of it.
    Bytes(&'a [u8]),
    /// The SHA-256 of all of it, as it was computed while it was read.
    Sha256([u8; 32]),
    /// Nothing yet: what `x-amz-content-sha256` says is believed, and without it there is none. For requests without a
    /// body, and for large ones: whoever reads them compares the hash then.
    Unread,
}

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

impl Payload<'_> {
    /// The last line of what is signed: a hash, or why there is none.
    pub(crate) fn signed_as(self, claim: &Claim, parts: &Parts) -> Result<String, SignatureError> {
        match declared(parts) {
            Some(declared) if declared == UNSIGNED || declared.starts_with("STREAMING-") => Ok(declared),
            Some(declared) => self.checked(declared),
            None if claim.scope.is_s3() && matches!(claim.place, Place::Query { .. }) => {
                Ok(UNSIGNED.to_owned())
            }
            None => Ok(self.hash().unwrap_or_else(|| signing::hash(b""))),
        }
    }

    /// What was declared, if it is true.
    fn checked(self, declared: String) -> Result<String, SignatureError> {
        match self.hash() {
            Some(computed) if !computed.eq_ignore_ascii_case(&declared) => {
                Err(SignatureError::Content { declared, computed })
            }
            _ => Ok(declared),
        }
    }

    fn hash(self) -> Option<String> {
        match self {
            Payload::Bytes(bytes) => Some(signing::hash(bytes)),
            Payload::Sha256(digest) => Some(hex::encode(digest)),
            Payload::Unread => None,
        }
    }
}

/// What the request itself says of its body's hash; presigned URLs may say it in their query.
fn declared(parts: &Parts) -> Option<String> {
    if let Some(value) = parts.headers.get("x-amz-content-sha256") {
        return Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
    }
    let query = Query::parse(parts.uri.query()?);
    query.value("X-Amz-Content-Sha256").map(|value| value.into_owned())
}
