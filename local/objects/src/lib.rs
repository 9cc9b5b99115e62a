//! S3 buckets, and CloudFront distributions in front of them.
//! Knows no template and no IAM: who may do what is asked of the caller, action by action.
//!
//! ```
//! use axum::body::Body;
//! use axum::extract::Request;
//! use stackwright_objects::{Access, Objects, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let objects = Objects::open(Settings::default())?;
//! objects.define("site-files")?;
//! let put = Request::put("/site-files/index.html").body(Body::from("<p>hello"))?;
//! assert_eq!(objects.answer(put, &Access::full()).await.status(), 200);
//!
//! let stranger = Access::by(|permission| Err(format!("you may not {} {}", permission.action, permission.resource)));
//! let read = Request::get("/site-files/index.html").body(Body::empty())?;
//! assert_eq!(objects.answer(read, &stranger).await.status(), 403);
//! # Ok(())
//! # }
//! ```
//!
//! With a folder, an object that was answered for is there after the process was killed at any moment; a power cut may
//! take the last ones. Uploads in parts that were not completed do not survive. Without a folder all is in memory.
//!
//! Buckets are as S3 makes them since 2023: no lists of access, AES-256 (which is told and not done). Refused by name:
//! versions, tags, locks, keys of one's own, parts by their number, and every other sub-resource. A bucket answers no
//! preflight request.
//!
//! A distribution keeps no cache, compresses nothing, takes plain HTTP for HTTPS and runs no functions.
//!
//! Sources: [S3](https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html),
//! [CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Introduction.html).

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod access;
mod bucket;
mod call;
mod checksum;
mod chunked;
mod conditions;
mod content;
mod distribution;
mod distributions;
mod headers;
mod headers_policy;
mod listing;
mod moment;
mod object;
mod objects;
mod operation;
mod operations;
mod path_pattern;
mod payload;
mod range;
mod refusal;
mod settings;
mod shelf;
mod upload;
mod xml;

pub use access::{Access, Permission};
pub use distribution::{Behaviour, Distribution, ErrorPage, Origin, Service};
pub use distributions::Distributions;
pub use headers_policy::{AddedHeader, Cors, HeadersPolicy};
pub use objects::{BucketError, Objects, OpenError};
pub use path_pattern::PathPattern;
pub use settings::Settings;
