//! Headers and query parameters as payload 1.0 has them: each name with all its values.
//! Knows no kind of API.

use serde_json::{Map, Value, json};

use crate::incoming::{Incoming, text};

/// Headers of the connection, which end at API Gateway.
const OF_THE_CONNECTION: [&str; 12] = [
    "connection",
    "content-length",
    "content-md5",
    "expect",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// Headers that API Gateway writes in its own way; all others keep theirs. The HTTP server here has made them lower
/// case, as they are with HTTP/2.
const RENAMED: [(&str, &str); 7] = [
    ("authorization", "Authorization"),
    ("host", "Host"),
    ("user-agent", "User-Agent"),
    ("x-amzn-trace-id", "X-Amzn-Trace-Id"),
    ("x-forwarded-for", "X-Forwarded-For"),
    ("x-forwarded-port", "X-Forwarded-Port"),
    ("x-forwarded-proto", "X-Forwarded-Proto"),
];

/// Names with all their values, in the order of the names.
pub(crate) type Lists = Map<String, Value>;

/// Headers, with those that the API adds.
pub(crate) fn headers(incoming: &Incoming, domain: &str, trace: &str) -> Lists {
    let mut headers = Lists::new();
    for (name, value) in &incoming.headers {
        if !OF_THE_CONNECTION.contains(&name.as_str()) {
            let renamed = RENAMED.iter().find(|(lower, _)| lower == name);
            push(&mut headers, renamed.map_or(name.as_str(), |(_, renamed)| renamed), text(value));
        }
    }
    let own = [
        ("Host", domain),
        ("X-Amzn-Trace-Id", trace),
        ("X-Forwarded-For", &incoming.forwarded_for()),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ];
    headers.extend(own.map(|(name, value)| (name.to_owned(), json!([value]))));
    headers
}

/// Query parameters.
pub(crate) fn query(incoming: &Incoming) -> Lists {
    let mut query = Lists::new();
    incoming.parameters().for_each(|(name, value)| push(&mut query, &name, value));
    query
}

/// Names and values as an object.
pub(crate) fn object(parameters: &[(String, String)]) -> Map<String, Value> {
    parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}

/// The last value of each name.
pub(crate) fn last_of_each(lists: &Lists) -> Map<String, Value> {
    let last = |values: &Value| values.as_array().and_then(|values| values.last()).cloned();
    lists.iter().map(|(name, values)| (name.clone(), last(values).unwrap_or_default())).collect()
}

fn push(lists: &mut Lists, name: &str, value: String) {
    let values = lists.entry(name).or_insert_with(|| json!([]));
    if let Value::Array(values) = values {
        values.push(value.into());
    }
}

/// Null if there is nothing.
pub(crate) fn or_null(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { map.into() }
}
