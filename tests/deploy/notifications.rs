//! The stack `Notifications`.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::function::Expected;
use crate::holds::holds;
use crate::stack::{Stack, deployed};
use crate::{site, table, trigger};

/// Five seconds on its way, and what two queues and three functions take.
const DELIVERED_WITHIN: Duration = Duration::from_secs(60);

#[test]
fn the_notifications_are_deployed() {
    deployed("Notifications", &[], |stack| {
        check_tables(stack);
        check_api(stack);
        check_event_handler(stack);
        check_message_publisher(stack);
        check_orders(stack);
        let config =
            json!({ "webSocketUrl": stack.output("WebSocketUrl"), "ordersUrl": stack.output("OrdersUrl") });
        site::check(stack, &["notifications.js", "shared/socket.js"], &config);
        a_connection_is_remembered_and_forgotten(stack);
        an_order_goes_its_way_once(stack);
    });
}

fn check_tables(stack: &Stack<'_>) {
    let connections = table::describe(stack, "connection-manager");
    let expected = json!({
        "KeySchema": [{ "AttributeName": "connection_id", "KeyType": "HASH" }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "UserIdIndex",
            "KeySchema": [{ "AttributeName": "user_id", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        }],
    });
    holds(&connections, &expected);
    table::check(stack, "notifications-handled", "id");
    for id in ["Connections", "Handled"] {
        table::check_expiry(stack, id);
    }
}

fn check_api(stack: &Stack<'_>) {
    let id = stack.physical("Api");
    assert_eq!(stack.output("WebSocketUrl"), format!("wss://{id}.execute-api.us-east-1.amazonaws.com/dev"));
    let routes = stack.ask(&["apigatewayv2", "get-routes", "--api-id", id]);
    let routes = routes["Items"].as_array().expect("a list of routes");
    let answered = routes.iter().filter(|route| route["RouteResponseSelectionExpression"] == "$default");
    let mut keys: Vec<_> = answered.map(|route| route["RouteKey"].as_str().unwrap_or_default()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["$connect", "$default", "$disconnect"]);
    // Without a key for tickets nobody is asked for one.
    let connect = routes.iter().find(|route| route["RouteKey"] == "$connect");
    assert_ne!(connect.expect("a route $connect")["AuthorizationType"], "CUSTOM");
    let gate = stack.ask(&["apigatewayv2", "get-authorizers", "--api-id", id]);
    assert_eq!(gate["Items"], json!([]));
}

fn check_event_handler(stack: &Stack<'_>) {
    let connections = table::arn("connection-manager");
    let expected = Expected {
        id: "EventHandler",
        timeout: 25,
        variables: json!({ "CONNECTIONS_TABLE": "connection-manager" }),
        grants: vec![("dynamodb:PutItem", connections.clone()), ("dynamodb:DeleteItem", connections)],
    };
    expected.check(stack);
}

fn check_message_publisher(stack: &Stack<'_>) {
    let (connections, handled) = (table::arn("connection-manager"), table::arn("notifications-handled"));
    let url = stack.output("WebSocketUrl");
    let api = stack.physical("Api");
    let failures = trigger::check_asynchronous(stack, "MessagePublisher");
    let expected = Expected {
        id: "MessagePublisher",
        timeout: 60,
        variables: json!({
            "CONNECTIONS_TABLE": "connection-manager",
            "IDEMPOTENCY_TABLE": "notifications-handled",
            "CALLBACK_URL": url.replace("wss://", "https://"),
        }),
        grants: vec![
            ("dynamodb:Query", format!("{connections}/index/UserIdIndex")),
            ("dynamodb:DeleteItem", connections),
            ("dynamodb:PutItem", handled.clone()),
            ("dynamodb:DeleteItem", handled),
            (
                "execute-api:ManageConnections",
                format!("arn:aws:execute-api:us-east-1:000000000000:{api}/dev/POST/@connections/*"),
            ),
            ("sqs:SendMessage", failures),
        ],
    };
    expected.check(stack);
}

fn check_orders(stack: &Stack<'_>) {
    let bus = stack.output("EventBusName");
    let rules = stack.ask(&["events", "list-rules", "--event-bus-name", bus]);
    let rules = rules["Rules"].as_array().expect("a list of rules");
    let mut patterns: Vec<Value> = rules.iter().map(pattern).collect();
    patterns.sort_by_key(Value::to_string);
    let source = json!(["custom.food_app"]);
    let expected = [
        json!({ "source": source, "detail-type": ["Order Accepted"] }),
        json!({ "source": source, "detail-type": ["Order Placed"] }),
        json!({ "source": source, "detail-type": [{ "anything-but": ["Order Placed"] }] }),
    ];
    assert_eq!(patterns, expected);

    let bus = format!("arn:aws:events:us-east-1:000000000000:event-bus/{bus}");
    let place = Expected {
        id: "PlaceOrder",
        timeout: 28,
        variables: json!({ "EVENT_BUS": stack.output("EventBusName") }),
        grants: vec![("events:PutEvents", bus.clone())],
    };
    place.check(stack);
    let failures = trigger::check_asynchronous(stack, "AcceptOrder");
    check_step(stack, "AcceptOrder", &bus, [("sqs:SendMessage", failures)]);
    let queue =
        trigger::queue(stack, "Deliveries", &json!({ "DelaySeconds": "5", "VisibilityTimeout": "180" }));
    let receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    check_step(stack, "DeliverOrder", &bus, receive.map(|action| (action, queue.clone())));
}

/// The pattern of a rule: ministack keeps it as text, as EventBridge does.
fn pattern(rule: &Value) -> Value {
    serde_json::from_str(rule["EventPattern"].as_str().expect("a pattern")).expect("it is JSON")
}

fn check_step<const N: usize>(stack: &Stack<'_>, id: &str, bus: &str, more: [(&str, String); N]) {
    let handled = table::arn("notifications-handled");
    let own = [
        ("events:PutEvents", bus.to_owned()),
        ("dynamodb:PutItem", handled.clone()),
        ("dynamodb:DeleteItem", handled),
    ];
    let variables = json!({
        "EVENT_BUS": stack.output("EventBusName"),
        "IDEMPOTENCY_TABLE": "notifications-handled",
    });
    let grants = own.into_iter().chain(more).collect();
    Expected { id, timeout: 30, variables, grants }.check(stack);
}

fn a_connection_is_remembered_and_forgotten(stack: &Stack<'_>) {
    let event = |kind: &str, route: &str| {
        json!({
            "requestContext": { "routeKey": route, "eventType": kind, "connectionId": "L0SM9cOFvHcCIhw=" },
            "queryStringParameters": { "user_id": "u1" },
        })
    };
    let reply = stack.invoke("EventHandler", &event("CONNECT", "$connect"));
    holds(&reply, &json!({ "statusCode": 200, "body": "Connection established successfully" }));
    let rows = stack.ask(&["dynamodb", "scan", "--table-name", "connection-manager"]);
    let row = json!({ "connection_id": { "S": "L0SM9cOFvHcCIhw=" }, "user_id": { "S": "u1" } });
    holds(&rows, &json!({ "Items": [row] }));
    let reply = stack.invoke("EventHandler", &event("DISCONNECT", "$disconnect"));
    holds(&reply, &json!({ "statusCode": 200, "body": "Connection removed successfully" }));
    assert_eq!(stack.ask(&["dynamodb", "scan", "--table-name", "connection-manager"])["Count"], 0);
}

/// From the REST API's function over the bus, its rules and the delayed queue: each step is done, and done once.
/// Nobody is connected, so nothing is sent.
fn an_order_goes_its_way_once(stack: &Stack<'_>) {
    let order = json!({ "httpMethod": "POST", "path": "/orders", "body": r#"{"user_id":"u1"}"# });
    let reply = stack.invoke("PlaceOrder", &order);
    assert_eq!(reply["statusCode"], 202, "{reply}");
    let body: Value = serde_json::from_str(reply["body"].as_str().expect("a body")).expect("it is JSON");
    let order = body["order_id"].as_str().expect("the order's id");
    // What each step did, and what the publisher was told of it.
    let expected = ["#Order Accepted", "#Order Accepted#told", "#Order Delivered", "#Order Delivered#told"]
        .map(str::to_owned);
    let started = Instant::now();
    while handled(stack, order) != expected {
        assert!(
            started.elapsed() < DELIVERED_WITHIN,
            "the order is not delivered: {:?}",
            handled(stack, order)
        );
        sleep(Duration::from_millis(500));
    }
}

/// The keys of everything that was done, without the order's id.
fn handled(stack: &Stack<'_>, order: &str) -> Vec<String> {
    let query = ["--query", "sort(Items[].id.S)"];
    let scan = ["dynamodb", "scan", "--table-name", "notifications-handled"];
    let keys: Vec<String> =
        serde_json::from_value(stack.ask(&[scan.as_slice(), &query].concat())).expect("keys");
    keys.into_iter().map(|key| key.replacen(order, "", 1)).collect()
}
