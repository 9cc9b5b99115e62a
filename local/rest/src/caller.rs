//! Who sends a request, as far as its signature says.
//! Checks no signature: that is for whoever runs the APIs.

use axum::body::Bytes;

/// Whoever can say who sent a request, once its body is there: a signature may be of it. What a [`Caller`] says is
/// known already.
pub trait Sender {
    /// Who sent a request with this body.
    fn caller(self, body: &Bytes) -> Caller;
}

impl Sender for Caller {
    fn caller(self, _: &Bytes) -> Caller {
        self
    }
}

impl<F: FnOnce(&Bytes) -> Caller> Sender for F {
    fn caller(self, body: &Bytes) -> Caller {
        self(body)
    }
}

/// What is known of a request's sender. Methods without authorisation take any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The request is not signed.
    Anonymous,
    /// The signature is right.
    Signed(Identity),
    /// It is not.
    Rejected(Rejection),
}

/// Whose credentials signed a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The account, twelve digits.
    pub account: String,
    /// The access key.
    pub access_key: String,
    /// The session token that came with the access key: with both, whoever is asked for permissions knows who it is.
    pub token: Option<String>,
    /// The principal's unique id; `role id:session` for a role.
    pub user_id: String,
    /// The principal's ARN; `arn:aws:sts::…:assumed-role/…` for a role.
    pub arn: String,
    /// The Cognito identity that the credentials were given to: its pool's id and its own.
    pub cognito: Option<(String, String)>,
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// In what way.
    pub kind: RejectionKind,
    /// What the caller is told.
    pub message: String,
}

/// The ways in which a signature can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectionKind {
    /// It does not fit the request, or cannot be read.
    Signature,
    /// The credentials, or the signature, are too old.
    Expired,
    /// Nobody has these credentials.
    Unknown,
}

impl RejectionKind {
    /// The value of `x-amzn-errortype`.
    pub(crate) fn error_type(self) -> &'static str {
        match self {
            RejectionKind::Signature => "InvalidSignatureException",
            RejectionKind::Expired => "ExpiredTokenException",
            RejectionKind::Unknown => "UnrecognizedClientException",
        }
    }
}
