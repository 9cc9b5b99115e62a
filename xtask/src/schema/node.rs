//! A place in a constraint schema, looked at through its references and `all_of`s.
//!
//! It reads; what is made of it is the business of `join`.

use super::facts::Range;
use serde_json::Value;

/// One place in the schema of a resource type: every object that speaks about it, the nearest first.
pub(super) struct Node<'a> {
    definitions: &'a Value,
    parts: Vec<&'a Value>,
    /// The name under which the schema defines it.
    pub(super) name: Option<&'a str>,
}

impl<'a> Node<'a> {
    /// The resource type itself.
    pub(super) fn root(schema: &'a Value) -> Self {
        Self::new(&schema["definitions"], schema)
    }

    fn new(definitions: &'a Value, schema: &'a Value) -> Self {
        let mut node = Self { definitions, parts: Vec::new(), name: None };
        node.add(schema);
        node
    }

    fn add(&mut self, schema: &'a Value) {
        if self.parts.iter().any(|part| std::ptr::eq(*part, schema)) {
            return;
        }
        self.parts.push(schema);
        if let Some(name) = schema["ref_name"].as_str() {
            self.name = self.name.or(Some(name));
            self.add(&self.definitions[name]);
        }
        for part in schema["all_of"].as_array().into_iter().flatten() {
            self.add(part);
        }
    }

    /// This place.
    pub(super) fn at_self(&self) -> Self {
        Self { definitions: self.definitions, parts: self.parts.clone(), name: self.name }
    }

    /// Another place of the same schema.
    pub(super) fn at(&self, schema: &'a Value) -> Self {
        Self::new(self.definitions, schema)
    }

    /// The definition of that name, if there is one.
    pub(super) fn definition(&self, name: &str) -> Option<Self> {
        self.definitions.get(name).map(|schema| Self { name: None, ..self.at(schema) })
    }

    /// What is said under this keyword, nearest first.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword)).collect::<Vec<_>>().into_iter()
    }

    /// What is said under this keyword by the nearest part that speaks of it.
    pub(super) fn first(&self, keyword: &str) -> Option<&'a Value> {
        self.all(keyword).next()
    }

    /// The members of the lists under this keyword.
    pub(super) fn members(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.all(keyword).flat_map(|list| list.as_array().into_iter().flatten())
    }

    /// The names under this keyword.
    pub(super) fn names(&self, keyword: &str) -> Vec<String> {
        self.members(keyword).filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The entries of the objects under this keyword.
    pub(super) fn entries(&self, keyword: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.all(keyword)
            .flat_map(|object| object.as_object().into_iter().flatten())
            .map(|(key, value)| (key.as_str(), value))
    }

    /// The kind of value, if there is one only.
    pub(super) fn kind(&self) -> Option<&'a str> {
        match self.first("type")? {
            Value::Array(kinds) if kinds.len() == 1 => kinds[0].as_str(),
            kind => kind.as_str(),
        }
    }

    /// The kinds of value, if there are several.
    pub(super) fn kinds(&self) -> Vec<&'a str> {
        let kinds = self.first("type").and_then(Value::as_array);
        kinds.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Whether its values are objects of known keys.
    pub(super) fn is_object(&self) -> bool {
        self.entries("properties").next().is_some() && self.kind().is_none_or(|kind| kind == "object")
    }

    /// The bounds under these two keywords.
    pub(super) fn range(&self, least: &str, greatest: &str) -> Range {
        let whole = |keyword| {
            let number = self.first(keyword)?;
            number.as_i64().or_else(|| number.as_f64().map(whole_number))
        };
        (whole(least), whole(greatest))
    }

    /// What the elements look like.
    pub(super) fn items(&self) -> Option<Self> {
        self.first("items").map(|items| self.at(items))
    }

    /// What the values of a map look like.
    pub(super) fn values(&self) -> Option<Self> {
        let patterned = self.entries("pattern_properties").next().map(|(_, schema)| schema);
        let other = || self.first("additional_properties").filter(|schema| schema.is_object());
        patterned.or_else(other).map(|schema| self.at(schema))
    }

    /// The alternatives under `one_of` and `any_of`.
    pub(super) fn alternatives(&self) -> impl Iterator<Item = Self> {
        self.members("one_of").chain(self.members("any_of")).map(|schema| self.at(schema))
    }
}

/// The whole number of a bound that is written `35.0`.
#[expect(clippy::cast_possible_truncation, reason = "bounds are whole and far from 2^53")]
fn whole_number(number: f64) -> i64 {
    number as i64
}
