//! Joins the constraints of a resource type to its facts, place by place.
//!
//! Where the two disagree about a shape, the specification stands; what only the constraints know is added.

use super::facts::{Form, ObjectFacts, PropertyFacts, Replacement, ResourceFacts};
use super::node::Node;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The facts of a type with what its constraint schema and its list of attributes add.
pub(super) fn join(facts: ResourceFacts, schema: &Value, attributes: &Value) -> ResourceFacts {
    let root = Node::root(schema);
    let mut join = Join { facts, joined: BTreeSet::new() };
    let body = std::mem::take(&mut join.facts.body);
    join.facts.body = join.object(body, &root, &short_name(schema));
    join.mark_top_level(&root);
    join.add_attributes(&root, attributes);
    if join.facts.identifier.is_empty() {
        join.facts.identifier = root.names("primary_identifier");
    }
    join.facts
}

fn short_name(schema: &Value) -> String {
    let name = schema["type_name"].as_str().unwrap_or_default();
    name.rsplit("::").next().unwrap_or_default().to_owned()
}

struct Join {
    facts: ResourceFacts,
    /// Definitions that have their constraints; the first place that leads to one gives them.
    joined: BTreeSet<String>,
}

impl Join {
    fn object(&mut self, mut object: ObjectFacts, node: &Node<'_>, name: &str) -> ObjectFacts {
        object.open |= node.first("additional_properties") != Some(&Value::Bool(false));
        object.combinations.extend(combinations(node));
        for (key, schema) in places(node) {
            let known = object.properties.remove(key);
            let property = self.property(known, &node.at(schema), name, key);
            object.properties.insert(key.to_owned(), property);
        }
        for key in node.names("required") {
            if let Some(property) = object.properties.get_mut(&key) {
                property.required = true;
            }
        }
        object
    }

    fn property(
        &mut self,
        known: Option<PropertyFacts>,
        node: &Node<'_>,
        owner: &str,
        key: &str,
    ) -> PropertyFacts {
        let hint = format!("{owner}{key}");
        match known {
            Some(facts) => PropertyFacts { form: self.constrain(facts.form, node, &hint), ..facts },
            None => PropertyFacts::of(self.derive(node, &hint)),
        }
    }

    /// A form known from the specification, narrowed by the schema.
    fn constrain(&mut self, form: Form, node: &Node<'_>, hint: &str) -> Form {
        match form {
            Form::Text { allowed, .. } => text(node, allowed),
            Form::Integer { allowed, .. } => integer(node, allowed),
            Form::Number { .. } => number(node),
            Form::List { items, .. } => self.list(Some(*items), node, hint),
            Form::Map { values, .. } => self.map(Some(*values), node, hint),
            Form::Object(name) => self.define(name, node),
            Form::OneOf(forms) => Form::one_of(
                forms.into_iter().map(|form| self.constrain_alternative(form, node, hint)).collect(),
            ),
            Form::Json if node.is_object() || node.kind() == Some("array") => self.derive(node, hint),
            other => other,
        }
    }

    /// One alternative, narrowed by the part of the schema that speaks of the same kind of value.
    fn constrain_alternative(&mut self, form: Form, node: &Node<'_>, hint: &str) -> Form {
        let named = match &form {
            Form::Object(name) => node.definition(name),
            _ => None,
        };
        let part = named.or_else(|| node.alternatives().find(|part| part.kind() == kind_of(&form)));
        match part {
            Some(part) => self.constrain(form, &part, hint),
            None => form,
        }
    }

    /// A form that only the schema knows.
    fn derive(&mut self, node: &Node<'_>, hint: &str) -> Form {
        if node.first("format").is_some_and(|format| format == "json") {
            return Form::Json;
        }
        match node.kind() {
            Some("string") => text(node, Vec::new()),
            Some("integer") => integer(node, Vec::new()),
            Some("number") => number(node),
            Some("boolean") => Form::Boolean,
            Some("array") => self.list(None, node, hint),
            Some("object") => self.derive_object(node, hint),
            _ if node.is_object() => self.derive_object(node, hint),
            _ => self.derive_alternatives(node, hint),
        }
    }

    fn derive_object(&mut self, node: &Node<'_>, hint: &str) -> Form {
        if node.is_object() {
            let name = node.name.map_or_else(|| hint.to_owned(), plain_name);
            self.define(name, node)
        } else if node.values().is_some() {
            self.map(None, node, hint)
        } else {
            Form::Json
        }
    }

    fn derive_alternatives(&mut self, node: &Node<'_>, hint: &str) -> Form {
        let kinds = node.kinds();
        if kinds.is_empty() {
            let typed = node.alternatives().filter(|part| part.kind().is_some() || part.is_object());
            return Form::one_of(typed.map(|part| self.derive(&part, hint)).collect());
        }
        Form::one_of(kinds.into_iter().map(|kind| scalar(kind, node)).collect())
    }

    fn list(&mut self, items: Option<Form>, node: &Node<'_>, hint: &str) -> Form {
        let items = match (items, node.items()) {
            (Some(form), Some(node)) => self.constrain(form, &node, hint),
            (Some(form), None) => form,
            (None, Some(node)) => self.derive(&node, hint),
            (None, None) => Form::Json,
        };
        let unique = node.first("unique_items") == Some(&Value::Bool(true));
        Form::List { items: Box::new(items), range: node.range("min_items", "max_items"), unique }
    }

    fn map(&mut self, values: Option<Form>, node: &Node<'_>, hint: &str) -> Form {
        let values = match (values, node.values()) {
            (Some(form), Some(node)) => self.constrain(form, &node, hint),
            (Some(form), None) => form,
            (None, Some(node)) => self.derive(&node, hint),
            (None, None) => Form::Json,
        };
        Form::Map { values: Box::new(values), range: node.range("min_properties", "max_properties") }
    }

    /// Gives the definition its constraints, if this is the first place that leads to it.
    fn define(&mut self, name: String, node: &Node<'_>) -> Form {
        if self.joined.insert(name.clone()) {
            let known = self.facts.definitions.remove(&name).unwrap_or_default();
            let object = self.object(known, node, &name);
            self.facts.definitions.insert(name.clone(), object);
        }
        Form::Object(name)
    }

    /// What the schema lists by path, as far as the paths name properties of the type itself.
    fn mark_top_level(&mut self, root: &Node<'_>) {
        let properties = &mut self.facts.body.properties;
        let replaces = [
            ("conditional_create_only_properties", Replacement::Sometimes),
            ("create_only_properties", Replacement::Always),
        ];
        for (keyword, replacement) in replaces {
            for name in root.names(keyword) {
                if let Some(property) = properties.get_mut(&name) {
                    property.replacement = property.replacement.max(replacement);
                }
            }
        }
        for name in root.names("read_only_properties") {
            if let Some(property) = properties.get_mut(&name) {
                property.read_only = !property.required;
            }
        }
    }

    /// Attributes that the specification has not; their type is that of the property of the same name.
    fn add_attributes(&mut self, root: &Node<'_>, names: &Value) {
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        for name in names
            .filter(|name| !name.contains('*') && !self.facts.attributes.contains_key(*name))
            .collect::<Vec<_>>()
        {
            let mut place = Some(root.at_self());
            for part in name.split('.') {
                place = place.and_then(|node| {
                    let schema = node.entries("properties").find(|(key, _)| *key == part)?.1;
                    Some(node.at(schema))
                });
            }
            let form = place.map_or_else(Form::text, |node| plain_form(&node));
            self.facts.attributes.insert(name.to_owned(), form);
        }
    }
}

/// The keys of an object: its own, and those that only one of its alternatives speaks of. What several alternatives
/// say about a key holds for some of its values only.
fn places<'a>(node: &Node<'a>) -> Vec<(&'a str, &'a Value)> {
    let mut own: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let mut optional: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    node.entries("properties").for_each(|(key, schema)| own.entry(key).or_default().push(schema));
    for part in node.alternatives() {
        part.entries("properties").for_each(|(key, schema)| optional.entry(key).or_default().push(schema));
    }
    optional.retain(|key, schemas| schemas.len() == 1 && !own.contains_key(key));
    own.into_iter().chain(optional).filter_map(|(key, schemas)| Some((key, *schemas.first()?))).collect()
}

/// The form of an attribute, without constraints.
fn plain_form(node: &Node<'_>) -> Form {
    match node.kind() {
        Some("integer") => Form::integer(),
        Some("number") => Form::Number { min: None, max: None },
        Some("boolean") => Form::Boolean,
        Some("array") => Form::list(node.items().map_or(Form::Json, |items| plain_form(&items))),
        Some("object") => Form::Json,
        _ => Form::text(),
    }
}

fn kind_of(form: &Form) -> Option<&'static str> {
    match form {
        Form::Text { .. } => Some("string"),
        Form::Integer { .. } => Some("integer"),
        Form::Number { .. } => Some("number"),
        Form::Boolean => Some("boolean"),
        Form::List { .. } => Some("array"),
        _ => None,
    }
}

fn scalar(kind: &str, node: &Node<'_>) -> Form {
    match kind {
        "string" => Form::text(),
        "integer" => integer(node, Vec::new()),
        "number" => number(node),
        "boolean" => Form::Boolean,
        _ => Form::Json,
    }
}

fn text(node: &Node<'_>, known: Vec<String>) -> Form {
    if node.kind().is_some_and(|kind| kind != "string") {
        return Form::Text { range: (None, None), pattern: None, allowed: known, any_case: false };
    }
    let any_case = node.first("enum_case_insensitive").is_some();
    let mut allowed = allowed(node, any_case);
    if allowed.is_empty() {
        allowed = if any_case { node.names("enum_case_insensitive") } else { known };
    }
    let pattern = node.first("pattern").and_then(Value::as_str).map(printable);
    Form::Text { range: node.range("min_length", "max_length"), pattern, allowed, any_case }
}

/// The pattern with its control characters escaped: a line break would be a line of its own in the data files.
fn printable(pattern: &str) -> String {
    let escaped = |letter: char| match letter {
        letter if letter.is_control() => format!("\\x{:02x}", u32::from(letter)),
        letter => letter.to_string(),
    };
    pattern.chars().map(escaped).collect()
}

fn allowed(node: &Node<'_>, any_case: bool) -> Vec<String> {
    let mut values = node.names("enum");
    values.extend(node.all("const").filter_map(Value::as_str).map(str::to_owned));
    if values.is_empty() {
        let parts: Vec<_> = node.alternatives().map(|part| part.names("enum")).collect();
        if any_case || parts.iter().all(|part| !part.is_empty()) {
            values = parts.concat();
        }
    }
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.clone()));
    values
}

fn integer(node: &Node<'_>, known: Vec<i64>) -> Form {
    let allowed: Vec<i64> = node.members("enum").filter_map(Value::as_i64).collect();
    let range = node.range("minimum", "maximum");
    Form::Integer { range, allowed: if allowed.is_empty() { known } else { allowed } }
}

fn number(node: &Node<'_>) -> Form {
    let bound = |keyword| node.first(keyword).and_then(Value::as_f64);
    Form::Number { min: bound("minimum"), max: bound("maximum") }
}

/// The last part of `AWS::ApiGateway::Stage.CanarySetting`.
fn plain_name(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    last.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Which properties must or must not stand together, as the lines of the data files.
fn combinations(node: &Node<'_>) -> Vec<String> {
    let alone = |keyword| node.names(keyword);
    let mut lines = Vec::new();
    for (keyword, names) in [("any-of", alone("required_or")), ("one-of", alone("required_xor"))] {
        if !names.is_empty() {
            lines.push(format!("{keyword} {}", names.join("|")));
        }
    }
    for (keyword, word) in [("dependent_required", "requires"), ("dependent_excluded", "excludes")] {
        for (property, others) in node.entries(keyword) {
            let others: Vec<_> = others.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            lines.push(format!("{word} {property} {}", others.join(" ")));
        }
    }
    lines.extend(node.all("any_of").filter_map(groups).map(|(groups, _)| format!("any-of {groups}")));
    lines.extend(node.all("one_of").filter_map(groups).map(|(groups, pure)| {
        // Alternatives that say more than what is required may share it: then all that is sure is that one holds.
        format!("{} {groups}", if pure { "one-of" } else { "any-of" })
    }));
    lines
}

/// The groups of required properties, if every alternative names some; and whether that is all they say.
fn groups(list: &Value) -> Option<(String, bool)> {
    let alternatives = list.as_array().filter(|list| !list.is_empty())?;
    let mut groups = Vec::new();
    for alternative in alternatives {
        let names: Vec<_> = alternative["required"].as_array()?.iter().filter_map(Value::as_str).collect();
        if names.is_empty() {
            return None;
        }
        groups.push(names.join(" "));
    }
    let says_more = |alternative: &Value| {
        alternative.as_object().is_some_and(|keys| keys.keys().any(|key| key != "required" && key != "type"))
    };
    Some((groups.join("|"), !alternatives.iter().any(says_more)))
}
