//! What is expected of every role, asked of IAM.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::stack::Stack;

/// Checks that a role allows these pairs of action and ARN and nothing else: no other policy, no action with a `*`.
#[track_caller]
pub(crate) fn check(stack: &Stack<'_>, id: &str, expected: &BTreeSet<(String, String)>) {
    let role = stack.physical(id);
    let attached = stack.ask(&["iam", "list-attached-role-policies", "--role-name", role]);
    assert_eq!(attached["AttachedPolicies"], json!([]), "attached to {role}");
    let names = stack.ask(&["iam", "list-role-policies", "--role-name", role]);
    let [name] = names["PolicyNames"].as_array().expect("a list").as_slice() else {
        panic!("{role} has not one policy: {names}");
    };
    let name = name.as_str().expect("a name");
    let policy = stack.ask(&["iam", "get-role-policy", "--role-name", role, "--policy-name", name]);
    assert_eq!(allowed(&policy["PolicyDocument"]), *expected, "what {id} allows");
}

/// The pairs of action and resource that a policy allows.
#[track_caller]
fn allowed(document: &Value) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for statement in document["Statement"].as_array().expect("statements") {
        assert_eq!(statement["Effect"], "Allow", "{statement}");
        for action in texts(&statement["Action"]) {
            pairs
                .extend(texts(&statement["Resource"]).into_iter().map(|resource| (action.clone(), resource)));
        }
    }
    pairs
}

/// A text, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}
