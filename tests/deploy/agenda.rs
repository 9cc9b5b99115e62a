//! The stack `Agenda`.

use serde_json::{Value, json};

use crate::function::Expected;
use crate::holds::holds;
use crate::stack::{REALTIME, Stack, deployed};
use crate::{role, site, table, trigger};

const TABLE: &str = "events_table";
const NEWS: &str = r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"origin":{"S":[{"exists":false}]}}}}"#;

#[test]
fn the_agenda_is_deployed() {
    deployed("Agenda", &[TABLE], |stack| {
        check_stream_to_appsync(stack);
        check_put_event(stack);
        check_guests(stack);
        check_graphql(stack);
        let config = json!({
            "functionUrl": stack.output("FunctionUrl"),
            "region": "us-east-1",
            "identityPoolId": stack.output("IdentityPoolId"),
            "identityUrl": "https://cognito-identity.us-east-1.amazonaws.com",
            "graphqlUrl": stack.output("GraphqlUrl"),
            "realtimeUrl": REALTIME,
            "apiKey": stack.output("ApiKey"),
            "holidaysUrl": "https://date.nager.at",
        });
        site::check(stack, &["create.html", "calendar.js", "shared/page.css"], &config);
        assert_eq!(stack.output("CreateUrl"), format!("{}/create.html", stack.output("PageUrl")));
        events_are_created_one_after_the_other(stack);
    });
}

fn check_stream_to_appsync(stack: &Stack<'_>) {
    let events = table::describe(stack, TABLE);
    let expected = json!({
        "KeySchema": [
            { "AttributeName": "user_id", "KeyType": "HASH" },
            { "AttributeName": "id", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [
            { "AttributeName": "user_id", "AttributeType": "N" },
            { "AttributeName": "id", "AttributeType": "N" },
        ],
    });
    holds(&events, &expected);
    let stream = table::check_stream(&events);
    let failures = trigger::check(stack, "StreamToAppsync", &stream, NEWS, "StreamToAppsyncOnEventsFailures");
    let expected = Expected {
        id: "StreamToAppsync",
        timeout: 60,
        variables: json!({ "GRAPHQL_URL": stack.output("GraphqlUrl") }),
        grants: vec![
            ("appsync:GraphQL", field(stack, "createEventsTableWithLocalResolver")),
            ("dynamodb:DescribeStream", stream.clone()),
            ("dynamodb:GetRecords", stream.clone()),
            ("dynamodb:GetShardIterator", stream.clone()),
            ("dynamodb:ListStreams", stream),
            ("sqs:SendMessage", failures),
        ],
    };
    expected.check(stack);
}

/// The ARN of a mutation.
fn field(stack: &Stack<'_>, name: &str) -> String {
    let api = stack.physical("Api");
    let id = api.rsplit('/').next().unwrap_or_default();
    format!("arn:aws:appsync:us-east-1:000000000000:apis/{id}/types/Mutation/fields/{name}")
}

fn check_put_event(stack: &Stack<'_>) {
    let expected = Expected {
        id: "PutEvent",
        timeout: 25,
        variables: json!({ "EVENTS_TABLE": TABLE }),
        grants: vec![("dynamodb:Query", table::arn(TABLE)), ("dynamodb:PutItem", table::arn(TABLE))],
    };
    expected.check(stack);
    let function = stack.physical("PutEvent");
    let url = stack.ask(&["lambda", "get-function-url-config", "--function-name", function]);
    let cors = json!({ "AllowOrigins": [stack.output("PageUrl")], "AllowMethods": ["POST"] });
    holds(&url, &json!({ "AuthType": "AWS_IAM", "FunctionUrl": stack.output("FunctionUrl"), "Cors": cors }));
}

/// Guests of the pool may call the URL, and nothing else.
fn check_guests(stack: &Stack<'_>) {
    let id = stack.output("IdentityPoolId");
    let pool = stack.ask(&["cognito-identity", "describe-identity-pool", "--identity-pool-id", id]);
    holds(&pool, &json!({ "AllowUnauthenticatedIdentities": true }));
    let function =
        stack.ask(&["lambda", "get-function-configuration", "--function-name", stack.physical("PutEvent")]);
    let arn = function["FunctionArn"].as_str().expect("its ARN");
    let allowed = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]
        .map(|action| (action.to_owned(), arn.to_owned()));
    role::check(stack, "GuestsRole", &allowed.into());
    let role = stack.ask(&["iam", "get-role", "--role-name", stack.physical("GuestsRole")]);
    let trust = &role["Role"]["AssumeRolePolicyDocument"]["Statement"][0];
    let this_pool = json!({ "StringEquals": { "cognito-identity.amazonaws.com:aud": id } });
    holds(trust, &json!({ "Action": "sts:AssumeRoleWithWebIdentity", "Condition": this_pool }));
}

fn check_graphql(stack: &Stack<'_>) {
    let api = stack.physical("Api");
    let id = api.rsplit('/').next().unwrap_or_default();
    let described = stack.ask(&["appsync", "get-graphql-api", "--api-id", id]);
    let expected = json!({
        "authenticationType": "API_KEY",
        "additionalAuthenticationProviders": [{ "authenticationType": "AWS_IAM" }],
    });
    holds(&described["graphqlApi"], &expected);
    let keys = stack.ask(&["appsync", "list-api-keys", "--api-id", id, "--query", "apiKeys[].id"]);
    assert_eq!(keys, json!([stack.output("ApiKey")]));
    let fields = [fields(stack, id, "Query"), fields(stack, id, "Mutation")].concat();
    let expected = [
        "getEventsTable",
        "listEventsTables",
        "createEventsTable",
        "createEventsTableWithLocalResolver",
        "deleteEventsTable",
        "updateEventsTable",
    ];
    assert_eq!(fields, expected);
    let events = ["GetItem", "Scan", "PutItem", "UpdateItem", "DeleteItem"];
    let allowed = events.map(|action| (format!("dynamodb:{action}"), table::arn(TABLE)));
    role::check(stack, "EventsSourceRole", &allowed.into());
}

/// The fields of a type that have resolvers.
fn fields(stack: &Stack<'_>, api: &str, kind: &str) -> Vec<String> {
    let query = "sort(resolvers[?runtime.name==`APPSYNC_JS`].fieldName)";
    let answer =
        stack.ask(&["appsync", "list-resolvers", "--api-id", api, "--type-name", kind, "--query", query]);
    serde_json::from_value(answer).expect("a list of names")
}

/// Whether AppSync announces them is not asked: the host of `GraphqlUrl` is not here.
fn events_are_created_one_after_the_other(stack: &Stack<'_>) {
    let create = |name: &str| {
        let body = json!({ "name": name, "dt_start": "2024-02-09", "dt_end": "2024-02-10", "user_id": "7" });
        let context = json!({ "http": { "method": "POST", "path": "/" }, "requestId": name });
        let event = json!({ "version": "2.0", "requestContext": context, "body": body.to_string() });
        let reply = stack.invoke("PutEvent", &event);
        assert_eq!(reply["statusCode"], 201, "{reply}");
        let created: Value =
            serde_json::from_str(reply["body"].as_str().expect("a body")).expect("it is JSON");
        created["id"].clone()
    };
    assert_eq!([create("Choir"), create("Tea")], [1, 2]);
    let items = stack.ask(&["dynamodb", "scan", "--table-name", TABLE, "--query", "sort(Items[].name.S)"]);
    assert_eq!(items, json!(["Choir", "Tea"]));
}
