//! What is edited while it runs: a handler, and a template of other hands.

use crate::run::{Run, greeting, workspace};

#[test]
fn an_edited_handler_is_swapped() {
    let run = Run::start(workspace(), &[]);
    assert_eq!(run.greet(), "\"hello\"");
    run.write("greet/src/main.rs", &greeting("good morning"));
    run.wait("the new greeting", || run.greet() == "\"good morning\"");
    assert!(run.log().contains("changed: greet/src/main.rs\n"), "{}", run.log());
}

#[test]
fn a_handler_that_does_not_build_is_told_and_the_one_before_runs_on() {
    let run = Run::start(workspace(), &[]);
    run.write("greet/src/main.rs", "fn main() { nonsense }");
    run.wait("the warning", || run.log().contains("warning: what ran before keeps running\n"));
    assert!(run.log().contains("error: the handlers do not build\n"), "{}", run.log());
    assert!(run.log().contains("cannot find value `nonsense`"), "{}", run.log());
    assert_eq!(run.greet(), "\"hello\"");
    run.write("greet/src/main.rs", &greeting("mended"));
    run.wait("the mended one", || run.greet() == "\"mended\"");
}

/// A template with an output.
fn template(value: &str) -> String {
    format!("Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\nOutputs:\n  Word:\n    Value: {value}\n")
}

#[test]
fn an_edited_template_is_applied() {
    let folder = workspace();
    std::fs::write(folder.join("Shop.yaml"), template("first")).unwrap();
    let run = Run::start(folder, &["--template", "Shop.yaml"]);
    assert_eq!(run.output("Shop", "Word"), "first");
    run.write("Shop.yaml", "Resources: [");
    run.wait("the warning", || run.log().contains("warning: what ran before keeps running\n"));
    assert!(run.log().contains("error: Shop.yaml is not a template: "), "{}", run.log());
    assert_eq!(run.output("Shop", "Word"), "first");
    run.write("Shop.yaml", &template("second"));
    run.wait("the new output", || run.output("Shop", "Word") == "second");
    assert!(!run.log().contains("building"), "no handler is part of it: {}", run.log());
}
