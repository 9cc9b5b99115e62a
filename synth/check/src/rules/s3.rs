//! S3 buckets: names beyond what the schema's pattern says.
//!
//! Source: [bucket naming rules](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).

use super::text;
use crate::finding::Finding;
use crate::index::Index;

const PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Every bucket with a literal name.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, bucket) in index.of_type("AWS::S3::Bucket") {
        let Some(name) = text(bucket, "BucketName") else { continue };
        if let Some(fault) = fault(name) {
            let message = format!("{name:?} cannot be the name of a bucket: {fault}");
            findings.push(Finding::of_resource(id, "Properties.BucketName", message));
        }
    }
}

fn fault(name: &str) -> Option<String> {
    if name.len() < 3 {
        return Some("it has fewer than 3 characters".into());
    }
    if name.contains("..") {
        return Some("two dots follow each other".into());
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("it is an IP address".into());
    }
    let prefix = PREFIXES.iter().find(|prefix| name.starts_with(**prefix));
    let suffix = SUFFIXES.iter().find(|suffix| name.ends_with(**suffix));
    match (prefix, suffix) {
        (Some(prefix), _) => Some(format!("S3 keeps the start `{prefix}` to itself")),
        (_, Some(suffix)) => Some(format!("S3 keeps the end `{suffix}` to itself")),
        (None, None) => None,
    }
}
