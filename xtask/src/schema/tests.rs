//! What the join makes of a specification and a constraint schema, as the lines of the data files.

use super::{join, patch, spec, write};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The section of `AWS::Demo::Thing` made from its specified properties, its definitions and its constraints.
fn section(properties: Value, definitions: &[(&str, Value)], schema: Value) -> Vec<String> {
    let entities: Vec<_> = definitions
        .iter()
        .map(|(name, properties)| json!({ "$id": name, "name": name, "properties": properties }))
        .collect();
    let uses: Vec<_> = definitions.iter().map(|(name, _)| json!({ "$id": name })).collect();
    let thing = json!({
        "$id": "0", "cloudFormationType": "AWS::Demo::Thing", "properties": properties, "attributes": {},
    });
    let database = json!({
        "resource": { "entities": [thing] },
        "typeDefinition": { "entities": entities },
        "usesType": { "forward": { "0": uses } },
    });
    let facts = spec::read(&database).remove("AWS::Demo::Thing").expect("the specification has it");
    let mut facts = join::join(facts, &schema, &Value::Null);
    facts.drop_unreachable();
    facts.drop_misplaced_combinations();
    let text = write::section(&facts).expect("its names are words");
    text.lines().skip(1).map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn check(properties: Value, schema: Value, expected: &[&str]) {
    check_with(properties, &[], schema, expected);
}

fn check_with(properties: Value, definitions: &[(&str, Value)], mut schema: Value, expected: &[&str]) {
    schema["type_name"] = "AWS::Demo::Thing".into();
    schema["additional_properties"] = false.into();
    assert_eq!(section(properties, definitions, schema), expected);
}

#[test]
fn constraints_narrow_what_is_specified() {
    check(
        json!({ "Name": { "type": { "type": "string" }, "required": true, "causesReplacement": "yes" } }),
        json!({ "properties": { "Name": { "type": "string", "min_length": 1, "max_length": 9, "pattern": "^a b$" } } }),
        &["  property Name required replaces string 1..9 ~^a b$"],
    );
}

#[test]
fn allowed_values_stand_in_place_of_a_pattern() {
    check(
        json!({ "Mode": { "type": { "type": "string" } } }),
        json!({ "properties": { "Mode": { "type": "string", "enum": ["A", "B", "A"], "pattern": "." } } }),
        &["  property Mode string enum A|B"],
    );
}

#[test]
fn values_that_only_patterns_loosen_are_of_any_case() {
    let part = json!([{ "type": "string", "enum": ["ON"] }, { "pattern": "^[Oo][Nn]$" }]);
    check(
        json!({ "Mode": { "type": { "type": "string" } } }),
        json!({ "properties": { "Mode": { "any_of": part, "enum_case_insensitive": ["on"] } } }),
        &["  property Mode string anycase enum ON"],
    );
}

#[test]
fn constraints_of_another_kind_of_value_are_passed_over() {
    check(
        json!({ "Name": { "type": { "type": "string" } } }),
        json!({ "properties": { "Name": { "type": "object", "min_length": 3 } } }),
        &["  property Name string"],
    );
}

#[test]
fn references_and_all_of_are_followed() {
    let named = json!({ "all_of": [{ "ref_name": "Count" }, {}] });
    check(
        json!({ "Size": { "type": { "type": "integer" } } }),
        json!({
            "properties": { "Size": named },
            "definitions": { "Count": { "type": "integer", "minimum": 1.0, "maximum": 35.0 } },
        }),
        &["  property Size integer 1..35"],
    );
}

#[test]
fn objects_that_only_the_constraints_know_are_added() {
    let inner =
        json!({ "type": "object", "properties": { "Key": { "type": "string" } }, "required": ["Key"] });
    check(
        json!({}),
        json!({ "properties": { "Items": { "type": "array", "max_items": 2, "unique_items": true, "items": inner } } }),
        &[
            "  property Items list ..2 unique object ThingItems",
            "  definition ThingItems",
            "    open",
            "    property Key required string",
        ],
    );
}

#[test]
fn an_object_gets_its_constraints_wherever_it_is_named() {
    let reference = |name: &str| json!({ "type": { "type": "ref", "reference": { "$ref": name } } });
    let closed = json!({
        "type": "object", "additional_properties": false, "properties": { "Days": { "type": "integer", "minimum": 0 } },
    });
    check_with(
        json!({ "Rule": reference("Rule") }),
        &[("Rule", json!({ "Days": { "type": { "type": "integer" } } })), ("Unused", json!({}))],
        json!({ "properties": { "Rule": { "ref_name": "Rule" } }, "definitions": { "Rule": closed } }),
        &["  property Rule object Rule", "  definition Rule", "    property Days integer 0.."],
    );
}

#[test]
fn what_must_stand_together_is_kept_if_it_can_be() {
    let text = || json!({ "type": { "type": "string" } });
    check(
        json!({ "A": text(), "B": text(), "C": text() }),
        json!({
            "one_of": [{ "required": ["A"] }, { "required": ["B", "C"] }],
            "dependent_excluded": { "A": ["B"] },
            "dependent_required": { "B": ["Elsewhere"] },
        }),
        &[
            "  property A string",
            "  property B string",
            "  property C string",
            "  excludes A B",
            "  one-of A|B C",
        ],
    );
}

#[test]
fn alternatives_that_say_more_may_hold_together() {
    let text = || json!({ "type": { "type": "string" } });
    let alternative = |key: &str| json!({ "required": [key], "properties": { "C": { "const": key } } });
    check(
        json!({ "A": text(), "B": text(), "C": text() }),
        json!({ "one_of": [alternative("A"), alternative("B")] }),
        &["  property A string", "  property B string", "  property C string", "  any-of A|B"],
    );
}

#[test]
fn what_the_service_sets_is_read_only() {
    check(
        json!({}),
        json!({ "properties": { "Arn": { "type": "string" } }, "read_only_properties": ["Arn", "Other.Part"] }),
        &["  property Arn read-only string"],
    );
}

#[test]
fn several_kinds_of_value_are_alternatives() {
    check(
        json!({ "Port": { "type": { "type": "union", "types": [{ "type": "integer" }, { "type": "string" }] } } }),
        json!({ "properties": {} }),
        &["  property Port oneof", "    or integer", "    or string"],
    );
}

#[test]
fn a_patch_without_a_reason_is_refused() {
    let mut types = BTreeMap::new();
    let refused =
        patch::apply(&json!({ "type": "AWS::Demo::Thing" }), &mut types).expect_err("it gives none");
    assert_eq!(refused.to_string(), "it gives no `reason`");
}

#[test]
fn a_patch_of_an_unknown_type_is_refused() {
    let mut types = BTreeMap::new();
    let patch = json!({ "type": "AWS::Demo::Gone", "reason": "any" });
    let refused = patch::apply(&patch, &mut types).expect_err("there is no such type");
    assert_eq!(refused.to_string(), "no type `AWS::Demo::Gone`");
}
