//! What an invocation came to: the function's own answer, or what Lambda says in its place.
//! The words are Lambda's, for people and programs know them.

use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::moment;

/// What an invocation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The invocation's id.
    pub request_id: String,
    /// The function's response, or an object with `errorMessage` and often `errorType`.
    pub payload: Bytes,
    /// Set if the function failed.
    pub function_error: Option<FunctionError>,
    /// The end of what the function wrote, 4 KB at most: `LogResult`, before base64.
    pub log_tail: String,
    /// From the moment the function took the invocation; zero if it never did.
    pub duration: Duration,
}

impl Answer {
    /// The answer of a function that did not run, and is said to have failed with this message.
    pub(crate) fn interrupted(request_id: &str, message: &str) -> Answer {
        Answer {
            request_id: request_id.to_owned(),
            payload: json!({ "errorMessage": message }).to_string().into(),
            function_error: Some(FunctionError::Interrupted),
            log_tail: String::new(),
            duration: Duration::ZERO,
        }
    }
}

/// How a function failed. In Lambda's API all of them are [`Unhandled`](Self::HEADER).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionError {
    /// It said so itself.
    Reported,
    /// It did not answer in time, and was killed.
    TimedOut,
    /// Its process ended before it answered.
    Exited,
    /// It reported that it could not be initialised.
    Initialisation,
    /// Its program could not be started.
    NotStarted,
    /// Its response was larger than 6 MB.
    TooLarge,
    /// It was not run: its host wanted a failure.
    Interrupted,
}

impl FunctionError {
    /// The value of `X-Amz-Function-Error`, and of `functionError` in records.
    pub const HEADER: &'static str = "Unhandled";
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FunctionError::Reported => "reported an error",
            FunctionError::TimedOut => "timed out",
            FunctionError::Exited => "exited before it answered",
            FunctionError::Initialisation => "could not be initialised",
            FunctionError::NotStarted => "could not be started",
            FunctionError::TooLarge => "answered with more than 6 MB",
            FunctionError::Interrupted => "was kept from running",
        })
    }
}

/// A failure and what the caller is told of it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FunctionError,
    pub(crate) payload: Bytes,
}

impl Failure {
    fn new(kind: FunctionError, payload: &Value) -> Failure {
        Failure { kind, payload: payload.to_string().into() }
    }

    pub(crate) fn reported(payload: Bytes) -> Failure {
        Failure { kind: FunctionError::Reported, payload }
    }

    pub(crate) fn initialisation(payload: Bytes) -> Failure {
        Failure { kind: FunctionError::Initialisation, payload }
    }

    pub(crate) fn timed_out(request_id: &str, now: SystemTime, timeout: Duration) -> Failure {
        let (now, seconds) = (moment::iso(now), timeout.as_secs_f64());
        let message = format!("{now} {request_id} Task timed out after {seconds:.2} seconds");
        Failure::new(FunctionError::TimedOut, &json!({ "errorMessage": message }))
    }

    pub(crate) fn exited(request_id: &str, status: ExitStatus) -> Failure {
        let message = format!("RequestId: {request_id} Error: {}", end(status));
        let payload = json!({ "errorType": "Runtime.ExitError", "errorMessage": message });
        Failure::new(FunctionError::Exited, &payload)
    }

    pub(crate) fn not_started(request_id: &str, program: &Path, error: &io::Error) -> Failure {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        };
        let message = format!("RequestId: {request_id} Error: fork/exec {}: {reason}", program.display());
        let payload = json!({ "errorType": "Runtime.InvalidEntrypoint", "errorMessage": message });
        Failure::new(FunctionError::NotStarted, &payload)
    }

    pub(crate) fn too_large(got: usize, limit: usize) -> Failure {
        let message = format!(
            "Response payload size ({got} bytes) exceeded maximum allowed payload size ({limit} bytes)."
        );
        let payload = json!({ "errorType": "Function.ResponseSizeTooLarge", "errorMessage": message });
        Failure::new(FunctionError::TooLarge, &payload)
    }
}

/// How a process ended, as Lambda's host says it (it is written in Go).
fn end(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, Some(signal)) => format!("Runtime exited with error: signal: {}", name(signal)),
        (None, None) => "Runtime exited without providing a reason".to_owned(),
    }
}

/// Go's words for a signal.
fn name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: i32, expected: &str) {
        assert_eq!(end(ExitStatus::from_raw(status)), expected);
    }

    #[test]
    fn ends_are_told_in_lambdas_words() {
        check(0, "Runtime exited without providing a reason");
        check(3 << 8, "Runtime exited with error: exit status 3");
        check(9, "Runtime exited with error: signal: killed");
        check(11 | 0x80, "Runtime exited with error: signal: segmentation fault");
        check(40, "Runtime exited with error: signal: signal 40");
    }
}
