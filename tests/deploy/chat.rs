//! The stack `Chat`.

use serde_json::{Value, json};

use crate::function::Expected;
use crate::holds::holds;
use crate::stack::{Stack, deployed};
use crate::{site, table};

/// What those may do that tell others: look for whom to tell, forget who is gone, close a room that is empty.
const TELLING: ([&str; 3], [&str; 3]) =
    (["GetItem", "Scan", "DeleteItem"], ["GetItem", "Query", "DeleteItem"]);

#[test]
fn the_chat_is_deployed() {
    deployed("Chat", &["room-messages-users"], |stack| {
        check_tables(stack);
        check_api(stack);
        check_functions(stack);
        let config = json!({ "webSocketUrl": stack.output("WebSocketUrl") });
        site::check(stack, &["chat.js", "shared/socket.js"], &config);
        a_user_is_registered(stack);
    });
}

fn check_tables(stack: &Stack<'_>) {
    table::check(stack, "client-records", "ID");
    let key = json!([
        { "AttributeName": "room", "KeyType": "HASH" },
        { "AttributeName": "item", "KeyType": "RANGE" },
    ]);
    holds(&table::describe(stack, "room-messages-users"), &json!({ "KeySchema": key }));
    for id in ["Records", "Rooms"] {
        table::check_expiry(stack, id);
    }
}

fn check_api(stack: &Stack<'_>) {
    let id = stack.physical("Api");
    let api = stack.ask(&["apigatewayv2", "get-api", "--api-id", id]);
    holds(&api, &json!({ "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action" }));
    let routes = stack.ask(&["apigatewayv2", "get-routes", "--api-id", id, "--query", "Items[].RouteKey"]);
    let mut keys: Vec<String> = serde_json::from_value(routes).expect("a list of keys");
    keys.sort_unstable();
    let expected = [
        "$connect",
        "$default",
        "$disconnect",
        "dispatch",
        "join-room",
        "leave-room",
        "new-room",
        "register",
    ];
    assert_eq!(keys, expected);
}

fn check_functions(stack: &Stack<'_>) {
    let (tell_records, tell_rooms) = TELLING;
    let with = |actions: &[&'static str], more: &[&'static str]| [actions, more].concat();
    check(stack, "Connect", 10, &["PutItem"], &[], &[]);
    let records = with(&tell_records, &["UpdateItem"]);
    check(stack, "RegisterUser", 28, &records, &with(&tell_rooms, &["PutItem"]), &["POST", "GET"]);
    for id in ["CreateRoom", "JoinRoom"] {
        let rooms = with(&tell_rooms, &["PutItem", "UpdateItem"]);
        check(stack, id, 28, &with(&tell_records, &["UpdateItem"]), &rooms, &["POST"]);
    }
    let checking = with(&tell_records, &["ConditionCheckItem"]);
    check(stack, "SendMessage", 28, &checking, &with(&tell_rooms, &["PutItem"]), &["POST"]);
    check(stack, "LeaveRoom", 28, &with(&tell_records, &["UpdateItem"]), &tell_rooms, &["POST"]);
    check(stack, "Disconnect", 28, &tell_records, &tell_rooms, &["POST"]);
    check(stack, "Default", 5, &[], &[], &[]);
}

/// Checks a function that may do this with both tables, and these with connections.
fn check(stack: &Stack<'_>, id: &str, timeout: u32, records: &[&str], rooms: &[&str], verbs: &[&str]) {
    let allowed = |actions: &[&str], table: &str| -> Vec<(String, String)> {
        actions.iter().map(|action| (format!("dynamodb:{action}"), table::arn(table))).collect()
    };
    let mut grants = [allowed(records, "client-records"), allowed(rooms, "room-messages-users")].concat();
    let mut variables = serde_json::Map::new();
    let mut tell = |name: &str, value: String| variables.insert(name.to_owned(), value.into());
    if !records.is_empty() {
        tell("TABLE_CR", "client-records".to_owned());
    }
    if !rooms.is_empty() {
        tell("TABLE_RMU", "room-messages-users".to_owned());
    }
    if !verbs.is_empty() {
        tell("CALLBACK_URL", stack.output("WebSocketUrl").replace("wss://", "https://"));
    }
    for verb in verbs {
        let connections = format!("{}/prod/{verb}/@connections/*", stack.physical("Api"));
        let arn = format!("arn:aws:execute-api:us-east-1:000000000000:{connections}");
        grants.push(("execute-api:ManageConnections".to_owned(), arn));
    }
    let grants = grants.iter().map(|(action, resource)| (action.as_str(), resource.clone())).collect();
    Expected { id, timeout, variables: variables.into(), grants }.check(stack);
}

/// Only what needs nobody to be told: the connections that would be are at a host that is not here.
fn a_user_is_registered(stack: &Stack<'_>) {
    let context = |kind: &str, route: &str| json!({ "eventType": kind, "routeKey": route, "connectionId": "L0SM9cOFvHcCIhw=" });
    let connect = json!({ "requestContext": context("CONNECT", "$connect") });
    assert_eq!(stack.invoke("Connect", &connect)["statusCode"], 200);
    let message = |action: &str, value: &str| {
        let body = json!({ "action": action, "value": value, "room": "", "name": "" });
        json!({ "requestContext": context("MESSAGE", action), "body": body.to_string() })
    };
    let frame = |reply: Value| -> Value {
        serde_json::from_str(reply["body"].as_str().expect("a body")).expect("it is JSON")
    };
    let signup = frame(stack.invoke("RegisterUser", &message("register", "Ada")));
    assert_eq!(signup, json!({ "type": "signup", "updateStatus": "SUCCESS", "rooms": [] }));
    let refusal = frame(stack.invoke("JoinRoom", &message("join-room", "nowhere")));
    holds(&refusal, &json!({ "type": "error", "action": "join-room" }));
    let records = stack.ask(&["dynamodb", "scan", "--table-name", "client-records"]);
    holds(&records, &json!({ "Items": [{ "ID": { "S": "L0SM9cOFvHcCIhw=" }, "name": { "S": "Ada" } }] }));
}
