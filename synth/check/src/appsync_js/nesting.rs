//! [`Nesting`]: what is open where the lexer is, and what that makes of the next token.
//!
//! It tells a keyword from a property, a block from an object and a division from a regular expression. It is no
//! parser: of a program that is not JavaScript it says so only if its brackets do not match.

use super::Fault;
use super::token::{Kind, Token};
use crate::position::Position;

/// After these words comes a value: `/` starts a regular expression and `{` an object.
const BEFORE_VALUES: [&str; 12] = [
    "await",
    "case",
    "default",
    "delete",
    "in",
    "instanceof",
    "new",
    "return",
    "throw",
    "typeof",
    "void",
    "yield",
];
/// After these comes `{` with names in it.
const BEFORE_NAMES: [&str; 5] = ["const", "export", "import", "let", "var"];

/// What a pair of brackets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Statements: the program itself, the body of a function, a loop, …
    Block,
    /// An object, a pattern that takes one apart, the names of an import or export.
    Object,
    /// `(…)` or `[…]`.
    Group,
    /// `${…}` in a template literal.
    Interpolation,
}

struct Open {
    /// The token that opens; `None` for the program itself.
    bracket: Option<usize>,
    role: Role,
    /// How many `?` wait for their `:`.
    choices: usize,
    /// Whether the next `:` is that of a `case` or `default`.
    in_case: bool,
}

/// The tokens so far and the brackets they left open.
pub(super) struct Nesting<'c> {
    code: &'c str,
    tokens: Vec<Token<'c>>,
    open: Vec<Open>,
    /// Whether the last `:` came before a value, rather than after a label or `case`.
    value_follows_colon: bool,
}

impl<'c> Nesting<'c> {
    pub(super) fn new(code: &'c str) -> Self {
        let program = Open { bracket: None, role: Role::Block, choices: 0, in_case: false };
        Self { code, tokens: Vec::new(), open: vec![program], value_follows_colon: false }
    }

    /// What the innermost open brackets are.
    pub(super) fn role(&self) -> Role {
        self.open.last().map_or(Role::Block, |open| open.role)
    }

    /// All tokens, if every bracket has its other one.
    pub(super) fn finish(self) -> Result<Vec<Token<'c>>, Fault> {
        match self.open.last().and_then(|open| self.tokens.get(open.bracket?)) {
            Some(token) => Err(Fault::new(token.at, format!("`{}` is never closed", bracket(token)))),
            None => Ok(self.tokens),
        }
    }

    /// Takes the next token in.
    pub(super) fn push(&mut self, mut token: Token<'c>) -> Result<(), Fault> {
        if closes(&token) {
            self.close(&mut token)?;
        }
        token.inside = self.open.last().and_then(|open| open.bracket);
        match (token.kind, token.text) {
            (Kind::Word, word) => token.kind = self.kind_of_word(word),
            (Kind::Sign, "?") => self.innermost(|open| open.choices += 1),
            (Kind::Sign, ":") => self.colon(&token)?,
            (Kind::Sign, ";") => self.innermost(|open| open.in_case = false),
            _ => {}
        }
        if let Some(role) = self.opens(&token) {
            let bracket = Some(self.tokens.len());
            self.open.push(Open { bracket, role, choices: 0, in_case: false });
        }
        self.tokens.push(token);
        Ok(())
    }

    fn innermost(&mut self, change: impl FnOnce(&mut Open)) {
        if let Some(open) = self.open.last_mut() {
            change(open);
        }
    }

    fn close(&mut self, token: &mut Token<'c>) -> Result<(), Fault> {
        let closing = &token.text[..1];
        let index = self.open.last().and_then(|open| open.bracket);
        let Some(opening) = index.and_then(|index| self.tokens.get(index)) else {
            return Err(Fault::new(token.at, format!("`{closing}` closes nothing")));
        };
        let fits = matches!((bracket(opening), closing), ("(", ")") | ("[", "]") | ("{" | "${", "}"));
        if !fits {
            let place = Position::of(self.code, opening.at);
            let message = format!("`{closing}` cannot close the `{}` of {place}", bracket(opening));
            return Err(Fault::new(token.at, message));
        }
        self.open.pop();
        token.partner = index;
        let here = self.tokens.len();
        index.and_then(|index| self.tokens.get_mut(index)).into_iter().for_each(|it| it.partner = Some(here));
        Ok(())
    }

    /// What the token opens, if it does.
    fn opens(&self, token: &Token<'c>) -> Option<Role> {
        match (token.kind, token.text) {
            (Kind::Template, text) if text.ends_with("${") => Some(Role::Interpolation),
            (Kind::Sign, "(" | "[") => Some(Role::Group),
            (Kind::Sign, "{") => Some(self.role_of_brace()),
            _ => None,
        }
    }

    fn role_of_brace(&self) -> Role {
        let Some(last) = self.tokens.last() else { return Role::Block };
        let object = match last.kind {
            Kind::Word => BEFORE_VALUES.contains(&last.text) || BEFORE_NAMES.contains(&last.text),
            Kind::Template => last.text.ends_with("${"),
            Kind::Sign => match last.text {
                "=>" | ")" | ";" | "}" | "]" => false,
                "{" => self.role() != Role::Block,
                ":" => self.value_follows_colon,
                _ => true,
            },
            // `import name, {…}` has its comma; nothing else comes between a name and an object.
            _ => false,
        };
        if object { Role::Object } else { Role::Block }
    }

    /// Whether a value comes next, rather than an operator.
    pub(super) fn expects_value(&self) -> bool {
        let Some(last) = self.tokens.last() else { return true };
        match (last.kind, last.text) {
            (Kind::Word, word) => BEFORE_VALUES.contains(&word) || matches!(word, "do" | "else"),
            (Kind::Template, text) => text.ends_with("${"),
            (Kind::Sign, ")") => self.heads_a_statement(last),
            (Kind::Sign, "}") => self.closed_a_block(last),
            (Kind::Sign, sign) => !matches!(sign, "]" | "++" | "--"),
            _ => false,
        }
    }

    /// Whether this `)` ends the head of an `if` or a loop.
    fn heads_a_statement(&self, closing: &Token<'c>) -> bool {
        let before = closing.partner.and_then(|open| self.tokens.get(open.checked_sub(1)?));
        before.is_some_and(|it| it.kind == Kind::Word && matches!(it.text, "for" | "if" | "while" | "with"))
    }

    fn closed_a_block(&self, closing: &Token<'c>) -> bool {
        let before = closing.partner.and_then(|open| self.tokens.get(open.checked_sub(1)?));
        before.is_some_and(|it| matches!(it.text, ")" | ";" | "{" | "}" | "else" | "do"))
    }

    fn kind_of_word(&mut self, word: &str) -> Kind {
        let last = self.tokens.last();
        let after_point = last.is_some_and(|it| it.is_sign(".") || it.is_sign("?."));
        if after_point || (self.role() == Role::Object && self.is_key()) {
            return Kind::Property;
        }
        if matches!(word, "case" | "default") {
            self.innermost(|open| open.in_case = true);
        }
        Kind::Word
    }

    /// In an object: whether a key comes next, after `{`, `,`, or a `get`, `set`, `async` or `*` in front of it.
    fn is_key(&self) -> bool {
        let modifies = |token: &Token<'_>| token.kind == Kind::Property || token.is_sign("*");
        let mut before = self.tokens.iter().rev().skip_while(|token| modifies(token));
        before.next().is_some_and(|token| token.is_sign("{") || token.is_sign(","))
    }

    fn colon(&mut self, token: &Token<'c>) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let choice = open.choices > 0;
        let case = std::mem::take(&mut open.in_case);
        self.value_follows_colon = choice || open.role == Role::Object;
        if choice {
            open.choices -= 1;
        } else if open.role != Role::Object && !case {
            return self.label(token);
        }
        Ok(())
    }

    /// A `:` that is neither of a choice, nor of an object, nor of a `case`: before it is a label, or a mistake.
    fn label(&mut self, colon: &Token<'c>) -> Result<(), Fault> {
        let declared = |it: &Token<'c>| it.kind == Kind::Word && BEFORE_NAMES.contains(&it.text);
        let after_declaration = self.tokens.iter().nth_back(1).is_some_and(declared);
        let in_statements = self.role() == Role::Block && !after_declaration;
        match self.tokens.last_mut() {
            Some(last) if last.kind == Kind::Word && in_statements => last.kind = Kind::Label,
            _ => {
                let hint = "AppSync runs JavaScript: take the types of TypeScript out, as esbuild does";
                return Err(Fault::new(colon.at, "`:` has no place here").hint(hint));
            }
        }
        Ok(())
    }
}

fn closes(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Sign => matches!(token.text, ")" | "]" | "}"),
        Kind::Template => token.text.starts_with('}'),
        _ => false,
    }
}

/// The bracket of a token that opens one.
fn bracket<'c>(token: &Token<'c>) -> &'c str {
    if token.kind == Kind::Template { "${" } else { token.text }
}
