//! Who signed a request: AWS Signature Version 4, checked.
//! Knows no keys and no permissions: it is given the secret that a request claims to be signed with.
//!
//! ```
//! use std::time::SystemTime;
//! use stackwright_signature::{Claim, Payload, SignatureError};
//!
//! # fn secret_of(_: &str) -> Option<String> { None }
//! fn check(parts: &http::request::Parts, body: &[u8]) -> Result<(), SignatureError> {
//!     let claim = Claim::of(parts)?.ok_or(SignatureError::Missing)?;
//!     claim.in_time(SystemTime::now(), claim.usual_tolerance())?;
//!     let secret = secret_of(&claim.access_key_id).ok_or(SignatureError::UnknownKey)?;
//!     claim.verify(&secret, parts, Payload::Bytes(body))
//! }
//! ```
//!
//! A request carries its signature in the header `Authorization` or, presigned, in its query. What was signed is the
//! request as it was on the wire: whoever rewrites paths has to ask before. AppSync's realtime connections carry the
//! signed headers of a request that never was made, see [`realtime_request`].
//!
//! More lenient than AWS: a region and a service are whatever the claim says unless [`Claim::scoped_to`] is asked, and
//! headers `x-amz-*` need not be signed. Not there: the signatures of single chunks (`STREAMING-AWS4-HMAC-SHA256-…`:
//! the one over the headers, their seed, is checked), forms posted to S3, Signature Version 4A and version 2.
//!
//! Sources: [how requests are signed](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html),
//! [S3's ways](https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).

mod authorization;
mod canonical;
mod claim;
mod error;
mod moment;
mod payload;
mod presigned;
mod query;
mod realtime;
mod scope;
mod signing;

pub use claim::{Claim, Place};
pub use error::{Calculated, Protocol, SignatureError};
pub use payload::Payload;
pub use realtime::realtime_request;
pub use scope::Scope;
