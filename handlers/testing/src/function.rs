//! A function as Lambda runs it: its real program, fed by a Runtime API.
//! One event at a time, no time-outs: the local runner is elsewhere.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::server;

/// A running program; it ends with the test.
pub struct Function {
    events: UnboundedSender<Value>,
    answers: UnboundedReceiver<Result<Value, Value>>,
    program: Child,
}

struct Runtime {
    events: Mutex<UnboundedReceiver<Value>>,
    answers: UnboundedSender<Result<Value, Value>>,
}

impl Function {
    /// Starts a program with Lambda's environment and these variables.
    pub async fn start(program: &str, variables: &[(&str, &str)]) -> Function {
        let (events, next) = unbounded_channel();
        let (answer, answers) = unbounded_channel();
        let address = server::serve(router(Runtime { events: Mutex::new(next), answers: answer })).await;
        let mut command = command(program, address);
        let program = command.envs(variables.iter().copied()).spawn().unwrap();
        Function { events, answers, program }
    }

    /// Ends the program, and returns what it has logged. (A log of more than 64 KB would stop it.)
    pub async fn stop(mut self) -> String {
        self.program.kill().await.unwrap();
        let mut log = String::new();
        self.program.stdout.take().unwrap().read_to_string(&mut log).await.unwrap();
        log
    }

    /// Invokes the function: its answer, or the error that it reported.
    pub async fn invoke(&mut self, event: Value) -> Result<Value, Value> {
        self.events.send(event).unwrap();
        let answer = tokio::time::timeout(Duration::from_secs(30), self.answers.recv());
        answer.await.unwrap().unwrap()
    }
}

/// Runs a program with nothing but Lambda's environment and these variables, until it ends by itself:
/// whether it succeeded, and what it wrote to stdout.
pub async fn run_alone(program: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let (_, nobody) = server::listen().await;
    let mut command = command(program, nobody);
    let output = command.envs(variables.iter().copied()).output().await.unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn command(program: &str, runtime: SocketAddr) -> Command {
    let mut command = Command::new(program);
    command.env_clear().kill_on_drop(true).stdout(Stdio::piped()).envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime.to_string().as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/function"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_SESSION_TOKEN", "local"),
    ]);
    command
}

fn router(runtime: Runtime) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .with_state(Arc::new(runtime))
}

async fn next(State(runtime): State<Arc<Runtime>>) -> Response {
    let Some(event) = runtime.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let deadline =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + Duration::from_secs(30);
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:function".to_owned(),
        ),
    ];
    (headers, event.to_string()).into_response()
}

async fn response(State(runtime): State<Arc<Runtime>>, _: Path<String>, body: Bytes) -> StatusCode {
    runtime.answers.send(Ok(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}

async fn error(State(runtime): State<Arc<Runtime>>, _: Path<String>, body: Bytes) -> StatusCode {
    runtime.answers.send(Err(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}
