//! [`RestApi`]: an API Gateway REST API with one stage, its routes handled by functions.
//!
//! Request models, usage plans and API keys are left to L1.

use stackwright_cfn::apigateway as l1;
use stackwright_cfn::apigateway::{method as methods, rest_api as types, stage as stages};
use stackwright_core::{
    Construct, Declared, Expr, Json, LogicalId, Map, Problem, Resource as _, Scope, Value, join, region,
    url_suffix,
};

use super::access_logs;
use super::alarm::{Alarm, Alarms};
use super::cors::Cors;
use super::invocation::{execution_arn, invocation_uri};
use super::physical_name::physical_name;
use super::rest_paths::{self, Paths};
use super::stage_options::stage_options;
use super::{Adjustments, FunctionHandle};

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Head,
}

impl Method {
    /// The method as it is written: `GET`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
        }
    }
}

/// A REST API; its deployment follows every change of its routes.
///
/// CloudFormation deletes a route that is gone only after the new deployment is made, so that one still answers, with
/// an error, until the next deployment.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let handler = stack.add("Handler", Function::new("notes-api"));
///     let api = stack.add("Api", RestApi::new("prod")
///         .cors(Cors::any_origin())
///         .route(Method::Get, "/notes", handler)
///         .route(Method::Get, "/notes/{id}", handler));
///     stack.add("ApiUrl", Output::new(api.url()));
/// });
/// ```
///
/// Source: [AWS::ApiGateway::RestApi](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html).
#[derive(Debug)]
pub struct RestApi {
    /// The name of the stage, the first part of the path.
    pub stage: String,
    /// Method, path and function of each route.
    pub routes: Vec<(Method, String, FunctionHandle)>,
    /// Which pages may call it from other origins; none by default.
    pub cors: Option<Cors>,
    /// How many requests a second it takes, and how many at once.
    pub throttle: (u32, u32),
    /// For how many days access logs are kept; `None`: no access logs.
    pub access_log_days: Option<u32>,
    /// The alarm on failed requests.
    pub alarms: Alarms,
    adjustments: Adjustments<l1::RestApi>,
    stage_adjustments: Adjustments<l1::Stage>,
}

stage_options!(RestApi, l1::Stage);

impl RestApi {
    /// An API with this stage: 500 requests a second, 200 at once, access logs for 30 days.
    pub fn new(stage: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            routes: Vec::new(),
            cors: None,
            throttle: (500, 200),
            access_log_days: Some(30),
            alarms: Alarms::default(),
            adjustments: Adjustments::default(),
            stage_adjustments: Adjustments::default(),
        }
    }

    /// Runs the function for requests of this method and path; `{name}` is a parameter, `{name+}` takes the rest.
    #[must_use]
    pub fn route(mut self, method: Method, path: impl Into<String>, function: FunctionHandle) -> Self {
        self.routes.push((method, path.into(), function));
        self
    }

    /// Lets pages of other origins call it, each path by the methods of its routes.
    #[must_use]
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::RestApi) -> l1::RestApi + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    fn declare_routes(&self, scope: &mut Scope<'_>, api: l1::RestApiHandle) -> Vec<LogicalId> {
        let mut paths = Paths::of(api);
        let mut declared = Vec::new();
        for (method, path, function) in &self.routes {
            rest_paths::check(scope, path);
            let resource = paths.resource(scope, path);
            declared.push(self.declare_method(scope, api, *method, path, resource, *function));
        }
        if let Some(cors) = &self.cors {
            if !cors.methods.is_empty() {
                let problem = "pages may use the methods of the API's routes, and no others can be named";
                scope.report(Problem::new(problem).hint("leave out `.methods([…])`"));
            }
            for (path, resource) in paths.iter() {
                // A path with nothing but longer paths behind it is never called.
                let Some(verbs) = self.verbs(path) else { continue };
                let preflight = preflight(api, resource.clone(), cors, &verbs);
                declared
                    .push(scope.part(format!("Options {}", rest_paths::in_words(path)), preflight).into());
            }
            declared.extend(error_responses(scope, api, cors));
        }
        declared
    }

    fn declare_method(
        &self,
        scope: &mut Scope<'_>,
        api: l1::RestApiHandle,
        method: Method,
        path: &str,
        resource: Value<String>,
        function: FunctionHandle,
    ) -> LogicalId {
        let verb = method.as_str();
        let integration = methods::Integration::new(methods::Type::AwsProxy)
            .integration_http_method("POST")
            .uri(invocation_uri(function));
        let declared = l1::Method::new(verb, resource, api.reference())
            .authorization_type(methods::AuthorizationType::None)
            .integration(integration);
        let pattern = format!("{}/{verb}/{}", self.stage, rest_paths::as_pattern(path));
        let source = execution_arn(api.reference().into_expr(), &pattern);
        scope.part(format!("{} {}", title(verb), rest_paths::in_words(path)), |scope: &mut Scope<'_>| {
            let method = declared.declare(scope);
            scope.part("Permission", function.permission("apigateway.amazonaws.com", source));
            method.into()
        })
    }

    /// The methods that a path takes, `OPTIONS` among them, if it takes any.
    fn verbs(&self, path: &str) -> Option<String> {
        let own = self.routes.iter().filter(|route| route.1.trim_end_matches('/') == path);
        let verbs: Vec<&str> = own.map(|route| route.0.as_str()).collect();
        (!verbs.is_empty()).then(|| verbs.into_iter().chain(["OPTIONS"]).collect::<Vec<_>>().join(","))
    }

    fn declare_stage(&mut self, scope: &mut Scope<'_>, api: l1::RestApiHandle, deployment: Value<String>) {
        let (rate, burst) = self.throttle;
        let limits = stages::MethodSetting::new()
            .resource_path("/*")
            .http_method("*")
            .metrics_enabled(true)
            .throttling_rate_limit(rate)
            .throttling_burst_limit(burst);
        let mut stage = Declared::from(
            l1::Stage::new(api.reference())
                .stage_name(self.stage.as_str())
                .deployment_id(deployment)
                .tracing_enabled(true)
                .method_settings([limits]),
        );
        if let Some(days) = self.access_log_days {
            let logs = access_logs::declare(scope, api.into(), days);
            let setting = stages::AccessLogSetting::new()
                .destination_arn(logs.destination)
                .format(access_logs::format(&LOG_FIELDS));
            stage.resource = stage.resource.access_log_setting(setting);
            stage = stage.after(logs.account);
        }
        stage.resource = std::mem::take(&mut self.stage_adjustments).apply(stage.resource);
        scope.part("Stage", stage);
    }
}

const LOG_FIELDS: [(&str, &str); 8] = [
    ("requestId", "requestId"),
    ("method", "httpMethod"),
    ("path", "path"),
    ("status", "status"),
    ("milliseconds", "responseLatency"),
    ("ip", "identity.sourceIp"),
    ("time", "requestTime"),
    ("error", "integrationErrorMessage"),
];

/// `GET` → `Get`.
fn title(verb: &str) -> String {
    let (first, rest) = verb.split_at(1);
    format!("{first}{}", rest.to_ascii_lowercase())
}

fn header(name: &str) -> String {
    format!("method.response.header.{name}")
}

/// A fixed value, as API Gateway tells it from one it looks up.
fn quoted(value: Value<String>) -> Value<String> {
    join(["'".into(), value, "'".into()])
}

/// The answer to a browser that asks whether a page may call: made by API Gateway, no function runs.
fn preflight(api: l1::RestApiHandle, resource: Value<String>, cors: &Cors, verbs: &str) -> l1::Method {
    let values = [
        ("Access-Control-Allow-Origin", cors.origin.clone()),
        ("Access-Control-Allow-Methods", verbs.into()),
        ("Access-Control-Allow-Headers", cors.headers.join(",").into()),
        ("Access-Control-Max-Age", cors.max_age_seconds.to_string().into()),
    ];
    let promised: Vec<_> = values.iter().map(|(name, _)| (header(name), Expr::Bool(true))).collect();
    let sent: Vec<_> = values.into_iter().map(|(name, value)| (header(name), quoted(value))).collect();
    let answer =
        methods::IntegrationResponse::new("204").response_parameters(Value::<Map<String>>::from(sent));
    let integration = methods::Integration::new(methods::Type::Mock)
        .request_templates(Value::<Map<String>>::from([("application/json", "{\"statusCode\":204}")]))
        .integration_responses([answer]);
    let response =
        methods::MethodResponse::new("204").response_parameters(Value::<Map<Json>>::from(promised));
    l1::Method::new("OPTIONS", resource, api.reference())
        .authorization_type(methods::AuthorizationType::None)
        .integration(integration)
        .method_responses([response])
}

/// Errors that API Gateway itself answers must be readable by the page too.
fn error_responses(scope: &mut Scope<'_>, api: l1::RestApiHandle, cors: &Cors) -> Vec<LogicalId> {
    let name = "gatewayresponse.header.Access-Control-Allow-Origin";
    [("Errors4xx", "DEFAULT_4XX"), ("Errors5xx", "DEFAULT_5XX")]
        .map(|(part, kind)| {
            let headers = Value::<Map<String>>::from([(name, quoted(cors.origin.clone()))]);
            let response = l1::GatewayResponse::new(kind, api.reference()).response_parameters(headers);
            scope.part(part, response).into()
        })
        .into()
}

impl Construct for RestApi {
    type Handle = RestApiHandle;

    fn declare(mut self, scope: &mut Scope<'_>) -> RestApiHandle {
        let endpoint = types::EndpointConfiguration::new().types([types::Type::Regional]);
        let api = l1::RestApi::new().name(physical_name(scope)).endpoint_configuration(endpoint);
        let mut api = std::mem::take(&mut self.adjustments).apply(api);
        // Metrics go by the name, whoever gave it.
        let name = Value::from_expr(api.props_mut().property("Name").cloned().unwrap_or(Expr::Null));
        let api = api.declare(scope);
        let routes = self.declare_routes(scope, api);
        let deployment = deployment(scope, api, &routes);
        self.declare_stage(scope, api, deployment.reference());
        let failures = Alarm::failed_requests(name, self.stage.as_str().into());
        self.alarms.declare(scope, "FailuresAlarm", failures);
        RestApiHandle { api, stage: self.stage }
    }
}

/// A deployment is a picture of the API at one moment and never changes, so one of other routes is another
/// resource: the name it is given is the fingerprint of what it is a picture of.
fn deployment(scope: &mut Scope<'_>, api: l1::RestApiHandle, routes: &[LogicalId]) -> l1::DeploymentHandle {
    let name = format!("Deployment {:016x}", scope.fingerprint());
    let deployment = l1::Deployment::new(api.reference()).description("Follows the routes");
    scope.part(name, Declared::from(deployment).after_all(routes.iter().copied()))
}

/// Refers to a REST API and its stage.
#[derive(Clone, Debug)]
pub struct RestApiHandle {
    api: l1::RestApiHandle,
    stage: String,
}

impl RestApiHandle {
    /// Where clients call: `https://…/<stage>`.
    #[must_use]
    pub fn url(&self) -> Value<String> {
        join([self.origin(), format!("/{}", self.stage).into()])
    }

    /// What the Content-Security-Policy of a page that calls must allow: `https://…`.
    #[must_use]
    pub fn origin(&self) -> Value<String> {
        let host = [".execute-api.".into(), region(), ".".into(), url_suffix()];
        let [service, region, dot, suffix] = host;
        join(["https://".into(), self.api.reference(), service, region, dot, suffix])
    }

    /// The id of the API, for L1 resources beside it.
    #[must_use]
    pub fn id(&self) -> Value<String> {
        self.api.reference()
    }
}
