//! A request to a REST API (AWS_PROXY, payload 1.0).
//! Takes requests in which anything is missing; routes are the handler's business.

use std::collections::HashMap;

use serde::Deserialize;

use crate::body::{self, NotText};

/// What API Gateway invokes the function of a REST method with.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    http_method: Option<String>,
    path: Option<String>,
    path_parameters: Option<HashMap<String, String>>,
    query_string_parameters: Option<HashMap<String, String>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

impl Request {
    /// `GET`, `POST` …; empty when the event does not say.
    pub fn method(&self) -> &str {
        self.http_method.as_deref().unwrap_or_default()
    }

    /// The path without the stage, as the client wrote it.
    pub fn path(&self) -> &str {
        self.path.as_deref().unwrap_or_default()
    }

    /// What stands in the path for `{name}` of the resource.
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        self.path_parameters.as_ref()?.get(name).map(String::as_str)
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_string_parameters.as_ref()?.get(name).map(String::as_str)
    }

    /// The body; empty when there is none.
    pub fn text(&self) -> Result<String, NotText> {
        body::text(self.body.as_deref(), self.is_base64_encoded.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_with_nothing_in_it_is_taken() {
        let request: Request = serde_json::from_value(json!({"requestContext": {}})).unwrap();
        assert_eq!((request.method(), request.path()), ("", ""));
        assert_eq!((request.path_parameter("id"), request.query("limit")), (None, None));
        assert_eq!(request.text().unwrap(), "");
    }

    #[test]
    fn parameters_are_read() {
        let request: Request = serde_json::from_value(json!({
            "httpMethod": "GET", "path": "/notes/7", "pathParameters": {"id": "7"},
            "queryStringParameters": {"limit": "2"}, "multiValueQueryStringParameters": {"limit": ["2"]},
        }))
        .unwrap();
        assert_eq!((request.method(), request.path()), ("GET", "/notes/7"));
        assert_eq!((request.path_parameter("id"), request.query("limit")), (Some("7"), Some("2")));
    }
}
