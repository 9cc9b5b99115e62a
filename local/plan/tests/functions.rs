//! Every function of a template: what it answers, and what it says when it cannot.
//!
//! Each case is the expression of one property, in a template with a few things to refer to.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_plan::{Created, Outline, Plan, Problem, Surroundings, physical_name};
use stackwright_template::Template;

const AROUND: &str = "
Parameters:
  Stage: { Type: String, Default: dev }
  Size: { Type: Number, Default: 30 }
  Subnets: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /image }
  Digest: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /digest }
Mappings:
  Sizes:
    dev: { Memory: 256, Zones: [x, y], Again: [!FindInMap [Sizes, dev, Again]] }
Conditions:
  Small: !Equals [!Ref Size, 30]
  Large: !Not [!Condition Small]
Resources:
  Queue: { Type: 'AWS::SQS::Queue' }
  Spare: { Type: 'AWS::SQS::Queue', Condition: Large }
  Subject:
    Type: Custom::Subject
    Properties:
      Value: ";

fn plan(expression: &str) -> Result<Plan, Vec<Problem>> {
    let template = Template::read(&format!("{AROUND}{expression}\n")).unwrap();
    let mut surroundings = Surroundings::of_stack("Office");
    surroundings.exports.insert("network".into(), "vpc-1".into());
    surroundings.stored.insert("/image".into(), "ami-1".into());
    Outline::of(&template, &[].into(), &surroundings)?.create(|resource| {
        Ok::<_, String>(
            Created::named(physical_name("Office", resource.id.as_str(), &resource.kind))
                .with("Arn", format!("arn:{}", resource.id))
                .with("Endpoint.Port", 5432)
                .with("Zones", json!(["one", "two"])),
        )
    })
}

fn check(expression: &str, expected: Value) {
    let plan = plan(expression).unwrap_or_else(|problems| panic!("{expression}: {problems:#?}"));
    let got = plan.resource("Subject").unwrap().resource.properties.get("Value").cloned();
    assert_eq!(got.unwrap_or(json!("left out")), expected, "{expression}");
}

/// What is told, hint and all, below the property.
fn check_problems(expression: &str, expected: &[&str]) {
    let problems = plan(expression).expect_err(expression);
    let told = |problem: &Problem| match &problem.hint {
        Some(hint) => format!("{problem}; {hint}"),
        None => problem.to_string(),
    };
    let told: Vec<String> = problems.iter().map(told).collect();
    let told: Vec<&str> =
        told.iter().map(|told| told.strip_prefix("Resources.Subject.Properties.Value").unwrap()).collect();
    assert_eq!(told, expected, "{expression}");
}

fn queue_name() -> String {
    physical_name("Office", "Queue", "AWS::SQS::Queue")
}

#[test]
fn literals_stay() {
    check("[1, 2.5, true, 'N', { a: null }]", json!([1, 2.5, true, "N", { "a": null }]));
}

#[test]
fn references() {
    check("!Ref Queue", json!(queue_name()));
    check("!Ref Stage", json!("dev"));
    check("!Ref Subnets", json!(["a", "b", "c"]));
    check("!Ref Image", json!("ami-1"));
    check_problems(
        "!Ref Stge",
        &[": there is neither a resource nor a parameter `Stge`; did you mean `Stage`?"],
    );
    check_problems("{ Ref: [Stage] }", &[": `Ref` takes a name"]);
    check_problems(
        "!Ref Digest",
        &[": nothing is stored under `/digest`; give the surroundings a stored value for `/digest`"],
    );
}

#[test]
fn a_number_given_as_a_parameter_is_a_text() {
    check("!Ref Size", json!("30"));
}

#[test]
fn pseudo_parameters() {
    check("!Ref AWS::Region", json!("us-east-1"));
    check("!Ref AWS::AccountId", json!("000000000000"));
    check("!Ref AWS::Partition", json!("aws"));
    check("!Ref AWS::StackName", json!("Office"));
    check("!Ref AWS::URLSuffix", json!("amazonaws.com"));
    check("!Ref AWS::NotificationARNs", json!([]));
    check("!Select [1, !Split ['/', !Ref AWS::StackId]]", json!("Office"));
    check_problems(
        "!Ref AWS::Rgeion",
        &[": there is neither a resource nor a parameter `AWS::Rgeion`; did you mean `AWS::Region`?"],
    );
}

#[test]
fn attributes() {
    check("!GetAtt Queue.Arn", json!("arn:Queue"));
    check("!GetAtt Queue.Endpoint.Port", json!(5432));
    check("{ 'Fn::GetAtt': [Queue, Endpoint, Port] }", json!(5432));
    check("{ 'Fn::GetAtt': [Queue, !Join ['', [A, rn]]] }", json!("arn:Queue"));
    check_problems(
        "!GetAtt Queue.ARN",
        &[": `Queue`, which is of type AWS::SQS::Queue, has no attribute `ARN` here; did you mean `Arn`?"],
    );
    check_problems("!GetAtt Queu.Arn", &[": there is no resource `Queu`; did you mean `Queue`?"]);
    check_problems("!GetAtt Stage.Arn", &[": there is no resource `Stage`"]);
}

#[test]
fn substitutions() {
    check(
        "!Sub '${Stage}-${AWS::Region}-${Queue.Arn}-${Queue.Endpoint.Port}'",
        json!("dev-us-east-1-arn:Queue-5432"),
    );
    check("!Sub ['${Own}/${Stage}', { Own: !Select [1, !Ref Subnets], Stage: mine }]", json!("b/mine"));
    check("!Sub 'a ${!Literal} $ {} $${Size} ${open'", json!("a ${Literal} $ {} $30 ${open"));
    check("!Sub nothing", json!("nothing"));
    check_problems(
        "!Sub '${Stage}${Stagr}${Queu.Arn}'",
        &[
            ".Fn::Sub: there is neither a resource nor a parameter `Stagr`; did you mean `Stage`?",
            ".Fn::Sub: there is no resource `Queu`; did you mean `Queue`?",
        ],
    );
    check_problems(
        "!Sub '${Subnets}'",
        &[".Fn::Sub: `Fn::Sub` takes texts and numbers; `Subnets` is neither"],
    );
}

#[test]
fn joins() {
    check("!Join ['-', [a, !Ref Stage, 3, true]]", json!("a-dev-3-true"));
    check("!Join [',', !Ref Subnets]", json!("a,b,c"));
    check("!Join ['', []]", json!(""));
    check("!Join ['-', [a, !Ref AWS::NoValue, b]]", json!("a-b"));
    check_problems(
        "!Join ['-', [a, !Ref Subnets]]",
        &[".Fn::Join: `Fn::Join` takes a delimiter, and a list of texts and numbers"],
    );
    check_problems(
        "!Join [a, b, c]",
        &[".Fn::Join: `Fn::Join` takes a delimiter, and a list of texts and numbers"],
    );
}

#[test]
fn selections_and_splits() {
    check("!Select [1, !Ref Subnets]", json!("b"));
    check("!Select ['0', [!Ref Stage, x]]", json!("dev"));
    check("!Split ['-', a-b-]", json!(["a", "b", ""]));
    check("!Split [':', !GetAtt Queue.Arn]", json!(["arn", "Queue"]));
    check("!Select [1, !GetAtt Queue.Zones]", json!("two"));
    check_problems("!Select [3, !Ref Subnets]", &[".Fn::Select: `Fn::Select` takes an index below 3, not 3"]);
    check_problems(
        "!Select [1, !Split ['/', !GetAtt Queue.Arn]]",
        &[".Fn::Select: `Fn::Select` takes an index below 1, not 1"],
    );
    check_problems(
        "!Split ['', a]",
        &[".Fn::Split: `Fn::Split` takes a delimiter that is not empty, and a text"],
    );
}

#[test]
fn choices() {
    check("!If [Small, yes, no]", json!("yes"));
    check("!If [Large, !GetAtt Spare.Arn, none]", json!("none"));
    check("!If [Large, a, !Ref AWS::NoValue]", json!("left out"));
    check("[a, !If [Large, b, !Ref AWS::NoValue], c]", json!(["a", "c"]));
    check("{ a: 1, b: !Ref AWS::NoValue }", json!({ "a": 1 }));
    check_problems("!If [Smal, a, b]", &[".Fn::If: there is no condition `Smal`; did you mean `Small`?"]);
    check_problems(
        "!Equals [a, b]",
        &[".Fn::Equals: `Fn::Equals` is not supported here; write it under `Conditions`, and `Fn::If` here"],
    );
    check_problems(
        "{ 'Fn::Base64': !Ref AWS::NoValue }",
        &[
            ".Fn::Base64: `AWS::NoValue` has no place here; it leaves out a whole property, or an item of a list",
        ],
    );
}

#[test]
fn what_does_not_exist_cannot_be_referred_to() {
    let expected = ": `Spare` is not there, since its condition `Large` does not hold; \
                    refer to it inside `!If [Large, …]`";
    check_problems("!Ref Spare", &[expected]);
}

#[test]
fn mappings() {
    check("!FindInMap [Sizes, !Ref Stage, Memory]", json!(256));
    check("!FindInMap [Sizes, dev, Zones]", json!(["x", "y"]));
    check("!FindInMap [Sizes, prod, Memory, { DefaultValue: 512 }]", json!(512));
    check_problems(
        "!FindInMap [Sizes, prod, Memory]",
        &[".Fn::FindInMap: there is no mapping `Sizes.prod.Memory`"],
    );
    check_problems(
        "!FindInMap [Sizes, dev, Again]",
        &[".Fn::FindInMap: `Fn::FindInMap` takes what a mapping holds as it is: there it has a function"],
    );
}

#[test]
fn imports() {
    check("!ImportValue network", json!("vpc-1"));
    check_problems(
        "!ImportValue netwrk",
        &[".Fn::ImportValue: no stack exports `netwrk`; did you mean `network`?"],
    );
}

#[test]
fn the_rest() {
    check("!Base64 'echo'", json!("ZWNobw=="));
    check("!GetAZs ''", json!(["us-east-1a", "us-east-1b", "us-east-1c"]));
    check("!Select [0, !GetAZs eu-west-1]", json!("eu-west-1a"));
    check("!Length [a, b]", json!(2));
    check("!ToJsonString { a: !Ref Stage }", json!(r#"{"a":"dev"}"#));
    check("{ Condition: Small }", json!({ "Condition": "Small" }));
}

#[test]
fn what_is_not_answered_is_told() {
    check_problems("!Cidr [10.0.0.0/16, 2, 8]", &[".Fn::Cidr: `Fn::Cidr` is not supported here"]);
    check_problems("!Transform { Name: X }", &[".Fn::Transform: `Fn::Transform` is not supported here"]);
    check_problems(
        "{ 'Fn::ForEach::Each': [], b: 1 }",
        &[".Fn::ForEach::Each: `Fn::ForEach::Each` is not supported here"],
    );
    let secret = "{{resolve:secretsmanager:login}}";
    let expected = format!(
        ": the dynamic reference `{secret}` is not looked up here; take the value from a parameter of the template"
    );
    check_problems(&format!("'{secret}'"), &[&expected]);
}

#[test]
fn all_that_is_wrong_is_told_with_its_place() {
    check_problems(
        "[!Ref No, { deep: [x, !GetAtt Nor.Arn] }, !Join [a]]",
        &[
            "[0]: there is neither a resource nor a parameter `No`",
            "[1].deep[1]: there is no resource `Nor`",
            "[2].Fn::Join: `Fn::Join` takes a delimiter, and a list of texts and numbers",
        ],
    );
}
