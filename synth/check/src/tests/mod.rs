//! Tests: tiny templates and what is found in them.
#![allow(clippy::unwrap_used)]

mod graph;
mod limits;

use stackwright_template::Template;

use crate::Finding;

/// Checks the template and compares what was found, each as it prints.
#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let template = Template::read(yaml).unwrap();
    assert_eq!(texts(&crate::check(&template)), expected, "in\n{yaml}");
}

fn texts(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
