//! What exists and in which order; what is told before anything is created, and while it is.

#![allow(clippy::unwrap_used)]

use stackwright_plan::{Cause, Created, Outline, Plan, Problem, Surroundings};
use stackwright_template::{LogicalId, Template};

fn read(text: &str) -> Template {
    Template::read(text).unwrap()
}

/// The plan, and the names of resources in the order in which they were asked for.
fn evaluate(text: &str, refused: &[&str]) -> (Result<Plan, Vec<Problem>>, Vec<String>) {
    let (template, surroundings) = (read(text), Surroundings::of_stack("Office"));
    let mut asked = Vec::new();
    let plan = Outline::of(&template, &[].into(), &surroundings).and_then(|outline| {
        outline.create(|resource| {
            asked.push(resource.id.to_string());
            match refused.contains(&resource.id.as_str()) {
                true => Err(format!("an {} cannot be made here", resource.kind)),
                false => Ok(Created::named(format!("{}-1", resource.id)).with("Arn", "arn")),
            }
        })
    });
    (plan, asked)
}

fn check_order(resources: &str, expected: &str) {
    let (plan, asked) = evaluate(&format!("Resources:\n{resources}"), &[]);
    assert_eq!(asked.join(" "), expected, "{plan:#?}");
}

fn check_problems(text: &str, expected: &[&str]) {
    let (plan, asked) = evaluate(text, &[]);
    let problems = plan.expect_err(text);
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected, "{text}");
    assert_eq!(asked, [""; 0], "something was created all the same");
}

#[test]
fn each_comes_after_what_it_refers_to() {
    check_order(
        "  A: { Type: Custom::T, Properties: { X: !Ref B } }
  B: { Type: Custom::T, Properties: { X: [{ Y: !GetAtt C.Arn }] } }
  C: { Type: Custom::T, Properties: { X: !Sub '${D.Arn}/${E}' } }
  D: { Type: Custom::T, DependsOn: [F] }
  E: { Type: Custom::T, Properties: { X: !Join ['', [a, !Ref F]] } }
  F: { Type: Custom::T }
",
        "F D E C B A",
    );
}

#[test]
fn what_is_only_in_the_other_branch_is_not_waited_for() {
    let text = "
Conditions:
  Never: !Equals [a, b]
Resources:
  A: { Type: Custom::T, Properties: { X: !If [Never, !Ref B, none] } }
  B: { Type: Custom::T, Properties: { X: !Ref A } }
";
    let (plan, asked) = evaluate(text, &[]);
    assert_eq!(asked, ["A", "B"], "{plan:#?}");
}

#[test]
fn what_a_condition_keeps_out_is_not_there() {
    let text = "
Conditions:
  Never: !Equals [a, b]
  Always: !Not [!Condition Never]
Resources:
  A: { Type: Custom::T, Condition: Never }
  B: { Type: Custom::T, Condition: Always, DependsOn: A }
Outputs:
  OfA: { Value: !Ref A, Condition: Never }
  OfB: { Value: !Ref B, Condition: Always, Description: the second, Export: { Name: !Sub '${AWS::StackName}-b' } }
";
    let (plan, asked) = evaluate(text, &[]);
    let plan = plan.unwrap();
    assert_eq!(asked, ["B"]);
    let output = &plan.outputs[0];
    assert_eq!((plan.outputs.len(), output.value.as_str()), (1, "B-1"));
    assert_eq!(output.description.as_deref(), Some("the second"));
    assert_eq!(plan.exports().collect::<Vec<_>>(), [("Office-b", "B-1")]);
    assert_eq!(plan.conditions.into_values().collect::<Vec<_>>(), [true, false]);
}

#[test]
fn the_order_is_known_before_anything_is_created() {
    let template = read("Resources:\n  A: { Type: Custom::T, DependsOn: B }\n  B: { Type: Custom::T }\n");
    let surroundings = Surroundings::of_stack("Office");
    let outline = Outline::of(&template, &[].into(), &surroundings).unwrap();
    let ids: Vec<_> = outline.resources().map(|(id, _)| id).collect();
    assert_eq!(ids, [LogicalId::new("B"), LogicalId::new("A")]);
}

#[test]
fn conditions_are_decided_from_conditions() {
    let text = "
Parameters:
  Size: { Type: Number, Default: 3 }
Conditions:
  Both: !And [!Condition Three, !Or [!Equals [a, b], !Equals [!Ref AWS::Region, us-east-1]]]
  Three: !Equals [!Ref Size, 3]
  Neither: !Not [!Or [!Condition Three, !Condition Both]]
Resources: {}
";
    let plan = evaluate(text, &[]).0.unwrap();
    let holding: Vec<_> =
        plan.conditions.iter().filter(|(_, holds)| **holds).map(|(id, _)| id.as_str()).collect();
    assert_eq!(holding, ["Both", "Three"]);
}

#[test]
fn conditions_that_cannot_be_decided_are_told_once() {
    check_problems(
        "
Conditions:
  A: !Not [!Condition B]
  B: !And [!Condition A, !Condition A]
  C: !Equals [!Ref R, a]
  D: !Not [!Condition Gone]
  E: !Or [yes]
  F: !Equals [!If [C, 1, 2], 1]
  G: !Not [!Condition C]
Resources:
  R: { Type: Custom::T, Properties: { X: !If [A, 1, 2] } }
",
        &[
            "Conditions.C.Fn::Equals: `R` is a resource, and there are none yet when this is decided",
            "Conditions.D.Fn::Not: there is no condition `Gone`",
            "Conditions.E.Fn::Or[0]: this is not a condition",
            "Conditions.F.Fn::Equals.Fn::If: `Fn::If` is not supported here",
            "Conditions.A: they wait for each other: `A` → `B` → `A`",
        ],
    );
}

#[test]
fn circles_are_told() {
    check_problems(
        "
Resources:
  A: { Type: Custom::T, Properties: { X: !Ref B } }
  B: { Type: Custom::T, DependsOn: A }
  C: { Type: Custom::T, Properties: { X: !GetAtt C.Arn } }
  D: { Type: Custom::T, DependsOn: C }
",
        &["Resources.A: they wait for each other: `A` → `B` → `A`", "Resources.C: it waits for itself: `C`"],
    );
}

#[test]
fn all_problems_are_told_together_before_anything_is_created() {
    check_problems(
        "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  P: { Type: String }
Resources:
  A: { Type: Custom::T, Condition: Nowhere, Properties: { X: !Ref P, Y: !Ref Gone } }
  B: { Type: Custom::T, DependsOn: [A, Lost] }
Outputs:
  Text: { Value: !GetAtt Absent.Arn }
  List: { Value: [a] }
  Named: { Value: a, Export: { Name: !Ref A } }
  Only: { Value: a, Condition: Elsewhere }
",
        &[
            "Transform: the transform `AWS::Serverless-2016-10-31` is not run here",
            "Parameters.P: the parameter `P` has no default and was given no value",
            "Resources.A.Condition: there is no condition `Nowhere`",
            "Resources.A.Properties.Y: there is neither a resource nor a parameter `Gone`",
            "Resources.B.DependsOn: there is no resource `Lost`",
            "Outputs.Text.Value: there is no resource `Absent`",
            "Outputs.List.Value: an output must be a text or a number",
            "Outputs.Named.Export.Name: `A` is a resource, and there are none yet when this is decided",
            "Outputs.Only.Condition: there is no condition `Elsewhere`",
        ],
    );
}

#[test]
fn refusals_come_together_and_what_needs_the_refused_is_passed_over() {
    let text = "
Resources:
  A: { Type: Custom::Odd }
  B: { Type: Custom::T, Properties: { X: !Ref A } }
  C: { Type: Custom::T, DependsOn: B }
  D: { Type: Custom::Odd }
  E: { Type: Custom::T, Properties: { X: !GetAtt F.Nothing, Y: !Sub '${F.None}' } }
  F: { Type: Custom::T }
Outputs:
  OfA: { Value: !Ref A }
  OfF: { Value: !GetAtt F.Nil }
";
    let (plan, asked) = evaluate(text, &["A", "D"]);
    let told: Vec<_> = plan.unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(asked, ["A", "D", "F"]);
    assert_eq!(
        told,
        [
            "Resources.A: an Custom::Odd cannot be made here",
            "Resources.D: an Custom::Odd cannot be made here",
            "Resources.E.Properties.X: `F`, which is of type Custom::T, has no attribute `Nothing` here",
            "Resources.E.Properties.Y.Fn::Sub: `F`, which is of type Custom::T, has no attribute `None` here",
            "Outputs.OfF.Value: `F`, which is of type Custom::T, has no attribute `Nil` here",
        ]
    );
}

#[test]
fn problems_are_typed() {
    let (plan, _) = evaluate("Resources:\n  A: { Type: Custom::T, Properties: { X: [!Ref Gone] } }\n", &[]);
    let problem = plan.unwrap_err().remove(0);
    assert_eq!(problem.cause, Cause::NoEntry(LogicalId::new("Gone")));
    assert_eq!(problem.place.entry, Some(LogicalId::new("A")));
    assert_eq!((problem.place.section, problem.place.path.as_str()), ("Resources", "Properties.X[0]"));
}

#[test]
fn a_template_in_json_is_the_same() {
    let text = r#"{ "Resources": {
        "A": { "Type": "Custom::T", "Properties": { "X": { "Fn::GetAtt": "B.Arn" } }, "DependsOn": "B" },
        "B": { "Type": "Custom::T" } } }"#;
    let (plan, asked) = evaluate(text, &[]);
    assert_eq!(asked, ["B", "A"]);
    assert_eq!(plan.unwrap().resource("A").unwrap().resource.properties["X"], "arn");
}
