//! Writes the facts as `synth/schema/data/<service>.txt`, and the table that embeds the files.
//!
//! The format is described in `stackwright-schema`, whose `parse` module reads it.

use super::facts::{Form, ObjectFacts, PropertyFacts, Range, Replacement, ResourceFacts};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The text of each service's file, by its short name.
type Files = BTreeMap<String, String>;

const HEADING: &str = "# Facts about CloudFormation's resource types, joined from @aws-cdk/aws-service-spec and\n\
                       # cloudformation-validate-data-source (both Apache-2.0). Written by `cargo xtask schema`.\n\n";

/// Writes the data and the table; gives the names of the services.
pub(super) fn data(folder: &Path, types: &BTreeMap<String, ResourceFacts>) -> Result<Vec<String>> {
    let mut files = Files::new();
    for (name, facts) in types {
        let service = stackwright_schema::service_name(name);
        let service = service.with_context(|| format!("`{name}` names no service"))?;
        let file = files.entry(service).or_insert_with(|| HEADING.to_owned());
        file.push_str(&section(facts).with_context(|| name.clone())?);
    }
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    for (service, text) in &files {
        std::fs::write(data.join(format!("{service}.txt")), text)?;
    }
    let services: Vec<String> = files.into_keys().collect();
    std::fs::write(folder.join("src/table.rs"), table(&services))?;
    Ok(services)
}

/// How much there is, for the person who ran the chore.
pub(super) fn summary(types: &BTreeMap<String, ResourceFacts>, services: &[String]) -> String {
    let objects = || types.values().flat_map(|facts| facts.definitions.values().chain([&facts.body]));
    let properties: usize = objects().map(|object| object.properties.len()).sum();
    let attributes: usize = types.values().map(|facts| facts.attributes.len()).sum();
    format!(
        "{} services, {} types, {} objects, {properties} properties, {attributes} attributes",
        services.len(),
        types.len(),
        objects().count(),
    )
}

fn table(services: &[String]) -> String {
    let mut text = "//! The files of `data/`, by service. Written by `cargo xtask schema`.\n//!\n\
                    //! It holds no facts of its own.\n\n\
                    /// The short name of each service and its file, in alphabetical order.\n\
                    #[rustfmt::skip]\n\
                    pub(crate) const SERVICES: &[(&str, &str)] = &[\n"
        .to_owned();
    for service in services {
        let _ = writeln!(text, "    (\"{service}\", include_str!(\"../data/{service}.txt\")),");
    }
    text + "];\n"
}

/// The lines of one resource type.
pub(super) fn section(facts: &ResourceFacts) -> Result<String> {
    let mut text = format!("{}\n", facts.name);
    if facts.stateful {
        text.push_str("  stateful\n");
    }
    if !facts.identifier.is_empty() {
        let _ = writeln!(text, "  identifier {}", facts.identifier.join(" "));
    }
    if let Some((property, form)) = &facts.tags {
        let _ = writeln!(text, "  tags {property} {form}");
    }
    if let Some(arn) = &facts.arn {
        let _ = writeln!(text, "  arn {arn}");
    }
    object(&mut text, &facts.body, 1)?;
    for (name, form) in &facts.attributes {
        let _ = write!(text, "  attribute {}", one_word(name)?);
        shape(&mut text, &plain(form), 1);
    }
    for (name, definition) in &facts.definitions {
        let _ = writeln!(text, "  definition {}", one_word(name)?);
        object(&mut text, definition, 2)?;
    }
    text.push('\n');
    Ok(text)
}

fn object(text: &mut String, object: &ObjectFacts, depth: usize) -> Result<()> {
    let indent = "  ".repeat(depth);
    if object.open {
        let _ = writeln!(text, "{indent}open");
    }
    for (name, property) in &object.properties {
        let _ = write!(text, "{indent}property {}{}", one_word(name)?, flags(property));
        shape(text, &property.form, depth);
    }
    for line in &object.combinations {
        let _ = writeln!(text, "{indent}{line}");
    }
    Ok(())
}

fn one_word(name: &str) -> Result<&str> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        bail!("`{name}` is not one word");
    }
    Ok(name)
}

fn flags(property: &PropertyFacts) -> String {
    let mut text = String::new();
    if property.required {
        text.push_str(" required");
    }
    text.push_str(match property.replacement {
        Replacement::Never => "",
        Replacement::Sometimes => " may-replace",
        Replacement::Always => " replaces",
    });
    if property.read_only {
        text.push_str(" read-only");
    }
    if let Some(default) = &property.default {
        let _ = write!(text, " default={default}");
    }
    if !property.targets.is_empty() {
        let _ = write!(text, " to={}", property.targets.join("|"));
    }
    text
}

/// Ends the line, and adds those of a `oneof`'s alternatives.
fn shape(text: &mut String, form: &Form, depth: usize) {
    match form {
        Form::Text { range, pattern, allowed, any_case } => {
            text.push_str(if *any_case { " string anycase" } else { " string" });
            span(text, range);
            if !allowed.is_empty() {
                let _ = write!(text, " enum {}", allowed.join("|"));
            } else if let Some(pattern) = pattern {
                let _ = write!(text, " ~{pattern}");
            }
        }
        Form::Integer { range, allowed } => integer(text, range, allowed),
        Form::Number { min, max } => number(text, *min, *max),
        Form::Boolean => text.push_str(" boolean"),
        Form::Json => text.push_str(" json"),
        Form::List { items, range, unique } => {
            text.push_str(" list");
            span(text, range);
            text.push_str(if *unique { " unique" } else { "" });
            return shape(text, items, depth);
        }
        Form::Map { values, range } => {
            text.push_str(" map");
            span(text, range);
            return shape(text, values, depth);
        }
        Form::Object(name) => {
            let _ = write!(text, " object {name}");
        }
        Form::OneOf(forms) => return one_of(text, forms, depth + 1),
        Form::Verbatim(shape) => {
            let _ = write!(text, " {shape}");
        }
    }
    text.push('\n');
}

fn integer(text: &mut String, range: &Range, allowed: &[i64]) {
    text.push_str(" integer");
    span(text, range);
    if !allowed.is_empty() {
        let values: Vec<String> = allowed.iter().map(i64::to_string).collect();
        let _ = write!(text, " enum {}", values.join("|"));
    }
}

fn number(text: &mut String, min: Option<f64>, max: Option<f64>) {
    text.push_str(" number");
    let written = |bound: Option<f64>| bound.map(|number| number.to_string()).unwrap_or_default();
    if min.or(max).is_some() {
        let _ = write!(text, " {}..{}", written(min), written(max));
    }
}

fn one_of(text: &mut String, forms: &[Form], depth: usize) {
    text.push_str(" oneof\n");
    for form in forms {
        let _ = write!(text, "{}or", "  ".repeat(depth));
        shape(text, form, depth);
    }
}

fn span(text: &mut String, (min, max): &Range) {
    let written = |bound: &Option<i64>| bound.map(|number| number.to_string()).unwrap_or_default();
    if min.or(*max).is_some() {
        let _ = write!(text, " {}..{}", written(min), written(max));
    }
}

/// The form of an attribute: what is read needs no constraints, and its objects are not described.
fn plain(form: &Form) -> Form {
    match form {
        Form::Text { .. } => Form::text(),
        Form::Integer { .. } => Form::integer(),
        Form::Number { .. } => Form::Number { min: None, max: None },
        Form::List { items, .. } => Form::list(plain(items)),
        Form::Map { values, .. } => Form::map(plain(values)),
        Form::Object(_) | Form::OneOf(_) => Form::Json,
        other => other.clone(),
    }
}
