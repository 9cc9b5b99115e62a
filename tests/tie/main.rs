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
use stackwright::{Asset, Synthesis};

use crates::Crate;
use function::Function;

/// Every function of every stack, with the crate that it names.
fn check(mut tied: impl FnMut(&str, &Function<'_>, &Crate)) {
    for stack in STACKS {
        let synthesis = stack.synthesise();
        assert!(!synthesis.assets.is_empty(), "{} has no functions", stack.name);
        for asset in &synthesis.assets {
            let place = format!("{}, {} and `{}`", stack.name, asset.origin, asset.handler);
            tied(&place, &function(&synthesis, asset), &Crate::of(&asset.handler));
        }
    }
}

fn function<'a>(synthesis: &'a Synthesis, asset: &Asset) -> Function<'a> {
    Function { template: &synthesis.template, id: asset.resource }
}

#[test]
fn each_function_names_a_crate_and_tells_it_what_it_reads() {
    check(|place, function, named| {
        assert!(named.exists(), "{place}: there is no such crate");
        assert_eq!(named.variables(), function.variables(), "{place}");
    });
}

#[test]
fn each_program_is_a_function_of_a_stack() {
    let mut functions = BTreeSet::new();
    for stack in STACKS {
        functions.extend(stack.synthesise().assets.into_iter().map(|asset| asset.handler));
    }
    assert_eq!(crates::programs(), functions);
}

#[test]
fn each_documented_call_is_granted_and_each_grant_is_for_a_documented_call() {
    check(|place, function, named| {
        let differences = differences(function, &named.source());
        assert!(differences.is_empty(), "{place}:\n{}\n", differences.join("\n"));
    });
}

#[test]
fn each_crate_that_documents_calls_is_tested_to_make_them() {
    check(|place, _, named| {
        let documents = !documented(&named.source()).is_empty();
        assert_eq!(named.compares_its_calls(), documents, "{place}");
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
