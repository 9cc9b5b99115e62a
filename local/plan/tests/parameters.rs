//! Values of parameters: what is allowed, and what is told of what is not.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackwright_plan::{Created, Outline, Problem, Surroundings};
use stackwright_template::Template;

/// What `Ref` to the parameter `P` gives, `given` being its value.
fn evaluate(declaration: &str, given: Option<&str>) -> Result<Value, Vec<Problem>> {
    let text = format!(
        "Parameters:\n  P: {{ {declaration} }}\n\
         Resources:\n  R: {{ Type: Custom::R, Properties: {{ Value: !Ref P }} }}\n"
    );
    let template = Template::read(&text).unwrap();
    let values: BTreeMap<String, String> =
        given.map(|value| ("P".into(), value.into())).into_iter().collect();
    let mut surroundings = Surroundings::of_stack("Office");
    surroundings.stored.insert("/subnets".into(), "a, b".into());
    let plan =
        Outline::of(&template, &values, &surroundings)?.create(|_| Ok::<_, String>(Created::named("r")))?;
    Ok(plan.resource("R").unwrap().resource.properties["Value"].clone())
}

fn check(declaration: &str, given: Option<&str>, expected: Value) {
    assert_eq!(evaluate(declaration, given), Ok(expected), "{declaration}");
}

fn check_refused(declaration: &str, given: &str, expected: &str) {
    let problems = evaluate(declaration, Some(given)).expect_err(declaration);
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("Parameters.P: {expected}")], "{declaration}");
}

#[test]
fn a_value_stands_before_the_default() {
    check("Type: String, Default: a", None, json!("a"));
    check("Type: String, Default: a", Some("b"), json!("b"));
    check("Type: String, Default: ''", None, json!(""));
    check("Type: String, Default: true", None, json!("true"));
    check("Type: Number, Default: 2.5", None, json!("2.5"));
}

#[test]
fn lists_are_split_and_trimmed() {
    check("Type: CommaDelimitedList", Some("a , b,c"), json!(["a", "b", "c"]));
    check("Type: List<Number>", Some("1,2"), json!(["1", "2"]));
    check("Type: 'List<AWS::EC2::Subnet::Id>'", Some("subnet-1"), json!(["subnet-1"]));
    check("Type: CommaDelimitedList, Default: ''", None, json!([""]));
}

#[test]
fn stored_values_are_taken_from_the_surroundings() {
    check("Type: 'AWS::SSM::Parameter::Value<String>'", Some("/subnets"), json!("a, b"));
    check("Type: 'AWS::SSM::Parameter::Value<List<String>>'", Some("/subnets"), json!(["a", "b"]));
    check("Type: 'AWS::SSM::Parameter::Name'", Some("/elsewhere"), json!("/elsewhere"));
}

#[test]
fn without_default_a_value_is_needed() {
    let problems = evaluate("Type: String", None).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(
        problems[0].to_string(),
        "Parameters.P: the parameter `P` has no default and was given no value"
    );
}

#[test]
fn values_are_among_those_allowed() {
    check("Type: String, AllowedValues: [dev, prod]", Some("prod"), json!("prod"));
    check("Type: Number, AllowedValues: [1, 2]", Some("2"), json!("2"));
    check_refused(
        "Type: String, AllowedValues: [dev, prod]",
        "test",
        "\"test\" is not allowed: it must be one of dev, prod",
    );
    check_refused(
        "Type: CommaDelimitedList, AllowedValues: [a, b]",
        "a,c",
        "\"a,c\" is not allowed: it must be one of a, b",
    );
}

#[test]
fn the_whole_value_is_of_the_pattern() {
    check("Type: String, AllowedPattern: '[a-z]+|'", Some("abc"), json!("abc"));
    check("Type: String, AllowedPattern: '[a-z]+|'", Some(""), json!(""));
    check_refused(
        "Type: String, AllowedPattern: '[a-z]+'",
        "abc1",
        "\"abc1\" is not allowed: it must be of the pattern [a-z]+",
    );
}

#[test]
fn a_pattern_of_java_alone_is_not_applied() {
    check("Type: String, AllowedPattern: '(?!xn--)[a-z]+'", Some("1"), json!("1"));
}

#[test]
fn lengths_and_numbers_have_bounds() {
    let short = "Type: String, MinLength: 2, MaxLength: 3";
    check(short, Some("äöü"), json!("äöü"));
    check_refused(short, "a", "\"a\" is not allowed: it must be at least 2 characters long");
    check_refused(short, "abcd", "\"abcd\" is not allowed: it must be at most 3 characters long");
    let small = "Type: Number, MinValue: 1, MaxValue: 10";
    check(small, Some("10"), json!("10"));
    check_refused(small, "0", "\"0\" is not allowed: it must be at least 1");
    check_refused(small, "11", "\"11\" is not allowed: it must be at most 10");
    check_refused(small, "inf", "\"inf\" is not allowed: it must be a number");
    check_refused(small, "ten", "\"ten\" is not allowed: it must be a number");
}

#[test]
fn a_secret_is_not_repeated() {
    check_refused(
        "Type: String, NoEcho: true, MinLength: 8",
        "hunter2",
        "the secret value is not allowed: it must be at least 8 characters long",
    );
}

#[test]
fn the_templates_own_words_are_the_hint() {
    let problems =
        evaluate("Type: Number, MaxValue: 1, ConstraintDescription: a share", Some("2")).unwrap_err();
    assert_eq!(problems[0].hint.as_deref(), Some("a share"));
}

#[test]
fn a_value_needs_its_parameter() {
    let template = Template::read("Parameters:\n  Stage: { Type: String, Default: dev }\n").unwrap();
    let values = [("Stagr".to_owned(), "prod".to_owned())].into();
    let surroundings = Surroundings::of_stack("Office");
    let problems = Outline::of(&template, &values, &surroundings).err().unwrap();
    assert_eq!(problems[0].to_string(), "Parameters: the template has no parameter `Stagr`");
    assert_eq!(problems[0].hint.as_deref(), Some("did you mean `Stage`?"));
}
