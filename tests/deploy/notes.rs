//! The stack `Notes`.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::function::Expected;
use crate::holds::holds;
use crate::stack::{Stack, deployed};
use crate::{site, table, trigger};

const COUNTED_WITHIN: Duration = Duration::from_secs(30);

#[test]
fn the_notes_are_deployed() {
    deployed("Notes", &["notes"], |stack| {
        check_word_count(stack);
        check_handler(stack);
        check_api(stack);
        let config = json!({ "apiUrl": stack.output("ApiUrl") });
        site::check(stack, &["notes.js", "shared/page.css"], &config);
        the_words_of_a_note_are_counted(stack);
    });
}

fn check_word_count(stack: &Stack<'_>) {
    let notes = table::check(stack, "notes", "id");
    // ministack forgets whether a table that CloudFormation makes can be restored.
    let expected = json!({ "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true } });
    holds(stack.declared("Notes"), &expected);

    let stream = table::check_stream(&notes);
    let failures = trigger::check(
        stack,
        "WordCount",
        &stream,
        trigger::INSERTED_OR_MODIFIED,
        "WordCountOnNotesFailures",
    );
    let expected = Expected {
        id: "WordCount",
        timeout: 60,
        variables: json!({ "TABLE_NAME": "notes" }),
        grants: vec![
            ("dynamodb:UpdateItem", table::arn("notes")),
            ("dynamodb:DescribeStream", stream.clone()),
            ("dynamodb:GetRecords", stream.clone()),
            ("dynamodb:GetShardIterator", stream.clone()),
            ("dynamodb:ListStreams", stream),
            ("sqs:SendMessage", failures),
        ],
    };
    expected.check(stack);
}

fn check_handler(stack: &Stack<'_>) {
    let actions = ["GetItem", "Scan", "PutItem", "UpdateItem", "DeleteItem"];
    let actions = actions.map(|action| format!("dynamodb:{action}"));
    let expected = Expected {
        id: "Handler",
        timeout: 28,
        variables: json!({ "TABLE_NAME": "notes" }),
        grants: actions.iter().map(|action| (action.as_str(), table::arn("notes"))).collect(),
    };
    expected.check(stack);
}

fn check_api(stack: &Stack<'_>) {
    let id = stack.physical("Api");
    assert_eq!(stack.output("ApiUrl"), format!("https://{id}.execute-api.us-east-1.amazonaws.com/prod"));
    let answer = stack.ask(&["apigateway", "get-resources", "--rest-api-id", id, "--embed", "methods"]);
    check_methods(stack, &answer, "/notes", &["GET", "OPTIONS", "POST"]);
    check_methods(stack, &answer, "/notes/{id}", &["DELETE", "GET", "OPTIONS", "PUT"]);

    let stage = stack.ask(&["apigateway", "get-stage", "--rest-api-id", id, "--stage-name", "prod"]);
    let limits = json!({ "throttlingRateLimit": 500.0, "throttlingBurstLimit": 200, "metricsEnabled": true });
    holds(&stage, &json!({ "tracingEnabled": true, "methodSettings": { "*/*": limits } }));
    // ministack forgets the access logs of a stage that CloudFormation makes.
    assert!(stack.declared("ApiStage")["AccessLogSetting"]["DestinationArn"].is_object());
    let account = stack.ask(&["apigateway", "get-account"]);
    assert!(account["cloudwatchRoleArn"].is_string(), "API Gateway has no role to write logs: {account}");
}

/// Checks that the path takes these methods, each run by the handler, and `OPTIONS` answered by API Gateway.
#[track_caller]
fn check_methods(stack: &Stack<'_>, answer: &Value, path: &str, methods: &[&str]) {
    let resources = answer["items"].as_array().expect("a list of resources");
    let resource = resources.iter().find(|resource| resource["path"] == path).expect("the path is there");
    let declared = resource["resourceMethods"].as_object().expect("its methods");
    assert_eq!(declared.keys().collect::<Vec<_>>(), methods, "{path}");
    let function = format!("function:{}/invocations", stack.physical("Handler"));
    for (name, method) in declared {
        let integration = &method["methodIntegration"];
        let expected = if name == "OPTIONS" { "MOCK" } else { "AWS_PROXY" };
        assert_eq!(integration["type"], expected, "{name} {path}");
        let runs_handler = integration["uri"].as_str().is_some_and(|uri| uri.ends_with(&function));
        assert_eq!(runs_handler, name != "OPTIONS", "{name} {path}");
    }
}

/// The functions run where they are deployed: one writes a note, the stream has the other count its words.
fn the_words_of_a_note_are_counted(stack: &Stack<'_>) {
    let event = json!({
        "httpMethod": "POST",
        "path": "/notes",
        "resource": "/notes",
        "headers": { "content-type": "application/json" },
        "requestContext": { "httpMethod": "POST", "resourcePath": "/notes", "stage": "prod" },
        "body": "{\"title\":\"First\",\"content\":\"three  more words\"}",
        "isBase64Encoded": false,
    });
    let reply = stack.invoke("Handler", &event);
    assert_eq!(reply["statusCode"], 201, "{reply}");

    let started = Instant::now();
    loop {
        let notes = stack.ask(&["dynamodb", "scan", "--table-name", "notes"]);
        if notes["Items"][0]["wordCount"] == json!({ "N": "3" }) {
            return;
        }
        assert!(started.elapsed() < COUNTED_WITHIN, "the words are not counted: {notes:#}");
        sleep(Duration::from_millis(200));
    }
}
