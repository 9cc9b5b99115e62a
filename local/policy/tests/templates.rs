//! Every policy of the templates of this workspace can be read.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use stackwright_policy::{Kind, Policy};
use stackwright_template::{Expr, Resource, Template};

/// With a text in the place of every reference: what it says is nothing to a policy that is only read.
fn resolved(expr: &Expr) -> Value {
    match expr {
        Expr::Text(text) => json!(text),
        Expr::Bool(value) => json!(value),
        Expr::Integer(value) => json!(value),
        Expr::List(items) => items.iter().map(resolved).collect(),
        Expr::Map(fields) => fields.iter().map(|(key, value)| (key.to_string(), resolved(value))).collect(),
        _ => json!("arn:aws:service:eu-west-1:111122223333:resource"),
    }
}

fn templates() -> Vec<Template> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/templates");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.to_str().unwrap().ends_with(".template.yaml"));
    files.map(|path| Template::read(&fs::read_to_string(path).unwrap()).unwrap()).collect()
}

/// The policies of a resource, each with its kind.
fn policies(resource: &Resource) -> Vec<(Value, Kind)> {
    let kind = if resource.kind.starts_with("AWS::IAM::") { Kind::Identity } else { Kind::Resource };
    let own = resource.property("PolicyDocument").map(|policy| (resolved(policy), kind));
    let trust =
        resource.property("AssumeRolePolicyDocument").map(|policy| (resolved(policy), Kind::Resource));
    own.into_iter().chain(trust).collect()
}

#[test]
fn policies_of_our_templates_are_policies() {
    let mut read = 0;
    for template in templates() {
        for (id, resource) in template.resources.iter() {
            for (document, kind) in policies(resource) {
                Policy::parse(&document.to_string(), kind).unwrap_or_else(|error| panic!("{id:?}: {error}"));
                read += 1;
            }
        }
    }
    assert!(read > 50, "only {read} policies were found");
}
