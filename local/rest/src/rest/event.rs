//! A request as functions get it: payload 1.0.
//! Sends none.
//!
//! Source: [input format](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::definition::Api;
use super::exchange::Exchange;
use crate::incoming::text;

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
pub(super) type Lists = Map<String, Value>;

impl Exchange<'_> {
    /// The whole event.
    pub(super) fn event(&self) -> Value {
        let mut event = self.description();
        let (body, is_base64) = self.body();
        event["requestContext"] = self.context();
        event["body"] = body;
        event["isBase64Encoded"] = is_base64.into();
        event
    }

    /// What authorisers of requests get as well.
    pub(super) fn description(&self) -> Value {
        let (headers, query) = (self.headers(), self.query());
        json!({
            "resource": self.route.as_ref().map(|route| &route.resource.path),
            "path": self.incoming.path,
            "httpMethod": self.incoming.method.as_str(),
            "headers": last_of_each(&headers),
            "multiValueHeaders": headers,
            "queryStringParameters": or_null(last_of_each(&query)),
            "multiValueQueryStringParameters": or_null(query),
            "pathParameters": or_null(self.path_parameters()),
            "stageVariables": Api::variables(self.stage),
        })
    }

    /// Headers as events have them.
    pub(super) fn headers(&self) -> Lists {
        let mut headers = Lists::new();
        for (name, value) in &self.incoming.headers {
            if !OF_THE_CONNECTION.contains(&name.as_str()) {
                let renamed = RENAMED.iter().find(|(lower, _)| lower == name);
                push(&mut headers, renamed.map_or(name.as_str(), |(_, renamed)| renamed), text(value));
            }
        }
        let own = [
            ("Host", self.domain()),
            ("X-Amzn-Trace-Id", self.trace()),
            ("X-Forwarded-For", self.incoming.forwarded_for()),
            ("X-Forwarded-Port", "443".to_owned()),
            ("X-Forwarded-Proto", "https".to_owned()),
        ];
        headers.extend(own.map(|(name, value)| (name.to_owned(), json!([value]))));
        headers
    }

    pub(super) fn query(&self) -> Lists {
        let mut query = Lists::new();
        for (name, value) in self.incoming.parameters() {
            push(&mut query, &name, value);
        }
        query
    }

    pub(super) fn path_parameters(&self) -> Map<String, Value> {
        let parameters = self.route.iter().flat_map(|route| &route.parameters);
        parameters.map(|(name, value)| (name.clone(), json!(value))).collect()
    }

    /// The body, and whether it is base64: that of the binary media types is, any other is text.
    fn body(&self) -> (Value, bool) {
        let body = &self.incoming.body;
        if body.is_empty() {
            return (Value::Null, false);
        }
        if self.api.is_binary(self.incoming.header("content-type").as_deref()) {
            return (STANDARD.encode(body).into(), true);
        }
        (String::from_utf8_lossy(body).into(), false)
    }
}

/// The last value of each name.
pub(super) fn last_of_each(lists: &Lists) -> Map<String, Value> {
    let last = |values: &Value| values.as_array().and_then(|values| values.last()).cloned();
    lists.iter().map(|(name, values)| (name.clone(), last(values).unwrap_or_default())).collect()
}

fn push(lists: &mut Lists, name: &str, value: String) {
    let values = lists.entry(name).or_insert_with(|| json!([]));
    if let Value::Array(values) = values {
        values.push(value.into());
    }
}

fn or_null(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { map.into() }
}
