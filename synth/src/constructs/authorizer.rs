//! [`RequestAuthorizer`]: a function that decides who may connect to a WebSocket API.
//!
//! What the function looks at and answers is its own; authorizers of other kinds of API are left to L1.

use stackwright_cfn::apigatewayv2 as l1;
use stackwright_cfn::apigatewayv2::{authorizer as types, route as routes};
use stackwright_core::{ConditionHandle, Construct, Scope, Value};

use super::invocation::{execution_arn, invocation_uri};
use super::{Adjustments, FunctionHandle, WebSocketApiHandle};

/// A function that API Gateway asks before it lets a client connect.
///
/// What it is said to be reading must be there: without it API Gateway answers 401 and does not run the function.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let api = stack.add("Api", WebSocketApi::new("prod"));
///     let tickets = stack.add("Tickets", Function::new("check-ticket"));
///     let gate = stack.add("Gate",
///         RequestAuthorizer::new(api, tickets).reading("route.request.querystring.ticket"));
///     stack.add("Greeter", Function::new("greeter").on(api.route("$connect").authorized_by(gate)));
/// });
/// ```
///
/// Source: [REQUEST authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html).
#[derive(Debug)]
pub struct RequestAuthorizer {
    /// The API whose `$connect` may ask it.
    pub api: WebSocketApiHandle,
    /// Who decides.
    pub function: FunctionHandle,
    /// What the request must hold: `route.request.querystring.<name>`, `route.request.header.<name>`, ….
    pub sources: Vec<String>,
    adjustments: Adjustments<l1::Authorizer>,
}

impl RequestAuthorizer {
    /// The function decides for this API.
    #[must_use]
    pub fn new(api: WebSocketApiHandle, function: FunctionHandle) -> Self {
        Self { api, function, sources: Vec::new(), adjustments: Adjustments::default() }
    }

    /// Only asking the function if the request holds this, and all given before.
    #[must_use]
    pub fn reading(mut self, source: impl Into<String>) -> Self {
        self.sources.push(source.into());
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Authorizer) -> l1::Authorizer + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for RequestAuthorizer {
    type Handle = AuthorizerHandle;

    fn declare(self, scope: &mut Scope<'_>) -> AuthorizerHandle {
        // Names are the API's own, so the id will do.
        let name = scope.id().as_str();
        let mut authorizer = l1::Authorizer::new(self.api.id(), types::AuthorizerType::Request, name)
            .authorizer_uri(invocation_uri(self.function));
        if !self.sources.is_empty() {
            authorizer = authorizer.identity_source(self.sources);
        }
        let authorizer = self.adjustments.apply(authorizer).declare(scope);
        let api = execution_arn(self.api.id().into_expr(), "authorizers/");
        let source = Value::of([api.into(), authorizer.authorizer_id()]);
        scope.part("Permission", self.function.permission("apigateway.amazonaws.com", source));
        AuthorizerHandle(authorizer)
    }
}

/// Refers to an authorizer.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizerHandle(l1::AuthorizerHandle);

impl AuthorizerHandle {
    /// Its id.
    #[must_use]
    pub fn id(self) -> Value<String> {
        self.0.authorizer_id()
    }

    /// Asking it only if the condition holds; if not, everybody may connect.
    #[must_use]
    pub const fn when(self, condition: ConditionHandle) -> Authorization {
        Authorization { authorizer: self, condition: Some(condition) }
    }
}

/// Whom a route asks who may use it, always or under a condition.
#[derive(Clone, Copy, Debug)]
pub struct Authorization {
    authorizer: AuthorizerHandle,
    condition: Option<ConditionHandle>,
}

impl From<AuthorizerHandle> for Authorization {
    fn from(authorizer: AuthorizerHandle) -> Self {
        Self { authorizer, condition: None }
    }
}

impl Authorization {
    /// The route that asks.
    pub(crate) fn protect(self, route: l1::Route) -> l1::Route {
        let Self { authorizer, condition: Some(condition) } = self else {
            let route = route.authorization_type(routes::AuthorizationType::Custom);
            return route.authorizer_id(self.authorizer.id());
        };
        let kind = Value::<routes::AuthorizationType>::when(
            condition,
            routes::AuthorizationType::Custom,
            routes::AuthorizationType::None,
        );
        route.authorization_type(kind).authorizer_id(Value::only_when(condition, authorizer.id()))
    }
}
