//! Tickets signed with real keys, in the events that API Gateway asks authorizers with.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handler_kit::{Deadline, Handler as _};
use notifications_ticket_authorizer::TicketAuthorizer;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

const REQUEST: &str = include_str!("events/request.json");
const METHOD: &str = "arn:aws:execute-api:us-east-1:123456789012:abc123/dev/$connect";

/// Who signs tickets, and the authorizer that knows the public half of the key.
struct Office {
    pair: Ed25519KeyPair,
    authorizer: TicketAuthorizer,
}

impl Office {
    fn open() -> Office {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let key = URL_SAFE_NO_PAD.encode(pair.public_key());
        assert_eq!(key.len(), 43);
        Office { authorizer: TicketAuthorizer::new(key), pair }
    }

    fn ticket(&self, claims: &Value) -> String {
        self.sign(&json!({"alg": "EdDSA", "typ": "JWT"}), claims)
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    async fn ask(&self, ticket: &str) -> Value {
        let mut event: Value = serde_json::from_str(REQUEST).unwrap();
        event["queryStringParameters"] = json!({ "ticket": ticket });
        ask(&self.authorizer, event).await
    }

    async fn check_refused(&self, ticket: &str) {
        assert_eq!(self.ask(ticket).await, refused(METHOD), "{ticket}");
    }

    /// Claims with this one changed; null takes it out.
    async fn check_claim(&self, name: &str, value: Value, is_allowed: bool) {
        let mut claims = claims();
        claims[name] = value;
        if claims[name].is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        let answer = self.ask(&self.ticket(&claims)).await;
        let effect = &answer["policyDocument"]["Statement"][0]["Effect"];
        assert_eq!(effect, if is_allowed { "Allow" } else { "Deny" }, "{claims}");
    }
}

async fn ask(authorizer: &TicketAuthorizer, event: Value) -> Value {
    let event = serde_json::from_value(event).unwrap();
    authorizer.handle(event, Deadline::after(Duration::from_secs(5))).await.unwrap()
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// Seconds since 1970.
fn now() -> i64 {
    let span = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(span.as_secs()).unwrap()
}

fn claims() -> Value {
    json!({"sub": "ann", "exp": now() + 300})
}

fn policy(effect: &str, method: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": method}],
    })
}

fn refused(method: &str) -> Value {
    json!({"principalId": "nobody", "policyDocument": policy("Deny", method)})
}

#[tokio::test]
async fn a_good_ticket_allows_its_user_this_method_and_no_other() {
    let office = Office::open();
    let expected = json!({
        "principalId": "ann", "policyDocument": policy("Allow", METHOD), "context": {"user_id": "ann"},
    });
    assert_eq!(office.ask(&office.ticket(&claims())).await, expected);
}

#[tokio::test]
async fn a_ticket_that_was_changed_is_refused() {
    let office = Office::open();
    let ticket = office.ticket(&claims());
    let [header, _, signature] = ticket.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let forged = part(&json!({"sub": "bob", "exp": now() + 300}));
    office.check_refused(&format!("{header}.{forged}.{signature}")).await;
    let other = office.ticket(&json!({"sub": "bob", "exp": now() + 300}));
    let others = other.rsplit('.').next().unwrap();
    office.check_refused(&ticket.replace(signature, others)).await;
    office.check_refused(&ticket.replace(signature, "")).await;
    office.check_refused(&ticket.replace(signature, &signature[..80])).await;
}

#[tokio::test]
async fn a_ticket_of_another_office_is_refused() {
    let office = Office::open();
    office.check_refused(&Office::open().ticket(&claims())).await;
}

#[tokio::test]
async fn the_ticket_does_not_choose_the_algorithm() {
    let office = Office::open();
    for alg in ["none", "None", "HS256", "RS256", "ES256", "eddsa", ""] {
        office.check_refused(&office.sign(&json!({"alg": alg, "typ": "JWT"}), &claims())).await;
    }
    let unsigned = format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims()));
    office.check_refused(&unsigned).await;
    for header in [json!({}), json!({"alg": null}), json!({"alg": ["EdDSA"]}), json!([])] {
        office.check_refused(&office.sign(&header, &claims())).await;
    }
}

#[tokio::test]
async fn the_public_key_is_no_password() {
    let office = Office::open();
    let signed = format!("{}.{}", part(&json!({"alg": "HS256"})), part(&claims()));
    let password = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, office.pair.public_key().as_ref());
    let signature = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&password, signed.as_bytes()));
    office.check_refused(&format!("{signed}.{signature}")).await;
}

#[tokio::test]
async fn an_extension_that_must_be_understood_is_refused() {
    let office = Office::open();
    let header = json!({"alg": "EdDSA", "crit": ["b64"], "b64": false});
    office.check_refused(&office.sign(&header, &claims())).await;
}

#[tokio::test]
async fn a_ticket_is_good_until_it_expires() {
    let office = Office::open();
    office.check_claim("exp", json!(now() + 5), true).await;
    office.check_claim("exp", json!(now() as f64 + 5.5), true).await;
    office.check_claim("exp", json!(now()), false).await;
    office.check_claim("exp", json!(now() - 60), false).await;
    office.check_claim("exp", json!(0), false).await;
    office.check_claim("exp", json!(-1), false).await;
}

#[tokio::test]
async fn a_ticket_says_when_it_expires_in_a_number() {
    let office = Office::open();
    office.check_claim("exp", Value::Null, false).await;
    office.check_claim("exp", json!((now() + 300).to_string()), false).await;
    office.check_claim("exp", json!(true), false).await;
}

#[tokio::test]
async fn a_ticket_is_good_from_when_it_says() {
    let office = Office::open();
    office.check_claim("nbf", json!(now() - 1), true).await;
    office.check_claim("nbf", json!(now() + 30), true).await;
    office.check_claim("nbf", json!(now() + 90), false).await;
    office.check_claim("nbf", json!("tomorrow"), false).await;
}

#[tokio::test]
async fn a_ticket_for_another_audience_is_refused() {
    let office = Office::open();
    office.check_claim("aud", json!("the kitchen"), false).await;
    office.check_claim("iss", json!("the office"), true).await;
}

#[tokio::test]
async fn a_ticket_is_for_a_user_of_1_to_256_characters() {
    let office = Office::open();
    office.check_claim("sub", json!("ü".repeat(256)), true).await;
    for sub in [Value::Null, json!(""), json!("ü".repeat(257)), json!(7), json!(["ann"])] {
        office.check_claim("sub", sub, false).await;
    }
}

#[tokio::test]
async fn what_is_no_ticket_is_refused() {
    let office = Office::open();
    let ticket = office.ticket(&claims());
    let texts = ["", ".", "..", "...", "a.b.c", "ann", "{}", "ü.ü.ü", "%%%.%%%.%%%"];
    for text in texts {
        office.check_refused(text).await;
    }
    office.check_refused(&format!("{ticket}.{ticket}")).await;
    office.check_refused(&format!("{ticket}=")).await;
    office.check_refused(&format!(" {ticket}")).await;
    office.check_refused(&"a.".repeat(100_000)).await;
    office.check_refused(&office.sign(&json!({"alg": "EdDSA"}), &json!(["ann"]))).await;
}

#[tokio::test]
async fn an_event_in_which_anything_is_missing_is_refused() {
    let office = Office::open();
    let ticket = office.ticket(&claims());
    let query = json!({ "ticket": ticket });
    for event in [json!({}), json!({"queryStringParameters": query}), json!({"queryStringParameters": null})]
    {
        assert_eq!(ask(&office.authorizer, event).await, refused("*"));
    }
    for query in [Value::Null, json!({}), json!({"token": ticket})] {
        let event = json!({"methodArn": METHOD, "queryStringParameters": query});
        assert_eq!(ask(&office.authorizer, event).await, refused(METHOD));
    }
}

#[tokio::test]
async fn with_a_key_that_is_none_nobody_gets_in() {
    let office = Office::open();
    let ticket = office.ticket(&claims());
    for key in ["", "key", &"A".repeat(42), &"A".repeat(44), &"+".repeat(43)] {
        let authorizer = TicketAuthorizer::new(key);
        let office = Office { authorizer, pair: Office::open().pair };
        office.check_refused(&ticket).await;
    }
}
