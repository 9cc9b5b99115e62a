//! The requests that wait for an answer, each behind a URL of its own.
//! Remembers nothing of those that are over.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::future::{Either, select};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::answer::{Made, read};
use crate::error::CustomError;
use crate::order::Order;

/// More than any answer that CloudFormation reads: what is longer than 4,096 bytes is refused by it, not here.
const LARGEST_BODY: usize = 1024 * 1024;

/// Custom resources' requests and where they are answered. Clones are the same.
#[derive(Clone)]
pub struct CustomResources {
    url: Arc<str>,
    waiting: Waiters,
    request_id: Arc<dyn Fn() -> String + Send + Sync>,
}

/// Who waits, by token; nobody any more for one that was answered and whose outcome nobody has read yet.
type Waiters = Arc<Mutex<HashMap<String, Option<oneshot::Sender<Bytes>>>>>;

impl CustomResources {
    /// With URLs that begin so, and random ids. What follows is a token for [`respond`](Self::respond).
    #[must_use]
    pub fn at(url: &str) -> CustomResources {
        let request_id = Arc::new(|| uuid::Uuid::new_v4().to_string());
        CustomResources { url: url.into(), waiting: Waiters::default(), request_id }
    }

    /// Takes ids of requests from here, where runs are to be repeatable. Tokens stay random: they are secrets.
    #[must_use]
    pub fn numbering(self, request_id: impl Fn() -> String + Send + Sync + 'static) -> CustomResources {
        CustomResources { request_id: Arc::new(request_id), ..self }
    }

    /// Begins a request: makes the event, and listens for the answer from now on.
    ///
    /// # Errors
    ///
    /// If the order's timeout is none.
    pub fn order(&self, order: Order) -> Result<Waiting, CustomError> {
        let time = order.timeout()?;
        let token = uuid::Uuid::new_v4().simple().to_string();
        let event = order.event(&(self.request_id)(), &format!("{}{token}", self.url));
        let (sender, answer) = oneshot::channel();
        lock(&self.waiting).insert(token.clone(), Some(sender));
        Ok(Waiting { event, time, answer, place: Place { token, waiting: Arc::clone(&self.waiting) } })
    }

    /// Takes an answer, as S3 would at a presigned URL: 200 for the first and any other while it is waited for, whatever
    /// is in it; 403 if nobody waits.
    pub async fn respond(&self, token: &str, request: Request) -> Response {
        if request.method() != Method::PUT {
            return refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "answers are put here");
        }
        if !lock(&self.waiting).contains_key(token) {
            return refused(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired");
        }
        let Ok(body) = axum::body::to_bytes(request.into_body(), LARGEST_BODY).await else {
            let message = "Your proposed upload exceeds the maximum allowed size";
            return refused(StatusCode::BAD_REQUEST, "EntityTooLarge", message);
        };
        let waiter = lock(&self.waiting).get_mut(token).and_then(Option::take);
        if let Some(waiter) = waiter {
            // Whoever waited may have left just now.
            let _ = waiter.send(body);
        }
        StatusCode::OK.into_response()
    }
}

impl fmt::Debug for CustomResources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = lock(&self.waiting).len();
        f.debug_struct("CustomResources")
            .field("url", &self.url)
            .field("waiting", &waiting)
            .finish_non_exhaustive()
    }
}

/// A request that is to be answered. Dropped, it takes no answer any more.
pub struct Waiting {
    event: Value,
    time: Duration,
    answer: oneshot::Receiver<Bytes>,
    place: Place,
}

/// A token that is forgotten when it is of no use any more.
struct Place {
    token: String,
    waiting: Waiters,
}

impl Waiting {
    /// What the function is to be invoked with.
    #[must_use]
    pub fn event(&self) -> &Value {
        &self.event
    }

    /// Waits for the answer as long as the order says.
    ///
    /// # Errors
    ///
    /// If the function says that it failed, its answer is none, or there is none in time.
    pub async fn outcome(self) -> Result<Made, CustomError> {
        self.outcome_unless(std::future::pending()).await
    }

    /// Waits for the answer as [`outcome`](Self::outcome) does, but no longer than until this gives a reason why there
    /// will be none: a function that has crashed does not answer. (CloudFormation would wait to the end.)
    ///
    /// # Errors
    ///
    /// Those of [`outcome`](Self::outcome), and that reason.
    pub async fn outcome_unless(self, lost: impl Future<Output = String>) -> Result<Made, CustomError> {
        let Waiting { event, time, answer, place } = self;
        let lost = std::pin::pin!(lost);
        let outcome = match timeout(time, select(answer, lost)).await {
            Ok(Either::Left((Ok(body), _))) => read(&event, &body),
            Ok(Either::Right((reason, mut answer))) => match answer.try_recv() {
                // It answered, and then it crashed.
                Ok(body) => read(&event, &body),
                Err(_) => Err(CustomError::Answer(reason)),
            },
            Ok(Either::Left((Err(_), _))) | Err(_) => Err(unanswered(&event, time)),
        };
        drop(place);
        outcome
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.waiting).remove(&self.token);
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the event: the token in it is a secret.
        f.debug_struct("Waiting").field("time", &self.time).finish_non_exhaustive()
    }
}

fn unanswered(event: &Value, after: Duration) -> CustomError {
    CustomError::Unanswered { request_id: event["RequestId"].as_str().unwrap_or_default().to_owned(), after }
}

fn lock(waiting: &Waiters) -> MutexGuard<'_, HashMap<String, Option<oneshot::Sender<Bytes>>>> {
    // Nothing panics in the middle of a change.
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error as S3 words it, whose URL it would be.
fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    (status, [("content-type", "application/xml")], error).into_response()
}
