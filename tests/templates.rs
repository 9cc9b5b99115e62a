//! Snapshots of every stack: the whole template, and the logical ids by themselves.
//!
//! Nothing is masked: with a placeholder where the code's path goes, a template is the same on every machine.
//! `SNAPSHOTS=overwrite cargo test --test templates` takes the present ones over; look at the difference.

use snapbox::{Data, assert_data_eq};
use stacks::STACKS;
use stackwright::{Stack, Template};

fn check(name: &str, suffix: &str, actual: String) {
    let path = format!("{}/tests/templates/{name}.{suffix}", env!("CARGO_MANIFEST_DIR"));
    assert_data_eq!(actual, Data::read_from(path.as_ref(), None).raw());
}

fn template(stack: &Stack) -> Template {
    let synthesis = stack.synthesise();
    let problems: Vec<String> = synthesis.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    synthesis.template
}

#[test]
fn templates_are_as_reviewed() {
    for stack in STACKS {
        check(stack.name, "template.yaml", template(stack).to_yaml().unwrap());
    }
}

/// A line that goes is a resource that goes: renaming a table replaces the data in it.
#[test]
fn logical_ids_are_as_reviewed() {
    for stack in STACKS {
        let template = template(stack);
        let lines: Vec<String> =
            template.resources.iter().map(|(id, resource)| format!("{id}  {}\n", resource.kind)).collect();
        check(stack.name, "ids.txt", lines.concat());
    }
}

#[test]
fn templates_read_back_give_the_same_bytes() {
    for stack in STACKS {
        let template = template(stack);
        let yaml = template.to_yaml().unwrap();
        let again = Template::read(&yaml).unwrap();
        assert_eq!(again, template, "{} read back", stack.name);
        assert_eq!(again.to_yaml().unwrap(), yaml, "{} written again", stack.name);
    }
}
