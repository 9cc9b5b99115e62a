//! Code for AppSync's runtime `APPSYNC_JS`: a part of JavaScript, and what of the rest a program uses.
//!
//! It runs nothing and knows no types: what depends on a value is left alone.
//!
//! Source: [supported runtime features](https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html),
//! and the rules of AWS's own linter for it, `@aws-appsync/eslint-plugin`.

mod calls;
mod context;
mod functions;
mod lexer;
mod modules;
mod names;
mod nesting;
mod syntax;
mod token;

use crate::position::Position;

/// What AppSync refuses, or could not do, in a program.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The byte at which it is; `None` for what is missing.
    at: Option<usize>,
    message: String,
    pub(crate) hint: Option<&'static str>,
}

impl Fault {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at: Some(at), message: message.into(), hint: None }
    }

    fn missing(message: impl Into<String>) -> Self {
        Self { at: None, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong, with its line and column in the code.
    pub(crate) fn message(&self, code: &str) -> String {
        match self.at {
            Some(at) => format!("{}: {}", Position::of(code, at), self.message),
            None => self.message.clone(),
        }
    }
}

/// All that is wrong with a program that must export these functions, in its order.
///
/// Where the text is no JavaScript, that alone is told.
pub(crate) fn faults(code: &str, handlers: &[&str]) -> Vec<Fault> {
    let tokens = match lexer::tokens(code) {
        Ok(tokens) => tokens,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    syntax::check(&tokens, &mut faults);
    names::check(&tokens, &mut faults);
    calls::check(&tokens, &mut faults);
    context::check(&tokens, handlers, &mut faults);
    modules::check(&tokens, handlers, &mut faults);
    faults.sort_by_key(|fault| fault.at);
    faults
}
