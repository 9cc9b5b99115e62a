//! HTTP and WebSocket APIs: routes, integrations, stages, deployments.
//!
//! Source: [WebSocket APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html).
//! An API imported from an OpenAPI document has its routes there, and they are not looked at.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{duplicates, given, is_true, listed, referred, text};
use crate::cycles::waits_for;
use crate::finding::Finding;
use crate::index::Index;

const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Source: [routes](https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html).
const PREDEFINED: [&str; 3] = ["$connect", "$disconnect", "$default"];

/// Every API and what belongs to it.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut apis = Apis { index, findings };
    apis.protocols();
    apis.routes();
    apis.integrations();
    apis.deployments();
    apis.stages();
}

/// What the API of this route, authorizer, … is said to speak.
pub(super) fn protocol<'t>(index: &Index<'t>, part: &Resource) -> Option<&'t str> {
    let (_, api) = index.referred(given(part, "ApiId")?)?;
    text(api, "ProtocolType")
}

struct Apis<'i, 't, 'f> {
    index: &'i Index<'t>,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Apis<'_, 't, '_> {
    fn report(&mut self, id: LogicalId, place: &str, message: String, hint: &str) {
        let finding = Finding::of_resource(id, format!("Properties.{place}"), message);
        self.findings.push(finding.maybe_hint(Some(hint.to_owned()).filter(|hint| !hint.is_empty())));
    }

    fn protocols(&mut self) {
        for (id, api) in self.index.of_type("AWS::ApiGatewayV2::Api") {
            if given(api, "Body").is_some() || given(api, "BodyS3Location").is_some() {
                continue;
            }
            for name in ["Name", "ProtocolType"].into_iter().filter(|name| given(api, name).is_none()) {
                self.report(id, name, format!("`{id}` needs `{name}`"), "");
            }
            let talks = text(api, "ProtocolType") == Some("WEBSOCKET");
            if talks && given(api, "RouteSelectionExpression").is_none() {
                let message = format!("`{id}` is a WebSocket API and needs `RouteSelectionExpression`");
                let hint = "the part of a message that names its route, such as $request.body.action";
                self.report(id, "RouteSelectionExpression", message, hint);
            }
        }
    }

    fn routes(&mut self) {
        let key = |route| Some(vec![given(route, "ApiId")?, given(route, "RouteKey")?]);
        let mut twice = Vec::new();
        duplicates(self.index.of_type("AWS::ApiGatewayV2::Route"), key, |id, route, first| {
            twice.push((id, text(route, "RouteKey").unwrap_or_default(), first));
        });
        for (id, key, first) in twice {
            let message = format!("`{id}` and `{first}` are routes of one API with the same key `{key}`");
            self.report(id, "RouteKey", message, "an API has one route for each key");
        }
        for (id, route) in self.index.of_type("AWS::ApiGatewayV2::Route") {
            self.route_key(id, route);
            self.target(id, route);
        }
    }

    fn route_key(&mut self, id: LogicalId, route: &'t Resource) {
        let Some(key) = text(route, "RouteKey") else { return };
        match protocol(self.index, route) {
            Some("HTTP") => self.http_route_key(id, key),
            Some("WEBSOCKET") if key.starts_with('$') && !PREDEFINED.contains(&key) => {
                let message = format!("a WebSocket API has no route `{key}`: names with `$` are its own");
                self.report(id, "RouteKey", message, "it has $connect, $disconnect and $default");
            }
            _ => {}
        }
    }

    fn http_route_key(&mut self, id: LogicalId, key: &str) {
        let path = key.split_once(' ').filter(|(method, _)| METHODS.contains(method)).map(|(_, path)| path);
        if key == "$default" || path.is_some_and(|path| path.starts_with('/')) {
            return;
        }
        let message = format!("{key:?} is no route of an HTTP API");
        let hint = if matches!(key, "$connect" | "$disconnect") {
            "connections are what WebSocket APIs have: ProtocolType: WEBSOCKET"
        } else {
            "write a method and a path, such as `GET /notes/{id}`, or `$default`"
        };
        self.report(id, "RouteKey", message, hint);
    }

    fn target(&mut self, id: LogicalId, route: &'t Resource) {
        let Some(target) = given(route, "Target") else {
            let message = format!("the route `{id}` leads nowhere");
            return self.report(
                id,
                "Target",
                message,
                "set `Target` to integrations/ and an integration's id",
            );
        };
        if let Expr::Ref(integration) = target
            && self.index.referred(target).is_some_and(|(_, it)| it.kind == "AWS::ApiGatewayV2::Integration")
        {
            let message = "the target of a route is `integrations/` and the integration's id".into();
            self.report(id, "Target", message, &format!("write `!Sub integrations/${{{integration}}}`"));
        }
        for (integration, properties) in referred(self.index, target) {
            let (own, other) = (given(route, "ApiId"), given(properties, "ApiId"));
            if properties.kind == "AWS::ApiGatewayV2::Integration" && own != other {
                let message =
                    format!("the route `{id}` leads to `{integration}`, which belongs to another API");
                self.report(id, "Target", message, "");
            }
        }
    }

    fn integrations(&mut self) {
        for (id, integration) in self.index.of_type("AWS::ApiGatewayV2::Integration") {
            let proxy = text(integration, "IntegrationType") == Some("AWS_PROXY");
            let to_function = proxy && given(integration, "IntegrationSubtype").is_none();
            let http = protocol(self.index, integration) == Some("HTTP");
            if to_function && http && given(integration, "PayloadFormatVersion").is_none() {
                let message = format!("`{id}` belongs to an HTTP API and needs `PayloadFormatVersion`");
                self.report(id, "PayloadFormatVersion", message, "2.0, or 1.0 for the events of REST APIs");
            }
        }
    }

    /// A deployment is a picture of the routes there are at that moment.
    fn deployments(&mut self) {
        for (id, deployment) in self.index.of_type("AWS::ApiGatewayV2::Deployment") {
            let waits = waits_for(self.index, id);
            let api = given(deployment, "ApiId");
            let routes = self.index.of_type("AWS::ApiGatewayV2::Route");
            let of_api = routes.filter(|(_, route)| given(route, "ApiId") == api);
            let missed: Vec<LogicalId> =
                of_api.map(|(route, _)| route).filter(|route| !waits.contains(route)).collect();
            if !missed.is_empty() {
                let message =
                    format!("`{id}` does not wait for {}, so it may be made without", listed(&missed));
                let hint = "add the routes to DependsOn, or let the stage deploy them: AutoDeploy: true";
                let finding = Finding::of_resource(id, "DependsOn", message).hint(hint);
                self.findings.push(finding);
            }
        }
    }

    fn stages(&mut self) {
        for (id, stage) in self.index.of_type("AWS::ApiGatewayV2::Stage") {
            let automatic =
                given(stage, "AutoDeploy").is_some_and(|it| is_true(Some(it)) || it.is_intrinsic());
            if automatic || given(stage, "DeploymentId").is_some() {
                continue;
            }
            // A deployment may name its stage instead.
            let mut deployments = self.index.of_type("AWS::ApiGatewayV2::Deployment");
            if !deployments.any(|(_, deployment)| given(deployment, "StageName").is_some()) {
                let message = format!("nothing is ever deployed to the stage `{id}`");
                self.report(id, "AutoDeploy", message, "set AutoDeploy: true, or a DeploymentId");
            }
        }
        let key = |stage| Some(vec![given(stage, "ApiId")?, given(stage, "StageName")?]);
        let mut twice = Vec::new();
        duplicates(self.index.of_type("AWS::ApiGatewayV2::Stage"), key, |id, _, first| {
            twice.push((id, first))
        });
        for (id, first) in twice {
            let message = format!("`{id}` and `{first}` are stages of one API with the same name");
            self.report(id, "StageName", message, "");
        }
    }
}
