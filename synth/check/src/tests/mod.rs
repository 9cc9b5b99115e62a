//! Tests: tiny templates and what is found in them.
#![allow(clippy::unwrap_used)]

mod apis;
mod appsync;
mod appsync_js;
mod appsync_schema;
mod authorizers;
mod deletion;
mod events;
mod function_url;
mod graph;
mod identities;
mod limits;
mod policies;
mod repeats;
mod schema;
mod services;

use stackwright_template::Template;

use crate::Finding;

/// Checks the template and compares what was found, each as it prints.
#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let template = Template::read(yaml).unwrap();
    assert_eq!(texts(&crate::check(&template)), expected, "in\n{yaml}");
}

/// Checks resources given one a line, and compares the messages alone.
#[track_caller]
fn messages(resources: &str, expected: &[&str]) {
    let yaml = format!("Resources:\n{resources}");
    let template = Template::read(&yaml).unwrap();
    let found: Vec<String> = crate::check(&template).into_iter().map(|finding| finding.message).collect();
    assert_eq!(found, expected, "in\n{yaml}");
}

#[test]
fn good_templates_have_no_findings() {
    check(include_str!("good/visitors.yaml"), &[]);
    check(include_str!("good/site.yaml"), &[]);
    check(include_str!("good/agenda.yaml"), &[]);
}

fn texts(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
