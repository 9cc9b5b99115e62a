//! Writes a type over one list of properties: what is required goes into `new`, each option has a setter.
//!
//! Resources and the objects that their properties are made of are alike in this.

use crate::docs;
use crate::names::{self, Taken};
use crate::shape::Vocabulary;
use stackwright_schema::{Definition, Property, Shape};
use std::fmt::Write as _;

/// More required properties than this are given by name.
const MOST_POSITIONAL: usize = 3;

/// A type to be written.
pub(crate) struct Object<'a> {
    /// Its name in Rust.
    pub(crate) name: &'a str,
    /// Its properties, those that a template may write.
    pub(crate) properties: Vec<&'a Property>,
    /// What leads from here to the module of the resource type.
    pub(crate) path: &'a str,
    /// The names of that module.
    pub(crate) vocabulary: &'a Vocabulary,
    /// Whether required properties have a setter too, to change them later.
    pub(crate) changeable: bool,
}

/// Whether this is the `Key`, `Value` that all types share.
pub(crate) fn is_tag(definition: &Definition) -> bool {
    let is_text = |property: &Property| matches!(property.shape, Shape::String(_));
    let names = definition.properties.iter().map(|property| property.name);
    definition.name == "Tag" && names.eq(["Key", "Value"]) && definition.properties.iter().all(is_text)
}

impl Object<'_> {
    /// Writes the type and its functions, without documentation of the type itself.
    pub(crate) fn write(&self, text: &mut String) {
        let name = self.name;
        let required: Vec<_> = self.properties.iter().copied().filter(|property| property.required).collect();
        let by_name = required.len() > MOST_POSITIONAL;
        let _ = writeln!(text, "#[derive(Clone)]\n#[must_use]\npub struct {name}(v::Props);\nimpl {name} {{");
        if by_name {
            self.write_new_by_name(text, &required);
        } else {
            self.write_new(text, &required);
        }
        let mut taken = Taken::with(["new"]);
        for property in self.properties.iter().filter(|property| self.changeable || !property.required) {
            self.write_setter(text, property, &mut taken);
        }
        text.push_str("}\n");
        if by_name {
            self.write_required(text, &required);
        }
    }

    fn kind(&self, property: &Property) -> String {
        self.vocabulary.kind(property.name, &property.shape, self.path)
    }

    fn write_new(&self, text: &mut String, required: &[&Property]) {
        let mut taken = Taken::default();
        let names: Vec<_> = required.iter().map(|it| taken.claim(&names::snake(it.name), "_")).collect();
        text.push_str(if required.is_empty() {
            "/// Nothing is required.\n"
        } else {
            "/// What is required:\n"
        });
        required
            .iter()
            .for_each(|property| text.push_str(&docs::property(property).replacen("/// ", "/// - ", 1)));
        let arguments = required.iter().zip(&names);
        let arguments =
            arguments.map(|(it, name)| format!("{name}: impl v::Into<v::Value<{}>>", self.kind(it)));
        let _ =
            writeln!(text, "#[inline]\npub fn new({}) -> Self {{", arguments.collect::<Vec<_>>().join(", "));
        let values = required.iter().zip(&names).fold("v::Props::new()".to_owned(), |props, (it, name)| {
            format!("v::set({props}, {:?}, {name})", it.name)
        });
        let _ = writeln!(text, "Self({values})\n}}");
    }

    fn write_new_by_name(&self, text: &mut String, required: &[&Property]) {
        let name = self.name;
        let _ = writeln!(
            text,
            "/// What is required, by name.\n#[inline]\npub fn new(required: {name}Required) -> Self {{"
        );
        text.push_str("Self(v::Props::new()");
        for property in required {
            let _ = write!(
                text,
                "\n.with({:?}, required.{}.into_expr())",
                property.name,
                names::snake(property.name)
            );
        }
        text.push_str(")\n}\n");
    }

    fn write_required(&self, text: &mut String, required: &[&Property]) {
        let name = self.name;
        let _ = writeln!(
            text,
            "/// What [`{name}`] requires.\n#[derive(Clone, Debug)]\npub struct {name}Required {{"
        );
        for property in required {
            text.push_str(&docs::property(property));
            let _ = writeln!(text, "pub {}: v::Value<{}>,", names::snake(property.name), self.kind(property));
        }
        text.push_str("}\n");
    }

    fn write_setter(&self, text: &mut String, property: &Property, taken: &mut Taken) {
        text.push_str(&docs::property(property));
        let function = taken.claim(&names::snake(property.name), "_");
        let _ = writeln!(
            text,
            "pub fn {function}(self, value: impl v::Into<v::Value<{}>>) -> Self {{\n\
             Self(v::set(self.0, {:?}, value))\n}}",
            self.kind(property),
            property.name
        );
    }
}
