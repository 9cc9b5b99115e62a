//! Authorizers: who is asked, what is made of the answer.

use serde_json::{Value, json};
use stackwright_sockets::{Api, Authorizer, Host, Route, Signer, Stage, What};

use crate::{FUNCTION, Site, api, connect, one_way, percent, say, two_way};

fn guarded(sources: &[&str]) -> Api {
    let authorizer = Authorizer {
        id: "ab12cd".to_owned(),
        function: FUNCTION.to_owned(),
        identity_sources: sources.iter().map(|source| source.parse().unwrap()).collect(),
    };
    let connect = Route { authorizer: Some(authorizer), ..one_way() };
    api([("$connect", connect), ("$disconnect", one_way()), ("$default", two_way())])
}

/// Policies are their own verdict here: the resources that they allow.
fn by_resource(host: Host) -> Host {
    host.judging(|policy, resource| {
        policy["Allow"].as_array().is_some_and(|all| all.contains(&resource.into()))
    })
}

async fn site(sources: &[&str]) -> Site {
    Site::hosted(guarded(sources), |_| {}, by_resource).await
}

const CONNECT: &str = "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/prod/$connect";

/// The authorizer and `$connect` get the same task: its answer is both a permit and an answer.
fn permit(context: &Value) -> Value {
    let policy = json!({"Allow": [CONNECT]});
    json!({"answer": {"statusCode": 200, "principalId": "me", "policyDocument": policy, "context": context}})
}

#[tokio::test]
async fn an_authorizer_gets_an_event_of_its_own() {
    let mut site = site(&[]).await;
    site.try_connect(&permit(&Value::Null)).await.unwrap();
    let asked = site.run().await;
    assert_eq!(asked.source, "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/authorizers/ab12cd");
    let connect = site.run().await;
    assert_eq!(connect.source, CONNECT);
    let mut expected = connect.event;
    expected["type"] = "REQUEST".into();
    expected["methodArn"] = CONNECT.into();
    expected["stageVariables"] = json!({});
    expected.as_object_mut().unwrap().remove("isBase64Encoded");
    expected["requestContext"].as_object_mut().unwrap().remove("authorizer");
    assert_eq!(asked.event, expected);
}

#[tokio::test]
async fn the_event_of_an_authorizer_has_fields_for_parameters_even_without_any() {
    let mut site = site(&[]).await;
    connect(site.address, "/prod", &[]).await.unwrap_err();
    let event = site.run().await.event;
    for field in ["queryStringParameters", "multiValueQueryStringParameters", "stageVariables"] {
        assert_eq!(event[field], json!({}), "{field}");
    }
}

#[tokio::test]
async fn its_context_is_in_every_later_event_as_strings() {
    let mut site = site(&[]).await;
    let task = permit(&json!({"user": "ada", "age": 36, "admin": true}));
    let mut client = site.try_connect(&task).await.unwrap();
    crate::greet(&mut client).await;
    client.close(None).await.unwrap();
    let expected = json!({"principalId": "me", "user": "ada", "age": "36", "admin": "true"});
    site.run().await;
    for route in ["$connect", "$default", "$disconnect"] {
        assert_eq!(site.run_of(route).await["requestContext"]["authorizer"], expected, "{route}");
    }
}

#[tokio::test]
async fn who_is_not_allowed_is_refused() {
    let site = site(&[]).await;
    let check = async |task: Value, status: u16, message: &str| {
        let refusal = site.try_connect(&task).await.unwrap_err();
        let body: Value = serde_json::from_str(&refusal.body).unwrap();
        assert_eq!((refusal.status, &body["message"]), (status, &message.into()), "{task}");
    };
    let answer = |policy: Value| json!({"answer": {"principalId": "me", "policyDocument": policy}});
    check(answer(json!({})), 403, "Forbidden").await;
    check(answer(json!({"Allow": ["arn:aws:execute-api:eu-west-1:000000000000:other"]})), 403, "Forbidden")
        .await;
    check(json!({"fail": "Unauthorized"}), 401, "Unauthorized").await;
    check(json!({"fail": "boom"}), 500, "Internal server error").await;
    check(json!({"refuse": "no permission"}), 500, "Internal server error").await;
    check(json!({"answer": {"statusCode": 401}}), 500, "Internal server error").await;
    check(json!({"answer": {"policyDocument": {"Allow": [CONNECT]}}}), 500, "Internal server error").await;
    check(permit(&json!({"nested": {}})), 500, "Internal server error").await;
    assert!(site.sockets.connections().is_empty());
}

#[tokio::test]
async fn what_lacks_an_identity_source_is_refused_unasked() {
    let sources = ["route.request.header.X-Ticket", "route.request.querystring.user"];
    let mut site = site(&sources).await;
    let task = percent(&permit(&Value::Null).to_string());
    let check = async |parameters: &str, headers: &[(&'static str, &str)], status: u16| {
        let path = format!("/prod?task={task}{parameters}");
        let got = connect(site.address, &path, headers).await.map_or_else(|refusal| refusal.status, |_| 101);
        assert_eq!(got, status, "{parameters} {headers:?}");
    };
    check("", &[], 401).await;
    check("&user=ada", &[], 401).await;
    check("", &[("x-ticket", "1")], 401).await;
    check("&user=", &[("x-ticket", "1")], 401).await;
    check("&user=ada", &[("x-ticket", "")], 401).await;
    assert!(site.runs.try_recv().is_err(), "nobody was asked");
    check("&user=ada", &[("x-ticket", "1")], 101).await;
}

#[tokio::test]
async fn identity_sources_may_be_of_the_context_and_the_stage() {
    let mut api = guarded(&["context.identity.sourceIp", "stageVariables.tenant"]);
    let site = Site::hosted(api.clone(), |_| {}, by_resource).await;
    assert_eq!(site.try_connect(&permit(&Value::Null)).await.unwrap_err().status, 401);
    let variables = [("tenant".to_owned(), "blue".to_owned())].into();
    api.stages.insert("prod".to_owned(), Stage { variables });
    site.sockets.define(api);
    site.try_connect(&permit(&Value::Null)).await.unwrap();
}

#[tokio::test]
async fn without_a_judge_policies_allow_nothing() {
    let site = Site::of(guarded(&[])).await;
    assert_eq!(site.try_connect(&permit(&Value::Null)).await.unwrap_err().status, 403);
    let reason = site.hears(|what| match what {
        What::Refused { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    let expected = format!("the authorizer's policy does not allow execute-api:Invoke on {CONNECT}");
    assert_eq!(reason.await, expected);
}

fn signed() -> Api {
    api([("$connect", Route { is_signed: true, ..one_way() }), ("$default", two_way())])
}

#[tokio::test]
async fn a_route_that_needs_a_signature_lets_nobody_in_without() {
    let mut site = Site::of(signed()).await;
    let refusal = site.try_connect(&Value::Null).await.unwrap_err();
    assert_eq!(refusal.status, 403);
    assert!(refusal.body.contains("Missing Authentication Token"), "{}", refusal.body);
    assert!(site.runs.try_recv().is_err(), "nobody was asked");
}

#[tokio::test]
async fn events_name_whoever_has_signed() {
    let arn = "arn:aws:sts::000000000000:assumed-role/guests/ada";
    let signer = Signer { arn: arn.to_owned(), account: "000000000000".to_owned() };
    let mut site = Site::signed_by(signed(), signer).await;
    let mut client = site.connect().await;
    let check = |event: &Value| {
        assert_eq!(event["requestContext"]["identity"]["userArn"], arn, "{event}");
        assert_eq!(event["requestContext"]["identity"]["accountId"], "000000000000", "{event}");
    };
    check(&site.run().await.event);
    say(&mut client, &json!({})).await;
    check(&site.run().await.event);
}
