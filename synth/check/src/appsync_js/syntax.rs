//! The parts of JavaScript's syntax that AppSync has not, each with what to write in its place.
//!
//! Names are the concern of `names`.

use super::Fault;
use super::token::{Kind, Token, Tokens};

/// A word or sign, what it stands for, and what to write in its place.
type Refused = (&'static str, &'static str, &'static str);

const WORDS: [Refused; 12] = [
    ("await", "`await`", "what a data source answers is in `ctx.result` of `response`"),
    ("class", "classes", "use objects and functions"),
    ("continue", "`continue`", "turn the condition round, or `filter` the list first"),
    ("do", "`do … while` loops", "use `for … of` over a list"),
    ("instanceof", "`instanceof`", "use `typeof`, or `Object.hasOwn` for what it has"),
    ("super", "classes", "use objects and functions"),
    ("this", "`this`", "pass what is needed as an argument"),
    ("throw", "`throw`", "end the request with `util.error(message, type)`"),
    (
        "try",
        "`try`",
        "look at `ctx.error` in `response`, and end the request with `util.error(message, type)`",
    ),
    ("while", "`while` loops", "use `for … of` over a list"),
    ("with", "`with`", "name the object where it is used"),
    ("yield", "generators", "return a list"),
];

const SIGNS: [Refused; 3] = [
    ("++", "`++`", "write `+= 1`"),
    ("--", "`--`", "write `-= 1`"),
    ("~", "`~`", "`~x` is `-x - 1` for whole numbers"),
];

const ASYNC: Refused = ("async", "asynchronous functions", WORDS[0].2);
const COUNTING: Refused = ("for", "`for (…; …; …)` loops", "use `for … of` over a list");
const GENERATOR: Refused = ("*", "generators", "return a list");
const IN: Refused = ("in", "operator `in`", "use `Object.hasOwn(object, name)`");
const IMPORT: Refused = ("import", "`import(…)`", "import at the top of the code");
const LABEL: Refused = ("", "labels", "put the inner loop into a function and `return` from it");
const PATTERN: Refused =
    ("", "regular expression literals", "use `util.matches(pattern, text)` with the pattern in quotes");

/// Every use of refused syntax.
pub(super) fn check(tokens: &Tokens<'_>, faults: &mut Vec<Fault>) {
    for (index, token) in tokens.iter().enumerate() {
        if let Some((_, what, hint)) = refused(tokens, index, token) {
            faults.push(Fault::new(token.at, format!("AppSync has no {what}")).hint(hint));
        }
    }
}

fn refused(tokens: &Tokens<'_>, index: usize, token: &Token<'_>) -> Option<Refused> {
    let listed = |list: &[Refused]| list.iter().copied().find(|(text, ..)| *text == token.text);
    match token.kind {
        Kind::Pattern => Some(PATTERN),
        Kind::Label => Some(LABEL),
        Kind::Sign if is_generator(tokens, index) => Some(GENERATOR),
        Kind::Sign => listed(&SIGNS),
        Kind::Property => is_async_method(tokens, index).then_some(ASYNC),
        Kind::Word => match token.text {
            "async" => is_async(tokens, index).then_some(ASYNC),
            "for" => counts(tokens, index).then_some(COUNTING),
            "in" => (!heads_a_loop(tokens, token)).then_some(IN),
            "import" => tokens.sign_near(index, 1, "(").then_some(IMPORT),
            "while" if ends_a_do(tokens, index) => None,
            _ => listed(&WORDS),
        },
        _ => None,
    }
}

/// `async` is a name unless a function follows.
fn is_async(tokens: &Tokens<'_>, index: usize) -> bool {
    let Some(next) = tokens.near(index, 1) else { return false };
    match next.kind {
        Kind::Word => next.text == "function" || tokens.sign_near(index, 2, "=>"),
        _ => next.is_sign("(") && next.partner.is_some_and(|close| tokens.sign_near(close, 1, "=>")),
    }
}

/// `async` in front of the key of a method.
fn is_async_method(tokens: &Tokens<'_>, index: usize) -> bool {
    let next = tokens.near(index, 1);
    let method = next.is_some_and(|it| it.kind == Kind::Property || it.is_sign("*") || it.is_sign("["));
    let key = tokens.sign_near(index, -1, "{") || tokens.sign_near(index, -1, ",");
    tokens[index].text == "async" && key && method
}

/// `function*`, or a `*` in front of the key of a method.
fn is_generator(tokens: &Tokens<'_>, index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|before| tokens[before]) else { return false };
    let key = tokens.near(index, 1).is_some_and(|next| next.kind == Kind::Property);
    tokens[index].is_sign("*")
        && (before.is_word("function") || key && (before.is_sign("{") || before.is_sign(",")))
}

/// Whether this `for` has a head of three parts.
fn counts(tokens: &Tokens<'_>, index: usize) -> bool {
    let parts = tokens.iter().filter(|token| token.inside == Some(index + 1) && token.is_sign(";"));
    tokens.sign_near(index, 1, "(") && parts.count() > 0
}

/// Whether this `in` is that of a `for (… in …)`.
fn heads_a_loop(tokens: &Tokens<'_>, token: &Token<'_>) -> bool {
    token.inside.is_some_and(|open| tokens[open].is_sign("(") && tokens.word_near(open, -1, "for"))
}

/// Whether this `while` belongs to the block of a `do`.
fn ends_a_do(tokens: &Tokens<'_>, index: usize) -> bool {
    let block = tokens.near(index, -1).filter(|before| before.is_sign("}"));
    block.and_then(|close| close.partner).is_some_and(|open| tokens.word_near(open, -1, "do"))
}
