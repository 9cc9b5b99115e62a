//! A request in the one form that is signed.
//! Changes nothing of the request, and reads no signature.

use http::HeaderMap;
use http::request::Parts;
use percent_encoding::{AsciiSet, percent_decode_str, percent_encode};

use crate::claim::Claim;
use crate::query::{ENCODED, Query};

/// The lines of a request that are signed. Bytes: values of headers need not be texts.
pub(crate) fn request(claim: &Claim, parts: &Parts, payload: &str) -> Vec<u8> {
    let path = path(parts.uri.path(), claim.scope.is_s3());
    let query = Query::parse(parts.uri.query().unwrap_or_default()).canonical();
    let mut lines = format!("{}\n{path}\n{query}\n", parts.method).into_bytes();
    for name in &claim.signed_headers {
        lines.extend_from_slice(name.as_bytes());
        lines.push(b':');
        lines.extend(header(parts, name));
        lines.push(b'\n');
    }
    lines.extend_from_slice(format!("\n{}\n{payload}", claim.signed_headers.join(";")).as_bytes());
    lines
}

const PATH: &AsciiSet = &ENCODED.remove(b'/');

/// S3 signs the path of the key, encoded once. All others sign the path on the wire, encoded already, once more, and
/// without empty segments and dots.
fn path(path: &str, is_s3: bool) -> String {
    if is_s3 {
        let key: Vec<u8> = percent_decode_str(path).collect();
        return percent_encode(&key, PATH).to_string();
    }
    percent_encode(normal(path).as_bytes(), PATH).to_string()
}

fn normal(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let is_folder = !segments.is_empty() && path.ends_with(['/']);
    format!("/{}{}", segments.join("/"), if is_folder { "/" } else { "" })
}

/// The values of a header, with commas between them. HTTP/2 has the host in the address.
fn header(parts: &Parts, name: &str) -> Vec<u8> {
    let values: Vec<Vec<u8>> = values(&parts.headers, name).collect();
    if values.is_empty() && (name == "host" || name == ":authority") {
        return parts.uri.authority().map(|host| host.as_str().into()).unwrap_or_default();
    }
    values.join(&b","[..])
}

/// Each without space around it, and with one space where there are several.
fn values(headers: &HeaderMap, name: &str) -> impl Iterator<Item = Vec<u8>> {
    headers.get_all(name).into_iter().map(|value| {
        let words = value.as_bytes().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(&b' ')
    })
}
