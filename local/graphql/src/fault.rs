//! Errors in answers, in AppSync's shape.
//! Knows no HTTP: what never got to be executed is refused elsewhere.

use std::sync::Arc;

use apollo_compiler::parser::{SourceMap, SourceSpan};
use serde::Serialize;
use serde_json::Value;

/// An error of a request or of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Fault {
    pub(crate) path: Option<Vec<Segment>>,
    #[serde(flatten)]
    pub(crate) raised: Option<Box<Raised>>,
    pub(crate) locations: Option<Vec<Location>>,
    pub(crate) message: String,
}

/// What errors of resolvers have besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Raised {
    pub(crate) data: Value,
    pub(crate) error_type: Option<String>,
    pub(crate) error_info: Value,
}

/// Where in a query something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    line: usize,
    column: usize,
    source_name: Option<String>,
}

/// A step of a path into an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// A place in an answer; cheap to extend, however deep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path(Option<Arc<Step>>);

#[derive(Debug)]
struct Step {
    segment: Segment,
    before: Path,
}

impl Fault {
    /// An error of a request, at some place of its query.
    pub(crate) fn of_request(message: impl Into<String>, location: Option<Location>) -> Fault {
        Fault { path: None, raised: None, locations: location.map(|one| vec![one]), message: message.into() }
    }

    /// An error in what a field came to.
    pub(crate) fn of_value(message: impl Into<String>, path: &Path) -> Fault {
        Fault { path: Some(path.segments()), raised: None, locations: None, message: message.into() }
    }

    /// An error that a resolver raised.
    pub(crate) fn of_resolver(message: impl Into<String>, error_type: &str) -> Fault {
        let raised = Raised { error_type: Some(error_type.to_owned()), ..Raised::default() };
        Fault { path: None, raised: Some(Box::new(raised)), locations: None, message: message.into() }
    }

    /// The refusal of a field.
    pub(crate) fn unauthorized(type_name: &str, field: &str) -> Fault {
        Fault::of_resolver(format!("Not Authorized to access {field} on type {type_name}"), "Unauthorized")
    }

    /// The same, of this field.
    pub(crate) fn at(self, path: &Path, location: Option<Location>) -> Fault {
        Fault { path: Some(path.segments()), locations: location.map(|one| vec![one]), ..self }
    }
}

impl Location {
    pub(crate) fn of(span: Option<SourceSpan>, sources: &SourceMap) -> Option<Location> {
        let at = span?.line_column(sources)?;
        Some(Location { line: at.line, column: at.column, source_name: None })
    }
}

impl Path {
    pub(crate) fn key(&self, key: &str) -> Path {
        self.with(Segment::Key(key.to_owned()))
    }

    pub(crate) fn index(&self, index: usize) -> Path {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> Path {
        Path(Some(Arc::new(Step { segment, before: self.clone() })))
    }

    /// Whether this is a field of the operation itself.
    pub(crate) fn is_top(&self) -> bool {
        self.0.as_ref().is_some_and(|step| step.before.0.is_none())
    }

    pub(crate) fn segments(&self) -> Vec<Segment> {
        let steps = std::iter::successors(self.0.as_deref(), |step| step.before.0.as_deref());
        let mut segments: Vec<Segment> = steps.map(|step| step.segment.clone()).collect();
        segments.reverse();
        segments
    }
}

/// `/posts[0]/title`, as messages have it.
impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.segments().iter().try_for_each(|segment| match segment {
            Segment::Key(key) => write!(f, "/{key}"),
            Segment::Index(index) => write!(f, "[{index}]"),
        })
    }
}
