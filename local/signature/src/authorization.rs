//! The header `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
//! Leaves tokens of other kinds (`Bearer …`, an authorizer's) alone: such a request is not signed.

use http::HeaderMap;

use crate::claim::{Claim, Place, Said};
use crate::error::SignatureError;
use crate::moment::Moment;
use crate::signing;

pub(crate) fn claim(headers: &HeaderMap) -> Result<Option<Claim>, SignatureError> {
    let Some(value) = text(headers, "authorization") else { return Ok(None) };
    let (algorithm, fields) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    if !signing::is_of_aws(algorithm) {
        return Ok(None);
    }
    signing::must_be_supported(algorithm)?;
    let date = text(headers, "x-amz-date").or_else(|| text(headers, "date"));
    let found =
        [field(fields, "Credential"), field(fields, "Signature"), field(fields, "SignedHeaders"), date];
    let [Some(credential), Some(signature), Some(signed_headers), Some(date)] = found else {
        return Err(incomplete(&found));
    };
    let session_token = text(headers, "x-amz-security-token");
    let moment = Moment::parse_header(date);
    Claim::said(Said { credential, signature, signed_headers, date, session_token }, moment, Place::Header)
        .map(Some)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The value of `name=value` among fields with commas or spaces between them.
fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = fields.split([',', ' ']).filter_map(|field| field.split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}

fn incomplete(found: &[Option<&str>; 4]) -> SignatureError {
    const WANTED: [&str; 4] = [
        "Authorization header requires 'Credential' parameter.",
        "Authorization header requires 'Signature' parameter.",
        "Authorization header requires 'SignedHeaders' parameter.",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ];
    let missing = WANTED.iter().zip(found).filter(|(_, found)| found.is_none()).map(|(text, _)| *text);
    let message = missing.collect::<Vec<_>>().join(" ");
    SignatureError::Incomplete { place: Place::Header, message }
}
