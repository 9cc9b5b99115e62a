//! The made-up stacks of the benchmarks are what their names say: so many stacks, so many resources, no problems.
//!
//! How fast they are is no test's business.

#![allow(clippy::unwrap_used)]

#[path = "../benches/generated/mod.rs"]
mod generated;

fn check(set: &str, resources: &[usize]) {
    let stacks = generated::stacks(set).unwrap();
    let synthesised: Vec<_> = stacks.iter().map(stackwright::Stack::synthesise).collect();
    let counts: Vec<usize> = synthesised.iter().map(|stack| stack.template.resources.len()).collect();
    assert_eq!(counts, resources);
    for stack in synthesised {
        // A stack too small for a whole system would be another mix than the one that is described.
        let kinds: Vec<&str> =
            stack.template.resources.iter().map(|(_, entry)| entry.kind.as_str()).collect();
        assert!(kinds.contains(&"AWS::ApiGatewayV2::Api"), "{}: {kinds:?}", stack.name);
        assert!(stack.problems.is_empty(), "{}: {:?}", stack.name, stack.problems);
    }
}

#[test]
fn five_stacks_have_the_resources_of_the_peers_five_systems() {
    check("5 stacks, 153 resources", &[30, 30, 31, 31, 31]);
}

#[test]
fn one_stack_is_as_large_as_cloudformation_allows() {
    check("1 stack x 500 resources", &[500]);
}

#[test]
fn a_hundred_stacks_have_30_resources_each() {
    check("100 stacks x 30 resources", &[30; 100]);
}

#[test]
fn there_is_no_other_set() {
    assert!(generated::stacks("").is_none());
    assert_eq!(generated::SETS.map(|set| generated::stacks(set).is_some()), [true; 3]);
}
