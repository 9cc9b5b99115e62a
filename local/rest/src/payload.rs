//! A request as functions get it from function URLs and HTTP APIs: payload 2.0.
//! Sends none, and reads no answers.
//!
//! Source: [request payload](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload).

use std::collections::BTreeMap;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::caller::Identity;
use crate::incoming::{Incoming, text};
use crate::{ids, lists, moment};

/// A request and what is known of where it goes.
#[derive(Debug)]
pub(crate) struct Payload<'a> {
    pub(crate) incoming: &'a Incoming,
    /// The path as it was sent, with its stage.
    pub(crate) path: &'a str,
    pub(crate) route_key: &'a str,
    pub(crate) stage: &'a str,
    pub(crate) account: &'a str,
    pub(crate) api: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) at: SystemTime,
    /// `requestContext.authorizer`
    pub(crate) authorizer: Option<Value>,
    pub(crate) path_parameters: &'a [(String, String)],
    pub(crate) variables: &'a BTreeMap<String, String>,
}

impl Payload<'_> {
    /// The event.
    pub(crate) fn event(&self) -> Value {
        let mut event = self.description();
        if !self.incoming.body.is_empty() {
            event["body"] = self.body();
        }
        event["isBase64Encoded"] = (!self.incoming.body.is_empty() && !self.is_text()).into();
        event
    }

    /// The event without a body.
    pub(crate) fn description(&self) -> Value {
        let mut event = json!({
            "version": "2.0",
            "routeKey": self.route_key,
            "rawPath": self.path,
            "rawQueryString": self.incoming.query,
            "headers": self.headers(),
            "requestContext": self.context(),
        });
        let optional = [
            ("cookies", json!(self.cookies())),
            ("queryStringParameters", self.query().into()),
            ("pathParameters", lists::object(self.path_parameters).into()),
            ("stageVariables", json!(self.variables)),
        ];
        let given = optional.into_iter().filter(|(_, value)| value != &json!([]) && value != &json!({}));
        given.for_each(|(name, value)| event[name] = value);
        event
    }

    pub(crate) fn context(&self) -> Value {
        let mut context = json!({
            "accountId": self.account,
            "apiId": self.api,
            "domainName": self.domain,
            "domainPrefix": self.api,
            "http": {
                "method": self.incoming.method.as_str(),
                "path": self.path,
                "protocol": self.incoming.protocol,
                "sourceIp": self.incoming.source,
                "userAgent": self.incoming.user_agent().unwrap_or_default(),
            },
            "requestId": self.request_id,
            "routeKey": self.route_key,
            "stage": self.stage,
            "time": moment::log(self.at),
            "timeEpoch": moment::millis(self.at),
        });
        if let Some(authorizer) = &self.authorizer {
            context["authorizer"] = authorizer.clone();
        }
        context
    }

    /// Names in lower case, several values joined by commas; cookies are elsewhere.
    fn headers(&self) -> Map<String, Value> {
        let mut headers = Map::new();
        for (name, value) in &self.incoming.headers {
            if name != "cookie" && name != "connection" {
                join(&mut headers, name.as_str(), &text(value));
            }
        }
        let trace = ids::trace(self.request_id, moment::millis(self.at));
        headers.entry("x-amzn-trace-id").or_insert_with(|| trace.into());
        let own = [
            ("host", self.domain.to_owned()),
            ("x-forwarded-for", self.incoming.forwarded_for()),
            ("x-forwarded-port", "443".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ];
        headers.extend(own.map(|(name, value)| (name.to_owned(), value.into())));
        headers
    }

    fn cookies(&self) -> Vec<String> {
        let cookies = self.incoming.headers.get_all("cookie").iter().map(text);
        cookies
            .flat_map(|line| line.split(';').map(|cookie| cookie.trim().to_owned()).collect::<Vec<_>>())
            .filter(|cookie| !cookie.is_empty())
            .collect()
    }

    fn query(&self) -> Map<String, Value> {
        let mut query = Map::new();
        self.incoming.parameters().for_each(|(name, value)| join(&mut query, &name, &value));
        query
    }

    fn body(&self) -> Value {
        match std::str::from_utf8(&self.incoming.body) {
            Ok(text) if self.is_text() => text.into(),
            _ => STANDARD.encode(&self.incoming.body).into(),
        }
    }

    /// Whether the body is handed over as it is.
    fn is_text(&self) -> bool {
        let kind = self.incoming.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let kinds = ["text/", "application/json", "application/xml", "application/javascript"];
        let structured = kind.split(';').next().is_some_and(|kind| kind.ends_with("+json"));
        (structured || kinds.iter().any(|text| kind.starts_with(text)))
            && std::str::from_utf8(&self.incoming.body).is_ok()
    }
}

/// `requestContext.authorizer` of a request that IAM let in.
pub(crate) fn signed_by(identity: &Identity) -> Value {
    let cognito = identity
        .cognito
        .as_ref()
        .map(|(pool, id)| json!({ "amr": ["unauthenticated"], "identityId": id, "identityPoolId": pool }));
    json!({ "iam": {
        "accessKey": identity.access_key,
        "accountId": identity.account,
        "callerId": identity.user_id,
        "cognitoIdentity": cognito,
        "principalOrgId": null,
        "userArn": identity.arn,
        "userId": identity.user_id,
    } })
}

fn join(map: &mut Map<String, Value>, name: &str, value: &str) {
    let joined = match map.get(name).and_then(Value::as_str) {
        Some(before) => format!("{before},{value}"),
        None => value.to_owned(),
    };
    map.insert(name.to_owned(), joined.into());
}
