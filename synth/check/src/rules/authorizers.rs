//! Authorizers of HTTP and WebSocket APIs, and the routes that ask them.
//!
//! Source: [REQUEST authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html)
//! and [CreateAuthorizer](https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html).
//! Whether API Gateway may run the function is the concern of `invocation`.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{apigatewayv2::protocol, given, referred, text};
use crate::finding::Finding;
use crate::index::Index;

/// What a WebSocket API can read of a request.
const SOURCES: [&str; 4] =
    ["route.request.header.", "route.request.querystring.", "context.", "stageVariables."];

/// Every authorizer, and the authorization of every route.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, authorizer) in index.of_type("AWS::ApiGatewayV2::Authorizer") {
        Checked { id, findings }.authorizer(authorizer, protocol(index, authorizer));
    }
    for (id, route) in index.of_type("AWS::ApiGatewayV2::Route") {
        let mut checked = Checked { id, findings };
        if protocol(index, route) == Some("WEBSOCKET") {
            checked.only_connect(route);
        }
        checked.asks(route);
        checked.asks_its_own(index, route);
    }
}

struct Checked<'f> {
    id: LogicalId,
    findings: &'f mut Vec<Finding>,
}

impl Checked<'_> {
    fn report(&mut self, place: &str, message: String, hint: &str) {
        let finding = Finding::of_resource(self.id, format!("Properties.{place}"), message);
        self.findings.push(finding.maybe_hint(Some(hint.to_owned()).filter(|hint| !hint.is_empty())));
    }

    fn authorizer(&mut self, authorizer: &Resource, protocol: Option<&str>) {
        let kind = text(authorizer, "AuthorizerType");
        if (kind, protocol) == (Some("JWT"), Some("WEBSOCKET")) {
            let message = format!("`{}` is JWT, which only HTTP APIs know", self.id);
            self.report("AuthorizerType", message, "use REQUEST and a function that looks at the token");
        }
        if (kind, protocol) == (Some("REQUEST"), Some("WEBSOCKET")) {
            self.identity_sources(authorizer);
        }
        let needed: &[&str] = match (kind, protocol) {
            (Some("JWT"), _) => &["IdentitySource", "JwtConfiguration"],
            (Some("REQUEST"), Some("HTTP")) => &["AuthorizerUri", "AuthorizerPayloadFormatVersion"],
            (Some("REQUEST"), _) => &["AuthorizerUri"],
            _ => &[],
        };
        for name in needed.iter().filter(|name| given(authorizer, name).is_none()) {
            let kind = kind.unwrap_or_default();
            self.report(
                name,
                format!("`{}` is an authorizer of type {kind} and needs `{name}`", self.id),
                "",
            );
        }
    }

    /// What a request must bring, each as a WebSocket API names it.
    fn identity_sources(&mut self, authorizer: &Resource) {
        let sources = given(authorizer, "IdentitySource").and_then(Expr::as_list).unwrap_or_default();
        let wrong = sources.iter().filter_map(Expr::as_text).filter(|source| !is_identity_source(source));
        for source in wrong {
            let message = format!("{source:?} is nothing that a WebSocket API can read of a request");
            let hint = "write route.request.header.NAME, route.request.querystring.NAME, context.NAME or stageVariables.NAME";
            self.report("IdentitySource", message, hint);
        }
    }

    /// API Gateway asks once, when a client connects.
    fn only_connect(&mut self, route: &Resource) {
        let Some(key) = text(route, "RouteKey").filter(|key| *key != "$connect") else { return };
        let kind = text(route, "AuthorizationType").filter(|kind| *kind != "NONE");
        if kind.is_some() || given(route, "AuthorizerId").is_some() {
            let message = format!("the route `{key}` asks for authorization; only `$connect` can");
            self.report(
                "AuthorizationType",
                message,
                "authorize `$connect`: who is connected was let in there",
            );
        }
    }

    fn asks(&mut self, route: &Resource) {
        let kind = given(route, "AuthorizationType");
        let authorizer = given(route, "AuthorizerId");
        match (kind.and_then(Expr::as_text), authorizer) {
            (Some(kind @ ("CUSTOM" | "JWT")), None) => {
                let message = format!("the route `{}` is {kind} and needs `AuthorizerId`", self.id);
                self.report("AuthorizerId", message, "");
            }
            (Some("NONE"), Some(_)) => self.never_asked("NONE"),
            (None, Some(_)) if kind.is_none() => self.never_asked("NONE by default"),
            _ => {}
        }
    }

    fn asks_its_own(&mut self, index: &Index<'_>, route: &Resource) {
        let (Some(authorizer), Some(own)) = (given(route, "AuthorizerId"), given(route, "ApiId")) else {
            return;
        };
        for (other, properties) in referred(index, authorizer) {
            let its = given(properties, "ApiId").and_then(|api| index.referred(api));
            if properties.kind == "AWS::ApiGatewayV2::Authorizer"
                && let (Some((own, _)), Some((its, _))) = (index.referred(own), its)
                && own != its
            {
                let message = format!("the route `{}` asks `{other}`, which belongs to another API", self.id);
                self.report("AuthorizerId", message, "");
            }
        }
    }

    fn never_asked(&mut self, kind: &str) {
        let message =
            format!("the route `{}` names an authorizer, but never asks it: its type is {kind}", self.id);
        self.report("AuthorizationType", message, "set AuthorizationType: CUSTOM, or JWT");
    }
}

fn is_identity_source(text: &str) -> bool {
    let name = SOURCES.iter().find_map(|start| text.strip_prefix(start));
    name.is_some_and(|name| !name.is_empty()) || text.contains("{{resolve:")
}
