//! Tests of the graph: references that lead nowhere, circles, functions.

use super::check;

/// A topic with this display name, beside what else there is.
#[track_caller]
fn named(display_name: &str, expected: &[&str]) {
    check(
        &format!(
            "Parameters:\n  Stage: {{Type: String}}
Mappings:\n  Sizes: {{dev: {{memory: a}}}}
Conditions:\n  Big: !Equals [!Ref Stage, prod]
Resources:
  Alerts:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: {display_name}
  Jobs:\n    Type: AWS::SQS::Queue"
        ),
        expected,
    );
}

#[test]
fn references_that_lead_somewhere() {
    for good in [
        "!Ref Stage",
        "!Ref AWS::Region",
        "!GetAtt Jobs.Arn",
        "!Sub '${Stage}-${Jobs.Arn}-${!kept}'",
        "!If [Big, !Ref Jobs, !Ref AWS::NoValue]",
        "!FindInMap [Sizes, dev, memory]",
        "!FindInMap [Sizes, !Ref Stage, memory]",
        "!Sub ['${Own}', {Own: !Ref Jobs}]",
    ] {
        named(good, &[]);
    }
}

#[test]
fn a_reference_to_nothing() {
    named(
        "!Ref Job",
        &["`Alerts` refers to `Job`, which is neither a resource nor a parameter
  --> resource Alerts.Properties.DisplayName
  hint: did you mean `Jobs`?"],
    );
    named(
        "!Ref AWS::region",
        &["`Alerts` refers to `AWS::region`, which is neither a resource nor a parameter
  --> resource Alerts.Properties.DisplayName
  hint: did you mean `AWS::Region`?"],
    );
}

#[test]
fn a_text_with_a_reference_to_nothing() {
    named(
        "!Sub 'x ${HOME}'",
        &["`Alerts` refers to `HOME`, which is neither a resource nor a parameter
  --> resource Alerts.Properties.DisplayName
  hint: write `${!HOME}` if the text itself is meant to hold `${HOME}`"],
    );
    named(
        "!Join ['', [!Sub 'x ${Jbos.Arn}']]",
        &["`Alerts` refers to `Jbos`, which is not a resource of this template
  --> resource Alerts.Properties.DisplayName[1][0]
  hint: did you mean `Jobs`?"],
    );
}

#[test]
fn an_attribute_that_the_type_has_not() {
    named(
        "!GetAtt Jobs.ARN",
        &["`Jobs` is an AWS::SQS::Queue and has no attribute `ARN`
  --> resource Alerts.Properties.DisplayName
  hint: did you mean `Arn`?"],
    );
    named(
        "!GetAtt Jobs.Endpoint",
        &["`Jobs` is an AWS::SQS::Queue and has no attribute `Endpoint`
  --> resource Alerts.Properties.DisplayName
  hint: it has Arn, QueueUrl, RedrivePolicy.deadLetterTargetArn, RedrivePolicy.maxReceiveCount"],
    );
    named(
        "!GetAtt Stage.Arn",
        &["`Stage` is a parameter: it has no attributes
  --> resource Alerts.Properties.DisplayName
  hint: write `!Ref Stage`"],
    );
}

#[test]
fn conditions_and_mappings_that_do_not_exist() {
    named(
        "!If [Bigg, a, b]",
        &["there is no condition `Bigg`
  --> resource Alerts.Properties.DisplayName
  hint: did you mean `Big`?"],
    );
    named(
        "!FindInMap [Size, dev, memory]",
        &["there is no mapping `Size`
  --> resource Alerts.Properties.DisplayName
  hint: did you mean `Sizes`?"],
    );
    named(
        "!FindInMap [Sizes, prod, memory]",
        &["the mapping `Sizes` has no key `prod`
  --> resource Alerts.Properties.DisplayName
  hint: it has dev"],
    );
    named(
        "!FindInMap [Sizes, dev, timeout]",
        &["the mapping `Sizes.dev` has no key `timeout`
  --> resource Alerts.Properties.DisplayName
  hint: it has memory"],
    );
}

#[test]
fn functions_that_do_not_exist_or_are_given_too_little() {
    named(
        "!Jion ['', [a]]",
        &["CloudFormation has no function `Jion`
  --> resource Alerts.Properties.DisplayName
  hint: did you mean `!Join`?"],
    );
    named(
        "!If [Big, a]",
        &["`!If` takes three arguments: the name of a condition, the value if it holds, the value if not
  --> resource Alerts.Properties.DisplayName"],
    );
    named(
        "!Join ['', a]",
        &["`!Join` takes two arguments: a separator and a list
  --> resource Alerts.Properties.DisplayName"],
    );
}

#[test]
fn null_and_functions_beside_other_keys() {
    named(
        "null",
        &["`DisplayName` is null, which CloudFormation refuses
  --> resource Alerts.Properties.DisplayName
  hint: leave it out, or write `!Ref AWS::NoValue`"],
    );
    check(
        "Resources: {A: {Type: Custom::Any, Properties: {ServiceToken: x, Other: {'Fn::Sub': x, b: 1}}}}",
        &["`Fn::Sub` has other keys beside it
  --> resource A.Properties.Other
  hint: a function is a map of one key, its name, with its arguments"],
    );
}

#[test]
fn depending_on_what_is_no_resource() {
    check(
        "Resources: {A: {Type: AWS::SNS::Topic, DependsOn: [B, Bee]}, B: {Type: AWS::SNS::Topic}}",
        &["`A` depends on `Bee`, which is not a resource of this template\n  --> resource A.DependsOn[1]"],
    );
}

#[test]
fn depending_on_what_may_not_exist() {
    let template = |condition: &str, name: &str| {
        format!(
            "Conditions: {{Prod: !Equals [!Ref AWS::Region, eu-west-1]}}
Resources:
  A: {{Type: AWS::SNS::Topic{condition}, Properties: {{DisplayName: {name}}}}}
  B: {{Type: AWS::SNS::Topic, Condition: Prod}}"
        )
    };
    check(&template(", Condition: Prod", "!Ref B"), &[]);
    check(&template("", "!If [Prod, !Ref B, none]"), &[]);
    check(
        &template("", "!Ref B"),
        &["`A` always exists, but refers to `B`, which exists only if `Prod` holds
  --> resource A.Properties.DisplayName
  hint: refer to it inside `!If [Prod, …]`, or give both the same condition"],
    );
}

#[test]
fn resources_that_wait_for_each_other() {
    check(
        "Resources:
  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref B}}
  B: {Type: AWS::SNS::Topic, DependsOn: C}
  C: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub 'x${A.TopicName}'}}",
        &["resources wait for each other: `A` → `B` → `C` → `A`
  --> resource A.Properties.DisplayName
  hint: `A` needs `B` for Properties.DisplayName, `B` needs `C` for DependsOn, `C` needs `A` for \
           Properties.DisplayName; one must go"],
    );
    check(
        "Resources: {A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref A}}}",
        &["`A` refers to itself\n  --> resource A.Properties.DisplayName"],
    );
}

#[test]
fn conditions_of_each_other_and_of_resources() {
    check(
        "Conditions: {A: !Not [!Condition B], B: !And [!Condition A, !Condition C]}
Resources: {T: {Type: AWS::SNS::Topic, Condition: A}}",
        &[
            "there is no condition `C`\n  --> condition B[1]",
            "conditions are made of each other: `A` → `B` → `A`\n  --> condition A",
        ],
    );
    check(
        "Conditions: {A: !Equals [!Ref T, x]}\nResources: {T: {Type: AWS::SNS::Topic, Condition: A}}",
        &["condition `A` refers to the resource `T`
  --> condition A[0]
  hint: conditions are decided before there are resources: they may refer to parameters"],
    );
}

#[test]
fn outputs_refer_too() {
    check(
        "Resources: {T: {Type: AWS::SNS::Topic}}
Outputs:\n  Topic: {Value: !Ref Tt, Condition: Missing, Export: {Name: !Sub '${T}-x'}}",
        &[
            "there is no condition `Missing`\n  --> output Topic.Condition",
            "`Topic` refers to `Tt`, which is neither a resource nor a parameter
  --> output Topic.Value\n  hint: did you mean `T`?",
            "the export's name refers to the resource `T`
  --> output Topic.Export.Name
  hint: an export is named by texts, parameters and pseudo parameters",
        ],
    );
}

#[test]
fn with_a_macro_missing_entries_may_appear_later() {
    check(
        "Transform: AWS::Serverless-2016-10-31
Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref FunctionRole}}}",
        &[],
    );
}

#[test]
fn what_nested_stacks_answer_is_known_to_them() {
    check(
        "Resources:
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x.s3.amazonaws.com/t'}}
  Own: {Type: Custom::Thing, Properties: {ServiceToken: !GetAtt Inner.Outputs.Token}}
  T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Own.Whatever}}",
        &[],
    );
}

#[test]
fn branches_do_not_make_a_circle() {
    check(
        "Conditions: {C: !Equals [!Ref AWS::Region, x]}
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [C, !Ref B, a]}}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [C, b, !Ref A]}}",
        &[],
    );
}

#[test]
fn arguments_of_functions() {
    for (call, wanted) in [
        ("!Select [0]", "`!Select` takes two arguments: an index and a list"),
        ("!Split ['', x]", "`!Split` takes two arguments: a separator and a text"),
        (
            "!FindInMap [Sizes, dev]",
            "`!FindInMap` takes three arguments: a mapping, its key, and the key below that",
        ),
        ("!GetAtt [Jobs]", "`!GetAtt` takes the id of a resource and the name of an attribute"),
    ] {
        named(call, &[&format!("{wanted}\n  --> resource Alerts.Properties.DisplayName")]);
    }
    check(
        "Conditions: {A: !And [!Equals [a, b]]}\nResources: {T: {Type: AWS::SNS::Topic, Condition: A}}",
        &["`!And` takes two to ten conditions\n  --> condition A"],
    );
}
