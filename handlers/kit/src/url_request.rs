//! A request to a function URL (payload 2.0).
//! Takes requests in which anything is missing; who may send one is decided before, by the URL itself.

use serde::Deserialize;

use crate::body::{self, NotText};
use crate::null::nothing_for_null;

/// What a function URL invokes its function with.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UrlRequest {
    #[serde(deserialize_with = "nothing_for_null")]
    request_context: Context,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    #[serde(deserialize_with = "nothing_for_null")]
    http: Http,
    request_id: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Http {
    method: Option<String>,
}

impl UrlRequest {
    /// `GET`, `POST` …; empty when the event does not say.
    pub fn method(&self) -> &str {
        self.request_context.http.method.as_deref().unwrap_or_default()
    }

    /// The id of the request: the same if the same request is delivered again.
    pub fn id(&self) -> Option<&str> {
        self.request_context.request_id.as_deref().filter(|id| !id.is_empty())
    }

    /// The body; empty when there is none.
    pub fn text(&self) -> Result<String, NotText> {
        body::text(self.body.as_deref(), self.is_base64_encoded.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(event: Value, method: &str, id: Option<&str>, text: &str) {
        let request: UrlRequest = serde_json::from_value(event.clone()).unwrap();
        assert_eq!((request.method(), request.id()), (method, id), "{event}");
        assert_eq!(request.text().unwrap(), text, "{event}");
    }

    #[test]
    fn anything_may_be_missing() {
        check(json!({}), "", None, "");
        check(json!({"requestContext": null, "body": null, "isBase64Encoded": null}), "", None, "");
        check(json!({"requestContext": {"http": null, "requestId": ""}, "body": "a"}), "", None, "a");
    }

    #[test]
    fn method_id_and_body_are_read() {
        let context = json!({"http": {"method": "POST", "path": "/"}, "requestId": "e1506fd5"});
        let event =
            json!({"version": "2.0", "requestContext": context, "body": "e30=", "isBase64Encoded": true});
        check(event, "POST", Some("e1506fd5"), "{}");
    }
}
