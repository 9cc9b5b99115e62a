//! Subscriptions, over real sockets.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use stackwright_graphql::{Definition, Happening, Host, Limits};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::api::{BOTH, ID, KEY, definition, key, patient, somebody};
use crate::listening::{Client, SCHEMA, Server, resolvers};

#[tokio::test]
async fn a_mutation_reaches_its_subscribers() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id n owner { name } } }", json!({})).await;
    client.subscribe("2", "subscription { other: changed { __typename id } }", json!({})).await;
    server.add(json!({"id": 7, "n": 1})).await;
    let expected = json!({"data": {"added": {"id": "7", "n": 1, "owner": {"name": "Ada"}}}});
    let mut got = [client.next().await, client.next().await];
    got.sort_by_key(|message| message["id"].to_string());
    assert_eq!(got[0], json!({"type": "data", "id": "1", "payload": expected}));
    assert_eq!(got[1]["payload"], json!({"data": {"other": {"__typename": "Thing", "id": "7"}}}));
    server.mutate("mutation { remove(id: 8) { id } }", json!({})).await;
    assert_eq!(client.data("2").await, json!({"data": {"other": {"__typename": "Thing", "id": "8"}}}));
    // What came to nothing is not told.
    server.mutate("mutation { remove(id: 0) { id } }", json!({})).await;
    client.hears_nothing().await;
}

#[tokio::test]
async fn the_protocol_is_that_of_appsync() {
    let server = Server::start().await;
    let mut client = server.open(json!({"host": "a", "x-api-key": KEY})).await;
    client.send(json!({"type": "connection_init"})).await;
    let expected = json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": 300_000}});
    assert_eq!(client.next().await, expected);
    client.subscribe("a b", "subscription { added { id } }", json!({})).await;
    client.send(json!({"type": "stop", "id": "a b"})).await;
    assert_eq!(client.next().await, json!({"type": "complete", "id": "a b"}));
    server.add(json!({"id": 1})).await;
    client.hears_nothing().await;
    // Its id may be used again.
    client.subscribe("a b", "subscription { added { id } }", json!({})).await;
    server.add(json!({"id": 2})).await;
    assert_eq!(client.data("a b").await["data"]["added"]["id"], "2");
}

#[tokio::test]
async fn the_header_may_be_a_subprotocol() {
    let server = Server::start().await;
    let header = URL_SAFE_NO_PAD.encode(json!({"host": "a", "x-api-key": KEY}).to_string());
    let mut client = server.connect("/graphql", &["graphql-ws", &format!("header-{header}")]).await.unwrap();
    client.subscribe("1", "subscription { added { id } }", json!({})).await;
}

#[tokio::test]
async fn arguments_are_filters() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("id", "subscription { added(id: 7) { id n } }", json!({})).await;
    client.subscribe("n", "subscription($n: Int) { added(n: $n) { id n } }", json!({"n": 5})).await;
    client.subscribe("null", "subscription { added(n: null) { id n } }", json!({})).await;
    // A variable without a value is an argument that is not given.
    client.subscribe("none", "subscription($n: Int) { added(n: $n) { id n } }", json!({})).await;
    let check = async |client: &mut Client, input: Value, expected: &[&str]| {
        server.add(input.clone()).await;
        let mut got = Vec::new();
        for _ in expected {
            got.push(client.next().await["id"].as_str().unwrap().to_owned());
        }
        got.sort();
        assert_eq!(got, expected, "{input}");
        client.hears_nothing().await;
    };
    check(&mut client, json!({"id": 7, "n": 5}), &["id", "n", "none"]).await;
    check(&mut client, json!({"id": 8, "n": 6}), &["none"]).await;
    check(&mut client, json!({"id": 8}), &["none", "null"]).await;
    // What the mutation does not select, a filter does not see.
    server.mutate("mutation { add(input: {id: 7, n: 5}) { id } }", json!({})).await;
    let mut got =
        [client.next().await, client.next().await, client.next().await].map(|one| one["id"].clone());
    got.sort_by_key(Value::to_string);
    assert_eq!(got, [json!("id"), json!("none"), json!("null")]);
}

#[tokio::test]
async fn subscribers_get_what_the_mutation_selects() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id name owner { name age } } }", json!({})).await;
    server
        .mutate(
            "mutation { add(input: {id: 1, name: \"x\"}) { key: id  owner { called: name } } }",
            json!({}),
        )
        .await;
    let expected = json!({"added": {"id": "1", "name": null, "owner": {"name": "Ada", "age": null}}});
    assert_eq!(client.data("1").await, json!({ "data": expected }));
    server.mutate("mutation { add(input: {id: 1}) { n } }", json!({})).await;
    let expected = json!({"data": {"added": null}, "errors": [{
        "path": ["added", "id"], "locations": null,
        "message": "Cannot return null for non-nullable type: 'ID' within parent 'Thing' (/added/id)",
    }]});
    assert_eq!(client.data("1").await, expected);
}

#[tokio::test]
async fn a_subscription_may_have_a_type_of_its_own() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { strict { __typename id name } }", json!({})).await;
    server.add(json!({"id": 1, "name": "x"})).await;
    let expected = json!({"data": {"strict": {"__typename": "Strict", "id": "1", "name": "x"}}});
    assert_eq!(client.data("1").await, expected);
    server.add(json!({"id": 1})).await;
    let payload = client.data("1").await;
    assert_eq!(payload["data"], json!({"strict": null}));
    let message = "Cannot return null for non-nullable type: 'String' within parent 'Strict' (/strict/name)";
    assert_eq!(payload["errors"][0]["message"], message);
}

#[tokio::test]
async fn pings_are_answered() {
    let mut client = Server::start().await.client().await;
    client.socket.send(Message::Ping("x".into())).await.unwrap();
    let frame = timeout(Duration::from_secs(2), client.socket.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(frame, Message::Pong("x".into()));
}

#[tokio::test]
async fn fields_are_not_resolved_again() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id big } }", json!({})).await;
    server.add(json!({"id": 1})).await;
    assert_eq!(client.data("1").await, json!({"data": {"added": {"id": "1", "big": null}}}));
}

#[tokio::test]
async fn fields_that_are_not_open_to_a_subscriber_are_refused() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id hidden } }", json!({})).await;
    let query = "mutation { add(input: {id: 1}) { id hidden } }";
    server.api.ask_as(query, json!({}), crate::api::iam()).await;
    let payload = client.data("1").await;
    assert_eq!(payload["data"], json!({"added": {"id": "1", "hidden": null}}));
    assert_eq!(payload["errors"][0]["message"], "Not Authorized to access hidden on type Thing");
}

#[tokio::test]
async fn one_result_after_the_other_in_the_order_of_mutations() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { n } }", json!({})).await;
    for n in 0..50 {
        server.add(json!({"id": 1, "n": n})).await;
    }
    server
        .mutate(
            "mutation { a: add(input: {id: 1, n: 50}) { n } b: add(input: {id: 1, n: 51}) { n } }",
            json!({}),
        )
        .await;
    for n in 0..52 {
        assert_eq!(client.data("1").await["data"]["added"]["n"], n);
    }
}

#[tokio::test]
async fn resolvers_of_subscriptions_are_asked_when_they_start() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.start("1", "subscription { guarded(room: \"yours\") { id } }", json!({})).await;
    let expected = json!([{"errorType": "Unauthorized", "message": "Not Authorized to access guarded on type Subscription"}]);
    assert_eq!(client.errors(json!("1")).await, expected);
    client.start("1", "subscription { broken { id } }", json!({})).await;
    assert_eq!(client.errors(json!("1")).await, json!([{"errorType": "Closed", "message": "no"}]));
    client.subscribe("2", "subscription { chosen(least: 5) { n } }", json!({})).await;
    server.add(json!({"id": 1, "n": 4})).await;
    server.add(json!({"id": 1, "n": 5})).await;
    assert_eq!(client.data("2").await["data"]["chosen"]["n"], 5);
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_refused() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let unsupported = |what: &str| json!([{"errorType": "UnsupportedOperation", "message": format!("{what} not supported through the realtime channel")}]);
    for (query, what) in
        [("{ hello }", "query"), ("mutation { remove(id: 1) { id } }", "mutation"), ("{", "unknown")]
    {
        client.start("1", query, json!({})).await;
        assert_eq!(client.errors(json!("1")).await, unsupported(what), "{query}");
    }
    client.start("1", "subscription { added { x } }", json!({})).await;
    let invalid =
        "Validation error of type FieldUndefined: Field 'x' in type 'Thing' is undefined @ 'added/x'";
    assert_eq!(client.errors(json!("1")).await, json!([{ "message": invalid }]));
    client.start("1", "subscription { added { id } changed { id } }", json!({})).await;
    assert!(client.errors(json!("1")).await[0]["message"].is_string());
    client.start("1", "subscription($n: Int!) { added(n: $n) { id } }", json!({})).await;
    let missing = "Variable 'n' has coerced Null value for NonNull type 'Int!'";
    assert_eq!(client.errors(json!("1")).await, json!([{ "message": missing }]));
    for message in ["not JSON", "[]", "{}", r#"{"type":"subscribe"}"#, r#"{"type":"stop"}"#] {
        client.socket.send(Message::text(message)).await.unwrap();
        assert_eq!(client.errors(Value::Null).await, unsupported("unknown"), "{message}");
    }
    client.send(json!({"type": "start", "id": "9", "payload": {"data": {}}})).await;
    assert_eq!(client.errors(json!("9")).await, unsupported("unknown"));
    client.send(json!({"type": "stop", "id": "9"})).await;
    let unknown = json!([{"errorType": "UnknownOperationError", "message": "Unknown operation id 9"}]);
    assert_eq!(client.errors(json!("9")).await, unknown);
    client.subscribe("1", "subscription { added { id } }", json!({})).await;
    client.start("1", "subscription { added { id } }", json!({})).await;
    assert_eq!(client.errors(json!("1")).await[0]["errorType"], "DuplicatedOperationError");
}

#[tokio::test]
async fn who_is_not_known_is_not_connected() {
    let server = Server::start().await;
    let unauthorized =
        |message: &str| json!({"errorType": "UnauthorizedException", "message": message, "errorCode": 401});
    let missing = json!({"errorType": "BadRequestException", "message": "Required headers are missing.", "errorCode": 400});
    let refused = unauthorized("You are not authorized to make this call.");
    for (header, expected) in [
        (json!({"host": "a", "x-api-key": "bad"}), &refused),
        (json!({"host": "a", "Authorization": "token"}), &refused),
        (json!({"host": "a"}), &unauthorized("Valid authorization header not provided.")),
        (json!({"x-api-key": KEY}), &missing),
        (json!([]), &missing),
    ] {
        let mut client = server.open(header.clone()).await;
        let message = client.next().await;
        assert_eq!(
            message,
            json!({"type": "connection_error", "payload": {"errors": [expected]}}),
            "{header}"
        );
        client.closed().await;
    }
    let mut client = server.connect("/graphql?header=%21", &["graphql-ws"]).await.unwrap();
    assert_eq!(client.next().await["payload"]["errors"][0], missing);
    let mut client = server.connect("/graphql", &[]).await.unwrap();
    assert_eq!(client.next().await["payload"]["errors"][0]["message"], "NoProtocolError");
}

#[tokio::test]
async fn who_may_not_subscribe_is_told() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client
        .start_as("1", "subscription { added { id } }", json!({}), json!({"host": "a", "x-api-key": "bad"}))
        .await;
    let expected = json!([{"errorType": "UnauthorizedException", "message": "You are not authorized to make this call."}]);
    assert_eq!(client.errors(json!("1")).await, expected);
    client.start_as("1", "subscription { added { id } }", json!({}), Value::Null).await;
    let expected = json!([{"errorType": "UnauthorizedException", "message": "Permission denied"}]);
    assert_eq!(client.errors(json!("1")).await, expected);
    client.start("1", "subscription { signed { id } }", json!({})).await;
    let expected = json!([{"errorType": "Unauthorized", "message": "Not Authorized to access signed on type Subscription"}]);
    assert_eq!(client.errors(json!("1")).await, expected);
}

#[tokio::test]
async fn signatures_are_looked_at_by_the_host() {
    let verify = |signed: stackwright_graphql::Signed| {
        assert_eq!(signed.headers["host"], "a");
        let expected = if signed.path == "/graphql/connect" {
            "{}".to_owned()
        } else {
            signed.headers["body"].as_str()?.to_owned()
        };
        (signed.body == expected && signed.headers["Authorization"] == "AWS4-HMAC-SHA256 good").then(somebody)
    };
    let may =
        |wanted: stackwright_graphql::Wanted<'_>| wanted.field == "signed" || wanted.type_name == "Mutation";
    let server = Server::over(Host::new().limited(patient()).verifying(verify).permitting(may)).await;
    let good = |body: &str| json!({"host": "a", "Authorization": "AWS4-HMAC-SHA256 good", "body": body});
    let mut client = server.open(good("")).await;
    let query = "subscription { signed { id hidden } }";
    let data = json!({"query": query, "variables": {}}).to_string();
    client.start_as("1", query, json!({}), good(&data)).await;
    assert_eq!(client.next().await, json!({"type": "start_ack", "id": "1"}));
    client.start_as("2", query, json!({}), good("other")).await;
    assert_eq!(client.errors(json!("2")).await[0]["message"], "You are not authorized to make this call.");
    let query = "subscription { added { id } }";
    let data = json!({"query": query, "variables": {}}).to_string();
    client.start_as("3", query, json!({}), good(&data)).await;
    assert_eq!(
        client.errors(json!("3")).await[0]["message"],
        "Not Authorized to access added on type Subscription"
    );
    server.api.ask_as("mutation { add(input: {id: 1}) { id hidden } }", json!({}), crate::api::iam()).await;
    assert_eq!(client.data("1").await, json!({"data": {"signed": {"id": "1", "hidden": 1}}}));
    let mut client = server.open(json!({"host": "a", "Authorization": "AWS4-HMAC-SHA256 bad"})).await;
    assert_eq!(client.next().await["type"], "connection_error");
}

#[tokio::test]
async fn subscriptions_of_a_connection_are_limited() {
    let server = Server::limited(Limits { subscriptions: 2, ..patient() }).await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id } }", json!({})).await;
    client.subscribe("2", "subscription { added { id } }", json!({})).await;
    client.start("3", "subscription { added { id } }", json!({})).await;
    let expected = json!([{"errorType": "MaxSubscriptionsReachedError", "message": "Max number of 2 subscriptions reached"}]);
    assert_eq!(client.errors(json!("3")).await, expected);
    client.send(json!({"type": "stop", "id": "1"})).await;
    assert_eq!(client.next().await["type"], "complete");
    client.subscribe("3", "subscription { added { id } }", json!({})).await;
}

#[tokio::test]
async fn messages_are_limited() {
    let server = Server::limited(Limits { message: 2_000, ..patient() }).await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { name } }", json!({})).await;
    server.add(json!({"id": 1, "name": "x".repeat(2_000)})).await;
    server.add(json!({"id": 1, "name": "small"})).await;
    assert_eq!(client.data("1").await["data"]["added"]["name"], "small");
    let published =
        |one: &Happening| matches!(one, Happening::Published { oversized: 1, subscribers: 0, .. });
    assert!(server.api.happenings.lock().unwrap().iter().any(published));
    client.socket.send(Message::text("x".repeat(3_000))).await.unwrap();
    assert_eq!(client.closed().await, CloseCode::Size);
}

#[tokio::test]
async fn binary_frames_are_not_taken() {
    let mut client = Server::start().await.client().await;
    client.socket.send(Message::binary(vec![1, 2])).await.unwrap();
    assert_eq!(client.closed().await, CloseCode::Unsupported);
}

#[tokio::test]
async fn a_connection_is_kept_alive_until_its_greatest_age() {
    let limits =
        Limits { keep_alive: Duration::from_millis(20), connection: Duration::from_millis(200), ..patient() };
    let server = Server::limited(limits).await;
    let mut client = server.open(json!({"host": "a", "x-api-key": KEY})).await;
    client.send(json!({"type": "connection_init"})).await;
    assert_eq!(client.next().await["payload"]["connectionTimeoutMs"], 100);
    for _ in 0..2 {
        let frame = timeout(Duration::from_secs(1), client.socket.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(frame.to_text().unwrap(), r#"{"type":"ka"}"#);
    }
    assert_eq!(client.closed().await, CloseCode::Away);
}

#[tokio::test]
async fn a_slow_client_is_disconnected_and_disturbs_nobody() {
    let server = Server::limited(Limits { outbox: 4, ..patient() }).await;
    let mut slow = server.client().await;
    slow.subscribe("1", "subscription { added { id name } }", json!({})).await;
    let name = "x".repeat(200_000);
    let gone = async || {
        let is_gone = |one: &Happening| matches!(one, Happening::Disconnected { reason, .. } if reason.contains("slowly"));
        server.api.happenings.lock().unwrap().iter().any(is_gone)
    };
    let mut quick = server.client().await;
    quick.subscribe("1", "subscription { added { id } }", json!({})).await;
    for id in 0..400 {
        server.add(json!({"id": id, "name": name})).await;
        assert_eq!(quick.data("1").await["data"]["added"]["id"], id.to_string());
        if gone().await {
            return;
        }
    }
    timeout(Duration::from_secs(5), async {
        while !gone().await {
            tokio::task::yield_now().await
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn who_vanishes_is_forgotten() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id } }", json!({})).await;
    drop(client);
    let told = || {
        let happenings = server.api.happenings.lock().unwrap();
        happenings.iter().any(|one| matches!(one, Happening::Disconnected { .. }))
    };
    timeout(Duration::from_secs(2), async {
        while !told() {
            tokio::time::sleep(Duration::from_millis(1)).await
        }
    })
    .await
    .unwrap();
    server.add(json!({"id": 1})).await;
    let published = |one: &Happening| matches!(one, Happening::Published { .. });
    assert!(!server.api.happenings.lock().unwrap().iter().any(published));
}

#[tokio::test]
async fn connections_outlive_a_definition_but_not_the_api() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.subscribe("1", "subscription { added { id } }", json!({})).await;
    let schema = SCHEMA.replace("hello: String", "hello: Int");
    let both = Definition { additional_modes: BOTH.to_vec(), ..definition(&schema, resolvers()) };
    server.api.graphql.define(ID, both);
    server.add(json!({"id": 1})).await;
    assert_eq!(client.data("1").await["data"]["added"]["id"], "1");
    server.api.graphql.remove(ID);
    assert_eq!(client.closed().await, CloseCode::Away);
}

#[tokio::test]
async fn who_listens_to_what_can_be_seen() {
    let server = Server::start().await;
    let graphql = server.api.graphql.clone();
    assert_eq!(graphql.connections(), []);
    let mut client = server.client().await;
    client.subscribe("b", "subscription { changed { id } }", json!({})).await;
    client.subscribe("a", "subscription { added { id } }", json!({})).await;
    let seen = |expected: &[&str]| {
        let connections = graphql.connections();
        let [open] = connections.as_slice() else { panic!("{connections:?}") };
        assert_eq!((open.api.as_str(), open.subscriptions.join(" ")), (ID, expected.join(" ")));
    };
    seen(&["changed", "added"]);
    client.send(json!({"type": "stop", "id": "b"})).await;
    assert_eq!(client.next().await["type"], "complete");
    seen(&["added"]);
    drop(client);
    while !graphql.connections().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn all_connections_end_with_the_host() {
    let server = Server::start().await;
    let clients = [server.client().await, server.client().await];
    let graphql = server.api.graphql.clone();
    let over = tokio::spawn(async move { graphql.shutdown().await });
    for mut client in clients {
        assert_eq!(client.closed().await, CloseCode::Away);
    }
    over.await.unwrap();
    let is_over = |one: &&Happening| matches!(one, Happening::Disconnected { .. });
    assert_eq!(server.api.happenings.lock().unwrap().iter().filter(is_over).count(), 2);
}

#[tokio::test]
async fn what_is_no_websocket_is_refused() {
    let server = Server::start().await;
    let status = async |headers: &[(&'static str, &'static str)]| {
        let mut request = axum::http::Request::get("/graphql");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        server.api.graphql.realtime(ID, request).await.status().as_u16()
    };
    assert_eq!(status(&[]).await, 400);
    let upgrade = [("upgrade", "websocket"), ("connection", "keep-alive, Upgrade")];
    assert_eq!(status(&upgrade).await, 400);
    assert_eq!(status(&[upgrade[0], upgrade[1], ("sec-websocket-version", "8")]).await, 400);
    assert_eq!(status(&[upgrade[0], upgrade[1], ("sec-websocket-version", "13")]).await, 400);
}

#[tokio::test]
async fn connections_are_limited() {
    let server = Server::limited(Limits { connections: 1, ..patient() }).await;
    let _first = server.client().await;
    let second = server.connect("/graphql", &["graphql-ws"]).await;
    assert!(matches!(second, Err(tungstenite::Error::Http(response)) if response.status().as_u16() == 503));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_subscribers_are_told() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for _ in 0..250 {
        let mut client = server.client().await;
        for id in 0..4 {
            client.start(&id.to_string(), "subscription { added(id: 1) { id n } }", json!({})).await;
        }
        clients.push(client);
    }
    for client in &mut clients {
        for _ in 0..4 {
            assert_eq!(client.next().await["type"], "start_ack");
        }
    }
    server.add(json!({"id": 1, "n": 5})).await;
    for client in &mut clients {
        for _ in 0..4 {
            assert_eq!(client.next().await["payload"]["data"]["added"], json!({"id": "1", "n": 5}));
        }
    }
    assert_eq!(server.api.ask_as("{ hello }", json!({}), key()).await["data"]["hello"], Value::Null);
}
