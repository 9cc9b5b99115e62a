//! A GraphQL API of AppSync, asked as the function's role.
//! Knows no schema. An answer with errors in it is an error, whatever its status.

use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::signature::{Signer, Unsigned};
use crate::web::WebAnswer;
use crate::{Aws, Deadline, Web, WebError, backoff};

/// How often something is asked at most, and the pause before the second time.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(100);

/// The longest that one attempt takes. AppSync itself gives up after 30 s, but usually answers at once.
const LIMIT: Duration = Duration::from_secs(5);

/// Asks one GraphQL API.
/// <https://docs.aws.amazon.com/appsync/latest/devguide/using-appsync.html>
#[derive(Debug)]
pub struct Graphql {
    web: Web,
    signer: Signer,
    url: String,
}

/// Why there is no data.
#[derive(Debug, thiserror::Error)]
pub enum GraphqlError {
    /// The URL cannot stand in a request.
    #[error("the request cannot be written")]
    Request(#[from] HttpError),
    /// The request could not be signed.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    /// No answer came, or not in time.
    #[error("the GraphQL API could not be asked")]
    Unanswered(#[from] WebError),
    /// An answer came whose status is no success.
    #[error("the GraphQL API answered {status}: {text}")]
    Status {
        /// The status.
        status: u16,
        /// What the answer says, shortened.
        text: String,
    },
    /// The API did not do all that it was asked.
    #[error("the GraphQL API answered with errors: {0}")]
    Errors(String),
    /// The answer is not what GraphQL answers.
    #[error("the answer is no GraphQL: {0}")]
    Unreadable(String),
    /// The deadline passed.
    #[error("the GraphQL API did not answer in time")]
    Late,
}

/// An answer; AppSync has both keys in it when a part of it failed.
#[derive(Deserialize)]
struct Answer {
    data: Option<Value>,
    #[serde(default)]
    errors: Option<Vec<Value>>,
}

impl Graphql {
    /// The API at an absolute URL, `https://….appsync-api.….amazonaws.com/graphql`.
    pub fn new(aws: &Aws, url: impl Into<String>) -> Graphql {
        Graphql { web: Web::within(LIMIT), signer: Signer::new(aws, "appsync"), url: url.into() }
    }

    /// Sends a document with its variables, and returns the `data` of the answer. Asks again, until the
    /// deadline, when no answer came, there were too many requests, or the service failed; so whatever it
    /// asks for may be done more than once.
    pub async fn ask(
        &self,
        document: &str,
        variables: &Value,
        deadline: Deadline,
    ) -> Result<Value, GraphqlError> {
        let body = json!({"query": document, "variables": variables}).to_string();
        deadline.bound(self.insist(&body, deadline)).await.unwrap_or(Err(GraphqlError::Late))
    }

    async fn insist(&self, body: &str, deadline: Deadline) -> Result<Value, GraphqlError> {
        let mut attempt = 1;
        loop {
            let answer = self.ask_once(body).await;
            let Err(error) = answer else { return answer };
            let pause = backoff(PAUSE, attempt);
            if !error.is_passing() || attempt == ATTEMPTS || !deadline.allows(pause) {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn ask_once(&self, body: &str) -> Result<Value, GraphqlError> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri(self.url.as_str())?;
        request.headers_mut().try_insert("content-type", "application/json")?;
        self.signer.sign(&mut request, SystemTime::now())?;
        read(&self.web.send(request).await?)
    }
}

impl GraphqlError {
    /// Whether another attempt may succeed.
    fn is_passing(&self) -> bool {
        matches!(self, GraphqlError::Unanswered(_) | GraphqlError::Status { status: 429 | 500.., .. })
    }
}

fn read(answer: &WebAnswer) -> Result<Value, GraphqlError> {
    if !answer.is_success() {
        return Err(GraphqlError::Status { status: answer.status, text: shortened(&answer.body) });
    }
    let unreadable = || GraphqlError::Unreadable(shortened(&answer.body));
    let answer: Answer = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
    match answer.errors {
        Some(errors) if !errors.is_empty() => Err(GraphqlError::Errors(sentences(&errors))),
        _ => answer.data.ok_or_else(unreadable),
    }
}

/// What the errors say: their type, which AppSync adds to what GraphQL prescribes, and their message.
fn sentences(errors: &[Value]) -> String {
    let sentence = |error: &Value| {
        let parts = ["errorType", "message"].iter().filter_map(|name| error[name].as_str());
        parts.collect::<Vec<_>>().join(": ")
    };
    errors.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

/// The beginning of a text, for a log line.
fn shortened(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: Result<Value, &str>) {
        let answer = read(&WebAnswer { status, body: body.as_bytes().to_vec() });
        assert_eq!(answer.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{body}");
    }

    #[test]
    fn data_is_what_comes_without_errors() {
        check(200, r#"{"data":{"a":1}}"#, Ok(json!({"a": 1})));
        check(200, r#"{"data":{"a":1},"errors":[]}"#, Ok(json!({"a": 1})));
        check(200, r#"{"data":{"a":null},"errors":null}"#, Ok(json!({"a": null})));
    }

    #[test]
    fn errors_are_errors_even_beside_data() {
        let body = r#"{"data":{"a":1},"errors":[{"errorType":"Unauthorized","message":"not you"},{"message":"no"}]}"#;
        check(200, body, Err("the GraphQL API answered with errors: Unauthorized: not you; no"));
    }

    #[test]
    fn what_is_no_graphql_is_an_error() {
        for body in ["", "[]", "<html>", r#"{"data":null}"#, "{}", r#"{"errors":{}}"#] {
            check(200, body, Err(&format!("the answer is no GraphQL: {body}")));
        }
        check(403, r#"{"message":"no"}"#, Err(r#"the GraphQL API answered 403: {"message":"no"}"#));
    }

    #[test]
    fn what_may_pass_is_asked_again() {
        let status = |status| GraphqlError::Status { status, text: String::new() };
        for passing in [status(429), status(500), status(503), WebError::Late(LIMIT).into()] {
            assert!(passing.is_passing(), "{passing}");
        }
        for lasting in [status(400), status(401), GraphqlError::Errors(String::new()), GraphqlError::Late] {
            assert!(!lasting.is_passing(), "{lasting}");
        }
    }
}
