//! [`holds`]: an answer holds what is expected, whatever else it says.
//!
//! Lists are compared whole and in order; only the fields of objects may be more than expected.

use serde_json::Value;

/// Panics with the path of the first difference.
#[track_caller]
pub(crate) fn holds(answer: &Value, expected: &Value) {
    if let Some(difference) = difference("", answer, expected) {
        panic!("{difference}\nin {answer:#}");
    }
}

fn difference(path: &str, answer: &Value, expected: &Value) -> Option<String> {
    match (answer, expected) {
        (Value::Object(answer), Value::Object(expected)) => expected.iter().find_map(|(key, expected)| {
            difference(&format!("{path}.{key}"), answer.get(key).unwrap_or(&Value::Null), expected)
        }),
        (Value::Array(answer), Value::Array(expected)) if answer.len() == expected.len() => {
            let pairs = answer.iter().zip(expected).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (answer, expected))| difference(&format!("{path}[{at}]"), answer, expected))
        }
        _ if answer == expected => None,
        _ => Some(format!("{path} is {answer}, expected {expected}")),
    }
}
