//! The response of a function that reports which records of its batch failed.
//! Does nothing about it: what is tried again is for the source to know.
//!
//! Sources: [streams](https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html),
//! [queues](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).

use serde_json::Value;

/// What a response says of a batch.
#[derive(Debug, PartialEq)]
pub(crate) enum Report {
    /// All of it was handled.
    Handled,
    /// The records at these places failed, in order.
    Failed(Vec<usize>),
    /// It cannot be understood, for this reason: the whole batch failed.
    Unclear(String),
}

/// Reads the response to a batch of records with these ids.
pub(crate) fn report(payload: &[u8], ids: &[&str]) -> Report {
    if payload.is_empty() {
        return Report::Handled;
    }
    let Ok(response) = serde_json::from_slice::<Value>(payload) else {
        return Report::Unclear("the response is not JSON".to_owned());
    };
    let failures = match &response {
        Value::Null => &Value::Null,
        // By test against Lambda: an empty list instead of an object is success as well.
        Value::Array(members) if members.is_empty() => &Value::Null,
        Value::Object(members) => members.get("batchItemFailures").unwrap_or(&Value::Null),
        _ => return Report::Unclear("the response is no object with `batchItemFailures`".to_owned()),
    };
    match failures {
        Value::Null => Report::Handled,
        Value::Array(failures) => places(failures, ids),
        _ => Report::Unclear("`batchItemFailures` is not a list".to_owned()),
    }
}

fn places(failures: &[Value], ids: &[&str]) -> Report {
    let mut places = Vec::new();
    for failure in failures {
        match place(failure, ids) {
            Ok(place) => places.push(place),
            Err(why) => return Report::Unclear(why),
        }
    }
    places.sort_unstable();
    places.dedup();
    match places.is_empty() {
        true => Report::Handled,
        false => Report::Failed(places),
    }
}

fn place(failure: &Value, ids: &[&str]) -> Result<usize, String> {
    let identifier = failure.get("itemIdentifier").ok_or("a failure has no `itemIdentifier`")?;
    let found = identifier.as_str().and_then(|wanted| ids.iter().position(|id| *id == wanted));
    found.ok_or_else(|| format!("`itemIdentifier` {identifier} is none of the batch"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(response: &str, expected: Report) {
        assert_eq!(report(response.as_bytes(), &["1", "2", "3"]), expected, "{response}");
    }

    fn check_unclear(response: &str, why: &str) {
        check(response, Report::Unclear(why.to_owned()));
    }

    #[test]
    fn nothing_said_is_success() {
        for response in
            ["", "null", "{}", "[]", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#]
        {
            check(response, Report::Handled);
        }
    }

    #[test]
    fn failures_are_places_in_the_batch() {
        check(r#"{"batchItemFailures":[{"itemIdentifier":"2"}]}"#, Report::Failed(vec![1]));
        let unordered =
            r#"{"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"1"},{"itemIdentifier":"3"}]}"#;
        check(unordered, Report::Failed(vec![0, 2]));
    }

    #[test]
    fn one_unknown_failure_makes_all_unclear() {
        let both = r#"{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"9"}]}"#;
        check_unclear(both, "`itemIdentifier` \"9\" is none of the batch");
        check_unclear(
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            "`itemIdentifier` \"\" is none of the batch",
        );
        check_unclear(
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            "`itemIdentifier` null is none of the batch",
        );
        check_unclear(
            r#"{"batchItemFailures":[{"itemIdentifier":2}]}"#,
            "`itemIdentifier` 2 is none of the batch",
        );
        check_unclear(r#"{"batchItemFailures":[{"id":"2"}]}"#, "a failure has no `itemIdentifier`");
    }

    #[test]
    fn what_is_of_another_form_is_unclear() {
        check_unclear("nonsense", "the response is not JSON");
        check_unclear(r#""done""#, "the response is no object with `batchItemFailures`");
        check_unclear(r#"{"batchItemFailures":"2"}"#, "`batchItemFailures` is not a list");
    }
}
