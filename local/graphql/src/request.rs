//! A request, from its text to its answer.
//! Knows no HTTP and no sockets: both bring requests here.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::{Name, Node as Parsed};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::{Api, Document};
use crate::document::Rejected;
use crate::fault::Fault;
use crate::input;
use crate::node::Node;

/// What a client sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) query: String,
    #[serde(default)]
    pub(crate) variables: Option<Map<String, Value>>,
    #[serde(default)]
    pub(crate) operation_name: Option<String>,
}

/// What a client gets.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) data: Node,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Fault>,
}

/// A request that can be executed.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Arc<Document>,
    pub(crate) operation: Parsed<Operation>,
    pub(crate) variables: Map<String, Value>,
}

impl Request {
    /// Gets the request ready for an API.
    pub(crate) fn prepare(&self, api: &Api) -> Result<Prepared, Rejected> {
        let document = api.document(&self.query)?;
        let operation = self.operation(&document)?.clone();
        check_depth(&document, &operation, api.definition.depth_limit)?;
        let none = Map::new();
        let given = self.variables.as_ref().unwrap_or(&none);
        let variables = input::variables(&api.schema, &operation, given).map_err(invalid)?;
        let mut faults = Vec::new();
        for field in operation.all_fields(&document) {
            if let Err(message) = input::arguments(&api.schema, field, &variables) {
                let location = crate::fault::Location::of(field.location(), &document.sources);
                faults.push(Fault::of_request(format!("{message} @ '{}'", field.name), location));
            }
        }
        if faults.is_empty() {
            Ok(Prepared { document, operation, variables })
        } else {
            Err(Rejected::Invalid(faults))
        }
    }

    fn operation<'d>(&self, document: &'d Document) -> Result<&'d Parsed<Operation>, Rejected> {
        // Some clients send an empty name for none.
        let name = self.operation_name.as_deref().filter(|name| !name.is_empty());
        document.operations.get(name).map_err(|_| match name {
            Some(name) => invalid(format!("Unknown operation named '{name}'.")),
            None => invalid("Must provide operation name if query contains multiple operations."),
        })
    }
}

fn invalid(message: impl Into<String>) -> Rejected {
    Rejected::Invalid(vec![Fault::of_request(message, None)])
}

/// Refuses a query that nests deeper than the API allows.
fn check_depth(document: &Document, operation: &Operation, limit: usize) -> Result<(), Rejected> {
    let depth = if limit == 0 {
        0
    } else {
        Depths { document, fragments: HashMap::new() }.of(&operation.selection_set)
    };
    if depth <= limit {
        return Ok(());
    }
    let message = format!("the query is {depth} levels deep, and the API allows {limit}");
    Err(Rejected::Invalid(vec![Fault::of_resolver(message, "QueryDepthLimitReached")]))
}

/// How deep selections are; a fragment is looked at once.
struct Depths<'d> {
    document: &'d Document,
    fragments: HashMap<&'d Name, usize>,
}

impl<'d> Depths<'d> {
    fn of(&mut self, set: &'d SelectionSet) -> usize {
        let depths = set.selections.iter().map(|selection| match selection {
            Selection::Field(field) => 1 + self.of(&field.selection_set),
            Selection::InlineFragment(inline) => self.of(&inline.selection_set),
            Selection::FragmentSpread(spread) => self.of_fragment(&spread.fragment_name),
        });
        depths.max().unwrap_or(0)
    }

    fn of_fragment(&mut self, name: &'d Name) -> usize {
        if let Some(known) = self.fragments.get(name) {
            return *known;
        }
        let depth = self.document.fragments.get(name).map_or(0, |fragment| self.of(&fragment.selection_set));
        self.fragments.insert(name, depth);
        depth
    }
}

impl Prepared {
    /// `mutation createEvent`, for people.
    pub(crate) fn title(&self) -> String {
        let fields = self.operation.root_fields(&self.document).map(|field| field.name.as_str());
        format!("{} {}", self.operation.operation_type, fields.collect::<Vec<_>>().join(", "))
    }

    /// The values of `__schema` and `__type`, by their keys in the answer.
    pub(crate) fn introspect(&self, api: &Api) -> Result<Value, Fault> {
        let is_asked = |name: &str| matches!(name, "__schema" | "__type");
        if !self.operation.root_fields(&self.document).any(|field| is_asked(&field.name)) {
            return Ok(Value::Null);
        }
        if !api.has_introspection() {
            return Err(Fault::of_resolver(
                "introspection is disabled for this API",
                "IntrospectionDisabled",
            ));
        }
        crate::introspection::answer(api, self)
    }
}
