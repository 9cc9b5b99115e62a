//! Who sent a request to an API or a URL, for the events that it becomes and for those who are asked about it.
//! Refuses nobody: where no signature is asked for, a wrong one does not count.

use axum::body::Bytes;
use axum::http::request::Parts;
use stackwright_identity::role_id;
use stackwright_rest::{Caller as Sender, Identity, Rejection, RejectionKind};
use stackwright_signature::{Claim, Payload, Protocol, SignatureError};

use crate::authenticate;
use crate::caller::Caller;
use crate::cloud::Cloud;

/// Who sent a request, whose head is as it was on the wire.
pub(super) fn of(cloud: &Cloud, parts: &Parts, body: &Bytes) -> Sender {
    match authenticate::caller(cloud, parts, Payload::Bytes(body)) {
        Ok(caller) if !caller.has_signed => Sender::Anonymous,
        Ok(caller) => Sender::Signed(identity(&caller, parts)),
        Err(error) => Sender::Rejected(rejection(&error)),
    }
}

/// The caller that an identity is, which was found out before.
pub(super) fn known(cloud: &Cloud, identity: Option<&Identity>) -> Caller {
    let signer =
        identity.and_then(|identity| cloud.identity.holder(&identity.access_key, identity.token.as_deref()));
    signer.map_or_else(Caller::anonymous, |signer| crate::identity::caller(cloud, signer))
}

fn identity(caller: &Caller, parts: &Parts) -> Identity {
    // Without IAM nobody needs to sign.
    let claim = Claim::of(parts).ok().flatten();
    let arn = caller.principal.to_string();
    let session = arn.rsplit('/').next().unwrap_or_default();
    let user_id = match &caller.role {
        Some(role) => format!("{}:{session}", role_id(role)),
        None => caller.account.clone(),
    };
    Identity {
        account: caller.account.clone(),
        access_key: claim.as_ref().map(|claim| claim.access_key_id.clone()).unwrap_or_default(),
        token: claim.and_then(|claim| claim.session_token),
        user_id,
        cognito: caller.guest.as_ref().map(|guest| (guest.pool_id.clone(), guest.identity_id.clone())),
        arn,
    }
}

fn rejection(error: &SignatureError) -> Rejection {
    let kind = match error {
        SignatureError::UnknownKey | SignatureError::WrongToken => RejectionKind::Unknown,
        SignatureError::ExpiredToken => RejectionKind::Expired,
        _ => RejectionKind::Signature,
    };
    Rejection { kind, message: error.message(Protocol::RestJson) }
}
