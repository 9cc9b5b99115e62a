//! Functions that decide who may send a request to an HTTP API.
//! Reads no policies: the world judges them.
//!
//! Source: [Lambda authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html).

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::definition::{Authorizer, PayloadVersion};
use super::engine::Refusal;
use super::exchange::Exchange;
use crate::memory::Memory;
use crate::world::{Invocation, Judgement, Verdict, World};

/// What an authoriser said of somebody.
#[derive(Debug)]
pub(super) struct Said {
    decision: Decision,
    context: Map<String, Value>,
}

#[derive(Debug)]
enum Decision {
    Simple(bool),
    Policy(Value),
}

/// Lets a request pass, and notes what its authoriser said of it.
pub(super) async fn check(
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    memory: &Memory<Said>,
    world: &World,
    limit: Duration,
) -> Result<(), Refusal> {
    let stage = format!("{}/{}/{}", exchange.api_id, exchange.stage_name, authorizer.id);
    let key = (stage, identity(exchange, authorizer)?);
    let said = match memory.recall(&key) {
        Some(said) => said,
        None => {
            let said = Arc::new(ask(exchange, authorizer, &key.1, world, limit).await?);
            memory.remember(key, &said, authorizer.remembered);
            said
        }
    };
    let context = Value::Object(said.context.clone());
    exchange.authorizer = Some(match exchange.route.payload {
        PayloadVersion::One => context,
        PayloadVersion::Two => json!({ "lambda": context }),
    });
    if allows(exchange, &said.decision, world) { Ok(()) } else { Err(Refusal::new(403, "Forbidden")) }
}

/// What the sender is known by. Without all of it the authoriser is not asked.
fn identity(exchange: &Exchange<'_>, authorizer: &Authorizer) -> Result<Vec<String>, Refusal> {
    let sources = authorizer.identity.iter();
    let found: Option<Vec<String>> =
        sources.map(|source| exchange.find(source).filter(|value| !value.is_empty())).collect();
    found.ok_or_else(|| Refusal::new(401, "Unauthorized"))
}

fn allows(exchange: &Exchange<'_>, decision: &Decision, world: &World) -> bool {
    match decision {
        Decision::Simple(is_allowed) => *is_allowed,
        Decision::Policy(policy) => {
            let resource = exchange.method_arn();
            let judgement = Judgement { policy, action: "execute-api:Invoke", resource: &resource };
            (world.judge)(&judgement) == Verdict::Allowed
        }
    }
}

async fn ask(
    exchange: &Exchange<'_>,
    authorizer: &Authorizer,
    identity: &[String],
    world: &World,
    limit: Duration,
) -> Result<Said, Refusal> {
    let invocation = Invocation {
        function: authorizer.function.clone(),
        source_arn: Some(exchange.arn(&format!("authorizers/{}", authorizer.id))),
        payload: event(exchange, authorizer, identity).to_string().into(),
    };
    let answer = tokio::time::timeout(limit, (world.invoke)(invocation)).await;
    let answer = answer.map_err(|_| Refusal::internal("the authorizer timed out"))?;
    let payload =
        answer.map_err(|failure| Refusal::internal(&format!("the authorizer failed: {failure}")))?;
    said(&payload, authorizer.simple).ok_or_else(|| {
        let expected = if authorizer.simple { "isAuthorized" } else { "principalId and policyDocument" };
        let got = String::from_utf8_lossy(&payload);
        Refusal::internal(&format!("an authorizer answers with {expected}, got {got}"))
    })
}

fn event(exchange: &Exchange<'_>, authorizer: &Authorizer, identity: &[String]) -> Value {
    let mut event;
    match authorizer.payload {
        PayloadVersion::One => {
            event = exchange.description_1();
            event["methodArn"] = exchange.method_arn().into();
            event["identitySource"] = identity.join(",").into();
            event["authorizationToken"] = identity.join(",").into();
        }
        PayloadVersion::Two => {
            event = exchange.payload().description();
            event["routeArn"] = exchange.method_arn().into();
            event["identitySource"] = json!(identity);
        }
    }
    event["type"] = "REQUEST".into();
    event
}

fn said(payload: &[u8], is_simple: bool) -> Option<Said> {
    let answer: Value = serde_json::from_slice(payload).ok()?;
    let mut context = answer["context"].as_object().cloned().unwrap_or_default();
    let decision = if is_simple {
        Decision::Simple(answer["isAuthorized"].as_bool()?)
    } else {
        context.insert("principalId".to_owned(), answer["principalId"].as_str()?.into());
        Decision::Policy(Some(&answer["policyDocument"]).filter(|policy| policy.is_object())?.clone())
    };
    Some(Said { decision, context })
}
