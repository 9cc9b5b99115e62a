//! The stack `VisitorCounter`.

use serde_json::json;

use crate::function::Expected;
use crate::holds::holds;
use crate::stack::{Stack, deployed};
use crate::{site, table, trigger};

#[test]
fn the_visitor_counter_is_deployed() {
    deployed("VisitorCounter", &["VisitorCount"], |stack| {
        check_connections(stack);
        check_stream_processor(stack);
        check_db_updater(stack);
        check_api(stack);
        let config = json!({ "webSocketUrl": stack.output("WebSocketUrl") });
        site::check(stack, &["counter.js", "shared/socket.js"], &config);
        a_visit_is_counted(stack);
    });
}

fn check_connections(stack: &Stack<'_>) {
    table::check(stack, "ConnectionIDs", "connectionId");
    table::check_expiry(stack, "Connections");
}

fn check_db_updater(stack: &Stack<'_>) {
    let (connections, counter) = (table::arn("ConnectionIDs"), table::arn("VisitorCount"));
    let expected = Expected {
        id: "DbUpdater",
        timeout: 25,
        variables: json!({ "CONNECTIONS_TABLE": "ConnectionIDs", "COUNTER_TABLE": "VisitorCount" }),
        grants: vec![
            ("dynamodb:PutItem", connections.clone()),
            ("dynamodb:DeleteItem", connections),
            ("dynamodb:UpdateItem", counter),
        ],
    };
    expected.check(stack);
}

fn check_stream_processor(stack: &Stack<'_>) {
    let counter = table::check(stack, "VisitorCount", "id");
    let stream = table::check_stream(&counter);
    let failures = trigger::check(
        stack,
        "StreamProcessor",
        &stream,
        trigger::INSERTED_OR_MODIFIED,
        "StreamProcessorOnCounterFailures",
    );
    let url = stack.output("WebSocketUrl");
    let connections = table::arn("ConnectionIDs");
    let api = stack.physical("Api");
    let expected = Expected {
        id: "StreamProcessor",
        timeout: 60,
        variables: json!({
            "CONNECTIONS_TABLE": "ConnectionIDs",
            "CALLBACK_URL": url.replace("wss://", "https://"),
        }),
        grants: vec![
            ("dynamodb:Scan", connections.clone()),
            ("dynamodb:DeleteItem", connections),
            (
                "execute-api:ManageConnections",
                format!("arn:aws:execute-api:us-east-1:000000000000:{api}/prod/POST/@connections/*"),
            ),
            ("dynamodb:DescribeStream", stream.clone()),
            ("dynamodb:GetRecords", stream.clone()),
            ("dynamodb:GetShardIterator", stream.clone()),
            ("dynamodb:ListStreams", stream),
            ("sqs:SendMessage", failures),
        ],
    };
    expected.check(stack);
}

fn check_api(stack: &Stack<'_>) {
    let id = stack.physical("Api");
    let api = stack.ask(&["apigatewayv2", "get-api", "--api-id", id]);
    holds(&api, &json!({ "ProtocolType": "WEBSOCKET" }));
    assert_eq!(stack.output("WebSocketUrl"), format!("wss://{id}.execute-api.us-east-1.amazonaws.com/prod"));

    let routes = stack.ask(&["apigatewayv2", "get-routes", "--api-id", id, "--query", "Items[].RouteKey"]);
    assert_eq!(routes, json!(["$connect", "$disconnect"]));
    let integrations = stack.ask(&["apigatewayv2", "get-integrations", "--api-id", id]);
    let function = format!("function:{}/invocations", stack.physical("DbUpdater"));
    for integration in integrations["Items"].as_array().expect("a list of integrations") {
        assert_eq!(integration["IntegrationType"], "AWS_PROXY");
        assert!(integration["IntegrationUri"].as_str().is_some_and(|uri| uri.ends_with(&function)));
    }
    let stage = stack.ask(&["apigatewayv2", "get-stage", "--api-id", id, "--stage-name", "prod"]);
    holds(&stage, &json!({ "AutoDeploy": true }));
    assert!(stage["AccessLogSettings"]["DestinationArn"].is_string(), "no access logs: {stage}");
}

/// The function runs where it is deployed, and its role lets it do what it does.
fn a_visit_is_counted(stack: &Stack<'_>) {
    let event = json!({
        "requestContext": {
            "routeKey": "$connect",
            "eventType": "CONNECT",
            "connectionId": "L0SM9cOFvHcCIhw=",
        },
        "isBase64Encoded": false,
    });
    let reply = stack.invoke("DbUpdater", &event);
    assert_eq!(reply["statusCode"], 200, "{reply}");
    let counter = stack.ask(&["dynamodb", "scan", "--table-name", "VisitorCount"]);
    assert_eq!(counter["Items"], json!([{ "id": { "S": "visitor_count" }, "count": { "N": "1" } }]));
    let connections = stack.ask(&["dynamodb", "scan", "--table-name", "ConnectionIDs"]);
    holds(&connections, &json!({ "Items": [{ "connectionId": { "S": "L0SM9cOFvHcCIhw=" } }] }));
}
