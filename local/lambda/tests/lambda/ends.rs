//! Processes that end, are ended, or never begin; and that the next invocation has a new one.

use std::time::Duration;

use serde_json::{Value, json};
use stackwright_lambda::{Answer, Function, FunctionError, Host, InvokeError, Lambda};

use crate::{Meeting, Stage, body, function, starting};

#[track_caller]
fn check_failure(answer: &Answer, kind: FunctionError, error_type: &str, message: &str) {
    let message = message.replace("ID", &answer.request_id);
    assert_eq!(body(answer), json!({"errorType": error_type, "errorMessage": message}));
    assert_eq!(answer.function_error, Some(kind));
}

#[tokio::test]
async fn a_process_that_ends_before_it_answers_is_a_failure_and_the_next_has_a_new_one() {
    let cases = [
        (json!({"do": "exit", "code": 3}), "Runtime exited with error: exit status 3"),
        (json!({"do": "exit", "code": 0}), "Runtime exited without providing a reason"),
        (json!({"do": "abort"}), "Runtime exited with error: signal: aborted"),
    ];
    let stage = Stage::of(function());
    for (task, end) in cases {
        let before = stage.process().await;
        let answer = stage.invoke(task).await;
        let message = format!("RequestId: {} Error: {end}", answer.request_id);
        check_failure(&answer, FunctionError::Exited, "Runtime.ExitError", &message);
        assert_ne!(stage.process().await, before);
    }
}

#[tokio::test]
async fn an_answer_counts_though_the_process_ends_after_it_and_another_takes_over() {
    let stage = Stage::of(function());
    // However soon the next one comes, it is not for the process that is about to end.
    for _ in 0..20 {
        let answer = stage.invoke(json!({"do": "answer and exit"})).await;
        assert_eq!((answer.function_error, &*answer.payload), (None, &b"\"last\""[..]));
    }
}

#[tokio::test]
async fn a_process_out_of_time_is_killed_with_its_children() {
    let meeting = Meeting::new();
    let stage = Stage::of(Function { timeout: Duration::from_millis(2500), ..function() });
    let begun = stage.begin(json!({"do": "have a child", "at": meeting.address()}));
    let child = meeting.guest().await;
    let answer = begun.await.unwrap();
    assert_eq!(answer.function_error, Some(FunctionError::TimedOut));
    assert!(answer.duration >= Duration::from_millis(2500), "{:?}", answer.duration);
    let text = body(&answer)["errorMessage"].as_str().unwrap().to_owned();
    assert_eq!(body(&answer).as_object().unwrap().len(), 1);
    let (moment, rest) = text.split_once(' ').unwrap();
    assert_eq!(rest, format!("{} Task timed out after 2.50 seconds", answer.request_id));
    assert!(moment.len() == 24 && moment.ends_with('Z'), "{moment}");
    child.end().await;
    // By another process: this one is no more.
    stage.process().await;
}

#[tokio::test]
async fn a_process_that_writes_without_end_is_out_of_time_all_the_same() {
    let lambda = Lambda::start(Host::new());
    lambda.put(Function { timeout: Duration::from_millis(300), ..function() });
    let answer = lambda.invoke("by-hand", r#"{"do":"print for ever"}"#).await.unwrap();
    assert_eq!(answer.function_error, Some(FunctionError::TimedOut));
    assert!(answer.log_tail.ends_with("again\n") && answer.log_tail.len() <= 4096, "{}", answer.log_tail);
}

#[tokio::test]
async fn a_process_that_never_asks_for_work_is_out_of_time_too() {
    let meeting = Meeting::new();
    let mut slow = starting("meet");
    slow.environment.insert("MEETING".to_owned(), meeting.address());
    let limits = (Duration::from_millis(30), Duration::from_millis(20));
    let stage = Stage::of(Function { initialisation: limits.0, timeout: limits.1, ..slow });
    let answer = stage.invoke(json!({})).await;
    assert_eq!((answer.function_error, answer.duration), (Some(FunctionError::TimedOut), Duration::ZERO));
    assert!(body(&answer)["errorMessage"].as_str().unwrap().ends_with("Task timed out after 0.02 seconds"));
}

#[tokio::test]
async fn a_process_that_cannot_begin_says_why() {
    let answer = Stage::of(starting("report")).invoke(json!({})).await;
    check_failure(&answer, FunctionError::Initialisation, "NoKey", "no key");
    let answer = Stage::of(starting("exit")).invoke(json!({})).await;
    let message = "RequestId: ID Error: Runtime exited with error: exit status 7";
    check_failure(&answer, FunctionError::Exited, "Runtime.ExitError", message);
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_failure() {
    let stage = Stage::of(Function { program: "/nowhere/bootstrap".into(), ..function() });
    let answer = stage.invoke(json!({})).await;
    let message = "RequestId: ID Error: fork/exec /nowhere/bootstrap: no such file or directory";
    check_failure(&answer, FunctionError::NotStarted, "Runtime.InvalidEntrypoint", message);
}

#[tokio::test]
async fn an_idle_process_that_ends_is_replaced() {
    let stage = Stage::of(function());
    let Value::Number(process) = stage.process().await else { panic!("no number") };
    let pid = nix::unistd::Pid::from_raw(i32::try_from(process.as_i64().unwrap()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    // Whether the host knows yet or not: an invocation handed to the dead process may fail, the next may not.
    stage.invoke(json!({})).await;
    assert_ne!(stage.process().await, json!(process));
}

#[tokio::test]
async fn shutdown_stops_every_process_and_whoever_waits_is_told() {
    let (meeting, stage) = (Meeting::new(), Stage::of(function()));
    let lambda = stage.lambda.clone();
    let task = meeting.task().to_string();
    let begun = tokio::spawn(async move { lambda.invoke("by-hand", task).await });
    let guest = meeting.guest().await;
    stage.lambda.shutdown().await;
    guest.end().await;
    let stopped = Err(InvokeError::Stopped("by-hand".to_owned()));
    assert_eq!(begun.await.unwrap(), stopped);
    assert_eq!(stage.lambda.invoke("by-hand", "1").await, stopped);
}

#[tokio::test]
async fn dropping_the_host_stops_every_process_with_its_children() {
    let (meeting, stage) = (Meeting::new(), Stage::of(function()));
    let task = json!({"do": "have a child", "at": meeting.address()}).to_string();
    // Nobody waits for the answer; the process runs on.
    let mut invocation = Box::pin(stage.lambda.invoke("by-hand", task));
    let child = tokio::select! {
        _ = &mut invocation => panic!("it does not answer"),
        child = meeting.guest() => child,
    };
    drop(invocation);
    drop(stage);
    child.end().await;
}

#[test]
fn the_end_of_the_runtime_is_the_end_of_every_process() {
    let (meeting, runtime) = (Meeting::new(), tokio::runtime::Runtime::new().unwrap());
    let (stage, guest) = runtime.block_on(async {
        let stage = Stage::of(function());
        stage.begin(meeting.task());
        (stage, meeting.guest().await)
    });
    drop(runtime);
    tokio::runtime::Runtime::new().unwrap().block_on(guest.end());
    drop(stage);
}
