//! A request, read as one of S3: which bucket, which key, which parameters.
//! Decides nothing about it.

use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::refusal::Refusal;

/// The longest key, in bytes.
const LONGEST_KEY: usize = 1024;

/// A request without its body, path-style: `/bucket/key`.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Empty for the request about all buckets.
    pub(crate) bucket: String,
    /// Empty for a request about the bucket.
    pub(crate) key: String,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    /// The path as it came: errors name it.
    pub(crate) path: String,
}

impl Call {
    pub(crate) fn read(request: &Parts) -> Result<Call, Refusal> {
        let path = request.uri.path();
        let (bucket, key) = names(path).ok_or_else(Refusal::invalid_uri)?;
        if key.len() > LONGEST_KEY {
            return Err(Refusal::key_too_long(key.len()));
        }
        Ok(Call {
            method: request.method.clone(),
            bucket,
            key,
            query: Query::read(request.uri.query().unwrap_or_default()),
            headers: request.headers.clone(),
            path: path.to_owned(),
        })
    }
}

/// Bucket and key of a path; `None` if they are no text.
pub(crate) fn names(path: &str) -> Option<(String, String)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    Some((decoded(bucket)?, decoded(key)?))
}

/// A path, percent-decoded: `+` means itself there.
pub(crate) fn decoded(path: &str) -> Option<String> {
    percent_decode_str(path).decode_utf8().ok().map(|text| text.into_owned())
}

/// The parameters of a request.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn read(query: &str) -> Query {
        Query(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Whether there is such a parameter, with a value or without.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// The value of a parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, unless it is empty.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|value| !value.is_empty())
    }

    /// How many results are wanted at most: a thousand, or less.
    pub(crate) fn most(&self, name: &str) -> Result<usize, Refusal> {
        let Some(text) = self.some(name) else { return Ok(1000) };
        match text.parse::<u32>() {
            Ok(number) if i32::try_from(number).is_ok() => {
                Ok(usize::try_from(number).unwrap_or(1000).min(1000))
            }
            _ => {
                let message = format!("Provided {name} not an integer or within integer range");
                Err(Refusal::invalid_argument(name, text, message))
            }
        }
    }
}
