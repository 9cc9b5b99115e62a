//! A template that the AWS CDK wrote runs as it is, and what of a template cannot run is told by its name.
//!
//! `cdk/` holds the template, the asset that it names, and the app that they were made from.

use std::fs;

use serde_json::{Value, json};

use crate::clients::python;
use crate::machine::{Machine, fresh_folder};

pub(crate) const STACK: &str = "CdkFixture";
pub(crate) const TEMPLATE: &str = "tests/conversations/cdk/CdkFixture.template.json";

#[test]
fn a_template_of_the_aws_cdk_runs_as_it_is() {
    let machine = Machine::start_with("cdk", &[], &["--template", TEMPLATE]);
    assert_eq!(machine.look("state")["problems"], json!([]));
    python("cdk", &machine);
}

#[test]
fn what_cannot_run_is_told_by_its_name_and_the_rest_runs() {
    let folder = fresh_folder("cdk-unsupported");
    let file = folder.join("Orders.template.json");
    fs::write(&file, serde_json::to_string_pretty(&orders()).unwrap()).unwrap();
    let machine = Machine::start_in(folder, &[], &["--template", file.to_str().unwrap()]);

    let state = machine.look("state");
    let [problem] = state["problems"].as_array().unwrap().as_slice() else { panic!("{}", state["problems"]) };
    let message = "`AWS::StepFunctions::StateMachine` does not run here: nothing is there but its name";
    assert_eq!((&problem["resource"], &problem["message"]), (&json!("Steps93D5A1B2"), &json!(message)));
    let line = problem["declaredAt"].as_str().unwrap();
    assert!(line.starts_with(&format!("{}:", file.display())), "{line}");
    let told = format!("{message}\n  --> {line}  (Orders/Steps93D5A1B2)");
    assert!(machine.log().contains(&told), "{}", machine.log());

    // What refers to it has its name, and the queue works.
    let name = machine.output("Orders", "StepsName");
    assert!(name.starts_with("Orders-Steps93D5A1B2-"), "{name}");
    let url = machine.output("Orders", "QueueUrl");
    machine.ask("AmazonSQS.SendMessage", &json!({ "QueueUrl": url, "MessageBody": "hello" }));
    let received = machine.ask("AmazonSQS.ReceiveMessage", &json!({ "QueueUrl": url }));
    assert_eq!(received["Messages"][0]["Body"], "hello");
}

/// A queue, and a state machine, which nothing here can run.
fn orders() -> Value {
    let steps = json!({
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "DefinitionString": "{\"StartAt\":\"Done\",\"States\":{\"Done\":{\"Type\":\"Succeed\"}}}",
            "RoleArn": "arn:aws:iam::000000000000:role/steps",
        },
        "Metadata": { "aws:cdk:path": "Orders/Steps/Resource" },
    });
    json!({
        "Resources": {
            "Steps93D5A1B2": steps,
            "QueueE7C9F1D0": { "Type": "AWS::SQS::Queue" },
        },
        "Outputs": {
            "StepsName": { "Value": { "Ref": "Steps93D5A1B2" } },
            "QueueUrl": { "Value": { "Ref": "QueueE7C9F1D0" } },
        },
    })
}
