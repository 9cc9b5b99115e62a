//! Headers that an object keeps and gives back, and those of a put that mean more than S3 does here.
//! Does not read conditions and checksums.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::refusal::Refusal;

/// What an object gives back as it was put.
const KEPT: [&str; 8] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
];

const METADATA: &str = "x-amz-meta-";

/// All names and values of metadata together, in bytes.
const LARGEST_METADATA: usize = 2048;

/// What cannot be kept, and must not be forgotten either.
const UNSUPPORTED: [&str; 10] = [
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write-acp",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-tagging",
    "x-amz-write-offset-bytes",
];

/// The headers of an object, by name in lower case.
pub(crate) type Kept = BTreeMap<String, String>;

/// The value of a header; `None` also for one that is no text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// What a put says that its object keeps.
pub(crate) fn kept(headers: &HeaderMap) -> Result<Kept, Refusal> {
    refuse_unsupported(headers)?;
    let is_kept = |name: &str| KEPT.contains(&name) || name.starts_with(METADATA);
    let mut kept = Kept::new();
    for (name, value) in headers.iter().filter(|(name, _)| is_kept(name.as_str())) {
        let value = std::str::from_utf8(value.as_bytes());
        let value =
            value.map_err(|_| Refusal::invalid_argument(name.as_str(), "", "Header value is not UTF-8"))?;
        let value = match name.as_str() {
            "content-encoding" => without_framing(value),
            _ => value.trim().to_owned(),
        };
        kept.entry(name.as_str().to_owned())
            .and_modify(|all| *all = format!("{all},{value}"))
            .or_insert(value);
    }
    kept.retain(|name, value| !(value.is_empty() && name == "content-encoding"));
    check_metadata(&kept)?;
    Ok(kept)
}

/// Writes an object's headers into a response.
pub(crate) fn write(kept: &Kept, headers: &mut HeaderMap) {
    for (name, value) in kept {
        let is_usual = name == "x-amz-storage-class" && value == "STANDARD";
        let name = HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value), false) = (name, HeaderValue::try_from(value.as_str()), is_usual) {
            headers.insert(name, value);
        }
    }
}

/// `aws-chunked` tells of the way, not of the object.
fn without_framing(value: &str) -> String {
    let encodings = value.split(',').map(str::trim);
    encodings.filter(|one| !one.eq_ignore_ascii_case("aws-chunked")).collect::<Vec<_>>().join(",")
}

fn check_metadata(kept: &Kept) -> Result<(), Refusal> {
    let metadata = kept.iter().filter_map(|(name, value)| Some((name.strip_prefix(METADATA)?, value)));
    let size: usize = metadata.map(|(name, value)| name.len() + value.len()).sum();
    if size > LARGEST_METADATA { Err(Refusal::headers_too_large()) } else { Ok(()) }
}

/// Buckets here are as they are made since 2023: without lists of access, encrypted with keys of S3's own.
fn refuse_unsupported(headers: &HeaderMap) -> Result<(), Refusal> {
    if let Some(name) = UNSUPPORTED.iter().find(|name| headers.contains_key(**name)) {
        return Err(Refusal::not_implemented(name));
    }
    match text(headers, "x-amz-acl") {
        None | Some("private" | "bucket-owner-full-control") => {}
        Some(_) => return Err(Refusal::no_acl()),
    }
    match text(headers, "x-amz-server-side-encryption") {
        None | Some("AES256") => Ok(()),
        Some(other) => Err(Refusal::not_implemented(&format!("x-amz-server-side-encryption: {other}"))),
    }
}
