//! The lexer: names, texts, numbers and signs of a schema.
//!
//! Commas are spaces in GraphQL, and comments are left out.

use super::Mistake;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    /// A text or a block of text, without its quotes.
    Text,
    Number,
    Sign,
}

/// One token of a schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) text: &'s str,
    pub(super) at: usize,
}

/// All tokens, or the first text that is none.
pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += blank(&source[at..]);
        let Some(first) = source[at..].chars().next() else { return Ok(tokens) };
        let (kind, start, end, after) =
            token(&source[at..], first).ok_or_else(|| Mistake { at, message: no_token(first) })?;
        tokens.push(Token { kind, text: &source[at + start..at + end], at });
        at += after;
    }
}

fn no_token(first: char) -> String {
    match first {
        '"' => "the text never ends".into(),
        other => format!("{other:?} has no place in a schema"),
    }
}

/// The length of spaces, commas and comments.
fn blank(rest: &str) -> usize {
    let mut at = 0;
    loop {
        let here = &rest[at..];
        let spaces = here
            .trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '\u{feff}'));
        at += here.len() - spaces.len();
        if !spaces.starts_with('#') {
            return at;
        }
        at += spaces.find('\n').unwrap_or(spaces.len());
    }
}

/// What the token is, where its text starts and ends, and where the next may start.
fn token(rest: &str, first: char) -> Option<(Kind, usize, usize, usize)> {
    let run = |fits: fn(char) -> bool| rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
    match first {
        'A'..='Z' | 'a'..='z' | '_' => {
            let end = run(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            Some((Kind::Name, 0, end, end))
        }
        '0'..='9' | '-' => {
            let end = run(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '+' | '-'));
            Some((Kind::Number, 0, end, end))
        }
        '"' => text(rest).map(|(start, end)| (Kind::Text, start, end, end + start)),
        '.' => rest.starts_with("...").then_some((Kind::Sign, 0, 3, 3)),
        '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
            Some((Kind::Sign, 0, 1, 1))
        }
        _ => None,
    }
}

/// Where a text starts and ends between its quotes, one or three on each side.
fn text(rest: &str) -> Option<(usize, usize)> {
    let Some(block) = rest.strip_prefix("\"\"\"") else { return line(rest).map(|end| (1, end)) };
    let mut at = 0;
    // In a block a backslash counts before three quotes only.
    while let Some(quotes) = block[at..].find("\"\"\"") {
        let end = at + quotes;
        if !block[..end].ends_with('\\') {
            return Some((3, 3 + end));
        }
        at = end + 3;
    }
    None
}

/// Where a text of one line ends.
fn line(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}
