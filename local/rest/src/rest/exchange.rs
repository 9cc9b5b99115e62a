//! One request and all that is found out about it on its way.
//! Decides nothing.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::definition::{Api, ApiKey, Resource, Stage};
use crate::caller::Identity;
use crate::incoming::Incoming;
use crate::path::Parameters;
use crate::source::{self, Source};
use crate::{ids, moment};

/// A request that belongs to a stage of an API.
#[derive(Debug)]
pub(super) struct Exchange<'a> {
    pub(super) api: &'a Api,
    pub(super) api_id: &'a str,
    pub(super) stage: &'a Stage,
    pub(super) stage_name: &'a str,
    pub(super) incoming: Incoming,
    pub(super) request_id: String,
    pub(super) at: SystemTime,
    /// Where it goes; none as long as that is not known.
    pub(super) route: Option<Route<'a>>,
    /// Who sent it, if that was asked for.
    pub(super) identity: Option<Identity>,
    /// What an authoriser said, `requestContext.authorizer`.
    pub(super) authorizer: Option<Arc<Map<String, Value>>>,
    pub(super) api_key: Option<&'a ApiKey>,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub(super) struct Route<'a> {
    pub(super) resource: &'a Resource,
    pub(super) parameters: Parameters,
}

impl Exchange<'_> {
    /// The API's host name on AWS.
    pub(super) fn domain(&self) -> String {
        format!("{}.execute-api.{}.amazonaws.com", self.api_id, self.api.region)
    }

    /// The path with its stage.
    pub(super) fn staged_path(&self) -> String {
        format!("/{}{}", self.stage_name, self.incoming.path)
    }

    /// What IAM and authorisers are asked about: the method, and the path as it was sent.
    pub(super) fn method_arn(&self) -> String {
        self.arn(&self.incoming.path)
    }

    /// What a function's permission is asked for: the method, and the resource's path.
    pub(super) fn source_arn(&self) -> String {
        self.arn(self.route.as_ref().map_or("", |route| &route.resource.path))
    }

    fn arn(&self, path: &str) -> String {
        let Api { region, account, .. } = self.api;
        let (api, stage, method) = (self.api_id, self.stage_name, &self.incoming.method);
        format!(
            "arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{}",
            path.trim_start_matches('/')
        )
    }

    pub(super) fn trace(&self) -> String {
        let sent = self.incoming.header("x-amzn-trace-id");
        sent.unwrap_or_else(|| ids::trace(&self.request_id, moment::millis(self.at)))
    }

    /// What stands at a place of the request; none if nothing does.
    pub(super) fn find(&self, place: &Source) -> Option<String> {
        match place {
            Source::Header(name) => self.incoming.header(&name.to_ascii_lowercase()),
            Source::Query(name) => self.incoming.parameter(name),
            Source::Path(name) => {
                let parameters = &self.route.as_ref()?.parameters;
                parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
            }
            Source::StageVariable(name) => self.stage.variables.get(name).cloned(),
            Source::Context(path) => source::at(&self.context(), path),
        }
    }

    /// What a response parameter's expression stands for: a text in quotes, or a place of the request.
    pub(super) fn mapped(&self, expression: &str) -> Option<String> {
        let literal = expression.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        match literal {
            Some(literal) => Some(literal.to_owned()),
            None => self.find(&Source::parse(expression)?),
        }
    }

    /// `requestContext` of events, and `$context` of templates.
    pub(super) fn context(&self) -> Value {
        let (resource_id, resource_path) = match &self.route {
            Some(route) => (Some(&route.resource.id), Some(&route.resource.path)),
            None => (None, None),
        };
        let mut context = json!({
            "resourceId": resource_id,
            "resourcePath": resource_path,
            "httpMethod": self.incoming.method.as_str(),
            "extendedRequestId": ids::extended(&self.request_id),
            "requestTime": moment::log(self.at),
            "path": self.staged_path(),
            "accountId": self.api.account,
            "protocol": self.incoming.protocol,
            "stage": self.stage_name,
            "domainPrefix": self.api_id,
            "requestTimeEpoch": moment::millis(self.at),
            "requestId": self.request_id,
            "identity": self.identity(),
            "domainName": self.domain(),
            "deploymentId": self.stage.deployment,
            "apiId": self.api_id,
        });
        if let Some(authorizer) = &self.authorizer {
            context["authorizer"] = json!(**authorizer);
        }
        context
    }

    fn identity(&self) -> Value {
        let signer = self.identity.as_ref();
        let cognito = signer.and_then(|signer| signer.cognito.as_ref());
        let provider = cognito.is_some().then_some("cognito-identity.amazonaws.com");
        let mut identity = json!({
            "cognitoIdentityPoolId": cognito.map(|(pool, _)| pool),
            "accountId": signer.map(|signer| &signer.account),
            "cognitoIdentityId": cognito.map(|(_, identity)| identity),
            "caller": signer.map(|signer| &signer.user_id),
            "sourceIp": self.incoming.source,
            "principalOrgId": null,
            "accessKey": signer.map(|signer| &signer.access_key),
            "cognitoAuthenticationType": cognito.map(|_| "unauthenticated"),
            "cognitoAuthenticationProvider": provider,
            "userArn": signer.map(|signer| &signer.arn),
            "userAgent": self.incoming.user_agent(),
            "user": signer.map(|signer| &signer.user_id),
        });
        if let Some(key) = self.api_key {
            identity["apiKey"] = json!(key.value);
            identity["apiKeyId"] = json!(key.id);
        }
        identity
    }
}
