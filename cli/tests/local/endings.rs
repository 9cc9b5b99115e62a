//! What stops a run, and what it leaves: nothing.

use std::io::{BufRead as _, BufReader};

use crate::run::{Run, workspace};

/// A run that is stopped by a signal after a function has been invoked.
fn check(signal: &str) {
    let mut run = Run::start(workspace(), &[]);
    assert_eq!(run.greet(), "\"hello\"");
    assert_eq!(run.functions(), 1);
    run.signal(signal);
    assert_eq!(run.process.wait().unwrap().code(), Some(0), "{}", run.log());
    assert!(run.ready().is_none());
    run.wait("the function has ended", || run.functions() == 0);
}

#[test]
fn an_interrupt_ends_it() {
    check("INT");
}

#[test]
fn a_termination_signal_ends_it() {
    check("TERM");
}

#[test]
fn json_has_a_line_for_each_thing_that_happens() {
    let mut run = Run::start(workspace(), &["--json"]);
    run.greet();
    let lines = BufReader::new(run.process.stdout.take().unwrap()).lines();
    let lines = lines.map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap());
    let lines: Vec<_> = lines.take(3).collect();
    assert_eq!((&lines[0]["kind"], &lines[0]["event"]), (&"stack".into(), &"started".into()));
    assert_eq!(lines[1]["ready"], run.ready().unwrap());
    assert_eq!((&lines[2]["kind"], &lines[2]["function"]), (&"invoke".into(), &"Greeter/Greet".into()));
}
