//! [`WebSocketApi`]: an API Gateway WebSocket API with one stage.
//!
//! Routes are triggers: the function says on which route it runs.

use stackwright_cfn::apigatewayv2 as l1;
use stackwright_cfn::apigatewayv2::{
    api as apis, integration as integrations, route as routes, stage as types,
};
use stackwright_core::{Arn, Construct, Declared, Problem, Scope, Value, join, region, url_suffix};

use super::access_logs;
use super::alarm::{Alarm, Alarms};
use super::invocation::{execution_arn, invocation_uri};
use super::physical_name::physical_name;
use super::stage_options::stage_options;
use super::{Adjustments, Authorization};
use crate::grant::Grant;
use crate::trigger::{Trigger, Wiring};

/// A WebSocket API whose stage deploys every change by itself, writes access logs and limits its rate.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let api = stack.add("Api", WebSocketApi::new("prod"));
///     stack.add("Greeter", Function::new("greeter")
///         .env("CALLBACK_URL", api.callback_url())
///         .allow(api.send())
///         .on(api.route("$connect"))
///         .on(api.route("greet").two_way()));
/// });
/// ```
///
/// Source: [AWS::ApiGatewayV2::Api](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html).
#[derive(Debug)]
pub struct WebSocketApi {
    /// The name of the stage, the path of its URL.
    pub stage: Value<String>,
    /// Which part of a message picks its route.
    pub selection: String,
    /// How many messages a second each route takes, and how many at once.
    pub throttle: (u32, u32),
    /// For how many days access logs are kept; `None`: no access logs.
    pub access_log_days: Option<u32>,
    /// The alarm on messages for which no function could be run; where functions fail, alarms of theirs rise.
    pub alarms: Alarms,
    adjustments: Adjustments<l1::Api>,
    stage_adjustments: Adjustments<l1::Stage>,
}

stage_options!(WebSocketApi, l1::Stage);

impl WebSocketApi {
    /// An API with this stage, whose messages pick their route by `action`: 500 a second, 200 at once,
    /// access logs for 30 days.
    pub fn new(stage: impl Into<Value<String>>) -> Self {
        Self {
            stage: stage.into(),
            selection: "$request.body.action".into(),
            throttle: (500, 200),
            access_log_days: Some(30),
            alarms: Alarms::default(),
            adjustments: Adjustments::default(),
            stage_adjustments: Adjustments::default(),
        }
    }

    /// Picking the route by another expression than `$request.body.action`.
    #[must_use]
    pub fn selecting_by(mut self, expression: impl Into<String>) -> Self {
        self.selection = expression.into();
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Api) -> l1::Api + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

const LOG_FIELDS: [(&str, &str); 8] = [
    ("requestId", "requestId"),
    ("connectionId", "connectionId"),
    ("routeKey", "routeKey"),
    ("eventType", "eventType"),
    ("status", "status"),
    ("ip", "identity.sourceIp"),
    ("time", "requestTime"),
    ("error", "integrationErrorMessage"),
];

impl Construct for WebSocketApi {
    type Handle = WebSocketApiHandle;

    fn declare(self, scope: &mut Scope<'_>) -> WebSocketApiHandle {
        let api = l1::Api::new()
            .name(physical_name(scope))
            .protocol_type(apis::ProtocolType::Websocket)
            .route_selection_expression(self.selection);
        let api = self.adjustments.apply(api).declare(scope);
        let (rate, burst) = self.throttle;
        let limits = types::RouteSettings::new()
            .throttling_rate_limit(rate)
            .throttling_burst_limit(burst)
            .detailed_metrics_enabled(true);
        let mut stage = Declared::from(
            l1::Stage::new(api.reference(), self.stage.clone())
                .auto_deploy(true)
                .default_route_settings(limits),
        );
        if let Some(days) = self.access_log_days {
            let logs = access_logs::declare(scope, api.into(), days);
            let settings = types::AccessLogSettings::new()
                .destination_arn(logs.destination)
                .format(access_logs::format(&LOG_FIELDS));
            stage.resource = stage.resource.access_log_settings(settings);
            stage = stage.after(logs.account);
        }
        stage.resource = self.stage_adjustments.apply(stage.resource);
        let stage = scope.part("Stage", stage);
        let failures = Alarm::unhandled_messages(api.reference(), stage.reference());
        self.alarms.declare(scope, "FailuresAlarm", failures);
        WebSocketApiHandle { api, stage }
    }
}

/// Refers to a WebSocket API and its stage.
#[derive(Clone, Copy, Debug)]
pub struct WebSocketApiHandle {
    api: l1::ApiHandle,
    stage: l1::StageHandle,
}

impl WebSocketApiHandle {
    /// The trigger that runs a function on a route: `$connect`, `$disconnect`, `$default` or a message's action.
    pub fn route(self, key: impl Into<String>) -> RouteTrigger {
        RouteTrigger { api: self, key: key.into(), name: None, answers: false, authorization: None }
    }

    /// Where clients connect: `wss://…/<stage>`.
    #[must_use]
    pub fn url(self) -> Value<String> {
        join(["wss://".into(), self.host(), "/".into(), self.stage.reference()])
    }

    /// What the Content-Security-Policy of a page that connects must allow: `wss://…`.
    #[must_use]
    pub fn origin(self) -> Value<String> {
        join(["wss://".into(), self.host()])
    }

    /// Where functions send to clients: the endpoint of the `@connections` API, `https://…/<stage>`.
    #[must_use]
    pub fn callback_url(self) -> Value<String> {
        join(["https://".into(), self.host(), "/".into(), self.stage.reference()])
    }

    /// Sending to connections.
    #[must_use]
    pub fn send(self) -> Grant {
        self.connections("POST")
    }

    /// Closing connections.
    #[must_use]
    pub fn disconnect(self) -> Grant {
        self.connections("DELETE")
    }

    /// Asking about connections.
    #[must_use]
    pub fn inspect(self) -> Grant {
        self.connections("GET")
    }

    /// The id of the API, for L1 resources beside it.
    #[must_use]
    pub fn id(self) -> Value<String> {
        self.api.reference()
    }

    fn host(self) -> Value<String> {
        join([self.id(), ".execute-api.".into(), region(), ".".into(), url_suffix()])
    }

    fn connections(self, verb: &str) -> Grant {
        let any: Value<Arn> = Value::of([
            execution_arn(self.id().into_expr(), "").into(),
            self.stage.reference(),
            format!("/{verb}/@connections/*").into(),
        ]);
        Grant::new(["execute-api:ManageConnections"], any)
    }
}

/// Runs a function on the messages of one route.
#[derive(Clone, Debug)]
pub struct RouteTrigger {
    api: WebSocketApiHandle,
    key: String,
    name: Option<String>,
    answers: bool,
    authorization: Option<Authorization>,
}

impl RouteTrigger {
    /// Under another name than `On<Key>` below the function, for one that runs on routes of two APIs.
    #[must_use]
    pub fn called(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What the function returns is sent back to the client.
    #[must_use]
    pub const fn two_way(mut self) -> Self {
        self.answers = true;
        self
    }

    /// Only for those whom the authorizer lets in. Only `$connect` has one: who is connected was let in there.
    ///
    /// `.authorized_by(gate)` asks always, `.authorized_by(gate.when(condition))` only if the condition holds.
    #[must_use]
    pub fn authorized_by(mut self, authorizer: impl Into<Authorization>) -> Self {
        self.authorization = Some(authorizer.into());
        self
    }

    /// The route with its authorization, which only `$connect` has.
    fn guarded(&self, scope: &mut Scope<'_>, route: l1::Route) -> l1::Route {
        match (self.key.as_str(), self.authorization) {
            ("$connect", None) => route.authorization_type(routes::AuthorizationType::None),
            ("$connect", Some(authorization)) => authorization.protect(route),
            (_, None) => route,
            (key, Some(_)) => {
                let problem =
                    Problem::new(format!("the route `{key}` has an authorizer; only `$connect` can"));
                scope.report(problem.hint("authorize `$connect`: who is connected was let in there"));
                route
            }
        }
    }

    fn declare(self, scope: &mut Scope<'_>, function: super::FunctionHandle) {
        let api = self.api.id();
        let integration = l1::Integration::new(api.clone(), integrations::IntegrationType::AwsProxy)
            .integration_uri(invocation_uri(function))
            .integration_method("POST");
        let integration = scope.part("Integration", integration);
        let route = l1::Route::new(api.clone(), self.key.as_str())
            .target(join(["integrations/".into(), integration.reference()]));
        let mut route = self.guarded(scope, route);
        if self.answers {
            route = route.route_response_selection_expression("$default");
        }
        let route = route.declare(scope);
        if self.answers {
            scope.part("Response", l1::RouteResponse::new(api.clone(), route.reference(), "$default"));
        }
        let source = execution_arn(api.into_expr(), &format!("*/{}", self.key));
        scope.part("Permission", function.permission("apigateway.amazonaws.com", source));
    }
}

impl Trigger for RouteTrigger {
    fn attach(self: Box<Self>, wiring: &mut Wiring<'_, '_>) {
        let function = wiring.function;
        let name = self.name.clone().unwrap_or_else(|| format!("On {}", self.key));
        wiring.scope.part(name, |scope: &mut Scope<'_>| self.declare(scope, function));
    }
}
