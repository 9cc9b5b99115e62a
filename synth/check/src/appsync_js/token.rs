//! [`Token`]: a word, text, number or sign of a program, with what it is in and what it is for.
//!
//! It is made by the lexer only; comments and spaces are gone.

use std::ops::Deref;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or the name of something in scope.
    Word,
    /// A name after `.`, a key of an object, or a name in the braces of an import or export: never a keyword.
    Property,
    /// A word before the `:` of a labelled statement.
    Label,
    /// A number.
    Number,
    /// A text in quotes.
    Text,
    /// A part of a template literal, from a backtick or `}` to a backtick or `${`.
    Template,
    /// A regular expression literal.
    Pattern,
    /// An operator or bracket.
    Sign,
}

/// One token of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'c> {
    pub(super) kind: Kind,
    pub(super) text: &'c str,
    /// The byte at which it starts.
    pub(super) at: usize,
    /// The token that opens the brackets it is in.
    pub(super) inside: Option<usize>,
    /// The other bracket of its pair.
    pub(super) partner: Option<usize>,
}

impl Token<'_> {
    /// Whether it is this operator or bracket.
    pub(super) fn is_sign(&self, text: &str) -> bool {
        self.kind == Kind::Sign && self.text == text
    }

    /// Whether it is this word where a keyword or a name of the scope stands.
    pub(super) fn is_word(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.text == text
    }
}

/// The tokens of a program, in order, their brackets paired.
#[derive(Debug)]
pub(super) struct Tokens<'c>(pub(super) Vec<Token<'c>>);

impl<'c> Deref for Tokens<'c> {
    type Target = [Token<'c>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'c> Tokens<'c> {
    /// The token that many places after the one at `index`; before it, if negative.
    pub(super) fn near(&self, index: usize, distance: isize) -> Option<&Token<'c>> {
        self.get(index.checked_add_signed(distance)?)
    }

    /// Whether the token there is this operator or bracket.
    pub(super) fn sign_near(&self, index: usize, distance: isize, text: &str) -> bool {
        self.near(index, distance).is_some_and(|token| token.is_sign(text))
    }

    /// Whether the token there is this word.
    pub(super) fn word_near(&self, index: usize, distance: isize, text: &str) -> bool {
        self.near(index, distance).is_some_and(|token| token.is_word(text))
    }

    /// The indexes of the words with this text.
    pub(super) fn words<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.len()).filter(move |&index| self[index].is_word(text))
    }

    /// The indexes of the tokens in brackets, between the one at `open` and its partner.
    pub(super) fn within(&self, open: usize) -> std::ops::Range<usize> {
        open + 1..self[open].partner.unwrap_or_default().max(open + 1)
    }
}
