//! Why a signature is refused, in the words of each of AWS's protocols.
//! Writes no response: which bytes a protocol makes of a code and a message is the service's affair.

use http::StatusCode;

use crate::claim::Place;

/// Why a signature is refused. Its text is that of the JSON protocols.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Nothing is signed, where it must be.
    #[error("Missing Authentication Token")]
    Missing,
    /// Signed twice: in a header and in the query.
    #[error("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")]
    Ambiguous,
    /// Another way of signing; Signature Version 4A is `AWS4-ECDSA-P256-SHA256`.
    #[error("Unsupported AWS 'algorithm': '{0}' (only AWS4-HMAC-SHA256 for now). ")]
    Algorithm(String),
    /// Something is missing or cannot be read.
    #[error("{message}")]
    Incomplete {
        /// Where.
        place: Place,
        /// What.
        message: String,
    },
    /// Signed for another region, service or day.
    #[error("{message}")]
    Scope {
        /// Where that stands.
        place: Place,
        /// What for, and what is right.
        message: String,
    },
    /// A header that must be signed.
    #[error("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    HostNotSigned,
    /// Signed too long ago, or in the future.
    #[error("{0}")]
    Skewed(String),
    /// A presigned URL that is past its lifetime.
    #[error("{0}")]
    Expired(String),
    /// Nobody has a key with this id.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// The session token is missing, or is that of another key.
    #[error("The security token included in the request is invalid")]
    WrongToken,
    /// The session is over.
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    /// The body is not the one that was declared.
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    Content {
        /// The hash that was declared.
        declared: String,
        /// The hash of the body.
        computed: String,
    },
    /// Another secret, or another request.
    #[error("{MISMATCH}{0}")]
    Mismatch(Box<Calculated>),
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";

/// What should have been signed. It holds every header that was, a session token among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculated {
    /// The request in the form that is signed.
    pub canonical_request: String,
    /// What its signature is of.
    pub string_to_sign: String,
}

/// As services tell it after the message.
impl std::fmt::Display for Calculated {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Calculated { canonical_request, string_to_sign } = self;
        write!(
            formatter,
            "\n\nThe Canonical String for this request should have been\n'{canonical_request}'\
             \n\nThe String-to-Sign should have been\n'{string_to_sign}'\n"
        )
    }
}

/// The ways in which AWS's services speak HTTP, as far as they tell of errors differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// JSON 1.0 and 1.1, `{"__type":"com.amazon.coral.service#<code>","message":…}`: DynamoDB, EventBridge, SQS, Cognito.
    Json,
    /// REST with JSON, `x-amzn-ErrorType: <code>` and `{"message":…}`: Lambda, API Gateway.
    RestJson,
    /// Queries answered in XML: STS, SQS's old protocol.
    Query,
    /// S3's REST with XML.
    S3,
}

impl SignatureError {
    /// The code of the error.
    #[must_use]
    pub fn code(&self, protocol: Protocol) -> &'static str {
        let (json, query, s3) = self.codes();
        match protocol {
            Protocol::Json | Protocol::RestJson => json,
            Protocol::Query => query,
            Protocol::S3 => s3,
        }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self, protocol: Protocol) -> StatusCode {
        match (protocol, self) {
            (Protocol::Json, _)
            | (
                Protocol::S3,
                SignatureError::Ambiguous
                | SignatureError::Algorithm(_)
                | SignatureError::Incomplete { .. }
                | SignatureError::Scope { .. }
                | SignatureError::WrongToken
                | SignatureError::ExpiredToken
                | SignatureError::Content { .. },
            ) => StatusCode::BAD_REQUEST,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// The message of the error.
    #[must_use]
    pub fn message(&self, protocol: Protocol) -> String {
        match (protocol, self) {
            (Protocol::S3, error) => error.message_of_s3(),
            (Protocol::Json | Protocol::Query, SignatureError::Missing) => {
                "Request is missing Authentication Token".to_owned()
            }
            (_, error) => error.to_string(),
        }
    }

    /// For JSON, for queries and for S3.
    fn codes(&self) -> (&'static str, &'static str, &'static str) {
        const INVALID: &str = "InvalidSignatureException";
        const INCOMPLETE: &str = "IncompleteSignatureException";
        const MISMATCH: &str = "SignatureDoesNotMatch";
        match self {
            SignatureError::Missing => {
                ("MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDenied")
            }
            SignatureError::Ambiguous => (INVALID, MISMATCH, "InvalidArgument"),
            SignatureError::Algorithm(_) => (INCOMPLETE, "IncompleteSignature", "InvalidRequest"),
            SignatureError::Incomplete { place, .. } => {
                (INCOMPLETE, "IncompleteSignature", malformed(*place))
            }
            SignatureError::Scope { place, .. } => (INVALID, MISMATCH, malformed(*place)),
            SignatureError::HostNotSigned => (INVALID, MISMATCH, "AccessDenied"),
            SignatureError::Skewed(_) => (INVALID, MISMATCH, "RequestTimeTooSkewed"),
            SignatureError::Expired(_) => (INVALID, MISMATCH, "AccessDenied"),
            SignatureError::UnknownKey => {
                ("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId")
            }
            SignatureError::WrongToken => {
                ("UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken")
            }
            SignatureError::ExpiredToken => ("ExpiredTokenException", "ExpiredToken", "ExpiredToken"),
            SignatureError::Content { .. } => (INVALID, MISMATCH, "XAmzContentSHA256Mismatch"),
            SignatureError::Mismatch(_) => (INVALID, MISMATCH, MISMATCH),
        }
    }

    fn message_of_s3(&self) -> String {
        let text = match self {
            SignatureError::Missing => "Access Denied",
            SignatureError::Ambiguous => {
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                 parameter or the Authorization header should be specified"
            }
            SignatureError::Algorithm(_) => {
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            }
            SignatureError::HostNotSigned => {
                "There were headers present in the request which were not signed"
            }
            SignatureError::Skewed(_) => {
                "The difference between the request time and the current time is too large."
            }
            SignatureError::Expired(_) => "Request has expired",
            SignatureError::UnknownKey => "The AWS Access Key Id you provided does not exist in our records.",
            SignatureError::WrongToken => "The provided token is malformed or otherwise invalid.",
            SignatureError::ExpiredToken => "The provided token has expired.",
            SignatureError::Mismatch(_) => {
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method."
            }
            SignatureError::Incomplete { place: Place::Header, message }
            | SignatureError::Scope { place: Place::Header, message } => {
                return format!("The authorization header is malformed; {message}");
            }
            other => return other.to_string(),
        };
        text.to_owned()
    }
}

fn malformed(place: Place) -> &'static str {
    match place {
        Place::Header => "AuthorizationHeaderMalformed",
        Place::Query { .. } => "AuthorizationQueryParametersError",
    }
}
