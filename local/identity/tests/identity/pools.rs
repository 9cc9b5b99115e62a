//! Guests of Cognito's identity pools.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use stackwright_identity::{Guest, Identities, Keys, Pool};

use crate::{ROLE, keys, now};

const POOL: &str = "us-east-1:11111111-2222-4333-8444-555555555555";

fn pool() -> Pool {
    Pool { allows_guests: true, allows_classic_flow: false, guest_role: Some(ROLE.to_owned()) }
}

fn identities(keys: Arc<Keys>) -> Identities {
    let identities = Identities::new(keys, Arc::new(|role, guest| role == ROLE && guest.pool_id == POOL));
    identities.define(POOL, pool());
    identities
}

fn ask(identities: &Identities, operation: &str, request: &Value) -> Value {
    let answer = identities.answer(operation, request.to_string().as_bytes(), now());
    assert_eq!(answer.status(), 200, "{}", answer.body());
    assert_eq!(answer.headers()["content-type"], "application/x-amz-json-1.1");
    serde_json::from_str(answer.body()).unwrap()
}

#[track_caller]
fn check_refusal(identities: &Identities, operation: &str, request: &Value, code: &str, message: &str) {
    let answer = identities.answer(operation, request.to_string().as_bytes(), now());
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["x-amzn-errortype"], code);
    let body: Value = serde_json::from_str(answer.body()).unwrap();
    assert_eq!(body, json!({ "__type": code, "message": message }));
}

fn id(identities: &Identities) -> String {
    let answer = ask(identities, "GetId", &json!({ "IdentityPoolId": POOL }));
    answer["IdentityId"].as_str().unwrap().to_owned()
}

#[test]
fn a_guests_key() {
    let keys = keys();
    let identities = identities(keys.clone());
    let id = id(&identities);
    let answer = ask(&identities, "GetCredentialsForIdentity", &json!({ "IdentityId": id, "Logins": {} }));
    assert_eq!(answer["IdentityId"], id);
    let credentials = &answer["Credentials"];
    let until = now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 3600;
    assert_eq!(credentials["Expiration"], until);
    let text = |name: &str| credentials[name].as_str().unwrap();
    let key = keys.lookup(text("AccessKeyId"), Some(text("SessionToken")), now()).unwrap();
    assert_eq!(key.secret_access_key, text("SecretKey"));
    let session = key.caller.session().unwrap();
    assert_eq!(session.arn(), "arn:aws:sts::000000000000:assumed-role/Greeter/CognitoIdentityCredentials");
    assert_eq!(session.guest, Some(Guest { pool_id: POOL.to_owned(), identity_id: id }));
}

#[test]
fn every_guest_is_another() {
    let identities = identities(keys());
    let (first, second) = (id(&identities), id(&identities));
    assert_ne!(first, second);
    assert!(first.starts_with("us-east-1:") && first.len() == POOL.len(), "{first}");
}

#[test]
fn identities_outlive_the_process() {
    let remembered = id(&identities(keys()));
    let answer = ask(&identities(keys()), "GetCredentialsForIdentity", &json!({ "IdentityId": remembered }));
    assert_eq!(answer["IdentityId"], remembered);
}

#[test]
fn pools_and_identities_that_are_not_there() {
    let identities = identities(keys());
    let other = "us-east-1:99999999-2222-4333-8444-555555555555";
    let not_found = "ResourceNotFoundException";
    let message = format!("IdentityPool '{other}' not found.");
    check_refusal(&identities, "GetId", &json!({ "IdentityPoolId": other }), not_found, &message);
    for identity in [other, "x", "", "us-east-1:", "eu-west-1:11111111-2222-4333-8444-555555555555"] {
        let message = format!("Identity '{identity}' not found.");
        let request = json!({ "IdentityId": identity });
        check_refusal(&identities, "GetCredentialsForIdentity", &request, not_found, &message);
    }
    let remembered = id(&identities);
    identities.remove(POOL);
    let message = format!("Identity '{remembered}' not found.");
    check_refusal(&identities, "GetOpenIdToken", &json!({ "IdentityId": remembered }), not_found, &message);
}

#[test]
fn a_pool_without_guests() {
    let identities = identities(keys());
    let remembered = id(&identities);
    identities.define(POOL, Pool { allows_guests: false, ..pool() });
    let message = "Unauthenticated access is not supported for this identity pool.";
    let requests = [
        ("GetId", json!({ "IdentityPoolId": POOL })),
        ("GetCredentialsForIdentity", json!({ "IdentityId": remembered })),
    ];
    for (operation, request) in requests {
        check_refusal(&identities, operation, &request, "NotAuthorizedException", message);
    }
}

#[test]
fn a_role_that_guests_do_not_get() {
    let identities = identities(keys());
    let request = json!({ "IdentityId": id(&identities) });
    for guest_role in [None, Some("arn:aws:iam::000000000000:role/Other".to_owned())] {
        identities.define(POOL, Pool { guest_role, ..pool() });
        check_refusal(
            &identities,
            "GetCredentialsForIdentity",
            &request,
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        );
    }
}

#[test]
fn the_classic_flow() {
    let identities = identities(keys());
    let request = json!({ "IdentityId": id(&identities) });
    let message = "Basic (classic) flow is not enabled, please use enhanced flow.";
    check_refusal(&identities, "GetOpenIdToken", &request, "InvalidParameterException", message);
    identities.define(POOL, Pool { allows_classic_flow: true, ..pool() });
    let message = "Basic (classic) flow is not supported here, please use enhanced flow.";
    check_refusal(&identities, "GetOpenIdToken", &request, "InvalidParameterException", message);
}

#[test]
fn logins_and_what_else_is_not_there() {
    let identities = identities(keys());
    let request = json!({ "IdentityPoolId": POOL, "Logins": { "accounts.google.com": "token" } });
    let message = "Token is not from a supported provider of this identity pool.";
    check_refusal(&identities, "GetId", &request, "NotAuthorizedException", message);
    let message = "ListIdentityPools is not supported here";
    check_refusal(&identities, "ListIdentityPools", &json!({}), "UnknownOperationException", message);
    let message = "1 validation error detected: Value null at 'identityPoolId' failed to satisfy constraint: \
                   Member must not be null";
    for request in [json!({}), json!({ "IdentityPoolId": 5 })] {
        check_refusal(&identities, "GetId", &request, "ValidationException", message);
    }
    for body in ["", "[]", "{"] {
        let answer = identities.answer("GetId", body.as_bytes(), now());
        assert_eq!(answer.headers()["x-amzn-errortype"], "SerializationException");
    }
}
