//! [`Position`]: a line and a column in source text that a template carries, counted from 1.
//!
//! It knows texts only, never which file they came from.

use std::fmt;

/// Where in a text something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    line: usize,
    column: usize,
}

impl Position {
    /// The position of the byte at `offset`; columns are characters.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        Self { line, column: before[line_start..].chars().count() + 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: usize, expected: &str) {
        assert_eq!(Position::of(text, offset).to_string(), expected, "{text:?} at {offset}");
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        check("", 0, "line 1, column 1");
        check("ab\ncd", 1, "line 1, column 2");
        check("ab\ncd", 3, "line 2, column 1");
        check("ü\nüx", 5, "line 2, column 2");
        check("ab", 9, "line 1, column 3");
    }
}
