//! The AWS calls of a handler: the table that its documentation has of them, and how it differs from
//! what tests saw made or granted.
//! Not a part of any function; makes no call, reads no file and asks no policy.
//!
//! ```
//! let source = "
//! //! | action | on |
//! //! |---|---|
//! //! | `dynamodb:Query` | index `ByUser` of `CONNECTIONS_TABLE` |
//! //! | `dynamodb:DeleteItem` | `CONNECTIONS_TABLE` |
//! //! | `s3:PutObject` | objects of property `Bucket` |
//! ";
//! let calls = handler_calls::documented(source);
//! let texts: Vec<_> = calls.iter().map(ToString::to_string).collect();
//! assert_eq!(texts, [
//!     "dynamodb:DeleteItem on CONNECTIONS_TABLE",
//!     "dynamodb:Query on index ByUser of CONNECTIONS_TABLE",
//!     "s3:PutObject on objects of property Bucket",
//! ]);
//! ```
//!
//! The resource is named by the environment variable that tells the function of it, or, for the handler of a
//! custom resource, by the property that does.

use std::collections::BTreeSet;
use std::fmt;

/// A kind of call: an action of IAM on a resource, or on a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The action, such as `dynamodb:Query`.
    pub action: String,
    /// What names the resource.
    pub resource: String,
    /// Which part of it: `index ByUser`, `objects`; empty for the whole.
    pub part: String,
}

impl Call {
    /// An action on a whole resource.
    #[must_use]
    pub fn new(action: &str, resource: &str) -> Call {
        Call { action: action.to_owned(), resource: resource.to_owned(), part: String::new() }
    }

    /// On that part of it.
    #[must_use]
    pub fn part(mut self, part: impl Into<String>) -> Call {
        self.part = part.into();
        self
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if self.part.is_empty() { "" } else { " of " };
        write!(f, "{} on {}{of}{}", self.action, self.part, self.resource)
    }
}

/// The calls in the table of a source's `//!` whose head is `| action | on |`.
#[must_use]
pub fn documented(source: &str) -> BTreeSet<Call> {
    let lines = source.lines().filter_map(|line| line.trim_start().strip_prefix("//!")).map(str::trim);
    let table = lines.skip_while(|line| *line != "| action | on |");
    table.skip(2).map_while(row).collect()
}

fn row(line: &str) -> Option<Call> {
    let plain = line.replace('`', "");
    let (action, on) = plain.strip_prefix('|')?.strip_suffix('|')?.split_once('|')?;
    let (part, resource) = on.split_once(" of ").unwrap_or(("", on));
    Some(Call::new(action.trim(), resource.trim()).part(part.trim()))
}

/// What one side has and the other has not, in words; `done` is what befell the calls of the second side,
/// such as `granted`.
#[must_use]
pub fn differences(documented: &BTreeSet<Call>, others: &BTreeSet<Call>, done: &str) -> Vec<String> {
    let missing = documented.difference(others).map(|call| format!("{call}: documented, not {done}"));
    let superfluous = others.difference(documented).map(|call| format!("{call}: {done}, not documented"));
    missing.chain(superfluous).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "//! What it does.\n//!\n//! | action | on |\n//! |---|---|\n";

    fn check(rows: &str, expected: &[Call]) {
        assert_eq!(documented(&format!("{HEAD}{rows}")), expected.iter().cloned().collect());
    }

    #[test]
    fn a_row_is_a_call() {
        check("//! | `dynamodb:Scan` | `TABLE` |\n", &[Call::new("dynamodb:Scan", "TABLE")]);
        check(
            "//! | `dynamodb:Query` | index `By` of `TABLE` |",
            &[Call::new("dynamodb:Query", "TABLE").part("index By")],
        );
    }

    #[test]
    fn the_table_ends_where_other_text_begins() {
        let scan = &[Call::new("dynamodb:Scan", "TABLE")];
        check("//! | `dynamodb:Scan` | `TABLE` |\n//!\n//! | `a` | `B` |\n", scan);
        check("//! | `dynamodb:Scan` | `TABLE` |\n\nfn main() {}\n// | `a` | `B` |\n", scan);
    }

    #[test]
    fn other_tables_and_no_table_are_no_calls() {
        assert!(documented("//! | variable | what |\n//! |---|---|\n//! | `TABLE` | a table |\n").is_empty());
        assert!(documented("").is_empty());
    }

    #[test]
    fn differences_are_told_from_both_sides() {
        let [one, two, three] = ["a:One", "a:Two", "a:Three"].map(|action| Call::new(action, "TABLE"));
        let told = differences(&[one, two.clone()].into(), &[two, three.part("objects")].into(), "granted");
        let expected = [
            "a:One on TABLE: documented, not granted",
            "a:Three on objects of TABLE: granted, not documented",
        ];
        assert_eq!(told, expected);
    }
}
