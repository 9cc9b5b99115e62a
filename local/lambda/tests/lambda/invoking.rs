//! One invocation: what goes in, what comes out, what is refused.

use std::time::SystemTime;

use serde_json::{Value, json};
use stackwright_lambda::{Bytes, Function, FunctionError, Host, Invocation, InvokeError, Lambda, Stream};

use crate::{ARN, Stage, body, function, starting};

#[tokio::test]
async fn a_function_gets_the_payload_and_its_response_is_the_answer() {
    let stage = Stage::of(function());
    let answer = stage.invoke(json!({"ä": [1, null]})).await;
    assert_eq!(body(&answer)["event"], json!({"ä": [1, null]}));
    assert_eq!(answer.function_error, None);
    let nothing = stage.lambda.invoke("by-hand", "").await.unwrap();
    assert_eq!(body(&nothing)["event"], json!({}));
}

#[tokio::test]
async fn an_invocation_says_who_it_is_for_and_until_when() {
    let lambda = Lambda::start(Host::new().numbering(|| "an-id".to_owned()));
    lambda.put(function());
    let before = SystemTime::now();
    let task = Invocation::from(r#"{"do":"headers"}"#).traced("Root=1-5759e988-bd862e3fe1be46a994272793");
    let headers = body(&lambda.invoke("by-hand", task).await.unwrap());
    assert_eq!(headers["aws-request-id"], "an-id");
    assert_eq!(headers["invoked-function-arn"], ARN);
    // The program reads its headers in lower case.
    assert_eq!(headers["trace-id"], "root=1-5759e988-bd862e3fe1be46a994272793");
    let deadline: u128 = headers["deadline-ms"].as_str().unwrap().parse().unwrap();
    let millis = |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let timeout = function().timeout;
    assert!(
        (millis(before + timeout)..=millis(SystemTime::now() + timeout)).contains(&deadline),
        "{deadline}"
    );
}

#[tokio::test]
async fn an_invocation_without_a_trace_gets_one() {
    let headers = body(&Stage::of(function()).invoke(json!({"do": "headers"})).await);
    let trace = headers["trace-id"].as_str().unwrap();
    let lengths: Vec<_> = trace.split(['-', ';', '=']).map(str::len).collect();
    assert_eq!(lengths, [4, 1, 8, 24, 6, 16, 7, 1], "{trace}");
}

#[tokio::test]
async fn a_function_has_its_variables_and_lambdas_and_nothing_of_ours() {
    let mut declared = Function { memory: 512, ..function() };
    declared.environment.insert("TABLE".to_owned(), "notes".to_owned());
    declared.environment.insert("AWS_REGION".to_owned(), "nowhere".to_owned());
    let folder = declared.program.parent().unwrap().to_owned();
    let variables = body(&Stage::of(declared).invoke(json!({"do": "environment"})).await);
    let check = |name: &str, value: &str| assert_eq!(variables[name], value, "{name}");
    check("TABLE", "notes");
    check("AWS_LAMBDA_FUNCTION_NAME", "by-hand");
    check("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    check("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    check("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/by-hand");
    check("AWS_REGION", "eu-west-1");
    check("_HANDLER", "bootstrap");
    check("LAMBDA_TASK_ROOT", folder.to_str().unwrap());
    check("in", folder.to_str().unwrap());
    assert!(variables["AWS_LAMBDA_LOG_STREAM_NAME"].as_str().unwrap().contains("/[$LATEST]"));
    let inherited = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];
    let known = |name: &String| name.contains("LAMBDA") || inherited.contains(&name.as_str());
    let others: Vec<_> = variables.as_object().unwrap().keys().filter(|name| !known(name)).collect();
    assert_eq!(others, ["AWS_DEFAULT_REGION", "AWS_REGION", "TABLE", "TZ", "_HANDLER", "in"]);
}

#[tokio::test]
async fn an_error_that_the_function_reports_is_handed_on() {
    let stage = Stage::of(function());
    let error = json!({"errorMessage": "no milk", "errorType": "Empty", "stackTrace": []});
    let answer = stage.invoke(json!({"do": "raise", "error": error})).await;
    assert_eq!((answer.function_error, body(&answer)), (Some(FunctionError::Reported), error));
    let answer = stage.invoke(json!({"do": "raise in a header"})).await;
    assert_eq!(body(&answer), json!({"errorType": "Extension.Odd"}));
    assert_eq!(FunctionError::HEADER, "Unhandled");
}

#[tokio::test]
async fn a_response_may_come_in_chunks() {
    let answer = Stage::of(function()).invoke(json!({"do": "chunks"})).await;
    assert_eq!(answer.payload, "\"abcd\"");
}

#[tokio::test]
async fn calls_that_are_wrong_are_refused_and_disturb_nothing() {
    let stage = Stage::of(function());
    let answer = stage.invoke(json!({"do": "statuses"})).await;
    let statuses = body(&answer);
    let refusal = |index: usize| {
        let text = statuses[index][1].as_str().unwrap();
        let kind = serde_json::from_str(text).map_or(Value::Null, |body: Value| body["errorType"].clone());
        (statuses[index][0].clone(), kind)
    };
    assert_eq!(refusal(0), (json!(400), json!("InvalidRequestID")));
    assert_eq!(refusal(1), (json!(403), json!("InvalidStateTransition")));
    assert_eq!(refusal(2), (json!(404), Value::Null));
    assert_eq!(answer.function_error, None);
    stage.process().await;
}

#[tokio::test]
async fn a_response_has_six_megabytes_at_most() {
    let stage = Stage::of(function());
    const LIMIT: usize = 6_291_556;
    let answer = stage.invoke(json!({"do": "big", "size": LIMIT})).await;
    assert_eq!((answer.function_error, answer.payload.len()), (None, LIMIT));
    let answer = stage.invoke(json!({"do": "big", "size": LIMIT + 1})).await;
    assert_eq!(answer.function_error, Some(FunctionError::TooLarge));
    let message =
        "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).";
    let expected = json!({"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message});
    assert_eq!(body(&answer), expected);
    // The process is told, and lives on: what it prints comes before its next answer.
    stage.process().await;
    let lines = stage.lines.lock().unwrap();
    assert!(
        lines.iter().any(|line| line.text.starts_with("413 ") && line.text.contains("RequestEntityTooLarge"))
    );
}

#[tokio::test]
async fn what_may_not_be_invoked_is_refused() {
    let lambda = Stage::of(function()).lambda;
    let refused = async |name: &str, payload: String| lambda.invoke(name, payload).await.unwrap_err();
    assert_eq!(refused("other", "1".to_owned()).await, InvokeError::Unknown("other".to_owned()));
    assert!(matches!(refused("by-hand", "{".to_owned()).await, InvokeError::NotJson(_)));
    let (got, limit) = (6_291_457, 6_291_456);
    let large = refused("by-hand", format!("\"{}\"", "x".repeat(got - 2))).await;
    assert_eq!(large, InvokeError::PayloadTooLarge { got, limit });
    assert_eq!(large.to_string(), "the payload has 6291457 bytes, of 6291456 allowed");
    assert!(matches!(lambda.invoke_later("by-hand", Bytes::from_static(b"x")), Err(InvokeError::NotJson(_))));
}

#[tokio::test]
async fn lines_are_told_with_the_request_they_belong_to() {
    let stage = Stage::of(starting("print"));
    let mut ids = Vec::new();
    for words in ["one", "two"] {
        let answer = stage.invoke(json!({"do": "print", "words": words})).await;
        let mut tail: Vec<_> = answer.log_tail.lines().map(str::to_owned).collect();
        tail.sort();
        assert_eq!(tail, [format!("and {words}"), words.to_owned()]);
        ids.push(answer.request_id);
    }
    let lines = stage.lines.lock().unwrap();
    let mut told: Vec<_> =
        lines.iter().map(|line| (line.request_id.clone(), line.stream, line.text.as_str())).collect();
    told.sort_by_key(|(_, _, text)| *text);
    let expected = [
        (Some(ids[0].clone()), Stream::Stderr, "and one"),
        (Some(ids[1].clone()), Stream::Stderr, "and two"),
        (Some(ids[0].clone()), Stream::Stdout, "one"),
        (None, Stream::Stdout, "starting"),
        (Some(ids[1].clone()), Stream::Stdout, "two"),
    ];
    assert_eq!(told, expected);
    assert!(lines.iter().all(|line| line.function == "by-hand"));
}
