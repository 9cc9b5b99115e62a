//! One request to an HTTP API and all that is found out about it on its way.
//! Decides nothing but which stage and route it takes.

use std::time::SystemTime;

use serde_json::Value;

use super::definition::{HttpApi, Route, Stage};
use crate::incoming::Incoming;
use crate::path::{self, Parameters};
use crate::payload::Payload;
use crate::source::Source;

/// A request that has a route.
#[derive(Debug)]
pub(super) struct Exchange<'a> {
    pub(super) api: &'a HttpApi,
    pub(super) api_id: &'a str,
    pub(super) stage_name: &'a str,
    pub(super) stage: &'a Stage,
    pub(super) incoming: Incoming,
    pub(super) route: &'a Route,
    pub(super) parameters: Parameters,
    pub(super) domain: String,
    pub(super) request_id: &'a str,
    pub(super) at: SystemTime,
    /// `requestContext.authorizer`
    pub(super) authorizer: Option<Value>,
}

/// The stage that a path begins with, else `$default`, and the path below it.
pub(super) fn stage<'a, 'p>(api: &'a HttpApi, path: &'p str) -> Option<(&'a str, &'a Stage, &'p str)> {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let end = inner.find('/').unwrap_or(inner.len());
    let named = api.stages.get_key_value(&inner[..end]).filter(|(name, _)| *name != "$default");
    let (found, below) = match named {
        Some(named) => (named, &inner[end..]),
        None => (api.stages.get_key_value("$default")?, path),
    };
    Some((found.0, found.1, if below.is_empty() { "/" } else { below }))
}

/// The route of a method and a path: one of the path before a greedy one, one of the method before `ANY`, and `$default`
/// for the rest. Unlike those of REST APIs, a route without a greedy end does not take a path that ends with a slash.
pub(super) fn route<'a>(api: &'a HttpApi, method: &str, path: &str) -> Option<(&'a Route, Parameters)> {
    let is_folder = path.len() > 1 && path.ends_with('/');
    let fits = |route: &&Route, verb: &str| {
        let is_greedy = route.path().ends_with("+}");
        route.parts().is_some_and(|(wanted, _)| wanted == verb) && (is_greedy || !is_folder)
    };
    let best = |verb: &str| {
        let routes = api.routes.iter().filter(|route| fits(route, verb));
        path::best(routes, Route::path, path)
    };
    let found = match (best(method), best("ANY")) {
        (Some(own), Some(any)) => Some(if path::is_better(any.0.path(), own.0.path()) { any } else { own }),
        (own, any) => own.or(any),
    };
    found.or_else(|| Some((api.routes.iter().find(|route| route.parts().is_none())?, Parameters::new())))
}

impl Exchange<'_> {
    /// What IAM and authorisers are asked about: the method, and the path as it was sent.
    pub(super) fn method_arn(&self) -> String {
        let path = self.below_stage().trim_start_matches('/');
        self.arn(&format!("{}/{}/{path}", self.stage_name, self.incoming.method))
    }

    /// What a function's permission is asked for: the route.
    pub(super) fn source_arn(&self) -> String {
        match self.route.parts() {
            Some((_, path)) => self.arn(&format!("{}/{}{path}", self.stage_name, self.incoming.method)),
            None => self.arn(&format!("{}/$default", self.stage_name)),
        }
    }

    pub(super) fn arn(&self, rest: &str) -> String {
        format!("arn:aws:execute-api:{}:{}:{}/{rest}", self.api.region, self.api.account, self.api_id)
    }

    /// The path without its stage.
    fn below_stage(&self) -> &str {
        stage(self.api, &self.incoming.path).map_or("/", |(_, _, below)| below)
    }

    /// The request as payload 2.0.
    pub(super) fn payload(&self) -> Payload<'_> {
        Payload {
            incoming: &self.incoming,
            path: &self.incoming.path,
            route_key: &self.route.key,
            stage: self.stage_name,
            account: &self.api.account,
            api: self.api_id,
            domain: &self.domain,
            request_id: self.request_id,
            at: self.at,
            authorizer: self.authorizer.clone(),
            path_parameters: &self.parameters,
            variables: &self.stage.variables,
        }
    }

    /// What stands at a place of the request; none if nothing does.
    pub(super) fn find(&self, source: &Source) -> Option<String> {
        match source {
            Source::Header(name) => self.incoming.header(&name.to_ascii_lowercase()),
            Source::Query(name) => self.incoming.parameter(name),
            Source::Path(name) => {
                self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
            }
            Source::StageVariable(name) => self.stage.variables.get(name).cloned(),
            Source::Context(path) => crate::source::at(&self.payload().context(), path),
        }
    }
}
