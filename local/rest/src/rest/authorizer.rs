//! Functions that decide who may send a request, and what they have said before.
//! Reads no policies: the world judges them.
//!
//! Source: [Lambda authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html).

use std::sync::Arc;
use std::time::Duration;

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::definition::{Authorizer, AuthorizerKind};
use super::exchange::Exchange;
use super::fault::{Fault, Form, ResponseType};
use crate::memory::Memory;
use crate::world::{Failure, Invocation, Judgement, Verdict, World};

/// What an authoriser said of somebody.
#[derive(Debug)]
pub(super) struct Said {
    policy: Value,
    /// `requestContext.authorizer`
    context: Arc<Map<String, Value>>,
}

/// Lets a request pass, and notes what its authoriser said of it.
pub(super) async fn check(
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    memory: &Memory<Said>,
    world: &World,
    limit: Duration,
) -> Result<(), Fault> {
    let identity = identity(exchange, authorizer)?;
    let key = (format!("{}/{}/{}", exchange.api_id, exchange.stage_name, authorizer.id), identity);
    let said = match memory.recall(&key) {
        Some(said) => said,
        None => {
            let event = event(exchange, authorizer, key.1.first());
            let said = Arc::new(ask(exchange, authorizer, &event, world, limit).await?);
            memory.remember(key, &said, authorizer.remembered);
            said
        }
    };
    exchange.authorizer = Some(Arc::clone(&said.context));
    judge(exchange, &said.policy, world)
}

fn judge(exchange: &Exchange<'_>, policy: &Value, world: &World) -> Result<(), Fault> {
    let judgement = Judgement { policy, action: "execute-api:Invoke", resource: &exchange.method_arn() };
    let message = match (world.judge)(&judgement) {
        Verdict::Allowed => return Ok(()),
        Verdict::NotMentioned => "User is not authorized to access this resource",
        Verdict::Denied => "User is not authorized to access this resource with an explicit deny",
    };
    Err(Fault::new(ResponseType::AccessDenied, message).in_form(Form::Capital))
}

/// What the sender is known by. Without all of it the authoriser is not asked.
fn identity(exchange: &Exchange<'_>, authorizer: &Authorizer) -> Result<Vec<String>, Fault> {
    let unauthorized = || Fault::new(ResponseType::Unauthorized, "Unauthorized");
    let found: Option<Vec<String>> = match &authorizer.kind {
        AuthorizerKind::Token { header, expression } => {
            let token = exchange.incoming.header(&header.to_ascii_lowercase());
            let fits = |token: &String| {
                expression.as_ref().is_none_or(|expression| {
                    Regex::new(&format!("^(?:{expression})$")).is_ok_and(|regex| regex.is_match(token))
                })
            };
            token.filter(fits).map(|token| vec![token])
        }
        AuthorizerKind::Request(sources) => sources.iter().map(|source| exchange.find(source)).collect(),
    };
    found.filter(|found| found.iter().all(|value| !value.is_empty())).ok_or_else(unauthorized)
}

fn event(exchange: &Exchange<'_>, authorizer: &Authorizer, token: Option<&String>) -> Value {
    let method = exchange.method_arn();
    match authorizer.kind {
        AuthorizerKind::Token { .. } => {
            json!({ "type": "TOKEN", "methodArn": method, "authorizationToken": token })
        }
        AuthorizerKind::Request(_) => {
            let mut event = exchange.description();
            event["type"] = "REQUEST".into();
            event["methodArn"] = method.into();
            event["requestContext"] = exchange.context();
            event
        }
    }
}

async fn ask(
    exchange: &Exchange<'_>,
    authorizer: &Authorizer,
    event: &Value,
    world: &World,
    limit: Duration,
) -> Result<Said, Fault> {
    let misconfigured =
        |reason: String| Fault::authorizer(ResponseType::AuthorizerConfigurationError, reason);
    let (region, account) = (&exchange.api.region, &exchange.api.account);
    let source_arn =
        format!("arn:aws:execute-api:{region}:{account}:{}/authorizers/{}", exchange.api_id, authorizer.id);
    let asking = (world.invoke)(Invocation {
        function: authorizer.function.clone(),
        source_arn: Some(source_arn),
        payload: event.to_string().into(),
    });
    let answer = tokio::time::timeout(limit, asking).await;
    let answer = answer.map_err(|_| misconfigured("the authorizer timed out".to_owned()))?;
    let payload = answer.map_err(|failure| failed(&failure))?;
    said(&payload).ok_or_else(|| {
        let answer = String::from_utf8_lossy(&payload);
        misconfigured(format!(
            "an authorizer answers with principalId, policyDocument and context, got {answer}"
        ))
    })
}

fn failed(failure: &Failure) -> Fault {
    match failure {
        Failure::FunctionError(payload) if says_unauthorized(payload) => {
            Fault::new(ResponseType::Unauthorized, "Unauthorized")
        }
        Failure::FunctionError(_) => Fault::authorizer(ResponseType::AuthorizerFailure, failure.to_string()),
        other => Fault::authorizer(ResponseType::AuthorizerConfigurationError, other.to_string()),
    }
}

/// Whether a function failed with just this word, which stands for 401.
fn says_unauthorized(payload: &[u8]) -> bool {
    let error: Value = serde_json::from_slice(payload).unwrap_or_default();
    error["errorMessage"] == "Unauthorized"
}

/// An answer, if it is one: a context has texts, numbers and truth values only.
fn said(payload: &[u8]) -> Option<Said> {
    let answer: Value = serde_json::from_slice(payload).ok()?;
    let mut context = Map::new();
    match &answer["context"] {
        Value::Null => {}
        Value::Object(given) => {
            for (key, value) in given {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(_) | Value::Bool(_) => value.to_string(),
                    Value::Null => continue,
                    _ => return None,
                };
                context.insert(key.clone(), text.into());
            }
        }
        _ => return None,
    }
    context.insert("principalId".to_owned(), answer["principalId"].as_str()?.into());
    context.insert("integrationLatency".to_owned(), 0.into());
    let policy = Some(&answer["policyDocument"]).filter(|policy| policy.is_object())?.clone();
    Some(Said { policy, context: Arc::new(context) })
}
