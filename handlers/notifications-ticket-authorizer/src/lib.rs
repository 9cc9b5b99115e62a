//! Lets in who has a ticket that was signed for them, before `$connect`.
//! Issues no tickets, and knows no secret: with the public key it can check and not sign.
//!
//! | variable | what |
//! |---|---|
//! | `TICKET_KEY` | Ed25519 public key, base64url: the `x` of a JWK, 43 characters |
//!
//! A ticket is a compact JWT in the query parameter `ticket`, signed with EdDSA: `sub` is the user, `exp` is
//! required, `nbf` is honoured. The user of a good ticket is in `requestContext.authorizer.user_id` from then
//! on; any other ticket is answered with a policy that denies, which clients see as 403.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod ticket;

use std::collections::HashMap;
use std::time::SystemTime;

use handler_kit::{Deadline, Handler, env};
use notifications_orders::UserId;
use serde::Deserialize;
use serde_json::{Value, json};

pub use ticket::{Invalid, verify};

/// The authorizer of the handshake.
#[derive(Clone, Debug)]
pub struct TicketAuthorizer {
    key: String,
}

/// What API Gateway asks an authorizer of type REQUEST, as far as it matters here.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html>
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Question {
    method_arn: Option<String>,
    query_string_parameters: Option<HashMap<String, String>>,
}

impl TicketAuthorizer {
    /// Checks tickets with that public key.
    pub fn new(key: impl Into<String>) -> TicketAuthorizer {
        TicketAuthorizer { key: key.into() }
    }
}

impl Handler for TicketAuthorizer {
    type Event = Question;
    type Answer = Value;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        Ok(TicketAuthorizer::new(env::required("TICKET_KEY")?))
    }

    async fn handle(&self, question: Question, _: Deadline) -> Result<Value, Self::Error> {
        let ticket = question.query_string_parameters.as_ref().and_then(|query| query.get("ticket"));
        let user = verify(ticket.map(String::as_str), &self.key, SystemTime::now());
        // Without a method there is nothing to allow.
        let method = question.method_arn.as_deref().filter(|method| !method.is_empty());
        Ok(match (user, method) {
            (Ok(user), Some(method)) => allow(&user, method),
            (Ok(_), None) => deny("*", "the event names no method"),
            (Err(invalid), method) => deny(method.unwrap_or("*"), &invalid.to_string()),
        })
    }
}

fn allow(user: &UserId, method: &str) -> Value {
    let mut answer = policy(user.as_str(), "Allow", method);
    answer["context"] = json!({ "user_id": user.as_str() });
    answer
}

/// The reason is for the log: it would tell a forger what to mend.
fn deny(method: &str, reason: &str) -> Value {
    tracing::warn!(reason, "a connection was refused");
    policy("nobody", "Deny", method)
}

fn policy(principal: &str, effect: &str, method: &str) -> Value {
    let statement = json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": method});
    json!({
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    })
}
