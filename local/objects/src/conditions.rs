//! Conditions of requests: `If-Match` and its like.
//! Does not know where objects are: it compares with what it is shown.

use axum::http::HeaderMap;

use crate::headers::text;
use crate::moment;
use crate::object::About;
use crate::refusal::Refusal;

/// What a client that may read an object is to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Wanted,
    /// It has it already.
    NotModified,
}

/// The conditions of one request, and which prefix their headers have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    matches: Option<String>,
    none_matches: Option<String>,
    modified_since: Option<u64>,
    unmodified_since: Option<u64>,
    range: Option<String>,
}

impl Conditions {
    /// On the object that the request is about.
    pub(crate) fn read(headers: &HeaderMap) -> Conditions {
        Conditions::with_prefix(headers, "")
    }

    /// On the object that is copied.
    pub(crate) fn of_source(headers: &HeaderMap) -> Conditions {
        Conditions::with_prefix(headers, "x-amz-copy-source-")
    }

    /// That the object has that tag, if there is one.
    pub(crate) fn on_tag(tag: Option<&str>) -> Conditions {
        Conditions { matches: tag.map(str::to_owned), ..Conditions::default() }
    }

    fn with_prefix(headers: &HeaderMap, prefix: &str) -> Conditions {
        let header = |name| text(headers, &format!("{prefix}{name}"));
        Conditions {
            matches: header("if-match").map(str::to_owned),
            none_matches: header("if-none-match").map(str::to_owned),
            modified_since: header("if-modified-since").and_then(moment::read),
            unmodified_since: header("if-unmodified-since").and_then(moment::read),
            range: header("if-range").map(str::to_owned),
        }
    }

    /// Whether the object is to be read: a tag counts more than a date.
    ///
    /// See [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2).
    pub(crate) fn check_read(&self, about: &About) -> Result<Reading, Refusal> {
        match (&self.matches, self.unmodified_since) {
            (Some(tags), _) if !names(tags, about) => return Err(Refusal::precondition_failed("If-Match")),
            (None, Some(since)) if about.modified > since => {
                return Err(Refusal::precondition_failed("If-Unmodified-Since"));
            }
            _ => {}
        }
        match (&self.none_matches, self.modified_since) {
            (Some(tags), _) if names(tags, about) => Ok(Reading::NotModified),
            (None, Some(since)) if about.modified <= since => Ok(Reading::NotModified),
            _ => Ok(Reading::Wanted),
        }
    }

    /// Whether a part of the object is of use to who has the rest of it: `If-Range`.
    pub(crate) fn is_range_of(&self, about: &About) -> bool {
        match self.range.as_deref() {
            None => true,
            Some(tag) if tag.starts_with('"') => names(tag, about),
            Some(date) => moment::read(date).is_some_and(|date| about.modified <= date),
        }
    }

    /// Whether the object may be copied: that is never answered with 304.
    pub(crate) fn check_copy(&self, about: &About) -> Result<(), Refusal> {
        match self.check_read(about) {
            Ok(Reading::Wanted) => Ok(()),
            _ => Err(Refusal::precondition_failed("x-amz-copy-source-If-*")),
        }
    }

    /// Whether the object may be replaced or deleted.
    ///
    /// See [conditional writes](https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
    pub(crate) fn check_write(&self, there: Option<&About>, key: &str) -> Result<(), Refusal> {
        match (self.none_matches.as_deref(), there) {
            (Some("*"), Some(_)) => return Err(Refusal::precondition_failed("If-None-Match")),
            (None | Some("*"), _) => {}
            (Some(_), _) => return Err(Refusal::not_implemented("If-None-Match with anything but *")),
        }
        match (&self.matches, there) {
            (Some(_), None) => Err(Refusal::no_such_key(key)),
            (Some(tags), Some(about)) if !names(tags, about) => Err(Refusal::precondition_failed("If-Match")),
            _ => Ok(()),
        }
    }
}

/// Whether a list of tags has the object's.
fn names(tags: &str, about: &About) -> bool {
    let mut tags = tags.split(',').map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
    tags.any(|tag| tag == "*" || tag == about.etag)
}
