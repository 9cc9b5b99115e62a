//! Functions as they are invoked, and what becomes of them: by a program that speaks the Runtime API by hand.
//! Nothing here waits for a time to pass: processes and tests meet over sockets.

#![allow(clippy::unwrap_used)]

mod asynchronous;
mod ends;
mod environments;
mod invoking;

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use stackwright_lambda::{Answer, Function, Host, Lambda, LogLine, Record};
use tokio::sync::mpsc;

const PROGRAM: &str = env!("CARGO_BIN_EXE_function-by-hand");
const ARN: &str = "arn:aws:lambda:eu-west-1:000000000000:function:by-hand";

/// Long enough for the busiest machine; no test that passes waits for it.
const LONG: Duration = Duration::from_secs(120);

fn function() -> Function {
    let function = Function::new("by-hand", ARN, PROGRAM);
    Function { timeout: LONG, initialisation: LONG, ..function }
}

/// The function, with this to do when it starts.
fn starting(task: &str) -> Function {
    let mut function = function();
    function.environment.insert("START".to_owned(), task.to_owned());
    function
}

/// A host with one function, and what it is told.
struct Stage {
    lambda: Lambda,
    lines: Arc<Mutex<Vec<LogLine>>>,
    records: mpsc::UnboundedReceiver<Record>,
}

impl Stage {
    fn of(function: Function) -> Stage {
        Stage::hosted(Host::new(), function)
    }

    fn hosted(host: Host, function: Function) -> Stage {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&lines);
        let (sender, records) = mpsc::unbounded_channel();
        let host = host
            .logging(move |line| heard.lock().unwrap().push(line))
            .telling(move |record| drop(sender.send(record)));
        let lambda = Lambda::start(host);
        lambda.put(function);
        Stage { lambda, lines, records }
    }

    async fn invoke(&self, task: Value) -> Answer {
        invoke(&self.lambda, task).await
    }

    /// An invocation that goes on by itself.
    fn begin(&self, task: Value) -> tokio::task::JoinHandle<Answer> {
        let lambda = self.lambda.clone();
        tokio::spawn(async move { invoke(&lambda, task).await })
    }

    /// The number of the process that runs an invocation now.
    async fn process(&self) -> Value {
        body(&self.invoke(json!({})).await)["process"].clone()
    }
}

async fn invoke(lambda: &Lambda, task: Value) -> Answer {
    lambda.invoke("by-hand", task.to_string()).await.unwrap()
}

fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.payload).unwrap()
}

/// Where processes and tests meet.
struct Meeting(TcpListener);

impl Meeting {
    fn new() -> Meeting {
        Meeting(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    /// What has a process come here, and stay until it is let go.
    fn task(&self) -> Value {
        json!({ "do": "meet", "at": self.address() })
    }

    /// The next process that comes. Dropping it lets it go.
    async fn guest(&self) -> Guest {
        let listener = self.0.try_clone().unwrap();
        tokio::task::spawn_blocking(move || Guest::welcome(listener.accept().unwrap().0)).await.unwrap()
    }
}

struct Guest {
    stream: TcpStream,
    process: u32,
}

impl Guest {
    fn welcome(mut stream: TcpStream) -> Guest {
        let mut number = [0; 4];
        stream.read_exact(&mut number).unwrap();
        Guest { stream, process: u32::from_be_bytes(number) }
    }

    /// Waits until the process is no more.
    async fn end(mut self) {
        let rest = tokio::task::spawn_blocking(move || self.stream.read(&mut [0])).await.unwrap();
        assert!(matches!(rest, Ok(0) | Err(_)), "it said {rest:?}");
    }
}
