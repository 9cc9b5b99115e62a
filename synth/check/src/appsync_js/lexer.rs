//! The lexer: the text of a program into tokens with paired brackets.
//!
//! It knows where names, texts and brackets begin and end, not what AppSync makes of them.

use super::Fault;
use super::nesting::{Nesting, Role};
use super::token::{Kind, Token, Tokens};

/// Longest first: the first that fits is taken.
const SIGNS: [&str; 58] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=",
    ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>",
    "**", "(", ")", "[", "]", "{", "}", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~",
    "?", ":", "=", ".", "#",
];

/// The tokens of a program, or the first thing that keeps it from being one.
pub(super) fn tokens(code: &str) -> Result<Tokens<'_>, Fault> {
    let mut lexer = Lexer { code, at: 0, nesting: Nesting::new(code) };
    while let Some(next) = lexer.next_character()? {
        lexer.token(next)?;
    }
    lexer.nesting.finish().map(Tokens)
}

struct Lexer<'c> {
    code: &'c str,
    at: usize,
    nesting: Nesting<'c>,
}

impl<'c> Lexer<'c> {
    fn rest(&self) -> &'c str {
        self.code.get(self.at..).unwrap_or_default()
    }

    /// The first character that is neither space nor in a comment.
    fn next_character(&mut self) -> Result<Option<char>, Fault> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(is_space).len();
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let end = comment.find("*/").ok_or_else(|| Fault::new(self.at, "the comment never ends"))?;
                self.at += end + "/**/".len();
            } else {
                return Ok(rest.chars().next());
            }
        }
    }

    fn token(&mut self, next: char) -> Result<(), Fault> {
        match next {
            '"' | '\'' => self.text(next),
            '`' => self.template(),
            '}' if self.nesting.role() == Role::Interpolation => self.template(),
            '/' if self.nesting.expects_value() && self.pattern_length().is_some() => {
                self.push(Kind::Pattern, self.pattern_length().unwrap_or_default())
            }
            _ if is_digit(self.rest()) => self.push(Kind::Number, number_length(self.rest())),
            _ if starts_word(next) => {
                let length = self.rest().find(|letter| !continues_word(letter));
                self.push(Kind::Word, length.unwrap_or(self.rest().len()))
            }
            _ => self.sign(next),
        }
    }

    fn push(&mut self, kind: Kind, length: usize) -> Result<(), Fault> {
        let text = self.rest().get(..length).unwrap_or_default();
        let token = Token { kind, text, at: self.at, inside: None, partner: None };
        self.at += length;
        self.nesting.push(token)
    }

    fn sign(&mut self, next: char) -> Result<(), Fault> {
        let rest = self.rest();
        let fits = |sign: &&&str| rest.starts_with(**sign) && !(**sign == "?." && is_digit(&rest[1..]));
        match SIGNS.iter().find(fits) {
            Some(sign) => self.push(Kind::Sign, sign.len()),
            None => Err(Fault::new(self.at, format!("{next:?} has no place in JavaScript"))),
        }
    }

    /// A text in quotes ends on its line, unless the line's end is escaped.
    fn text(&mut self, quote: char) -> Result<(), Fault> {
        let mut escaped = false;
        for (at, letter) in self.rest().char_indices().skip(1) {
            match letter {
                '\r' if escaped => {}
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\n' => break,
                _ if letter == quote => return self.push(Kind::Text, at + 1),
                _ => {}
            }
        }
        Err(Fault::new(self.at, "the text never ends").hint("close its quotes on the same line"))
    }

    /// From a backtick, or the `}` of an interpolation, to the next interpolation or the end.
    fn template(&mut self) -> Result<(), Fault> {
        let rest = self.rest();
        let mut escaped = false;
        for (at, letter) in rest.char_indices().skip(1) {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '`' => return self.push(Kind::Template, at + 1),
                '$' if rest[at..].starts_with("${") => return self.push(Kind::Template, at + 2),
                _ => {}
            }
        }
        Err(Fault::new(self.at, "the template literal never ends"))
    }

    /// The length of the regular expression that starts here, if one ends on this line.
    fn pattern_length(&self) -> Option<usize> {
        let rest = self.rest();
        let (mut escaped, mut in_class) = (false, false);
        for (at, letter) in rest.char_indices().skip(1) {
            match letter {
                '\n' => return None,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    let flags = &rest[at + 1..];
                    return Some(
                        at + 1 + flags.find(|letter| !continues_word(letter)).unwrap_or(flags.len()),
                    );
                }
                _ => {}
            }
        }
        None
    }
}

fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter == '\u{feff}'
}

fn starts_word(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '_' | '$' | '\\')
}

fn continues_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$' | '\\' | '\u{200c}' | '\u{200d}')
}

/// Whether a number starts here: a digit, or a point and a digit.
fn is_digit(rest: &str) -> bool {
    rest.strip_prefix('.').unwrap_or(rest).starts_with(|letter: char| letter.is_ascii_digit())
}

/// Digits, points, letters of bases and suffixes, and the sign of an exponent.
fn number_length(rest: &str) -> usize {
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    let ends = |letter: char| {
        let exponent = !hexadecimal && matches!(before, 'e' | 'E') && matches!(letter, '+' | '-');
        before = letter;
        !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') || exponent)
    };
    rest.find(ends).unwrap_or(rest.len())
}
