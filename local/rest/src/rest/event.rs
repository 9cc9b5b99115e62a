//! A request as functions get it: payload 1.0.
//! Sends none.
//!
//! Source: [input format](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::definition::Api;
use super::exchange::Exchange;
use crate::lists;

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
        let headers = lists::headers(&self.incoming, &self.domain(), &self.trace());
        let query = lists::query(&self.incoming);
        json!({
            "resource": self.route.as_ref().map(|route| &route.resource.path),
            "path": self.incoming.path,
            "httpMethod": self.incoming.method.as_str(),
            "headers": lists::last_of_each(&headers),
            "multiValueHeaders": headers,
            "queryStringParameters": lists::or_null(lists::last_of_each(&query)),
            "multiValueQueryStringParameters": lists::or_null(query),
            "pathParameters": lists::or_null(self.path_parameters()),
            "stageVariables": Api::variables(self.stage),
        })
    }

    /// What stood in the holes of the path.
    pub(super) fn path_parameters(&self) -> Map<String, Value> {
        self.route.as_ref().map(|route| lists::object(&route.parameters)).unwrap_or_default()
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
