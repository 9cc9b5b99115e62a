//! The tree of paths of a REST API: one `AWS::ApiGateway::Resource` a segment, shared by the routes below it.
//!
//! It declares paths only; methods are the API's.

use stackwright_cfn::apigateway as l1;
use stackwright_core::{Problem, Scope, Value};

/// The resources declared so far, by path.
#[derive(Debug)]
pub(crate) struct Paths {
    api: l1::RestApiHandle,
    known: Vec<(String, Value<String>)>,
}

impl Paths {
    pub(crate) const fn of(api: l1::RestApiHandle) -> Self {
        Self { api, known: Vec::new() }
    }

    /// The id of the resource of a path, declared with its parents if it is new. `/` is the root.
    pub(crate) fn resource(&mut self, scope: &mut Scope<'_>, path: &str) -> Value<String> {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return self.api.root_resource_id();
        }
        if let Some((_, id)) = self.known.iter().find(|(known, _)| known == path) {
            return id.clone();
        }
        let (parent, segment) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.resource(scope, parent);
        let resource = l1::Resource::new(parent, segment, self.api.reference());
        let id = scope.part(path.to_owned(), resource).reference();
        self.known.push((path.to_owned(), id.clone()));
        id
    }

    /// The paths declared, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value<String>)> {
        self.known.iter().map(|(path, id)| (path.as_str(), id))
    }
}

/// Reports a path that API Gateway would refuse.
pub(crate) fn check(scope: &mut Scope<'_>, path: &str) {
    let legal = |segment: &str| {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(segment);
        let name = name.strip_suffix('+').unwrap_or(name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:~$".contains(c))
    };
    let well_formed = path == "/" || path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(legal));
    if !well_formed {
        let problem = Problem::new(format!("the path `{path}` is not one that API Gateway takes"));
        scope.report(problem.hint("write `/notes`, `/notes/{id}` or `/files/{path+}`"));
    }
}

/// The path as it stands in the ARN of a method: parameters match anything.
pub(crate) fn as_pattern(path: &str) -> String {
    let segments = path.trim_matches('/').split('/');
    let segments: Vec<&str> =
        segments.map(|segment| if segment.starts_with('{') { "*" } else { segment }).collect();
    segments.join("/")
}
