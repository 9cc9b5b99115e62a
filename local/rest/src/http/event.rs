//! A request to an HTTP API as payload 1.0, for functions that were written for REST APIs.
//! Has no stage in `path`, unlike the context, as on AWS.
//!
//! Source: [payload format](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).

use serde_json::{Value, json};

use super::exchange::Exchange;
use crate::{ids, lists, moment};

impl Exchange<'_> {
    /// The whole event.
    pub(super) fn event_1(&self) -> Value {
        let mut event = self.description_1();
        // The body is handed over in the same way.
        let second = self.payload().event();
        event["body"] = second.get("body").cloned().unwrap_or_default();
        event["isBase64Encoded"] = second["isBase64Encoded"].clone();
        event
    }

    /// The event without a body, which authorisers get.
    pub(super) fn description_1(&self) -> Value {
        let headers = lists::headers(&self.incoming, &self.domain, &self.trace());
        let query = lists::query(&self.incoming);
        json!({
            "version": "1.0",
            "resource": self.resource(),
            "path": self.incoming.path,
            "httpMethod": self.incoming.method.as_str(),
            "headers": lists::last_of_each(&headers),
            "multiValueHeaders": headers,
            "queryStringParameters": lists::or_null(lists::last_of_each(&query)),
            "multiValueQueryStringParameters": lists::or_null(query),
            "requestContext": self.context_1(),
            "pathParameters": lists::or_null(lists::object(&self.parameters)),
            "stageVariables": if self.stage.variables.is_empty() { Value::Null } else { json!(self.stage.variables) },
        })
    }

    fn resource(&self) -> &str {
        self.route.parts().map_or("$default", |(_, path)| path)
    }

    fn trace(&self) -> String {
        let sent = self.incoming.header("x-amzn-trace-id");
        sent.unwrap_or_else(|| ids::trace(self.request_id, moment::millis(self.at)))
    }

    fn context_1(&self) -> Value {
        json!({
            "accountId": self.api.account,
            "apiId": self.api_id,
            "authorizer": self.authorizer,
            "domainName": self.domain,
            "domainPrefix": self.api_id,
            "extendedRequestId": ids::extended(self.request_id),
            "httpMethod": self.incoming.method.as_str(),
            "identity": {
                "accessKey": null,
                "accountId": null,
                "caller": null,
                "cognitoAmr": null,
                "cognitoAuthenticationProvider": null,
                "cognitoAuthenticationType": null,
                "cognitoIdentityId": null,
                "cognitoIdentityPoolId": null,
                "principalOrgId": null,
                "sourceIp": self.incoming.source,
                "user": null,
                "userAgent": self.incoming.user_agent(),
                "userArn": null,
            },
            "path": self.incoming.path,
            "protocol": self.incoming.protocol,
            "requestId": self.request_id,
            "requestTime": moment::log(self.at),
            "requestTimeEpoch": moment::millis(self.at),
            "resourceId": self.route.key,
            "resourcePath": self.resource(),
            "stage": self.stage_name,
        })
    }
}
