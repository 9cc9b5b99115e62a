//! The events that functions get: CONNECT, MESSAGE, DISCONNECT and an authorizer's, field for field.
//! Runs nothing.
//!
//! Source: [events](https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-integrations.html),
//! and captures of real ones.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::api::{Api, CONNECT, DISCONNECT, Stage};
use crate::client::{Client, Identity};
use crate::closing::Closing;
use crate::host::Host;
use crate::{id, moment};

/// What all events of a connection have in common.
pub(crate) struct Subject<'a> {
    pub(crate) api: &'a Api,
    pub(crate) stage: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) connected_at: SystemTime,
    pub(crate) identity: &'a Identity,
    pub(crate) authorizer: Option<&'a Map<String, Value>>,
}

/// A moment and the id of a request.
pub(crate) struct Occasion {
    pub(crate) request: String,
    now: SystemTime,
}

impl Occasion {
    pub(crate) fn new(host: &Host) -> Occasion {
        Occasion { request: id::id((host.number)()), now: (host.now)() }
    }
}

impl Subject<'_> {
    /// The event of `$connect`.
    pub(crate) fn connect(&self, client: &Client, occasion: &Occasion) -> Map<String, Value> {
        let mut event = Map::new();
        client.describe(&mut event);
        self.finished(event, self.context(CONNECT, "CONNECT", occasion))
    }

    /// The event of an authorizer, made from that of `$connect`.
    pub(crate) fn authorize(&self, client: &Client, occasion: &Occasion) -> Map<String, Value> {
        let mut event = self.connect(client, occasion);
        event.remove("isBase64Encoded");
        event.insert("type".to_owned(), "REQUEST".into());
        event.insert("methodArn".to_owned(), self.api.arn(&format!("{}/{CONNECT}", self.stage)).into());
        for field in ["queryStringParameters", "multiValueQueryStringParameters", "stageVariables"] {
            event.entry(field).or_insert_with(|| json!({}));
        }
        event
    }

    /// The event of a message.
    pub(crate) fn message(
        &self,
        route: &str,
        body: &str,
        message: String,
        occasion: &Occasion,
    ) -> Map<String, Value> {
        let mut context = self.context(route, "MESSAGE", occasion);
        context.insert("messageId".to_owned(), message.into());
        let mut event = self.finished(Map::new(), context);
        event.insert("body".to_owned(), body.into());
        event
    }

    /// The event of `$disconnect`.
    pub(crate) fn disconnect(&self, closing: &Closing, occasion: &Occasion) -> Map<String, Value> {
        let mut context = self.context(DISCONNECT, "DISCONNECT", occasion);
        context.insert("disconnectStatusCode".to_owned(), closing.code.into());
        context.insert("disconnectReason".to_owned(), closing.reason.as_ref().into());
        let domain = self.api.domain();
        let mut event = Map::new();
        let headers = json!({"Host": domain, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""});
        event.insert("headers".to_owned(), headers);
        let headers =
            json!({"Host": [domain], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""]});
        event.insert("multiValueHeaders".to_owned(), headers);
        self.finished(event, context)
    }

    fn finished(&self, mut event: Map<String, Value>, context: Map<String, Value>) -> Map<String, Value> {
        let variables = self.api.stages.get(self.stage).map(|stage: &Stage| &stage.variables);
        if let Some(variables) = variables.filter(|variables| !variables.is_empty()) {
            event.insert("stageVariables".to_owned(), json!(variables));
        }
        event.insert("requestContext".to_owned(), context.into());
        event.insert("isBase64Encoded".to_owned(), false.into());
        event
    }

    fn context(&self, route: &str, kind: &str, occasion: &Occasion) -> Map<String, Value> {
        let mut context = Map::new();
        let mut put = |name: &str, value: Value| drop(context.insert(name.to_owned(), value));
        put("routeKey", route.into());
        put("eventType", kind.into());
        put("extendedRequestId", occasion.request.as_str().into());
        put("requestTime", moment::request_time(occasion.now).into());
        put("messageDirection", "IN".into());
        put("stage", self.stage.into());
        put("connectedAt", moment::millis(self.connected_at).into());
        put("requestTimeEpoch", moment::millis(occasion.now).into());
        put("identity", self.identity());
        put("requestId", occasion.request.as_str().into());
        put("domainName", self.api.domain().into());
        put("connectionId", self.connection.into());
        put("apiId", self.api.id.as_str().into());
        if let Some(authorizer) = self.authorizer {
            put("authorizer", authorizer.clone().into());
        }
        context
    }
    fn identity(&self) -> Value {
        let mut identity = json!({"sourceIp": self.identity.source_ip.to_string()});
        if let Some(user_agent) = &self.identity.user_agent {
            identity["userAgent"] = user_agent.as_str().into();
        }
        if let Some(signer) = &self.identity.signer {
            identity["userArn"] = signer.arn.as_str().into();
            identity["accountId"] = signer.account.as_str().into();
        }
        identity
    }
}
