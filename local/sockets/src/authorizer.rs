//! Lambda authorizers: what they need of a request before they are asked.
//! Judges no policy: the host does.
//!
//! Source: [authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html).

use std::str::FromStr;

use serde_json::{Map, Value};

use crate::client::Client;

/// A `REQUEST` authorizer.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// Its physical id, in the ARN by which permissions name it.
    pub id: String,
    /// The ARN of its function.
    pub function: String,
    /// What a request must have; without it the answer is 401, and the function is not asked.
    pub identity_sources: Vec<IdentitySource>,
}

/// A part of a request that an authorizer needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySource {
    /// `route.request.header.Authorization`.
    Header(String),
    /// `route.request.querystring.ticket`.
    Parameter(String),
    /// `context.identity.sourceIp`.
    Context(String),
    /// `stageVariables.tenant`.
    StageVariable(String),
}

/// Why a text is no identity source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an identity source is `route.request.header.…`, `route.request.querystring.…`, `context.…` or \
     `stageVariables.…`, got `{got}`"
)]
pub struct IdentitySourceError {
    /// The text.
    pub got: String,
}

impl FromStr for IdentitySource {
    type Err = IdentitySourceError;

    fn from_str(text: &str) -> Result<IdentitySource, IdentitySourceError> {
        let named = |prefix| text.strip_prefix(prefix).filter(|name| !name.is_empty()).map(str::to_owned);
        let source = None
            .or_else(|| named("route.request.header.").map(IdentitySource::Header))
            .or_else(|| named("route.request.querystring.").map(IdentitySource::Parameter))
            .or_else(|| named("context.").map(IdentitySource::Context))
            .or_else(|| named("stageVariables.").map(IdentitySource::StageVariable));
        source.ok_or_else(|| IdentitySourceError { got: text.to_owned() })
    }
}

impl IdentitySource {
    /// Whether a request has it, and not empty.
    pub(crate) fn is_in(&self, client: &Client, event: &Map<String, Value>) -> bool {
        let at = |field: &str, pointer: String| event.get(field).and_then(|value| value.pointer(&pointer));
        let value = match self {
            IdentitySource::Header(name) => {
                return client.header(name).is_some_and(|value| !value.is_empty());
            }
            IdentitySource::Parameter(name) => {
                return client.parameter(name).is_some_and(|value| !value.is_empty());
            }
            IdentitySource::Context(path) => at("requestContext", format!("/{}", path.replace('.', "/"))),
            IdentitySource::StageVariable(name) => at("stageVariables", format!("/{name}")),
        };
        value.is_some_and(|value| !value.is_null() && value != "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_sources_are_read() {
        let check = |text: &str, source: IdentitySource| assert_eq!(text.parse(), Ok(source));
        check("route.request.header.Auth", IdentitySource::Header("Auth".to_owned()));
        check("route.request.querystring.ticket", IdentitySource::Parameter("ticket".to_owned()));
        check("context.identity.sourceIp", IdentitySource::Context("identity.sourceIp".to_owned()));
        check("stageVariables.tenant", IdentitySource::StageVariable("tenant".to_owned()));
        for text in ["", "ticket", "method.request.header.Auth", "route.request.header.", "$request.header.x"]
        {
            assert_eq!(text.parse::<IdentitySource>(), Err(IdentitySourceError { got: text.to_owned() }));
        }
    }
}
