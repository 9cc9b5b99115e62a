//! Gateway responses: what is answered where no integration did, as the API declares it.
//! Judges nothing: what went wrong is known.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::definition::{Api, GatewayResponse};
use super::exchange::Exchange;
use super::fault::{Fault, Form, ResponseType};
use crate::ids;

/// The response to a fault.
pub(super) fn response(exchange: &Exchange<'_>, fault: &Fault) -> Response<Body> {
    let declared = declared(exchange.api, fault);
    let status = declared.and_then(|declared| declared.status).or(fault.status);
    let status = StatusCode::from_u16(status.unwrap_or_else(|| fault.kind.status()));
    let mut response = Response::new(Body::from(body(exchange, fault, declared)));
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let error_type = fault.error_type.unwrap_or_else(|| fault.kind.error_type());
    set(&mut response, "content-type", "application/json");
    set(&mut response, "x-amzn-errortype", error_type);
    for (name, expression) in declared.iter().flat_map(|declared| &declared.headers) {
        if let Some(value) = exchange.mapped(expression) {
            set(&mut response, name, &value);
        }
    }
    response
}

/// The headers that every response has.
pub(super) fn sign(exchange: &Exchange<'_>, response: &mut Response<Body>) {
    set(response, "x-amzn-requestid", &exchange.request_id);
    set(response, "x-amz-apigw-id", &ids::extended(&exchange.request_id));
}

/// Sets a header; what cannot be one is left out, as API Gateway does.
pub(super) fn set(response: &mut Response<Body>, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// What the API declares for the fault's type, else for all of its hundred.
fn declared<'a>(api: &'a Api, fault: &Fault) -> Option<&'a GatewayResponse> {
    let is_server_error = fault.status.unwrap_or_else(|| fault.kind.status()) >= 500;
    let default = if is_server_error { ResponseType::Default5xx } else { ResponseType::Default4xx };
    let declared = api.gateway_responses.get(&fault.kind);
    declared.or_else(|| api.gateway_responses.get(&default))
}

fn body(exchange: &Exchange<'_>, fault: &Fault, declared: Option<&GatewayResponse>) -> String {
    let templates = declared.map(|declared| &declared.templates);
    let template = templates.and_then(|all| all.get("application/json").or_else(|| all.values().next()));
    let message = json!(fault.message);
    match (template, fault.form) {
        (Some(template), _) => substituted(exchange, fault, template),
        (None, Form::Tight) => format!("{{\"message\":{message}}}"),
        (None, Form::Spaced) => format!("{{\"message\": {message}}}"),
        (None, Form::Capital) => format!("{{\"Message\":{message}}}"),
    }
}

/// A template with its variables replaced; it is no Velocity. What is not known is left empty.
fn substituted(exchange: &Exchange<'_>, fault: &Fault, template: &str) -> String {
    let mut context = exchange.context();
    context["error"] = json!({
        "message": fault.message,
        "messageString": json!(fault.message).to_string(),
        "responseType": fault.kind.to_string(),
        "validationErrorString": fault.reason,
    });
    let values = json!({ "context": context, "stageVariables": exchange.stage.variables });
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let (variable, end) = variable(after);
        match variable.strip_prefix("method.request.").and_then(|_| exchange.mapped(variable)) {
            Some(value) => text.push_str(&value),
            None => match variable.split('.').try_fold(&values, |value, key| value.get(key)) {
                Some(Value::String(value)) => text.push_str(value),
                Some(value) if !value.is_null() => text.push_str(&value.to_string()),
                Some(_) => {}
                None if variable.starts_with("context.") => {}
                None => {
                    text.push('$');
                    text.push_str(&after[..after.len() - end.len()]);
                }
            },
        }
        rest = end;
    }
    text + rest
}

/// The name of a variable, perhaps in braces, and what follows it.
fn variable(text: &str) -> (&str, &str) {
    if let Some((variable, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return (variable, rest);
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    let variable = text[..end].trim_end_matches('.');
    (variable, &text[variable.len()..])
}
