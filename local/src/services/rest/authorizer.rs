//! Functions that decide who may send a request, as templates declare them.
//! Of the other kinds, Cognito's user pools and JWTs, there are none.

use std::time::Duration;

use stackwright_rest::Source;
use stackwright_rest::http::{self, PayloadVersion};
use stackwright_rest::rest::{self, AuthorizerKind};

use super::{function, refuse};
use crate::properties::Properties;
use crate::stack::{Piece, Stack};

/// How long what one says holds in a REST API, unless it is declared, in seconds.
const REMEMBERED: i64 = 300;

/// The one that a method of a REST API names.
pub(super) fn of_method(stack: &Stack, id: &str) -> Result<rest::Authorizer, String> {
    let piece = named(stack, "AWS::ApiGateway::Authorizer", id)?;
    let properties = piece.properties();
    refuse(&properties, &["AuthorizerCredentials"])?;
    let source = properties.optional_text("IdentitySource")?;
    let kind = match properties.text("Type")?.as_str() {
        "TOKEN" => AuthorizerKind::Token {
            header: header(source.as_deref().unwrap_or("method.request.header.Authorization"))?,
            expression: properties.optional_text("IdentityValidationExpression")?,
        },
        "REQUEST" => {
            let sources = source.iter().flat_map(|source| source.split(',')).map(str::trim);
            AuthorizerKind::Request(sources.map(parse).collect::<Result<_, _>>()?)
        }
        other => return Err(format!("authorisers of the type `{other}` do not run here")),
    };
    Ok(rest::Authorizer {
        id: id.to_owned(),
        function: function(&properties.text("AuthorizerUri")?)?,
        kind,
        remembered: remembered(&properties, REMEMBERED)?,
    })
}

/// The one that a route of an HTTP API names.
pub(super) fn of_route(stack: &Stack, id: &str) -> Result<http::Authorizer, String> {
    let piece = named(stack, "AWS::ApiGatewayV2::Authorizer", id)?;
    let properties = piece.properties();
    refuse(&properties, &["AuthorizerCredentialsArn"])?;
    let kind = properties.text("AuthorizerType")?;
    if kind != "REQUEST" {
        return Err(format!("authorisers of the type `{kind}` do not run here"));
    }
    let sources = properties.texts("IdentitySource")?;
    Ok(http::Authorizer {
        id: id.to_owned(),
        function: function(&properties.text("AuthorizerUri")?)?,
        payload: payload(&properties, "AuthorizerPayloadFormatVersion")?,
        simple: properties.flag("EnableSimpleResponses")?,
        identity: sources.iter().map(|source| parse(source)).collect::<Result<_, _>>()?,
        remembered: remembered(&properties, 0)?,
    })
}

/// The form of a function's events.
pub(super) fn payload(properties: &Properties<'_>, name: &str) -> Result<PayloadVersion, String> {
    match properties.text(name)?.as_str() {
        "1.0" => Ok(PayloadVersion::One),
        "2.0" => Ok(PayloadVersion::Two),
        other => Err(format!("`{name}` is `{other}`, and must be `1.0` or `2.0`")),
    }
}

fn named<'a>(stack: &'a Stack, kind: &'static str, id: &str) -> Result<Piece<'a>, String> {
    let found = stack.of_kind(kind).find(|piece| piece.reference() == id);
    found.ok_or_else(|| format!("`AuthorizerId` is `{id}`, and this stack has no such authoriser"))
}

fn parse(source: &str) -> Result<Source, String> {
    Source::parse(source)
        .ok_or_else(|| format!("`IdentitySource` has `{source}`, which is no part of a request"))
}

fn header(source: &str) -> Result<String, String> {
    match parse(source)? {
        Source::Header(name) => Ok(name),
        _ => Err(format!("`IdentitySource` is `{source}`, and must be a header")),
    }
}

fn remembered(properties: &Properties<'_>, unless_declared: i64) -> Result<Duration, String> {
    let seconds = properties.number("AuthorizerResultTtlInSeconds")?.unwrap_or(unless_declared);
    let seconds = u64::try_from(seconds)
        .map_err(|_| format!("`AuthorizerResultTtlInSeconds` is {seconds}, and must not be negative"))?;
    Ok(Duration::from_secs(seconds))
}
