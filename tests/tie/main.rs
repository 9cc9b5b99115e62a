//! The tie between stacks and handlers: the name of the crate, the names of its environment variables, and the
//! AWS calls that it documents, which are those that its role allows.
//!
//! Neither side knows the other, so both are compared here. That a handler makes the calls it documents, and no
//! others, is for its own tests to show; here is only seen that it has such a test.

#![allow(clippy::unwrap_used)]

mod cases;
mod crates;
mod function;
mod granted;
mod lambdas_own;
mod named;

use std::collections::BTreeSet;

use handler_calls::{Call, documented};
use stacks::STACKS;

use crates::Crate;
use function::Function;

/// Looks at every function of every stack with the crate that it names, and tells all that is wrong.
fn check(problems: impl Fn(&Function<'_>, &Crate) -> Vec<String>) {
    let mut found = Vec::new();
    for stack in STACKS {
        let synthesis = stack.synthesise();
        assert!(!synthesis.assets.is_empty(), "{} has no functions", stack.name);
        for asset in &synthesis.assets {
            let function = Function { template: &synthesis.template, id: asset.resource };
            let problems = problems(&function, &Crate::of(&asset.handler));
            found.extend(
                problems.iter().map(|problem| format!("{} and `{}`: {problem}", asset.origin, asset.handler)),
            );
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn each_function_names_a_crate() {
    check(|_, named| match named.exists() {
        true => Vec::new(),
        false => vec!["there is no such crate".to_owned()],
    });
}

#[test]
fn each_function_is_told_the_variables_that_its_crate_reads() {
    check(|function, named| {
        let (told, read) = (function.variables(), named.variables());
        let unread = told.difference(&read).map(|name| format!("{name}: told, not read"));
        let untold = read.difference(&told).map(|name| format!("{name}: read, not told"));
        unread.chain(untold).collect()
    });
}

#[test]
fn each_program_is_a_function_of_a_stack() {
    let mut functions = BTreeSet::new();
    for stack in STACKS {
        functions.extend(stack.synthesise().assets.into_iter().map(|asset| asset.handler));
    }
    let unused: Vec<String> = crates::programs().difference(&functions).cloned().collect();
    assert!(unused.is_empty(), "no stack has a function of {unused:?}");
}

#[test]
fn each_documented_call_is_granted_and_each_grant_is_for_a_documented_call() {
    check(|function, named| differences(function, &named.source()));
}

#[test]
fn each_crate_that_documents_calls_is_tested_to_make_them() {
    check(|_, named| match (documented(&named.source()).is_empty(), named.compares_its_calls()) {
        (false, false) => vec!["no test compares the calls it makes with those it documents".to_owned()],
        (true, true) => vec!["it has calls to compare, and documents none".to_owned()],
        _ => Vec::new(),
    });
}

/// What a function may do and its source does not document, and the other way round.
fn differences(function: &Function<'_>, source: &str) -> Vec<String> {
    let documented: BTreeSet<Call> = documented(source).into_iter().map(|call| function.find(call)).collect();
    let (own, granted) = (function.lambdas_own(), function.granted());
    let for_calls = granted.iter().filter(|call| !own.contains(call) || documented.contains(call));
    let mut found = handler_calls::differences(&documented, &for_calls.cloned().collect(), "granted");
    found.extend(own.difference(&granted).map(|call| format!("{call}: needed by Lambda, not granted")));
    found
}
