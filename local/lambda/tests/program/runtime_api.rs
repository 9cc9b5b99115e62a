//! The Runtime API spoken by hand, and other HTTP that a function speaks.
//! No SDK: the tests of the host must not share its mistakes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// A response: status, head in lower case, body.
pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default().to_owned()
    }
}

/// Sends a request to a host, with whole lines of headers.
pub(crate) fn send(host: &str, method: &str, path: &str, headers: &str, body: &str) -> Response {
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// Calls the Runtime API.
pub(crate) fn call(method: &str, path: &str, headers: &str, body: &str) -> Response {
    let host = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    send(&host, method, &format!("/2018-06-01/runtime/{path}"), headers, body)
}

pub(crate) fn post(path: &str, body: &str) -> Response {
    call("POST", path, &length(body), body)
}

pub(crate) fn next() -> Response {
    call("GET", "invocation/next", "", "")
}

/// Answers an invocation.
pub(crate) fn answer(id: &str, body: &str) {
    let response = post(&format!("invocation/{id}/response"), body);
    assert_eq!((response.status, &*response.body), (202, r#"{"status":"OK"}"#));
}

/// The header that says how long a body is.
pub(crate) fn length(body: &str) -> String {
    format!("Content-Length: {}\r\n", body.len())
}
