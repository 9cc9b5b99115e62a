//! The query of a presigned URL: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=…&X-Amz-Signature=…`.
//! A query without `X-Amz-Algorithm` is anybody's, unless it is signed by version 2.

use std::borrow::Cow;
use std::time::Duration;

use crate::claim::{Claim, Place, Said};
use crate::error::SignatureError;
use crate::moment::Moment;
use crate::query::Query;
use crate::signing;

/// The longest life of a presigned URL: a week.
const LONGEST: u64 = 604_800;

pub(crate) fn claim(query: &str) -> Result<Option<Claim>, SignatureError> {
    let query = Query::parse(query);
    let Some(algorithm) = query.value("X-Amz-Algorithm") else { return old(&query) };
    signing::must_be_supported(&algorithm)?;
    let names = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
    let found = names.map(|name| query.value(name).filter(|value| !value.is_empty()));
    let [Some(credential), Some(signature), Some(signed_headers), Some(date)] = &found else {
        return Err(incomplete(names.iter().zip(&found)));
    };
    let session_token = query.value("X-Amz-Security-Token");
    let place =
        Place::Query { lifetime: query.value("X-Amz-Expires").map(|value| lifetime(&value)).transpose()? };
    let said = Said { credential, signature, signed_headers, date, session_token: session_token.as_deref() };
    Claim::said(said, Moment::parse(date), place).map(Some)
}

/// Signature Version 2 has no algorithm. boto3 still presigns by it unless told otherwise.
fn old(query: &Query<'_>) -> Result<Option<Claim>, SignatureError> {
    match query.value("AWSAccessKeyId").and(query.value("Signature")) {
        Some(_) => Err(SignatureError::Algorithm("AWS".to_owned())),
        None => Ok(None),
    }
}

fn lifetime(value: &str) -> Result<Duration, SignatureError> {
    match value.parse::<u64>() {
        Ok(seconds @ 0..=LONGEST) => Ok(Duration::from_secs(seconds)),
        Ok(_) => {
            Err(refused(format!("X-Amz-Expires must be less than a week (in seconds) that is {LONGEST}")))
        }
        Err(_) => Err(refused("X-Amz-Expires should be a number".to_owned())),
    }
}

fn incomplete<'a>(found: impl Iterator<Item = (&'a &'a str, &'a Option<Cow<'a, str>>)>) -> SignatureError {
    let missing = found.filter(|(_, value)| value.is_none());
    let missing = missing.map(|(name, _)| format!("AWS query-string parameters must include '{name}'. "));
    refused(missing.collect::<String>() + "Re-examine the query-string parameters.")
}

fn refused(message: String) -> SignatureError {
    SignatureError::Incomplete { place: Place::Query { lifetime: None }, message }
}
