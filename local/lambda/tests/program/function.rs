//! A function that speaks the Runtime API by hand and does what its events say.
//! No SDK: the tests of the host must not share its mistakes.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod runtime_api;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, exit};

use serde_json::{Value, json};

use crate::runtime_api::{Response, answer, call, length, next, post};

fn main() {
    match std::env::var("START").as_deref() {
        Ok("report") => {
            let response = post("init/error", r#"{"errorMessage":"no key","errorType":"NoKey"}"#);
            exit(i32::from(response.status != 202));
        }
        Ok("exit") => exit(7),
        Ok("meet") => meet(&std::env::var("MEETING").unwrap()),
        Ok("print") => println!("starting"),
        _ => {}
    }
    loop {
        let event = next();
        let id = event.header("lambda-runtime-aws-request-id");
        handle(&event, &id, &serde_json::from_str(&event.body).unwrap());
    }
}

/// Tells a test that it is here, and stays until the test says so.
fn meet(address: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&std::process::id().to_be_bytes()).unwrap();
    let _ = stream.read(&mut [0]);
}

/// Does what the event says; most tasks answer with the event and the number of the process.
fn handle(event: &Response, id: &str, task: &Value) {
    let text = |name: &str| task[name].as_str().unwrap_or_default();
    match text("do") {
        "exit" => exit(task["code"].as_i64().unwrap() as i32),
        "abort" => std::process::abort(),
        "answer and exit" => {
            answer(id, "\"last\"");
            exit(0);
        }
        "raise" => error(id, "", &task["error"].to_string()),
        "raise in a header" => error(id, "Lambda-Runtime-Function-Error-Type: Extension.Odd\r\n", ""),
        "big" => big(id, task["size"].as_u64().unwrap() as usize),
        "chunks" => chunks(id),
        "environment" => answer(id, &environment()),
        "headers" => answer(id, &headers(event)),
        "statuses" => statuses(id),
        "print" => print(id, text("words")),
        "print for ever" => loop {
            println!("again");
        },
        "have a child" => have_a_child(text("at")),
        "meet" => {
            meet(text("at"));
            echo(id, task);
        }
        _ => echo(id, task),
    }
}

fn echo(id: &str, task: &Value) {
    answer(id, &json!({ "event": task, "process": std::process::id() }).to_string());
}

fn error(id: &str, headers: &str, body: &str) {
    let headers = headers.to_owned() + &length(body);
    assert_eq!(call("POST", &format!("invocation/{id}/error"), &headers, body).status, 202);
}

/// A child that stays, and so does this.
fn have_a_child(address: &str) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.env("START", "meet").env("MEETING", address).spawn().unwrap().wait().unwrap();
}

fn environment() -> String {
    let mut variables: BTreeMap<String, String> = std::env::vars().collect();
    variables.insert("in".to_owned(), std::env::current_dir().unwrap().display().to_string());
    json!(variables).to_string()
}

fn headers(event: &Response) -> String {
    let names = ["aws-request-id", "deadline-ms", "invoked-function-arn", "trace-id"];
    let headers: BTreeMap<_, _> =
        names.into_iter().map(|name| (name, event.header(&format!("lambda-runtime-{name}")))).collect();
    json!(headers).to_string()
}

/// A string of so many bytes. The refusal is printed.
fn big(id: &str, size: usize) {
    let response = post(&format!("invocation/{id}/response"), &format!("\"{}\"", "x".repeat(size - 2)));
    println!("{} {}", response.status, response.body);
}

fn chunks(id: &str) {
    let headers = "Transfer-Encoding: chunked\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n";
    call("POST", &format!("invocation/{id}/response"), headers, "3\r\n\"ab\r\n3\r\ncd\"\r\n0\r\n\r\n");
}

/// What calls come to that are wrong, and one that is right.
fn statuses(id: &str) {
    let unknown = post("invocation/unknown/response", "1");
    let second_next = next();
    let nowhere = call("GET", "elsewhere", "", "");
    let all = [unknown, second_next, nowhere].map(|response| json!([response.status, response.body]));
    let accepted = post(&format!("invocation/{id}/response"), &json!(all).to_string());
    println!("{} {}", accepted.status, accepted.body);
}

/// Writes to both streams, without an end of the last line, and answers at once.
fn print(id: &str, words: &str) {
    println!("{words}");
    eprint!("and {words}");
    answer(id, "null");
}
