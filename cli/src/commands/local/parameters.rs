//! `--parameter [STACK.]NAME=VALUE`: values for the parameters of templates.
//!
//! Whether a value is one that the parameter allows is judged when the template is evaluated.

use std::collections::BTreeMap;
use std::str::FromStr;

use anyhow::{Result, bail};
use stackwright_local::StackSource;

/// One value given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The stack it is for; `None`: every stack that has such a parameter.
    stack: Option<String>,
    name: String,
    value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (target, value) = text.split_once('=').ok_or("a parameter is given as `NAME=VALUE`")?;
        let (stack, name) = match target.split_once('.') {
            Some((stack, name)) => (Some(stack.to_owned()), name),
            None => (None, target),
        };
        if name.is_empty() {
            return Err(format!("there is no name before `={value}`"));
        }
        Ok(Self { stack, name: name.to_owned(), value: value.to_owned() })
    }
}

impl Assignment {
    fn is_for(&self, source: &StackSource) -> bool {
        self.stack.as_ref().is_none_or(|stack| *stack == source.name)
            && source.template.parameters.ids().any(|id| id.as_str() == self.name)
    }
}

/// The values that a stack is given; of two for the same parameter the later one.
pub(super) fn given(assignments: &[Assignment], source: &StackSource) -> BTreeMap<String, String> {
    let ours = assignments.iter().filter(|assignment| assignment.is_for(source));
    ours.map(|assignment| (assignment.name.clone(), assignment.value.clone())).collect()
}

/// Refuses values for parameters that no stack has.
pub(super) fn refuse_unknown(assignments: &[Assignment], sources: &[&StackSource]) -> Result<()> {
    let known = |one: &&Assignment| sources.iter().any(|source| one.is_for(source));
    let Some(unknown) = assignments.iter().find(|one| !known(one)) else { return Ok(()) };
    let all = sources.iter().flat_map(|source| {
        source.template.parameters.ids().map(|id| format!("`{}.{}`", source.name, id.as_str()))
    });
    let all: Vec<String> = all.collect();
    let there =
        if all.is_empty() { "there is none".to_owned() } else { format!("there are {}", all.join(", ")) };
    match &unknown.stack {
        Some(stack) => bail!("no stack that runs has a parameter `{stack}.{}`: {there}", unknown.name),
        None => bail!("no stack that runs has a parameter `{}`: {there}", unknown.name),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use stackwright_template::Template;

    use super::*;

    fn source(name: &str) -> StackSource {
        let template = Template::read("Parameters: {Prefix: {Type: String}, Level: {Type: String}}").unwrap();
        StackSource { name: name.to_owned(), template, ..StackSource::default() }
    }

    fn check(assignments: &[&str], stack: &str, expected: &[(&str, &str)]) {
        let assignments: Vec<Assignment> = assignments.iter().map(|text| text.parse().unwrap()).collect();
        let expected =
            expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(given(&assignments, &source(stack)), expected);
    }

    #[test]
    fn values_reach_the_stacks_they_are_for() {
        check(&["Prefix=blue-"], "Notes", &[("Prefix", "blue-")]);
        check(&["Notes.Prefix=blue-", "Chat.Level=INFO"], "Notes", &[("Prefix", "blue-")]);
        check(&["Prefix=blue-", "Notes.Prefix=green-"], "Notes", &[("Prefix", "green-")]);
        check(&["Prefix=a=b.c"], "Notes", &[("Prefix", "a=b.c")]);
        check(&["Prefix="], "Notes", &[("Prefix", "")]);
        check(&["Suffix=x"], "Notes", &[]);
    }

    #[test]
    fn what_is_no_assignment_is_refused() {
        assert_eq!("Prefix".parse::<Assignment>().unwrap_err(), "a parameter is given as `NAME=VALUE`");
        assert_eq!("=x".parse::<Assignment>().unwrap_err(), "there is no name before `=x`");
        assert_eq!("Notes.=x".parse::<Assignment>().unwrap_err(), "there is no name before `=x`");
    }

    #[test]
    fn a_parameter_that_no_stack_has_is_refused() {
        let told = |text: &str| {
            refuse_unknown(&[text.parse().unwrap()], &[&source("Notes")]).map_err(|error| error.to_string())
        };
        assert_eq!(told("Level=x"), Ok(()));
        let there = "there are `Notes.Prefix`, `Notes.Level`";
        assert_eq!(told("Suffix=x"), Err(format!("no stack that runs has a parameter `Suffix`: {there}")));
        assert_eq!(
            told("Chat.Level=x"),
            Err(format!("no stack that runs has a parameter `Chat.Level`: {there}"))
        );
    }
}
