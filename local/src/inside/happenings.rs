//! `GET /_local/happenings`: what happened lately, once or as a stream. Its form stands in `inside.md`.
//! Keeps nothing: `Recent` does, and only so much.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};

use super::{number, parameters, refused};
use crate::cloud::Cloud;
use crate::exchange::{json_response, set};
use crate::recent::{News, Numbered};

const MOST: u64 = 1000;
const LONGEST_WAIT: u64 = 60_000;

/// A comment is sent when nothing else was for so long: only writing shows that a reader is gone.
const SILENCE: Duration = Duration::from_secs(15);

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    after: u64,
    limit: usize,
    wait: Duration,
}

pub(super) async fn answer(cloud: &Arc<Cloud>, request: &Parts) -> Response {
    let question = match Question::read(request.uri.query().unwrap_or_default()) {
        Ok(question) => question,
        Err(message) => return refused(400, &message),
    };
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    if header(header::ACCEPT).is_some_and(|kinds| kinds.contains("text/event-stream")) {
        let last = request.headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
        return streamed(cloud, of_this_run(cloud, last.unwrap_or(question.after)));
    }
    let after = of_this_run(cloud, question.after);
    // Nothing new in time is an answer, too.
    drop(tokio::time::timeout(question.wait, cloud.recent.wait_for_news(after)).await);
    let News { happenings, missed } = cloud.recent.after(after, question.limit);
    let happenings: Vec<&Numbered> = happenings.iter().map(AsRef::as_ref).collect();
    let newest = cloud.recent.newest();
    json_response(200, &json!({ "happenings": happenings, "newest": newest, "missed": missed }))
}

fn of_this_run(cloud: &Cloud, after: u64) -> u64 {
    if after > cloud.recent.newest() { 0 } else { after }
}

impl Question {
    fn read(query: &str) -> Result<Question, String> {
        let mut question = Question { after: 0, limit: MOST as usize, wait: Duration::ZERO };
        for (name, value) in parameters(query) {
            match name {
                "after" => question.after = number(name, value, 0..=u64::MAX - 1)?,
                "limit" => question.limit = number(name, value, 1..=MOST)? as usize,
                "wait" => question.wait = Duration::from_millis(number(name, value, 0..=LONGEST_WAIT)?),
                _ => return Err(format!("`{name}` is not known: `after`, `limit` and `wait` are")),
            }
        }
        Ok(question)
    }
}

fn streamed(cloud: &Arc<Cloud>, after: u64) -> Response {
    let mut response = Response::new(Body::from_stream(events(Arc::clone(cloud), after)));
    set(&mut response, "content-type", "text/event-stream");
    set(&mut response, "cache-control", "no-store");
    response
}

/// Pieces of the stream, each of what is new since the last one: a slow reader holds nothing up, and misses some.
fn events(cloud: Arc<Cloud>, after: u64) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold((cloud, after), |(cloud, after)| async move {
        let is_new = tokio::time::timeout(SILENCE, cloud.recent.wait_for_news(after)).await.is_ok();
        if !is_new {
            return Some((Ok(Bytes::from_static(b":\n\n")), (cloud, after)));
        }
        let news = cloud.recent.after(after, MOST as usize);
        let after = news.happenings.last().map_or(after, |last| last.sequence);
        Some((Ok(written(&news).into()), (cloud, after)))
    })
}

fn written(news: &News) -> String {
    let mut text = String::new();
    if news.missed > 0 {
        text.push_str(&format!("event: missed\ndata: {}\n\n", news.missed));
    }
    for one in &news.happenings {
        let data = serde_json::to_value(&**one).unwrap_or(Value::Null);
        text.push_str(&format!("id: {}\ndata: {data}\n\n", one.sequence));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refused(query: &str, expected: &str) {
        assert_eq!(Question::read(query), Err(expected.to_owned()));
    }

    #[test]
    fn questions_are_read() {
        let nothing = Question { after: 0, limit: 1000, wait: Duration::ZERO };
        assert_eq!(Question::read(""), Ok(nothing));
        let all = Question { after: 7, limit: 2, wait: Duration::from_millis(30) };
        assert_eq!(Question::read("after=7&limit=2&wait=30"), Ok(all));
    }

    #[test]
    fn questions_that_make_no_sense_are_refused() {
        check_refused("limit=0", "`limit` is `0`, and must be a number from 1 to 1000");
        check_refused("wait=60001", "`wait` is `60001`, and must be a number from 0 to 60000");
        check_refused("limit", "`limit` is ``, and must be a number from 1 to 1000");
        check_refused("all", "`all` is not known: `after`, `limit` and `wait` are");
        check_refused("since=3", "`since` is not known: `after`, `limit` and `wait` are");
    }
}
