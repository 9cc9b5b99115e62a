//! From YAML or JSON, whoever wrote it, to a [`Template`].
//!
//! Short and long forms of a function become the same [`Expr`]. It checks shape only, never meaning.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_yaml::Tagged;

use crate::expr::{Expr, Fields, Key};
use crate::id::LogicalId;
use crate::sections::{DeletionPolicy, Output, Parameter, Resource, Section, Template};

/// Why a text is not a template.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not YAML (JSON is YAML).
    #[error("not valid YAML or JSON: {0}")]
    Syntax(String),
    /// A part of it has another shape than the template format asks for.
    #[error("{place} must be {wanted}")]
    Shape {
        /// Where, such as `Resources.Queue.Type`.
        place: String,
        /// What belongs there.
        wanted: &'static str,
    },
}

impl Template {
    /// Reads a template written as YAML or JSON.
    ///
    /// # Errors
    /// If the text is not YAML, or a section or entry of it has the wrong shape.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        // `N` and `Y` are words to CloudFormation, not booleans.
        let options = serde_yaml::options! { strict_booleans: true };
        let Node(document) = serde_yaml::from_str_with_options(text, options)
            .map_err(|error| ReadError::Syntax(error.to_string()))?;
        let mut template = Self::default();
        for (key, value) in map(document, "the template")? {
            template.read_section(&key, value)?;
        }
        Ok(template)
    }

    fn read_section(&mut self, key: &str, value: Expr) -> Result<(), ReadError> {
        match key {
            "Description" => self.description = Some(text(value, key)?),
            "Transform" => self.transform = Some(value),
            "Metadata" => self.metadata = map(value, key)?,
            "Parameters" => self.parameters = section(value, key, parameter)?,
            "Rules" => self.rules = section(value, key, |entry, _| Ok(entry))?,
            "Mappings" => self.mappings = section(value, key, |entry, _| Ok(entry))?,
            "Conditions" => self.conditions = section(value, key, |entry, _| Ok(entry))?,
            "Resources" => self.resources = section(value, key, resource)?,
            "Outputs" => self.outputs = section(value, key, output)?,
            "AWSTemplateFormatVersion" => {}
            _ => return Err(shape(key, "a section that CloudFormation knows")),
        }
        Ok(())
    }
}

fn shape(place: &str, wanted: &'static str) -> ReadError {
    ReadError::Shape { place: place.into(), wanted }
}

fn map(value: Expr, place: &str) -> Result<Fields, ReadError> {
    match value {
        Expr::Map(fields) => Ok(fields),
        _ => Err(shape(place, "a map")),
    }
}

fn text(value: Expr, place: &str) -> Result<String, ReadError> {
    match value {
        Expr::Text(text) => Ok(text.into_owned()),
        _ => Err(shape(place, "a string")),
    }
}

fn section<T>(
    value: Expr,
    name: &str,
    read: impl Fn(Expr, &str) -> Result<T, ReadError>,
) -> Result<Section<T>, ReadError> {
    let mut section = Section::default();
    for (key, entry) in map(value, name)? {
        section.push(LogicalId::new(&key), read(entry, &format!("{name}.{key}"))?);
    }
    Ok(section)
}

fn parameter(value: Expr, place: &str) -> Result<Parameter, ReadError> {
    let mut parameter = Parameter::default();
    for (key, value) in map(value, place)? {
        match key.as_ref() {
            "Type" => parameter.kind = text(value, &format!("{place}.Type"))?,
            _ => parameter.attributes.push((key, value)),
        }
    }
    Ok(parameter)
}

fn resource(value: Expr, place: &str) -> Result<Resource, ReadError> {
    let mut resource = Resource::default();
    for (key, value) in map(value, place)? {
        let at = format!("{place}.{key}");
        match key.as_ref() {
            "Type" => resource.kind = text(value, &at)?,
            "Condition" => resource.condition = Some(LogicalId::new(&text(value, &at)?)),
            "DependsOn" => resource.depends_on = ids(value, &at)?,
            "DeletionPolicy" => resource.deletion_policy = Some(policy(value, &at)?),
            "UpdateReplacePolicy" => resource.update_replace_policy = Some(policy(value, &at)?),
            "CreationPolicy" => resource.creation_policy = Some(value),
            "UpdatePolicy" => resource.update_policy = Some(value),
            "Metadata" => resource.metadata = map(value, &at)?,
            "Properties" => resource.properties = map(value, &at)?,
            _ => return Err(shape(&at, "an attribute that resources have")),
        }
    }
    if resource.kind.is_empty() { Err(shape(&format!("{place}.Type"), "given")) } else { Ok(resource) }
}

fn ids(value: Expr, place: &str) -> Result<Vec<LogicalId>, ReadError> {
    let names = match value {
        Expr::List(names) => names,
        one => vec![one],
    };
    names.into_iter().map(|name| Ok(LogicalId::new(&text(name, place)?))).collect()
}

fn policy(value: Expr, place: &str) -> Result<DeletionPolicy, ReadError> {
    use DeletionPolicy::{Delete, Retain, RetainExceptOnCreate, Snapshot};
    let word = text(value, place)?;
    [Delete, Retain, RetainExceptOnCreate, Snapshot]
        .into_iter()
        .find(|policy| policy.as_str() == word)
        .ok_or_else(|| shape(place, "Delete, Retain, RetainExceptOnCreate or Snapshot"))
}

fn output(value: Expr, place: &str) -> Result<Output, ReadError> {
    let mut output = Output { value: Expr::Null, description: None, export: None, condition: None };
    for (key, value) in map(value, place)? {
        let at = format!("{place}.{key}");
        match key.as_ref() {
            "Value" => output.value = value,
            "Description" => output.description = Some(text(value, &at)?),
            "Condition" => output.condition = Some(LogicalId::new(&text(value, &at)?)),
            "Export" => output.export = Some(export(value, &at)?),
            _ => return Err(shape(&at, "Value, Description, Export or Condition")),
        }
    }
    Ok(output)
}

fn export(value: Expr, place: &str) -> Result<Expr, ReadError> {
    match map(value, place)?.pop() {
        Some((key, name)) if key == "Name" => Ok(name),
        _ => Err(shape(place, "a map with `Name`")),
    }
}

/// Any YAML node, its functions made out.
struct Node(Expr);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Tagged(Untagged(value), tag) = Tagged::deserialize(deserializer)?;
        match tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
            // A long form may stand right behind a short one: `!Base64 {Ref: X}`.
            Some(function) => function_call(function, long_form(value)).map(Node).map_err(D::Error::custom),
            None => Ok(Node(long_form(value))),
        }
    }
}

/// `{Ref: X}` and `{Fn::Name: …}` are functions; every other map is a map.
fn long_form(value: Expr) -> Expr {
    let Expr::Map(fields) = &value else { return value };
    let [(key, argument)] = fields.as_slice() else { return value };
    let function = match key.strip_prefix("Fn::") {
        Some(name) => name,
        None if key == "Ref" => "Ref",
        None if key == "Condition" && argument.as_text().is_some() => "Condition",
        None => return value,
    };
    function_call(function, argument.clone()).unwrap_or(value)
}

fn function_call(function: &str, argument: Expr) -> Result<Expr, String> {
    match (function, argument) {
        ("Ref", Expr::Text(name)) => Ok(Expr::reference(&name)),
        ("GetAtt", Expr::Text(text)) => match text.split_once('.') {
            Some((id, attribute)) => Ok(Expr::GetAtt(LogicalId::new(id), attribute.to_owned().into())),
            None => Err(format!("`!GetAtt {text}` names no attribute")),
        },
        ("GetAtt", Expr::List(parts)) => Ok(attribute(parts)),
        ("Sub", Expr::Text(text)) => Ok(Expr::Sub(text, Vec::new())),
        ("Sub", Expr::List(parts)) => substitution(parts),
        (name, argument) => Ok(Expr::call(name.to_owned(), argument)),
    }
}

fn attribute(parts: Vec<Expr>) -> Expr {
    let texts: Option<Vec<&str>> = parts.iter().map(Expr::as_text).collect();
    match texts.as_deref() {
        Some([id, attribute @ ..]) if !attribute.is_empty() => {
            Expr::GetAtt(LogicalId::new(id), attribute.join(".").into())
        }
        _ => Expr::call("GetAtt", parts),
    }
}

fn substitution(parts: Vec<Expr>) -> Result<Expr, String> {
    match <[Expr; 2]>::try_from(parts) {
        Ok([Expr::Text(text), Expr::Map(variables)]) => Ok(Expr::Sub(text, variables)),
        _ => Err("`!Sub` takes a text, or a list of a text and a map".into()),
    }
}

/// A YAML node without its own tag; the nodes inside have theirs.
struct Untagged(Expr);

impl<'de> Deserialize<'de> for Untagged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode).map(Untagged)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Expr, E> {
        Ok(Expr::Null)
    }

    fn visit_none<E>(self) -> Result<Expr, E> {
        Ok(Expr::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Expr, E> {
        Ok(Expr::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Expr, E> {
        Ok(Expr::Integer(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Expr, E> {
        i64::try_from(value).map(Expr::Integer).map_err(E::custom)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Expr, E> {
        Ok(Expr::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Expr, E> {
        Ok(Expr::text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Expr, A::Error> {
        let mut items = Vec::new();
        while let Some(Node(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Expr::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Expr, A::Error> {
        let mut fields = Fields::new();
        while let Some((key, Node(value))) = entries.next_entry::<String, Node>()? {
            fields.push((Key::from(key), value));
        }
        Ok(Expr::Map(fields))
    }
}
