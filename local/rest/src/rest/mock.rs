//! Answers of mock integrations, as CORS preflights are declared.
//! Calls nobody.
//!
//! Source: [mock integrations](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html).

use axum::body::Body;
use axum::http::{Response, StatusCode};
use regex_lite::Regex;
use serde_json::{Map, Value};

use super::definition::{Api, Mock, MockResponse, Passthrough};
use super::exchange::Exchange;
use super::fault::{Fault, Form, ResponseType};
use super::respond::set;
use crate::lists;
use crate::velocity::{Input, RenderError, Scope};

/// What a mock answers.
pub(super) fn response(exchange: &Exchange<'_>, mock: &Mock) -> Result<Response<Body>, Fault> {
    let request = String::from_utf8_lossy(&exchange.incoming.body).into_owned();
    let selecting = selecting(exchange, mock, request)?;
    let status = status(&selecting).ok_or_else(|| {
        configuration(
            "Unable to parse statusCode. It should be an integer that is defined in the request template.",
        )
    })?;
    let chosen = choose(mock, &status).ok_or_else(|| {
        configuration(&format!(
            "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: {status}"
        ))
    })?;
    answer(exchange, chosen)
}

fn configuration(reason: &str) -> Fault {
    let reason = format!("Execution failed due to configuration error: {reason}");
    Fault::internal(ResponseType::ApiConfigurationError, 500, reason)
}

/// What the request template makes, or the body if there is none for it.
fn selecting(exchange: &Exchange<'_>, mock: &Mock, body: String) -> Result<String, Fault> {
    let sent = exchange.incoming.header("content-type");
    let kind = sent.as_deref().and_then(|kind| kind.split(';').next()).map_or("application/json", str::trim);
    match mock.request_templates.get(kind) {
        Some(template) => scope(exchange, body).render(template).map_err(no_text),
        None => match mock.passthrough {
            Passthrough::WhenNoMatch => Ok(body),
            Passthrough::WhenNoTemplates if mock.request_templates.is_empty() => Ok(body),
            _ => {
                let fault = Fault::new(ResponseType::UnsupportedMediaType, "Unsupported Media Type");
                Err(fault.in_form(Form::Spaced))
            }
        },
    }
}

fn no_text(error: RenderError) -> Fault {
    configuration(&format!("Unable to transform the request or the response: {error}"))
}

/// The `statusCode` of a text that is nearly JSON: API Gateway takes keys without quotes, too.
fn status(text: &str) -> Option<String> {
    let (_, after) = text.split_once("statusCode")?;
    let after = after.trim_start_matches(['"', '\'', ' ', '\t', '\r', '\n']).strip_prefix(':')?;
    let number = after.trim_start_matches(['"', '\'', ' ', '\t', '\r', '\n']);
    let end = number.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(number.len());
    Some(number[..end].to_owned()).filter(|number| !number.is_empty())
}

/// The first response whose expression the status matches, else the one without an expression.
fn choose<'a>(mock: &'a Mock, status: &str) -> Option<&'a MockResponse> {
    let matches = |expression: &str| {
        Regex::new(&format!("^(?:{expression})$")).is_ok_and(|expression| expression.is_match(status))
    };
    let selected = mock.responses.iter().find(|response| response.selection.as_deref().is_some_and(matches));
    selected.or_else(|| mock.responses.iter().find(|response| response.selection.is_none()))
}

fn answer(exchange: &Exchange<'_>, chosen: &MockResponse) -> Result<Response<Body>, Fault> {
    let accepted = exchange.incoming.header("accept").unwrap_or_default();
    let template = [&*accepted, "application/json"].iter().find_map(|kind| chosen.templates.get(*kind));
    let mut scope = scope(exchange, String::new());
    let body = match template.or_else(|| chosen.templates.values().next()) {
        Some(template) => scope.render(template).map_err(no_text)?,
        None => String::new(),
    };
    let overrides = scope.overrides();
    let mut response = Response::new(Body::from(body));
    let status = StatusCode::from_u16(overrides.status.unwrap_or(chosen.status));
    *response.status_mut() = status.map_err(|_| configuration("a response has no status"))?;
    set(&mut response, "content-type", "application/json");
    for (name, expression) in &chosen.headers {
        if let Some(value) = exchange.mapped(expression) {
            set(&mut response, name, &value);
        }
    }
    overrides.headers.iter().for_each(|(name, value)| set(&mut response, name, value));
    Ok(response)
}

fn scope(exchange: &Exchange<'_>, body: String) -> Scope {
    let headers = exchange.incoming.headers.keys();
    let headers: Map<String, Value> = headers
        .filter_map(|name| Some((name.to_string(), exchange.incoming.header(name.as_str())?.into())))
        .collect();
    let input = Input {
        body,
        path: exchange.path_parameters(),
        query: lists::last_of_each(&lists::query(&exchange.incoming)),
        headers,
    };
    Scope::new(input, exchange.context(), Api::variables(exchange.stage))
}
