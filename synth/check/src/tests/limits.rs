//! Tests of CloudFormation's limits and of ids.

use stackwright_template::{LogicalId, Resource, Template};

use super::{check, texts};

const TOPIC: &str = "Resources: {T: {Type: AWS::SNS::Topic}}";

fn topics(count: usize) -> Template {
    let mut template = Template::default();
    for number in 0..count {
        let topic = Resource { kind: "AWS::SNS::Topic".into(), ..Resource::default() };
        template.resources.push(LogicalId::new(&format!("T{number}")), topic);
    }
    template
}

#[test]
fn counts() {
    assert_eq!(texts(&crate::check(&topics(500))), [""; 0]);
    assert_eq!(
        texts(&crate::check(&topics(501))),
        ["the template has 501 resources; CloudFormation takes 500\n  hint: split it into several stacks"]
    );
    let outputs: String = (0..201).map(|n| format!("  O{n}: {{Value: x}}\n")).collect();
    check(
        &format!("{TOPIC}\nOutputs:\n{outputs}"),
        &["the template has 201 outputs; CloudFormation takes 200\n  hint: split it into several stacks"],
    );
    check("Description: empty", &["the template has no resources; CloudFormation asks for one at least"]);
}

#[test]
fn sizes() {
    assert_eq!(crate::check_size(1_000_000), None);
    let finding = crate::check_size(1_000_001).map(|finding| finding.to_string());
    assert_eq!(
        finding.as_deref(),
        Some(
            "the template has 1000001 bytes; CloudFormation takes 1000000\n  hint: split it into several stacks"
        )
    );
}

#[test]
fn names_of_entries() {
    let long = "A".repeat(256);
    check(
        &format!("Resources: {{{long}: {{Type: AWS::SNS::Topic}}}}"),
        &[&format!(
            "the resource `{long}` has a name of 256 characters; CloudFormation takes 255\n  --> resource {long}"
        )],
    );
    check(
        "Resources: {my-topic: {Type: AWS::SNS::Topic}}",
        &["the resource `my-topic` must be named with letters and digits only (A-Z, a-z, 0-9)
  --> resource my-topic"],
    );
    check(
        &format!("{TOPIC}\nParameters: {{T: {{Type: String}}}}"),
        &["`T` is a parameter and a resource: `!Ref T` could mean either
  --> resource T
  hint: name one of them differently"],
    );
    check(&format!("{TOPIC}\nOutputs: {{T: {{Value: !Ref T}}}}"), &[]);
}

#[test]
fn ids_given_twice() {
    let mut template = topics(1);
    let again = Resource { kind: "AWS::SNS::Topic".into(), ..Resource::default() };
    template.resources.push(LogicalId::new("T0"), again);
    assert_eq!(
        texts(&crate::check(&template)),
        ["there are two resources called `T0`\n  --> resource T0\n  hint: name one of them differently"]
    );
}

#[test]
fn descriptions_and_defaults() {
    let long = "x".repeat(1_025);
    check(
        &format!("Description: {long}\n{TOPIC}"),
        &["the description has 1025 bytes; CloudFormation takes 1024"],
    );
    check(
        &format!("{TOPIC}\nOutputs: {{O: {{Value: x, Description: {long}}}}}"),
        &["the description has 1025 bytes; CloudFormation takes 1024\n  --> output O.Description"],
    );
    let long = "x".repeat(4_097);
    check(
        &format!("{TOPIC}\nParameters: {{P: {{Type: String, Default: {long}}}}}"),
        &["the default has 4097 bytes; CloudFormation takes 4096\n  --> parameter P.Default"],
    );
}

#[test]
fn exports() {
    check(
        &format!("{TOPIC}\nOutputs:\n  A: {{Value: x, Export: {{Name: a_b}}}}\n  B: {{Value: [x]}}"),
        &[
            "the export's name \"a_b\" may hold letters, digits, `:` and `-` only\n  --> output A.Export.Name",
            "an output must be a text, not a list\n  --> output B.Value",
        ],
    );
    check(
        &format!(
            "{TOPIC}\nOutputs:\n  A: {{Value: x, Export: {{Name: a}}}}\n  B: {{Value: x, Export: {{Name: a}}}}"
        ),
        &["two outputs export `a`\n  --> output B.Export.Name"],
    );
}

#[test]
fn parameters() {
    let parameter = |attributes: &str| format!("{TOPIC}\nParameters: {{P: {{{attributes}}}}}");
    for good in [
        "Type: String, Default: a, AllowedValues: [a, b]",
        "Type: Number, Default: '3', AllowedValues: [1, 3]",
        "Type: 'AWS::SSM::Parameter::Value<String>', Default: /a",
        "Type: 'List<AWS::EC2::Subnet::Id>'",
    ] {
        check(&parameter(good), &[]);
    }
    check(
        &parameter("Type: Strng, Defualt: a"),
        &[
            "\"Strng\" is not the type of a parameter\n  --> parameter P.Type\n  hint: did you mean `String`?",
            "a parameter has no `Defualt`\n  --> parameter P.Defualt\n  hint: did you mean `Default`?",
        ],
    );
    check(
        &parameter("Type: Number, Default: many"),
        &["the default of a Number must be a number, not \"many\"\n  --> parameter P.Default"],
    );
    check(
        &parameter("Type: String, Default: c, AllowedValues: [a, b]"),
        &["the default \"c\" is not one of the AllowedValues a, b\n  --> parameter P.Default"],
    );
    check(
        &parameter("Type: String, Default: !Ref P"),
        &["a default must be a text or a number\n  --> parameter P.Default"],
    );
}

#[test]
fn mappings_and_parameters_are_counted() {
    let keys: String = (0..201).map(|n| format!("    k{n}: {{a: b}}\n")).collect();
    check(
        &format!("{TOPIC}\nMappings:\n  Wide:\n{keys}"),
        &["the mapping `Wide` has 201 keys; CloudFormation takes 200\n  --> mapping Wide"],
    );
    let parameters: String = (0..201).map(|n| format!("  P{n}: {{Type: String}}\n")).collect();
    check(
        &format!("{TOPIC}\nParameters:\n{parameters}"),
        &["the template has 201 parameters; CloudFormation takes 200\n  hint: split it into several stacks"],
    );
}

#[test]
fn names_of_exports_are_bounded() {
    let long = "x".repeat(256);
    check(
        &format!("{TOPIC}\nOutputs: {{O: {{Value: x, Export: {{Name: {long}}}}}}}"),
        &["the export's name has 256 characters; CloudFormation takes 255\n  --> output O.Export.Name"],
    );
}
