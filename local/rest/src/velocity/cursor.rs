//! A place in the text of a template.
//! Knows letters, not what they mean.

/// What is left of a text, and how much of it there was.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    whole: &'a str,
    pub(super) rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(whole: &'a str) -> Cursor<'a> {
        Cursor { whole, rest: whole }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes a text if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !wanted(letter)).unwrap_or(self.rest.len());
        self.take_bytes(end)
    }

    /// Takes everything before a text, and the text; nothing if it does not come.
    pub(super) fn take_until(&mut self, text: &str) -> Option<&'a str> {
        let end = self.rest.find(text)?;
        let taken = self.take_bytes(end);
        self.take(text);
        Some(taken)
    }

    pub(super) fn take_bytes(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// A name: a letter, then letters, digits, `_` and `-`.
    pub(super) fn take_name(&mut self) -> Option<&'a str> {
        self.peek().filter(|letter| letter.is_ascii_alphabetic() || *letter == '_')?;
        Some(self.take_while(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter)))
    }

    pub(super) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// What follows a directive on its line, if that is white space only, belongs to the directive.
    pub(super) fn skip_line_end(&mut self) {
        let after = self.rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(rest) = after.strip_prefix('\n') {
            self.rest = rest;
        }
    }

    /// What was taken since another cursor.
    pub(super) fn since(&self, start: &Cursor<'a>) -> &'a str {
        &start.rest[..start.rest.len() - self.rest.len()]
    }

    /// The number of the line, from 1.
    pub(super) fn line(&self) -> usize {
        let before = self.whole.len() - self.rest.len();
        1 + self.whole.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count()
    }
}
