//! The cryptography of Signature Version 4: a key for a day, a region and a service, and what it signs.
//! Reads no request.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::claim::Claim;
use crate::error::SignatureError;
use crate::scope::{Scope, TERMINATOR};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Whether this is AWS's way of signing at all, in any version.
pub(crate) fn is_of_aws(algorithm: &str) -> bool {
    algorithm == "AWS" || algorithm.starts_with("AWS4-")
}

pub(crate) fn must_be_supported(algorithm: &str) -> Result<(), SignatureError> {
    if algorithm == ALGORITHM { Ok(()) } else { Err(SignatureError::Algorithm(algorithm.to_owned())) }
}

/// The SHA-256 of a text, in hexadecimal digits.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(crate) fn string_to_sign(claim: &Claim, canonical_request: &[u8]) -> String {
    format!("{ALGORITHM}\n{}\n{}\n{}", claim.stamp, claim.scope, hash(canonical_request))
}

/// Compares in a time that tells nothing of where they differ.
pub(crate) fn is_signature(signature: &str, secret: &str, scope: &Scope, text: &str) -> bool {
    let (Ok(signature), Some(key)) = (hex::decode(signature), key(secret, scope)) else { return false };
    mac(&key, text).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
}

/// The secret itself signs nothing but the day.
fn key(secret: &str, scope: &Scope) -> Option<Vec<u8>> {
    let steps = [&scope.date, &scope.region, &scope.service, TERMINATOR];
    let secret = format!("AWS4{secret}").into_bytes();
    steps.iter().try_fold(secret, |key, step| Some(mac(&key, step)?.finalize().into_bytes().to_vec()))
}

/// Keys of any length are allowed, so there always is one.
fn mac(key: &[u8], text: &str) -> Option<Hmac<Sha256>> {
    Some(Hmac::<Sha256>::new_from_slice(key).ok()?.chain_update(text))
}
