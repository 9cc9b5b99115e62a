//! Paths into events: `$.detail.items[0].name`.
//! The part of JSONPath that names one place; no filters, no wildcards.

use serde_json::Value;

/// A way from the event to one of its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Element(usize),
}

impl Path {
    /// Reads a path; says what it should be if it is none.
    pub(crate) fn read(text: &str) -> Result<Path, &'static str> {
        let mut rest = text.strip_prefix('$').ok_or("a path begins with `$`")?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest)?;
            steps.push(step);
            rest = after;
        }
        Ok(Path(steps))
    }

    /// What is there, if anything is.
    pub(crate) fn find<'a>(&self, event: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(event, |place, step| match step {
            Step::Field(name) => place.get(name),
            Step::Element(index) => place.get(index),
        })
    }
}

/// `.name`, `['name']` or `[0]` at the beginning of a text, and what follows.
fn step(text: &str) -> Result<(Step, &str), &'static str> {
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        return match name {
            "" => Err("a name follows `.`"),
            "*" => Err("wildcards are not supported here"),
            name => Ok((Step::Field(name.to_owned()), rest)),
        };
    }
    let inside = text.strip_prefix('[').ok_or("`.` or `[` follows a step")?;
    let (inside, rest) = inside.split_once(']').ok_or("`]` follows what is in brackets")?;
    let quoted = ['\'', '"'].iter().find_map(|quote| inside.strip_prefix(*quote)?.strip_suffix(*quote));
    match (quoted, inside.parse()) {
        (Some(name), _) => Ok((Step::Field(name.to_owned()), rest)),
        (None, Ok(index)) => Ok((Step::Element(index), rest)),
        (None, Err(_)) => Err("a quoted name or a number is in brackets"),
    }
}
