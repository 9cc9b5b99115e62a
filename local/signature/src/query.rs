//! Queries: decoded, and as they are signed.
//! Looks for no signature in them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

/// All but the characters that RFC 3986 reserves for nothing.
pub(crate) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// Names and values in the order they came in, decoded.
pub(crate) struct Query<'a> {
    pairs: Vec<Pair<'a>>,
}

impl<'a> Query<'a> {
    pub(crate) fn parse(query: &'a str) -> Query<'a> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Query { pairs: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect() }
    }

    /// The first value of a name.
    pub(crate) fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.pairs.iter().find(|(key, _)| key.as_ref() == name.as_bytes())?;
        Some(String::from_utf8_lossy(value))
    }

    /// As it is signed: encoded in one way, sorted by name and value, without the signature itself.
    pub(crate) fn canonical(&self) -> String {
        let signed = self.pairs.iter().filter(|(name, _)| name.as_ref() != b"X-Amz-Signature");
        let mut pairs: Vec<(String, String)> =
            signed.map(|(name, value)| (encoded(name), encoded(value))).collect();
        pairs.sort_unstable();
        let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Queries write a space as `%20` or as `+`.
fn decoded(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('+') {
        return percent_decode(text.as_bytes()).into();
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode(spaced.as_bytes()).collect())
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, ENCODED).to_string()
}
