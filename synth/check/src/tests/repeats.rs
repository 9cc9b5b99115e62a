//! Tests of keys given twice.
//!
//! YAML with such keys is not read at all, so these templates are made by hand.

use stackwright_template::{Expr, Fields, LogicalId, Parameter, Resource, Template};

use super::texts;

const HINT: &str = "\n  hint: a map has each key once: leave one of the two out";

/// Checks a template with the resource `F`, and compares what was found.
#[track_caller]
fn check(mut template: Template, properties: Fields, expected: &[&str]) {
    let resource = Resource { kind: "Custom::F".into(), properties, ..Resource::default() };
    template.resources.push(LogicalId::new("F"), resource);
    let expected: Vec<String> = expected.iter().map(|text| format!("{text}{HINT}")).collect();
    assert_eq!(texts(&crate::check(&template)), expected);
}

/// A map with two keys of that name, and one more.
fn twice(key: &'static str) -> Fields {
    [key, "Other", key].map(|key| (key.into(), Expr::text("x"))).into()
}

fn token() -> (stackwright_template::Key, Expr) {
    ("ServiceToken".into(), Expr::text("arn:aws:lambda:eu-west-1:123456789012:function:f"))
}

#[test]
fn keys_given_once() {
    let nested =
        Expr::Map(vec![("A".into(), Expr::map([("A", "x")])), ("B".into(), Expr::map([("A", "x")]))]);
    check(Template::default(), vec![token(), ("Nested".into(), nested)], &[]);
}

#[test]
fn a_property_given_twice() {
    let mut properties = twice("Name");
    properties.push(token());
    check(Template::default(), properties, &["`Name` is given twice\n  --> resource F.Properties.Name"]);
}

#[test]
fn a_key_given_twice_anywhere_in_a_property() {
    let deep = Expr::list([Expr::map([("Variables", Expr::Map(twice("FUNCTION_NAME")))])]);
    check(
        Template::default(),
        vec![token(), ("Environment".into(), deep)],
        &["`FUNCTION_NAME` is given twice
  --> resource F.Properties.Environment[0].Variables.FUNCTION_NAME"],
    );
    let encoded =
        Expr::call("Base64", Expr::Sub("${a}".into(), ["a", "a"].map(|key| (key.into(), "x".into())).into()));
    check(
        Template::default(),
        vec![token(), ("Text".into(), encoded)],
        &["`a` is given twice\n  --> resource F.Properties.Text.a"],
    );
}

#[test]
fn a_key_given_three_times_is_one_mistake() {
    let thrice = Expr::Map(["A", "A", "A"].map(|key| (key.into(), Expr::text("x"))).into());
    check(
        Template::default(),
        vec![token(), ("Map".into(), thrice)],
        &["`A` is given twice\n  --> resource F.Properties.Map.A"],
    );
}

#[test]
fn metadata_parameters_and_mappings() {
    let mut template = Template { metadata: twice("Owner"), ..Template::default() };
    let attributes = ["Default", "Default"].map(|key| (key.into(), Expr::text("x"))).into();
    template.parameters.push(LogicalId::new("Stage"), Parameter { kind: "String".into(), attributes });
    let rows = Expr::map([("dev", Expr::Map(twice("memory")))]);
    template.mappings.push(LogicalId::new("Sizes"), rows);
    let resource =
        Resource { kind: "AWS::SNS::Topic".into(), metadata: twice("Owner"), ..Resource::default() };
    template.resources.push(LogicalId::new("Topic"), resource);
    check(
        template,
        vec![token()],
        &[
            "`Owner` is given twice",
            "`Default` is given twice\n  --> parameter Stage.Default",
            "`memory` is given twice\n  --> mapping Sizes.dev.memory",
            "`Owner` is given twice\n  --> resource Topic.Metadata.Owner",
        ],
    );
}

#[test]
fn yaml_with_a_key_given_twice_is_not_read() {
    assert!(Template::read("Resources: {F: {Type: Custom::F, Properties: {A: x, A: y}}}").is_err());
}
