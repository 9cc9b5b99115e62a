//! The context that AppSync gives to `request` and `response`: what is in it may be changed, itself it may not.
//!
//! A handler that declares another variable of that name is left alone.

use super::Fault;
use super::functions::{Function, functions};
use super::token::{Kind, Tokens};

/// Every replacement of the context, or of what it holds, in the handlers.
pub(super) fn check(tokens: &Tokens<'_>, handlers: &[&str], faults: &mut Vec<Fault>) {
    for handler in functions(tokens).iter().filter(|function| handlers.contains(&function.name)) {
        let Some(context) = parameter(tokens, handler) else { continue };
        let uses = || handler.body.clone().filter(|&index| tokens[index].is_word(context));
        if uses().any(|index| is_declared(tokens, index)) {
            continue;
        }
        for (index, what) in uses().filter_map(|index| Some((index, replaced(tokens, index)?))) {
            let hint = "use a variable, or set what is in it, as in `ctx.stash.name = …`";
            faults.push(Fault::new(tokens[index].at, format!("`{what}` cannot be replaced")).hint(hint));
        }
    }
}

/// The name of the first parameter.
fn parameter<'c>(tokens: &Tokens<'c>, handler: &Function<'c>) -> Option<&'c str> {
    let first = handler.parameters + usize::from(tokens[handler.parameters].is_sign("("));
    tokens.get(first).filter(|token| token.kind == Kind::Word).map(|token| token.text)
}

fn is_declared(tokens: &Tokens<'_>, index: usize) -> bool {
    let declares = |it: &str| tokens.word_near(index, -1, it);
    let close = tokens[index].inside.and_then(|open| tokens[open].partner);
    let in_list = close.is_some_and(|close| tokens.sign_near(close, 1, "=>"));
    ["const", "let", "var", "function"].into_iter().any(declares)
        || tokens.sign_near(index, 1, "=>")
        || in_list
}

/// What is assigned to or deleted here: the context, or a property of it.
fn replaced(tokens: &Tokens<'_>, index: usize) -> Option<String> {
    let context = tokens[index].text;
    let property = tokens.near(index, 2);
    let (what, next) = match tokens.near(index, 1)? {
        point if point.is_sign(".") => (format!("{context}.{}", property?.text), index + 3),
        open if open.is_sign("[") && property?.kind == Kind::Text => {
            (format!("{context}[{}]", property?.text), index + 4)
        }
        _ => (context.to_owned(), index + 1),
    };
    let deeper = [".", "?.", "[", "("].into_iter().any(|sign| tokens.sign_near(next, 0, sign));
    let deleted = tokens.word_near(index, -1, "delete") && !deeper;
    let assigned = tokens.get(next).is_some_and(|token| token.kind == Kind::Sign && assigns(token.text));
    (deleted || assigned).then_some(what)
}

fn assigns(sign: &str) -> bool {
    sign.ends_with('=') && !matches!(sign, "==" | "===" | "!=" | "!==" | "<=" | ">=")
}
