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
        if let Some((_, id)) = self.known.iter().find(|(known, _)| known == path) {
            return id.clone();
        }
        let id = match path.rsplit_once('/') {
            None => self.api.root_resource_id(),
            Some((parent, segment)) => self.below(scope, parent, segment, path),
        };
        self.known.push((path.to_owned(), id.clone()));
        id
    }

    fn below(&mut self, scope: &mut Scope<'_>, parent: &str, segment: &str, path: &str) -> Value<String> {
        let parent = self.resource(scope, parent);
        let resource = l1::Resource::new(parent, segment, self.api.reference());
        scope.part(format!("Path {}", in_words(path)), resource).reference()
    }

    /// The paths declared, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value<String>)> {
        self.known.iter().map(|(path, id)| (path.as_str(), id))
    }
}

/// The path as words of a name: `/notes/{id}` → `notes by id`, which `/notes/id` is not.
pub(crate) fn in_words(path: &str) -> String {
    let word = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(parameter) => format!("by {}", parameter.trim_end_matches('+')),
        None => segment.to_owned(),
    };
    let words: Vec<String> = path.split('/').filter(|segment| !segment.is_empty()).map(word).collect();
    if words.is_empty() { "root".into() } else { words.join(" ") }
}

/// Reports a path that API Gateway would refuse.
pub(crate) fn check(scope: &mut Scope<'_>, path: &str) {
    let legal = |segment: &str| {
        let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let name = parameter.map_or(segment, |parameter| parameter.strip_suffix('+').unwrap_or(parameter));
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:~$".contains(c))
    };
    let rest_only_last = !path.contains("+}/");
    let well_formed = path == "/" || path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(legal));
    let well_formed = well_formed && rest_only_last;
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
