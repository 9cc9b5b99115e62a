//! What a selection came to: the data of an answer, with the names of types and fields still known.
//! Keeps the order of the selection, as answers have to.

use apollo_compiler::Name;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A value of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Leaf(Value),
    List(Vec<Node>),
    Object(ObjectNode),
}

/// An object of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ObjectNode {
    pub(crate) type_name: Name,
    pub(crate) fields: Vec<FieldNode>,
}

/// A field of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldNode {
    /// Its name in the answer.
    pub(crate) key: Name,
    /// Its name in the schema.
    pub(crate) name: Name,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) const NULL: Node = Node::Leaf(Value::Null);

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Node::Leaf(Value::Null))
    }

    /// What subscribers are told: fields under their names in the schema, whatever the mutation called them.
    pub(crate) fn published(&self) -> Value {
        match self {
            Node::Leaf(value) => value.clone(),
            Node::List(items) => items.iter().map(Node::published).collect(),
            Node::Object(object) => {
                let named =
                    object.fields.iter().map(|field| (field.name.to_string(), field.value.published()));
                let type_name = [("__typename".to_owned(), Value::from(object.type_name.as_str()))];
                Value::Object(named.chain(type_name).collect::<Map<_, _>>())
            }
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Leaf(value) => value.serialize(serializer),
            Node::List(items) => serializer.collect_seq(items),
            Node::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for ObjectNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for field in &self.fields {
            map.serialize_entry(field.key.as_str(), &field.value)?;
        }
        map.end()
    }
}
