//! Who sent a request, by its signature.
//! Does not say what they may do.

use std::time::SystemTime;

use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use stackwright_signature::{Claim, Payload, SignatureError};

use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::identity;
use crate::inside::is_this_machine;
use crate::router;

/// Who sent it: nobody known, if it is not signed.
///
/// # Errors
/// What is wrong with the signature. Without IAM nothing is, and who sends no signature may do everything, but for pages
/// of other machines: a browser sends what they want to any port of this one.
pub(crate) fn caller(cloud: &Cloud, parts: &Parts, payload: Payload<'_>) -> Result<Caller, SignatureError> {
    if !cloud.settings.enforces_iam && is_of_this_machine(parts.headers.get(header::ORIGIN)) {
        let claim = Claim::of(parts).ok().flatten();
        let function = claim.and_then(|claim| identity::function(cloud, &claim));
        return Ok(Caller { function, ..Caller::root(&cloud.settings.account) });
    }
    let Some(claim) = Claim::of(parts)? else { return Ok(Caller::anonymous()) };
    claim.in_time(SystemTime::now(), claim.usual_tolerance())?;
    let signer = cloud.identity.signer(&claim, |secret| claim.verify(secret, parts, payload))?;
    if let Some(service) = router::signed_for(parts) {
        claim.scoped_to(&cloud.settings.region, service)?;
    }
    Ok(Caller { has_signed: true, ..identity::caller(cloud, signer) })
}

/// Whether a request is none of a page, or of one that came from this machine.
fn is_of_this_machine(origin: Option<&HeaderValue>) -> bool {
    let Some(origin) = origin else { return true };
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, rest)| rest);
    authority.is_some_and(is_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origin: &'static str, expected: bool) {
        assert_eq!(is_of_this_machine(Some(&HeaderValue::from_static(origin))), expected, "{origin}");
    }

    #[test]
    fn pages_of_other_machines_are_told_by_their_origin() {
        assert!(is_of_this_machine(None));
        for origin in
            ["http://127.0.0.1:4566", "http://localhost:5173", "https://localhost", "http://[::1]:80"]
        {
            check(origin, true);
        }
        for origin in ["https://example.com", "http://localhost.example.com", "null", ""] {
            check(origin, false);
        }
    }
}
