//! Several processes of one function: when they are started, shared, waited for and exchanged.

use std::path::PathBuf;

use serde_json::json;
use stackwright_lambda::{Function, InvokeError};

use crate::{Meeting, PROGRAM, Stage, body, function};

#[tokio::test]
async fn an_idle_process_is_used_again() {
    let stage = Stage::of(function());
    let first = stage.process().await;
    for _ in 0..5 {
        assert_eq!(stage.process().await, first);
    }
}

#[tokio::test]
async fn a_process_runs_one_invocation_at_a_time_and_others_are_started() {
    let (meeting, stage) = (Meeting::new(), Stage::of(function()));
    let begun = [stage.begin(meeting.task()), stage.begin(meeting.task())];
    let guests = [meeting.guest().await, meeting.guest().await];
    assert_ne!(guests[0].process, guests[1].process);
    drop(guests);
    for invocation in begun {
        assert_eq!(invocation.await.unwrap().function_error, None);
    }
}

#[tokio::test]
async fn beyond_the_limit_invocations_wait_in_order() {
    let (meeting, stage) = (Meeting::new(), Stage::of(Function { environments: 1, ..function() }));
    let first = stage.begin(meeting.task());
    let guest = meeting.guest().await;
    let process = guest.process;
    let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..4 {
        let (lambda, done) = (stage.lambda.clone(), done.clone());
        let mut waiting = Box::pin(async move {
            let answer = lambda.invoke("by-hand", number.to_string()).await.unwrap();
            done.send(body(&answer)).unwrap();
        });
        // Asked once, so that it stands in line before the next one.
        assert!(futures_util::poll!(&mut waiting).is_pending());
        tokio::spawn(waiting);
    }
    drop(guest);
    assert_eq!(first.await.unwrap().function_error, None);
    for number in 0..4 {
        assert_eq!(order.recv().await.unwrap(), json!({"event": number, "process": process}));
    }
}

#[tokio::test]
async fn who_waits_and_goes_away_is_left_out() {
    let (meeting, stage) = (Meeting::new(), Stage::of(Function { environments: 1, ..function() }));
    let first = stage.begin(meeting.task());
    let guest = meeting.guest().await;
    let mut waiting = Box::pin(stage.lambda.invoke("by-hand", r#"{"do":"print","words":"left"}"#));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    drop(waiting);
    drop(guest);
    first.await.unwrap();
    stage.process().await;
    assert_eq!(*stage.lines.lock().unwrap(), []);
}

#[tokio::test]
async fn beyond_the_reserved_concurrency_invocations_are_throttled() {
    let (meeting, stage) = (Meeting::new(), Stage::of(Function { concurrency: Some(1), ..function() }));
    let first = stage.begin(meeting.task());
    let guest = meeting.guest().await;
    let throttled = InvokeError::Throttled { function: "by-hand".to_owned(), concurrency: 1 };
    assert_eq!(stage.lambda.invoke("by-hand", "1").await, Err(throttled.clone()));
    // A new program does not double it.
    stage.lambda.swap("by-hand", PROGRAM).unwrap();
    assert_eq!(stage.lambda.invoke("by-hand", "1").await, Err(throttled));
    drop(guest);
    first.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_answer_may_come_back_at_once() {
    let stage = Stage::of(Function { concurrency: Some(1), ..function() });
    let process = stage.process().await;
    for _ in 0..100 {
        assert_eq!(stage.process().await, process);
    }
}

/// The program under another name, in a folder of its own.
fn other_program() -> (PathBuf, PathBuf) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(uuid::Uuid::new_v4().to_string());
    std::fs::create_dir(&folder).unwrap();
    let program = folder.join("bootstrap");
    std::os::unix::fs::symlink(PROGRAM, &program).unwrap();
    (folder, program)
}

#[tokio::test]
async fn a_swapped_program_runs_what_comes_and_what_waits_and_the_old_one_finishes() {
    let (meeting, stage) = (Meeting::new(), Stage::of(Function { environments: 1, ..function() }));
    let running = stage.begin(meeting.task());
    let guest = meeting.guest().await;
    let task = json!({"do": "environment"});
    let mut waiting = Box::pin(stage.invoke(task.clone()));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    let (folder, program) = other_program();
    stage.lambda.swap("by-hand", &program).unwrap();
    // The old one still runs, and holds nobody up.
    assert_eq!(body(&waiting.await)["LAMBDA_TASK_ROOT"], folder.to_str().unwrap());
    assert_eq!(body(&stage.invoke(task.clone()).await)["LAMBDA_TASK_ROOT"], folder.to_str().unwrap());
    let process = guest.process;
    drop(guest);
    let answer = running.await.unwrap();
    assert_eq!((answer.function_error, &body(&answer)["process"]), (None, &json!(process)));
    assert_eq!(body(&stage.invoke(task).await)["LAMBDA_TASK_ROOT"], folder.to_str().unwrap());
    std::fs::remove_dir_all(folder).unwrap();
    assert!(matches!(stage.lambda.swap("other", PROGRAM), Err(InvokeError::Unknown(_))));
}

#[tokio::test]
async fn an_idle_process_of_an_old_program_is_not_used_again() {
    let stage = Stage::of(function());
    let before = stage.process().await;
    stage.lambda.put(function());
    assert_ne!(stage.process().await, before);
}

#[tokio::test]
async fn a_removed_function_is_gone_but_finishes() {
    let (meeting, stage) = (Meeting::new(), Stage::of(Function { environments: 1, ..function() }));
    let running = stage.begin(meeting.task());
    let guest = meeting.guest().await;
    let mut waiting = Box::pin(stage.lambda.invoke("by-hand", "1"));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    stage.lambda.remove("by-hand").unwrap();
    assert_eq!(waiting.await, Err(InvokeError::Stopped("by-hand".to_owned())));
    assert_eq!(stage.lambda.invoke("by-hand", "1").await, Err(InvokeError::Unknown("by-hand".to_owned())));
    drop(guest);
    assert_eq!(running.await.unwrap().function_error, None);
}
