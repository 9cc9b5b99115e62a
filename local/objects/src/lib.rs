//! S3 buckets, and CloudFront distributions in front of them.
//! Knows no template and no IAM: who may do what is asked of the caller, action by action.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod access;
mod bucket;
mod call;
mod checksum;
mod chunked;
mod conditions;
mod content;
mod headers;
mod listing;
mod moment;
mod object;
mod objects;
mod operation;
mod operations;
mod payload;
mod range;
mod refusal;
mod settings;
mod shelf;
mod upload;
mod xml;

pub use access::{Access, Permission};
pub use objects::{BucketError, Objects, OpenError};
pub use settings::Settings;
