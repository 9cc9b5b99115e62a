//! [`Plan`]: what is there in the end, and what is said of each resource on the way.
//! Plain data: nothing here is evaluated.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use stackwright_template::LogicalId;

/// A resource with every reference answered, about to be created.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its name in the template.
    pub id: LogicalId,
    /// Its type, such as `AWS::SQS::Queue`.
    pub kind: String,
    /// Its properties. Values that came from parameters are texts, also where the type wants a number.
    pub properties: Map<String, Value>,
}

/// What the creator of a resource says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Created {
    /// What `Ref` gives: in most cases the physical name.
    pub reference: String,
    /// What `Fn::GetAtt` gives, by attribute; the names of nested ones have dots (`Endpoint.Address`).
    pub attributes: Map<String, Value>,
}

impl Created {
    /// With this `Ref`, and no attributes so far.
    #[must_use]
    pub fn named(reference: impl Into<String>) -> Self {
        Self { reference: reference.into(), attributes: Map::new() }
    }

    /// With this attribute too.
    #[must_use]
    pub fn with(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        self.attributes.insert(attribute.into(), value.into());
        self
    }
}

/// A resource of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What was to be created.
    pub resource: Resource,
    /// What its creator said.
    pub created: Created,
}

/// An output of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub id: LogicalId,
    /// What it says.
    pub value: String,
    /// What it is, for a person.
    pub description: Option<String>,
    /// The name under which other stacks import it.
    pub export: Option<String>,
}

/// A template, evaluated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Which conditions hold.
    pub conditions: BTreeMap<LogicalId, bool>,
    /// The resources that exist, in the order of their creation.
    pub resources: Vec<Planned>,
    /// The outputs that exist, in the template's order.
    pub outputs: Vec<Output>,
}

impl Plan {
    /// The resource of that name.
    #[must_use]
    pub fn resource(&self, id: &str) -> Option<&Planned> {
        self.resources.iter().find(|planned| planned.resource.id.as_str() == id)
    }

    /// What the stack exports: names and values, for the [`exports`](crate::Surroundings::exports) of the next.
    pub fn exports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.outputs.iter().filter_map(|output| Some((output.export.as_deref()?, output.value.as_str())))
    }
}
