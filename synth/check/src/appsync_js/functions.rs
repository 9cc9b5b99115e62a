//! The functions that a program gives a name: where their parameters and bodies are.
//!
//! Functions without a name belong to the one around them.

use std::ops::Range;

use super::token::{Kind, Token, Tokens};

/// A function with a name.
pub(super) struct Function<'c> {
    pub(super) name: &'c str,
    /// The token that is its parameter, or opens the list of them.
    pub(super) parameters: usize,
    /// The tokens of its body.
    pub(super) body: Range<usize>,
}

/// Every `function name(…) {…}`, `const name = function (…) {…}` and `const name = (…) => …`, in order.
pub(super) fn functions<'c>(tokens: &Tokens<'c>) -> Vec<Function<'c>> {
    (0..tokens.len()).filter_map(|index| function(tokens, index)).collect()
}

fn function<'c>(tokens: &Tokens<'c>, index: usize) -> Option<Function<'c>> {
    let name = tokens.get(index + 1).filter(|it| it.kind == Kind::Word)?.text;
    match tokens[index].text {
        "function" if tokens[index].kind == Kind::Word => with_block(tokens, name, index + 2),
        "const" | "let" | "var" if tokens.sign_near(index, 2, "=") => {
            let value = index + 3;
            match tokens.get(value)? {
                word if word.is_word("function") => {
                    let named = tokens.near(value, 1).is_some_and(|it| it.kind == Kind::Word);
                    with_block(tokens, name, value + 1 + usize::from(named))
                }
                _ => arrow(tokens, name, value),
            }
        }
        _ => None,
    }
}

fn with_block<'c>(tokens: &Tokens<'c>, name: &'c str, parameters: usize) -> Option<Function<'c>> {
    let list = tokens.get(parameters).filter(|it| it.is_sign("("))?;
    let block = list.partner? + 1;
    tokens.get(block)?.is_sign("{").then(|| Function { name, parameters, body: tokens.within(block) })
}

fn arrow<'c>(tokens: &Tokens<'c>, name: &'c str, parameters: usize) -> Option<Function<'c>> {
    let arrow = tokens[parameters].partner.unwrap_or(parameters) + 1;
    let start = tokens.get(arrow).filter(|it| it.is_sign("=>")).map(|_| arrow + 1)?;
    let body = match tokens.get(start) {
        Some(token) if token.is_sign("{") => tokens.within(start),
        _ => start..end_of_expression(tokens, start),
    };
    Some(Function { name, parameters, body })
}

/// Where the expression that starts here ends: at a `;` or `,`, with the brackets around it, or where the next
/// statement starts without a `;`.
fn end_of_expression(tokens: &Tokens<'_>, start: usize) -> usize {
    let mut index = start;
    while let Some(token) = tokens.get(index) {
        let leaves = token.partner.is_some_and(|partner| partner < start);
        let starts_anew = index > start && is_operand(token) && ends_operand(&tokens[index - 1]);
        if leaves || starts_anew || token.is_sign(";") || token.is_sign(",") {
            break;
        }
        index = token.partner.filter(|partner| *partner > index).unwrap_or(index + 1);
    }
    index
}

fn is_operand(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Word => !matches!(token.text, "in" | "instanceof"),
        kind => matches!(kind, Kind::Number | Kind::Text),
    }
}

fn ends_operand(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Word => {
            !matches!(token.text, "await" | "delete" | "in" | "instanceof" | "new" | "typeof" | "void")
        }
        Kind::Sign => matches!(token.text, ")" | "]" | "}"),
        Kind::Template => token.text.ends_with('`'),
        _ => true,
    }
}
