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
