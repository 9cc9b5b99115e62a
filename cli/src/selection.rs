//! Which of the program's stacks are meant by the names on the command line.
//!
//! Names only: nothing is declared or read.

use anyhow::{Result, bail};
use stackwright::Stack;

/// The names asked for, in the order of the program.
///
/// # Errors
/// If a name is none of the program's.
pub(crate) fn named(names: &[String], stacks: &[Stack]) -> Result<Vec<&'static str>> {
    let known: Vec<&'static str> = stacks.iter().map(|stack| stack.name).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let nearest = known.iter().min_by_key(|other| strsim::damerau_levenshtein(name, other));
        let hint = nearest.map_or_else(String::new, |other| format!("\n  hint: did you mean `{other}`?"));
        let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        bail!("there is no stack `{name}`, but {}{hint}", all.join(", "));
    }
    Ok(known.into_iter().filter(|name| names.iter().any(|one| one == name)).collect())
}

/// The names asked for, all if none is, in the order of the program.
///
/// # Errors
/// If a name is none of the program's.
pub(crate) fn named_or_all(names: &[String], stacks: &[Stack]) -> Result<Vec<&'static str>> {
    if names.is_empty() { Ok(stacks.iter().map(|stack| stack.name).collect()) } else { named(names, stacks) }
}
