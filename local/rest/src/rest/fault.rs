//! The gateway responses: the ways in which a REST API answers without its integration.
//! Renders none: that needs the request and the API.

use std::fmt;

/// A type of gateway response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The names are API Gateway's.
pub enum ResponseType {
    AccessDenied,
    ApiConfigurationError,
    AuthorizerConfigurationError,
    AuthorizerFailure,
    BadRequestBody,
    BadRequestParameters,
    Default4xx,
    Default5xx,
    ExpiredToken,
    IntegrationFailure,
    IntegrationTimeout,
    InvalidApiKey,
    InvalidSignature,
    MissingAuthenticationToken,
    QuotaExceeded,
    RequestTooLarge,
    ResourceNotFound,
    Throttled,
    Unauthorized,
    UnsupportedMediaType,
    WafFiltered,
}

/// Each type, its name in templates, its status and its `x-amzn-errortype`.
/// Source: [gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html).
const TYPES: [(ResponseType, &str, u16, &str); 21] = [
    (ResponseType::AccessDenied, "ACCESS_DENIED", 403, "AccessDeniedException"),
    (ResponseType::ApiConfigurationError, "API_CONFIGURATION_ERROR", 500, "InternalServerErrorException"),
    (
        ResponseType::AuthorizerConfigurationError,
        "AUTHORIZER_CONFIGURATION_ERROR",
        500,
        "AuthorizerConfigurationException",
    ),
    (ResponseType::AuthorizerFailure, "AUTHORIZER_FAILURE", 500, "AuthorizerFailureException"),
    (ResponseType::BadRequestBody, "BAD_REQUEST_BODY", 400, "BadRequestException"),
    (ResponseType::BadRequestParameters, "BAD_REQUEST_PARAMETERS", 400, "BadRequestException"),
    (ResponseType::Default4xx, "DEFAULT_4XX", 400, "BadRequestException"),
    (ResponseType::Default5xx, "DEFAULT_5XX", 500, "InternalServerErrorException"),
    (ResponseType::ExpiredToken, "EXPIRED_TOKEN", 403, "ExpiredTokenException"),
    (ResponseType::IntegrationFailure, "INTEGRATION_FAILURE", 504, "InternalServerErrorException"),
    (ResponseType::IntegrationTimeout, "INTEGRATION_TIMEOUT", 504, "InternalServerErrorException"),
    (ResponseType::InvalidApiKey, "INVALID_API_KEY", 403, "ForbiddenException"),
    (ResponseType::InvalidSignature, "INVALID_SIGNATURE", 403, "InvalidSignatureException"),
    (
        ResponseType::MissingAuthenticationToken,
        "MISSING_AUTHENTICATION_TOKEN",
        403,
        "MissingAuthenticationTokenException",
    ),
    (ResponseType::QuotaExceeded, "QUOTA_EXCEEDED", 429, "LimitExceededException"),
    (ResponseType::RequestTooLarge, "REQUEST_TOO_LARGE", 413, "RequestTooLargeException"),
    (ResponseType::ResourceNotFound, "RESOURCE_NOT_FOUND", 404, "NotFoundException"),
    (ResponseType::Throttled, "THROTTLED", 429, "TooManyRequestsException"),
    (ResponseType::Unauthorized, "UNAUTHORIZED", 401, "UnauthorizedException"),
    (ResponseType::UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException"),
    (ResponseType::WafFiltered, "WAF_FILTERED", 403, "ForbiddenException"),
];

impl ResponseType {
    /// The type of a name, such as `DEFAULT_4XX`.
    #[must_use]
    pub fn named(name: &str) -> Option<ResponseType> {
        TYPES.iter().find(|entry| entry.1 == name).map(|entry| entry.0)
    }

    /// The status it has unless declared. Those of the two defaults are of faults that have no type of their own.
    #[must_use]
    pub fn status(self) -> u16 {
        self.entry().2
    }

    pub(crate) fn error_type(self) -> &'static str {
        self.entry().3
    }

    fn entry(self) -> &'static (ResponseType, &'static str, u16, &'static str) {
        // The table has the order of the variants, which a test makes sure of.
        &TYPES[self as usize]
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().1)
    }
}

/// Why a request is not answered by its integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: ResponseType,
    /// Where it is not the type's.
    pub(crate) status: Option<u16>,
    /// Where it is not the type's.
    pub(crate) error_type: Option<&'static str>,
    /// What the caller is told; null if there is nothing.
    pub(crate) message: Option<String>,
    pub(crate) form: Form,
    /// What whoever runs the API is told.
    pub(crate) reason: Option<String>,
}

/// How API Gateway writes a message: its parts do not agree on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `{"message":"…"}`, before the integration.
    Tight,
    /// `{"message": "…"}`, from the integration on.
    Spaced,
    /// `{"Message":"…"}`, where policies deny.
    Capital,
}

impl Fault {
    pub(crate) fn new(kind: ResponseType, message: &str) -> Fault {
        let message = Some(message.to_owned());
        Fault { kind, status: None, error_type: None, message, form: Form::Tight, reason: None }
    }

    /// A fault of the API or its integration, of which callers are told nothing.
    pub(crate) fn internal(kind: ResponseType, status: u16, reason: impl Into<String>) -> Fault {
        let fault = Fault::new(kind, "Internal server error").in_form(Form::Spaced);
        Fault { status: Some(status), reason: Some(reason.into()), ..fault }
    }

    /// An authoriser could not be asked, or gave no answer.
    pub(crate) fn authorizer(kind: ResponseType, reason: impl Into<String>) -> Fault {
        Fault { message: None, reason: Some(reason.into()), ..Fault::new(kind, "") }
    }

    pub(crate) fn in_form(self, form: Form) -> Fault {
        Fault { form, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_types() {
        for (index, (kind, name, ..)) in TYPES.iter().enumerate() {
            assert_eq!((*kind as usize, ResponseType::named(name)), (index, Some(*kind)), "{name}");
        }
        assert_eq!(ResponseType::named("TEAPOT"), None);
    }
}
