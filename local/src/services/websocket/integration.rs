//! What a route runs, as its template describes it.
//! Runs nothing.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;
use stackwright_sockets::Integration;

use super::definition::function;
use crate::properties::Properties;
use crate::stack::Piece;

const RESPONSE: &str = "AWS::ApiGatewayV2::IntegrationResponse";

/// How long functions may be waited for, in milliseconds.
const TIMEOUTS: RangeInclusive<u64> = 50..=29_000;

/// An integration that runs here.
pub(super) fn read(piece: Piece<'_>) -> Result<Integration, String> {
    let properties = piece.properties();
    check(&properties)?;
    match properties.text("IntegrationType")?.as_str() {
        "AWS_PROXY" => Ok(Integration::Function {
            function: function(piece, &properties.text("IntegrationUri")?),
            timeout: timeout(&properties)?,
        }),
        "MOCK" => mock(piece),
        other => Err(format!("`IntegrationType` is `{other}`: only `AWS_PROXY` and `MOCK` run here")),
    }
}

fn timeout(properties: &Properties<'_>) -> Result<Option<Duration>, String> {
    let Some(timeout) = properties.number("TimeoutInMillis")? else { return Ok(None) };
    let fits = u64::try_from(timeout).ok().filter(|timeout| TIMEOUTS.contains(timeout));
    let milliseconds =
        fits.ok_or_else(|| format!("`TimeoutInMillis` is {timeout}, and must be from 50 to 29000"))?;
    Ok(Some(Duration::from_millis(milliseconds)))
}

/// What an integration may not ask for here.
fn check(properties: &Properties<'_>) -> Result<(), String> {
    let unsupported = [
        ("CredentialsArn", "functions are invoked by API Gateway alone here"),
        ("ContentHandlingStrategy", "messages are not converted here"),
        ("RequestParameters", "parameters are not mapped here"),
    ];
    let given = unsupported.iter().find(|(name, _)| properties.value(name).is_some());
    given.map_or(Ok(()), |(name, what)| Err(format!("`{name}` is set, but {what}")))
}

/// Always the same answer: the status of a request template, and the text of a response template.
fn mock(piece: Piece<'_>) -> Result<Integration, String> {
    let properties = piece.properties();
    let request = template(&properties, "RequestTemplates", "TemplateSelectionExpression")?;
    let status = match request {
        None => 200,
        Some(text) => status(&text)?,
    };
    let responses = piece.stack.of_kind(RESPONSE).map(|response| response.properties());
    let body = responses.filter(|response| {
        response.value("IntegrationId").and_then(Value::as_str) == Some(piece.reference())
    });
    let mut body =
        body.map(|response| template(&response, "ResponseTemplates", "TemplateSelectionExpression"));
    Ok(Integration::Mock { status, body: body.next().transpose()?.flatten() })
}

fn status(template: &str) -> Result<u16, String> {
    let request: Value = serde_json::from_str(template).unwrap_or_default();
    let status = request["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    status.ok_or_else(|| {
        format!("the request template of a `MOCK` is `{{\"statusCode\": 200}}`, got `{template}`")
    })
}

/// The template that an expression selects, or the only one.
fn template(properties: &Properties<'_>, name: &str, selection: &str) -> Result<Option<String>, String> {
    let templates = properties.map_of_texts(name)?;
    let selected = properties.optional_text(selection)?;
    let wanted = selected.as_deref().map(|key| key.trim_start_matches('\\'));
    let mut named = templates.iter().filter(|(key, _)| Some(key.as_str()) == wanted);
    let Some((_, text)) = named.next().or_else(|| templates.first()) else { return Ok(None) };
    match text.contains(['$', '#']) {
        true => Err(format!("`{name}` has a mapping template, and those do not run here: `{text}`")),
        false => Ok(Some(text.clone())),
    }
}
