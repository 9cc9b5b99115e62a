//! Models: JSON Schema, draft 4, as request validators use it.
//! Knows no formats, and no references but to definitions of the same schema and to other models of the API.
//!
//! Source: [data models](https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html).

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use regex_lite::Regex;
use serde_json::{Map, Value};

/// How deep references may lead into each other: a schema that refers to itself for the same value has no end.
const DEPTH: usize = 200;
/// How often a schema is held against a value or a part of it, at most.
const STEPS: usize = 1_000_000;

/// A model, and the others that it may refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    root: Value,
    models: BTreeMap<String, Value>,
}

/// The schema that references are of, how deep they have led, and how many steps are left.
#[derive(Clone, Copy)]
struct At<'a> {
    root: &'a Value,
    depth: usize,
    steps: &'a Cell<usize>,
}

impl Schema {
    /// A model's schema. `models` are those of the API, by name.
    #[must_use]
    pub fn new(root: Value, models: BTreeMap<String, Value>) -> Schema {
        Schema { root, models }
    }

    /// What is wrong with a value; none if nothing is.
    pub(super) fn fault(&self, value: &Value) -> Option<String> {
        let steps = Cell::new(STEPS);
        self.check(At { root: &self.root, depth: 0, steps: &steps }, &self.root, value).err()
    }

    fn check(&self, at: At<'_>, schema: &Value, value: &Value) -> Result<(), String> {
        // What is no object says nothing.
        let Some(rules) = schema.as_object() else { return Ok(()) };
        let left = at.steps.get().checked_sub(1).ok_or("the schema leads nowhere")?;
        at.steps.set(left);
        if let Some(reference) = rules.get("$ref").and_then(Value::as_str) {
            return self.follow(at, reference, value);
        }
        of_any(rules, value)?;
        match value {
            Value::String(text) => of_text(rules, text)?,
            Value::Number(number) => of_number(rules, number.as_f64().unwrap_or_default())?,
            Value::Array(items) => self.of_list(at, rules, items)?,
            Value::Object(fields) => self.of_object(at, rules, fields)?,
            _ => {}
        }
        self.combined(at, rules, value)
    }

    fn follow(&self, at: At<'_>, reference: &str, value: &Value) -> Result<(), String> {
        if at.depth >= DEPTH {
            return Err(format!("`{reference}` refers to itself"));
        }
        let depth = at.depth + 1;
        if let Some(pointer) = reference.strip_prefix('#') {
            let found = at.root.pointer(pointer).ok_or_else(|| format!("there is no `{reference}`"))?;
            return self.check(At { depth, ..at }, found, value);
        }
        let name = reference.rsplit('/').next().unwrap_or_default();
        let model = self.models.get(name).ok_or_else(|| format!("there is no model `{name}`"))?;
        self.check(At { root: model, depth, ..at }, model, value)
    }

    fn combined(&self, at: At<'_>, rules: &Map<String, Value>, value: &Value) -> Result<(), String> {
        let holding = |name: &str| {
            let all = rules.get(name).and_then(Value::as_array)?;
            let holding = all.iter().filter(|schema| self.check(at, schema, value).is_ok()).count();
            Some((holding, all.len()))
        };
        for (name, is_right) in [
            ("allOf", (|holding, all| holding == all) as fn(usize, usize) -> bool),
            ("anyOf", |holding, _| holding > 0),
            ("oneOf", |holding, _| holding == 1),
        ] {
            if let Some((holding, all)) = holding(name)
                && !is_right(holding, all)
            {
                return Err(format!("instance matches {holding} of {all} schemas of {name}"));
            }
        }
        match rules.get("not") {
            Some(schema) if self.check(at, schema, value).is_ok() => {
                Err("instance matched a schema which it should not have".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn of_list(&self, at: At<'_>, rules: &Map<String, Value>, items: &[Value]) -> Result<(), String> {
        between(rules, "minItems", "maxItems", items.len(), "array")?;
        let mut different = HashSet::new();
        let must_differ = rules.get("uniqueItems") == Some(&Value::Bool(true));
        if must_differ && !items.iter().all(|item| different.insert(item.to_string())) {
            return Err("array must not contain duplicate elements".to_owned());
        }
        match rules.get("items") {
            Some(Value::Array(schemas)) => {
                schemas.iter().zip(items).try_for_each(|(schema, item)| self.check(at, schema, item))
            }
            Some(schema) => items.iter().try_for_each(|item| self.check(at, schema, item)),
            None => Ok(()),
        }
    }

    fn of_object(
        &self,
        at: At<'_>,
        rules: &Map<String, Value>,
        fields: &Map<String, Value>,
    ) -> Result<(), String> {
        between(rules, "minProperties", "maxProperties", fields.len(), "object")?;
        let required = rules.get("required").and_then(Value::as_array).into_iter().flatten();
        let missing: Vec<&str> =
            required.filter_map(Value::as_str).filter(|name| !fields.contains_key(*name)).collect();
        if !missing.is_empty() {
            return Err(format!("object has missing required properties ({missing:?})"));
        }
        fields.iter().try_for_each(|(name, value)| self.of_field(at, rules, name, value))
    }

    fn of_field(
        &self,
        at: At<'_>,
        rules: &Map<String, Value>,
        name: &str,
        value: &Value,
    ) -> Result<(), String> {
        let own = rules.get("properties").and_then(|properties| properties.get(name));
        let patterns = rules.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        let by_pattern = patterns.filter(|(pattern, _)| matches(pattern, name)).map(|(_, schema)| schema);
        let applying: Vec<&Value> = own.into_iter().chain(by_pattern).collect();
        match rules.get("additionalProperties") {
            Some(Value::Bool(false)) if applying.is_empty() => Err(format!(
                "object instance has properties which are not allowed by the schema: [\"{name}\"]"
            )),
            Some(schema) if applying.is_empty() => self.check(at, schema, value),
            _ => applying.iter().try_for_each(|schema| self.check(at, schema, value)),
        }
    }
}

fn of_any(rules: &Map<String, Value>, value: &Value) -> Result<(), String> {
    let allowed: Vec<&str> = match rules.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !allowed.is_empty() && !allowed.iter().any(|name| is_of(value, name)) {
        let found = ["null", "boolean", "integer", "number", "string", "array", "object"];
        let found = found.iter().find(|name| is_of(value, name)).unwrap_or(&"nothing");
        return Err(format!(
            "instance type ({found}) does not match any allowed primitive type (allowed: {allowed:?})"
        ));
    }
    match rules.get("enum") {
        Some(Value::Array(values)) if !values.contains(value) => Err(format!(
            "instance value ({value}) not found in enum (possible values: {})",
            Value::from(values.clone())
        )),
        _ => Ok(()),
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
        Value::Number(number) => {
            let is_whole = number.as_f64().is_some_and(|number| number.fract() == 0.0);
            name == "number" || (name == "integer" && is_whole)
        }
    }
}

fn of_text(rules: &Map<String, Value>, text: &str) -> Result<(), String> {
    between(rules, "minLength", "maxLength", text.chars().count(), "string")?;
    match rules.get("pattern").and_then(Value::as_str) {
        Some(pattern) if !matches(pattern, text) => {
            Err(format!("ECMA 262 regex \"{pattern}\" does not match input string \"{text}\""))
        }
        _ => Ok(()),
    }
}

fn of_number(rules: &Map<String, Value>, number: f64) -> Result<(), String> {
    let limit = |name: &str| rules.get(name).and_then(Value::as_f64);
    let is_exclusive = |name: &str| rules.get(name) == Some(&Value::Bool(true));
    if let Some(minimum) = limit("minimum")
        && (number < minimum || (is_exclusive("exclusiveMinimum") && number <= minimum))
    {
        return Err(format!(
            "numeric instance is lower than the required minimum (minimum: {minimum}, found: {number})"
        ));
    }
    if let Some(maximum) = limit("maximum")
        && (number > maximum || (is_exclusive("exclusiveMaximum") && number >= maximum))
    {
        return Err(format!(
            "numeric instance is greater than the required maximum (maximum: {maximum}, found: {number})"
        ));
    }
    match limit("multipleOf") {
        Some(step) if step > 0.0 && (number / step).fract() != 0.0 => {
            Err(format!("remainder of division is not zero ({number} / {step})"))
        }
        _ => Ok(()),
    }
}

fn between(
    rules: &Map<String, Value>,
    least: &str,
    most: &str,
    found: usize,
    what: &str,
) -> Result<(), String> {
    let limit = |name: &str| rules.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    if limit(least).is_some_and(|least| found < least) {
        return Err(format!("{what} is too short (length: {found}, required minimum: {})", rules[least]));
    }
    if limit(most).is_some_and(|most| found > most) {
        return Err(format!("{what} is too long (length: {found}, maximum allowed: {})", rules[most]));
    }
    Ok(())
}

/// Whether a part of a text matches. An expression that is none matches nothing.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Values that a schema takes, and those it does not.
    #[track_caller]
    fn check(schema: Value, right: &[Value], wrong: &[Value]) {
        let named =
            json!({ "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } });
        let schema = Schema::new(schema, [("Named".to_owned(), named)].into());
        for value in right {
            assert_eq!(schema.fault(value), None, "{value}");
        }
        for value in wrong {
            assert!(schema.fault(value).is_some(), "{value}");
        }
    }

    #[test]
    fn types_and_values() {
        check(json!({}), &[json!(null), json!(1)], &[]);
        check(json!({ "type": "integer" }), &[json!(1), json!(1.0)], &[json!(1.5), json!("1"), json!(true)]);
        check(json!({ "type": ["string", "null"] }), &[json!("a"), json!(null)], &[json!([]), json!({})]);
        check(json!({ "enum": ["a", 1] }), &[json!("a"), json!(1)], &[json!("b")]);
    }

    #[test]
    fn texts_and_numbers() {
        let text = json!({ "minLength": 2, "maxLength": 3, "pattern": "^[a-zé]" });
        check(text, &[json!("ab"), json!("éab"), json!(1)], &[json!("a"), json!("abcd"), json!("1a")]);
        let number = json!({ "minimum": 1, "maximum": 9, "exclusiveMaximum": true, "multipleOf": 2 });
        check(number, &[json!(2), json!(8)], &[json!(0), json!(9), json!(10), json!(3)]);
    }

    #[test]
    fn lists_and_objects() {
        let list =
            json!({ "items": { "type": "string" }, "minItems": 1, "maxItems": 2, "uniqueItems": true });
        check(
            list,
            &[json!(["a"]), json!(["a", "b"])],
            &[json!([]), json!(["a", "a"]), json!([1]), json!(["a", "b", "c"])],
        );
        check(json!({ "items": [{ "type": "string" }] }), &[json!(["a", 1]), json!([])], &[json!([1])]);
        let object = json!({
            "required": ["a"],
            "properties": { "a": { "type": "integer" } },
            "patternProperties": { "^x-": { "type": "string" } },
            "additionalProperties": false,
        });
        check(
            object,
            &[json!({ "a": 1, "x-b": "c" })],
            &[json!({}), json!({ "a": "1" }), json!({ "a": 1, "b": 2 }), json!({ "a": 1, "x-b": 1 })],
        );
        check(
            json!({ "additionalProperties": { "type": "string" } }),
            &[json!({ "a": "b" })],
            &[json!({ "a": 1 })],
        );
    }

    #[test]
    fn schemas_of_schemas() {
        let (text, long) = (json!({ "type": "string" }), json!({ "minLength": 3 }));
        check(json!({ "allOf": [text, long] }), &[json!("abc")], &[json!("ab"), json!(1)]);
        check(json!({ "anyOf": [text, { "type": "null" }] }), &[json!("a"), json!(null)], &[json!(1)]);
        check(json!({ "oneOf": [text, long] }), &[json!("ab"), json!(1)], &[json!("abc")]);
        check(json!({ "not": text }), &[json!(1)], &[json!("a")]);
        let tree = json!({ "$ref": "#/definitions/node", "definitions": { "node": { "properties": { "next": { "$ref": "#/definitions/node" } }, "required": ["id"] } } });
        check(tree, &[json!({ "id": 1, "next": { "id": 2 } })], &[json!({ "id": 1, "next": {} })]);
        let model =
            json!({ "items": { "$ref": "https://apigateway.amazonaws.com/restapis/abc/models/Named" } });
        check(model, &[json!([{ "name": "a" }])], &[json!([{}])]);
        check(json!({ "$ref": "#" }), &[], &[json!(1)]);
        check(json!({ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }] }), &[], &[json!(1)]);
        check(json!({ "$ref": "#/none" }), &[], &[json!(1)]);
    }
}
