//! Parts of a request that definitions name: a header, a parameter, a variable.
//! Looks nothing up.

use serde_json::Value;

/// What is looked at in a request, as templates name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `method.request.header.…` of REST APIs, `$request.header.…` of HTTP APIs.
    Header(String),
    /// `method.request.querystring.…`, `$request.querystring.…`
    Query(String),
    /// `method.request.path.…`
    Path(String),
    /// `stageVariables.…`, `$stageVariables.…`
    StageVariable(String),
    /// `context.…`, `$context.…`
    Context(String),
}

impl Source {
    /// What a template's text stands for; none if it is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Source> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let text = text.strip_prefix("method.").unwrap_or(text);
        let named = [
            ("request.header.", Source::Header as fn(String) -> Source),
            ("request.multivalueheader.", Source::Header),
            ("request.querystring.", Source::Query),
            ("request.multivaluequerystring.", Source::Query),
            ("request.path.", Source::Path),
            ("stageVariables.", Source::StageVariable),
            ("context.", Source::Context),
        ];
        named
            .iter()
            .find_map(|(prefix, source)| text.strip_prefix(prefix).map(|name| source(name.to_owned())))
    }
}

/// What stands at a path of names in an object, as text; none if it is null or not there.
pub(crate) fn at(object: &Value, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(object, |value, key| value.get(key))?;
    value.as_str().map(str::to_owned).or_else(|| (!value.is_null()).then(|| value.to_string()))
}
