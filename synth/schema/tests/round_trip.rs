//! Every file of `data/`, read and written again, gives the same bytes: the reader loses nothing.

use std::fmt::Write as _;
use std::path::Path;

use stackwright_schema::{
    Attribute, Combination, Property, Replacement, ResourceType, Shape, TagForm, Text, service, services,
};

#[test]
fn every_file_reads_and_writes_unchanged() {
    for name in services() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{name}.txt"));
        let data = std::fs::read_to_string(&path).expect("each service of the table has its file");
        let (_, sections) = data.split_once("\n\n").expect("a heading comes before the types");
        let types = service(name).expect("the table lists it").resource_types();
        let written: String = types.map(|resource_type| section(resource_type) + "\n").collect();
        assert_eq!(first_difference(sections, &written), None, "in `{}`", path.display());
    }
}

fn first_difference<'a>(expected: &'a str, actual: &'a str) -> Option<(&'a str, &'a str)> {
    let differs = expected.lines().zip(actual.lines()).find(|(left, right)| left != right);
    differs.or((expected.len() != actual.len()).then_some(("its length", "another")))
}

fn section(of: &ResourceType) -> String {
    let mut lines = vec![of.name.to_owned()];
    if of.stateful {
        lines.push("  stateful".to_owned());
    }
    if !of.identifier.is_empty() {
        lines.push(format!("  identifier {}", of.identifier.join(" ")));
    }
    if let Some(tags) = of.tags {
        let form = match tags.form {
            TagForm::List => "list",
            TagForm::AutoScaling => "autoscaling",
            TagForm::Map => "map",
        };
        lines.push(format!("  tags {} {form}", tags.property));
    }
    lines.extend(of.arn.map(|arn| format!("  arn {arn}")));
    object(&mut lines, of.open, &of.properties, &of.combinations, "  ");
    lines.extend(of.attributes.iter().map(attribute));
    for definition in &of.definitions {
        lines.push(format!("  definition {}", definition.name));
        object(&mut lines, definition.open, &definition.properties, &definition.combinations, "    ");
    }
    lines.join("\n") + "\n"
}

fn attribute(of: &Attribute) -> String {
    format!("  attribute {}{}", of.name, shape(&of.shape, "  "))
}

fn object(
    lines: &mut Vec<String>,
    open: bool,
    properties: &[Property],
    combinations: &[Combination],
    indent: &str,
) {
    if open {
        lines.push(format!("{indent}open"));
    }
    for property in properties {
        lines.push(format!(
            "{indent}property {}{}{}",
            property.name,
            flags(property),
            shape(&property.shape, indent)
        ));
    }
    lines.extend(combinations.iter().map(|it| format!("{indent}{}", combination(it))));
}

fn flags(of: &Property) -> String {
    let mut text = String::new();
    text.push_str(if of.required { " required" } else { "" });
    text.push_str(match of.replacement {
        Replacement::Never => "",
        Replacement::Sometimes => " may-replace",
        Replacement::Always => " replaces",
    });
    text.push_str(if of.read_only { " read-only" } else { "" });
    of.default.iter().for_each(|value| {
        let _ = write!(text, " default={value}");
    });
    if !of.targets.is_empty() {
        let targets: Vec<_> =
            of.targets.iter().map(|it| format!("{}.{}", it.resource_type, it.attribute)).collect();
        let _ = write!(text, " to={}", targets.join("|"));
    }
    text
}

fn combination(of: &Combination) -> String {
    let groups =
        |groups: &[Vec<&str>]| groups.iter().map(|group| group.join(" ")).collect::<Vec<_>>().join("|");
    match of {
        Combination::AnyOf(of) => format!("any-of {}", groups(of)),
        Combination::OneOf(of) => format!("one-of {}", groups(of)),
        Combination::Requires { property, others } => format!("requires {property} {}", others.join(" ")),
        Combination::Excludes { property, others } => format!("excludes {property} {}", others.join(" ")),
    }
}

fn shape(of: &Shape, indent: &str) -> String {
    match of {
        Shape::String(text) => string(text),
        Shape::Integer { min, max, allowed } => format!(" integer{}{}", span(*min, *max), values(allowed)),
        Shape::Number { min, max } => format!(" number{}", span(*min, *max)),
        Shape::Boolean => " boolean".to_owned(),
        Shape::Json => " json".to_owned(),
        Shape::List { items, min, max, unique } => {
            let unique = if *unique { " unique" } else { "" };
            format!(" list{}{unique}{}", span(*min, *max), shape(items, indent))
        }
        Shape::Map { values, min, max } => format!(" map{}{}", span(*min, *max), shape(values, indent)),
        Shape::Object(name) => format!(" object {name}"),
        Shape::OneOf(shapes) => {
            let deeper = format!("{indent}  ");
            let lines = shapes.iter().map(|each| format!("\n{deeper}or{}", shape(each, &deeper)));
            " oneof".to_owned() + &lines.collect::<String>()
        }
    }
}

fn string(of: &Text) -> String {
    let any_case = if of.any_case { " anycase" } else { "" };
    let pattern = of.pattern.map(|pattern| format!(" ~{pattern}")).unwrap_or_default();
    format!(" string{any_case}{}{}{pattern}", span(of.min, of.max), values(&of.allowed))
}

fn values<T: ToString>(values: &[T]) -> String {
    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
    if values.is_empty() { String::new() } else { format!(" enum {}", values.join("|")) }
}

fn span<T: ToString>(min: Option<T>, max: Option<T>) -> String {
    let text = |bound: Option<T>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    if min.is_none() && max.is_none() { String::new() } else { format!(" {}..{}", text(min), text(max)) }
}
