//! Who sent a request, by its signature.
//! Does not say what they may do.

use std::time::SystemTime;

use axum::http::request::Parts;
use stackwright_signature::{Claim, Payload, SignatureError};

use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::identity;

/// Who sent it: nobody known, if it is not signed.
///
/// # Errors
/// What is wrong with the signature. Without IAM nothing is.
pub(crate) fn caller(cloud: &Cloud, parts: &Parts, payload: Payload<'_>) -> Result<Caller, SignatureError> {
    if !cloud.settings.enforces_iam {
        return Ok(Caller::root(&cloud.settings.account));
    }
    let Some(claim) = Claim::of(parts)? else { return Ok(Caller::anonymous()) };
    claim.in_time(SystemTime::now(), claim.usual_tolerance())?;
    let signer = cloud.identity.signer(&claim, |secret| claim.verify(secret, parts, payload))?;
    Ok(Caller { has_signed: true, ..identity::caller(cloud, signer) })
}
