//! What a WebSocket API is: stages, routes and what runs for them.
//! Holds no connections: those live on when a definition is replaced.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::authorizer::Authorizer;
use crate::selection::RouteSelection;

/// The route of connections that open.
pub(crate) const CONNECT: &str = "$connect";
/// The route of connections that are over.
pub(crate) const DISCONNECT: &str = "$disconnect";
/// The route of messages that no other route takes.
const DEFAULT: &str = "$default";

/// A WebSocket API as its template defines it.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its physical id, such as `a1b2c3d4e5`.
    pub id: String,
    /// Its region, in ARNs and its domain.
    pub region: String,
    /// Its account, in ARNs.
    pub account: String,
    /// Its stages by their names; other stages are refused.
    pub stages: BTreeMap<String, Stage>,
    /// How a message says which route it wants.
    pub selection: RouteSelection,
    /// Its routes by their keys.
    pub routes: BTreeMap<String, Route>,
}

/// A stage of an API.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// `StageVariables`: in the events as `stageVariables`, if there are any.
    pub variables: BTreeMap<String, String>,
}

/// One route.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// What runs; a route without it fails each time, as on AWS.
    pub integration: Option<Integration>,
    /// Whether what the function answers goes back to the client: the route has the `RouteResponseSelectionExpression`
    /// `$default`, and a `RouteResponse` of that key.
    pub is_two_way: bool,
    /// Who decides whether a connection may open; looked at on `$connect` alone.
    pub authorizer: Option<Authorizer>,
    /// Whether a connection needs a signature, `AWS_IAM`; looked at on `$connect` alone. Whoever brings the request has
    /// checked it, and says so with the extension [`Signer`](crate::Signer); without one the answer is 403.
    pub is_signed: bool,
}

/// What runs for a route.
#[derive(Clone, Debug)]
pub enum Integration {
    /// A function: `AWS_PROXY`.
    Function {
        /// Its ARN.
        function: String,
        /// How long it may take, if that is less than [`Limits::integration`](crate::Limits::integration).
        timeout: Option<Duration>,
    },
    /// Always the same answer: `MOCK`.
    Mock {
        /// Its status code; on `$connect` it decides.
        status: u16,
        /// What goes back on two-way routes.
        body: Option<String>,
    },
}

impl Api {
    /// `a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com`.
    pub(crate) fn domain(&self) -> String {
        format!("{}.execute-api.{}.amazonaws.com", self.id, self.region)
    }

    /// The ARN by which permissions name a part of the API: `prod/$connect`, `authorizers/ab12cd`.
    pub(crate) fn arn(&self, part: &str) -> String {
        format!("arn:aws:execute-api:{}:{}:{}/{part}", self.region, self.account, self.id)
    }

    /// The route of a message. The keys of connections are not for messages to choose.
    pub(crate) fn route_of(&self, message: &str) -> Option<(&str, &Route)> {
        let key = self.selection.key(message).filter(|key| key != CONNECT && key != DISCONNECT);
        let wanted = key.and_then(|key| self.routes.get_key_value(&key));
        wanted.or_else(|| self.routes.get_key_value(DEFAULT)).map(|(key, route)| (key.as_str(), route))
    }
}
