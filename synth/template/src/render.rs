//! From a [`Template`] to YAML that CloudFormation and the AWS CLI read back unchanged.
//!
//! It decides how things look (short tags, literal blocks, key order), never what they are.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_yaml::Tagged;

use crate::expr::{Expr, Fields};
use crate::sections::{Output, Parameter, Resource, Section, Template};

/// Why a template could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the template as YAML: {0}")]
pub struct RenderError(String);

impl Template {
    /// The template as YAML. The same template always gives the same bytes.
    ///
    /// # Errors
    /// If a text holds what YAML cannot (no template made by this crate does).
    pub fn to_yaml(&self) -> Result<String, RenderError> {
        let options = serde_yaml::ser_options! {
            compact_list_indent: true,
            min_fold_chars: usize::MAX,
            folded_wrap_chars: usize::MAX,
        };
        serde_yaml::to_string_with_options(self, options).map_err(|error| RenderError(error.to_string()))
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("AWSTemplateFormatVersion", "2010-09-09")?;
        optional(&mut map, "Description", self.description.as_ref())?;
        optional(&mut map, "Transform", self.transform.as_ref())?;
        fields(&mut map, "Metadata", &self.metadata)?;
        section(&mut map, "Parameters", &self.parameters)?;
        section(&mut map, "Rules", &self.rules)?;
        section(&mut map, "Mappings", &self.mappings)?;
        section(&mut map, "Conditions", &self.conditions)?;
        section(&mut map, "Resources", &self.resources)?;
        section(&mut map, "Outputs", &self.outputs)?;
        map.end()
    }
}

fn section<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &str,
    section: &Section<T>,
) -> Result<(), M::Error> {
    if section.is_empty() { Ok(()) } else { map.serialize_entry(key, section) }
}

fn optional<M: SerializeMap, T: Serialize>(map: &mut M, key: &str, value: Option<T>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, &value))
}

fn fields<M: SerializeMap>(map: &mut M, key: &str, fields: &Fields) -> Result<(), M::Error> {
    if fields.is_empty() { Ok(()) } else { map.serialize_entry(key, &Map(fields)) }
}

impl<T: Serialize> Serialize for Section<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(id, entry)| (id.as_str(), entry)))
    }
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", &self.kind)?;
        for (key, value) in &self.attributes {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", &self.kind)?;
        optional(&mut map, "Condition", self.condition.map(|id| id.as_str()))?;
        match self.depends_on.as_slice() {
            [] => {}
            [one] => map.serialize_entry("DependsOn", one.as_str())?,
            many => {
                map.serialize_entry("DependsOn", &many.iter().map(|id| id.as_str()).collect::<Vec<_>>())?
            }
        }
        optional(&mut map, "DeletionPolicy", self.deletion_policy.map(|policy| policy.as_str()))?;
        optional(&mut map, "UpdateReplacePolicy", self.update_replace_policy.map(|policy| policy.as_str()))?;
        optional(&mut map, "CreationPolicy", self.creation_policy.as_ref())?;
        optional(&mut map, "UpdatePolicy", self.update_policy.as_ref())?;
        fields(&mut map, "Metadata", &self.metadata)?;
        fields(&mut map, "Properties", &self.properties)?;
        map.end()
    }
}

impl Serialize for Output {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "Description", self.description.as_ref())?;
        optional(&mut map, "Condition", self.condition.map(|id| id.as_str()))?;
        map.serialize_entry("Value", &self.value)?;
        if let Some(name) = &self.export {
            map.serialize_entry("Export", &Single("Name", name))?;
        }
        map.end()
    }
}

struct Map<'a>(&'a [(crate::expr::Key, Expr)]);

impl Serialize for Map<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

struct Single<'a>(&'a str, &'a Expr);

impl Serialize for Single<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(std::iter::once((self.0, self.1)))
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(fields) => Map(fields).serialize(serializer),
            Self::Ref(id) => tagged("!Ref", id.as_str(), serializer),
            Self::GetAtt(id, attribute) => tagged("!GetAtt", format!("{id}.{attribute}"), serializer),
            Self::Sub(text, variables) if variables.is_empty() => tagged("!Sub", text, serializer),
            Self::Sub(text, variables) => tagged("!Sub", (text, Map(variables)), serializer),
            Self::Call(function, argument) => call(function, argument, serializer),
        }
    }
}

fn tagged<T: Serialize, S: Serializer>(tag: &str, value: T, serializer: S) -> Result<S::Ok, S::Error> {
    Tagged(value, Some(tag.into())).serialize(serializer)
}

/// YAML allows one tag a node, so a function whose argument is itself tagged is written in its long form.
fn call<S: Serializer>(function: &str, argument: &Expr, serializer: S) -> Result<S::Ok, S::Error> {
    if argument.is_intrinsic() {
        Single(&long_name(function), argument).serialize(serializer)
    } else {
        tagged(&format!("!{function}"), argument, serializer)
    }
}

/// `Join` → `Fn::Join`; `Condition` has no prefix.
fn long_name(function: &str) -> String {
    if function == "Condition" { function.into() } else { format!("Fn::{function}") }
}
