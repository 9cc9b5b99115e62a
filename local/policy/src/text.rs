//! Texts of policies: wildcards, variables, and ARNs compared part by part.
//! Knows not where it stands: whether `*` is a wildcard there is for the reader to say.

use std::fmt;

use crate::request::Request;

/// A text to compare with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Token(Token),
    /// `${key, 'otherwise'}`.
    Variable {
        key: String,
        otherwise: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Character(char),
    /// `*`
    AnyCharacters,
    /// `?`
    OneCharacter,
}

/// What of a text is more than its characters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// `${…}`: since version 2012-10-17 of the language.
    pub(crate) variables: bool,
    /// `*` and `?`.
    pub(crate) wildcards: bool,
}

impl Text {
    pub(crate) fn read(text: &str, reading: Reading) -> Text {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let inner = rest.strip_prefix("${").filter(|_| reading.variables);
            if let Some((inner, after)) = inner.and_then(|inner| inner.split_once('}')) {
                parts.push(variable(inner));
                rest = after;
            } else {
                parts.push(Part::Token(token(character, reading.wildcards)));
                rest = &rest[character.len_utf8()..];
            }
        }
        Text { parts }
    }

    /// Whether the value is this text.
    pub(crate) fn matches(&self, value: &str, request: &Request) -> bool {
        self.tokens(request).is_some_and(|tokens| fits(&tokens, value))
    }

    /// Whether the value is this text but for upper and lower case.
    pub(crate) fn matches_ignoring_case(&self, value: &str, request: &Request) -> bool {
        self.tokens(request).is_some_and(|tokens| fits(&lower_case(&tokens), &value.to_lowercase()))
    }

    /// Whether the value is this ARN: a wildcard does not reach over the colons that separate its six parts.
    pub(crate) fn matches_arn(&self, value: &str, request: &Request) -> bool {
        let Some(tokens) = self.tokens(request) else { return false };
        let wanted: Vec<_> = tokens.splitn(6, |token| *token == Token::Character(':')).collect();
        // What is not a whole ARN, such as `*`, is compared as a whole.
        if wanted.len() < 6 {
            return fits(&tokens, value);
        }
        let parts: Vec<_> = value.splitn(6, ':').collect();
        parts.len() == 6 && wanted.iter().zip(parts).all(|(wanted, part)| fits(wanted, part))
    }

    /// With the variables' values; `None` if the request has none for one.
    fn tokens(&self, request: &Request) -> Option<Vec<Token>> {
        let mut tokens = Vec::new();
        for part in &self.parts {
            match part {
                Part::Token(token) => tokens.push(*token),
                Part::Variable { key, otherwise } => {
                    let value = request.single(key).or(otherwise.as_deref())?;
                    tokens.extend(value.chars().map(Token::Character));
                }
            }
        }
        Some(tokens)
    }
}

impl fmt::Display for Text {
    /// As it was read, but for variables, any of whose values may stand there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Token(Token::Character(character)) => write!(f, "{character}"),
            Part::Token(Token::AnyCharacters) | Part::Variable { .. } => f.write_str("*"),
            Part::Token(Token::OneCharacter) => f.write_str("?"),
        })
    }
}

fn token(character: char, wildcards: bool) -> Token {
    match character {
        '*' if wildcards => Token::AnyCharacters,
        '?' if wildcards => Token::OneCharacter,
        other => Token::Character(other),
    }
}

/// `${*}`, `${?}` and `${$}` are the characters themselves.
fn variable(inner: &str) -> Part {
    match inner {
        "*" => Part::Token(Token::Character('*')),
        "?" => Part::Token(Token::Character('?')),
        "$" => Part::Token(Token::Character('$')),
        _ => {
            let (key, otherwise) =
                inner.split_once(',').map_or((inner, None), |(key, rest)| (key, Some(rest)));
            let otherwise = otherwise.map(|text| text.trim().trim_matches('\'').to_owned());
            Part::Variable { key: key.trim().to_owned(), otherwise }
        }
    }
}

fn lower_case(tokens: &[Token]) -> Vec<Token> {
    let lower = |token: &Token| match token {
        Token::Character(character) => character.to_lowercase().map(Token::Character).collect(),
        wildcard => vec![*wildcard],
    };
    tokens.iter().flat_map(lower).collect()
}

/// Whether a text is what the tokens say. After a mismatch only the last `*` is tried with one character more, so the
/// time is at most the product of both lengths.
fn fits(tokens: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut read) = (0, 0);
    let mut last_star = None;
    while let Some(character) = text.get(read) {
        match tokens.get(at) {
            Some(Token::AnyCharacters) => {
                at += 1;
                last_star = Some((at, read));
            }
            Some(token) if *token == Token::OneCharacter || *token == Token::Character(*character) => {
                (at, read) = (at + 1, read + 1);
            }
            _ => {
                let Some((after_star, from)) = last_star else { return false };
                last_star = Some((after_star, from + 1));
                (at, read) = (after_star, from + 1);
            }
        }
    }
    tokens[at..].iter().all(|token| *token == Token::AnyCharacters)
}
