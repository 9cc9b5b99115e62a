//! The schemas' regular expressions, made fit for a small engine.
//!
//! They are written for ECMAScript. What the engine lacks is loosened, never tightened: a text that AWS takes is
//! never refused here. Patterns that look ahead or behind are not checked.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;

/// Counted repetitions beyond this are left open: they cost states, and the length is bounded elsewhere.
const MOST_REPEATED: u32 = 40;

/// Whether the text matches, or the pattern cannot be checked.
pub(crate) fn allows(pattern: &'static str, text: &str) -> bool {
    compiled(pattern).is_none_or(|regex| regex.is_match(text))
}

/// The pattern as the engine takes it, compiled once and kept for the life of the process: a clone of a [`Regex`]
/// would build its search states anew.
fn compiled(pattern: &'static str) -> Option<&'static Regex> {
    static COMPILED: Mutex<Option<HashMap<&'static str, Option<&'static Regex>>>> = Mutex::new(None);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let keep = |regex| &*Box::leak(Box::new(regex));
    *compiled.get_or_insert_default().entry(pattern).or_insert_with(|| compile(pattern).map(keep))
}

fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&Rewriting { rest: pattern, out: String::new(), class: Class::Outside }.finish()?).ok()
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Outside,
    Inside,
    Negated,
}

struct Rewriting<'p> {
    rest: &'p str,
    out: String,
    class: Class,
}

impl Rewriting<'_> {
    /// `None` if something in it cannot be loosened.
    fn finish(mut self) -> Option<String> {
        while let Some(next) = self.rest.chars().next() {
            let step = match (next, self.class) {
                ('\\', _) => self.escape()?,
                ('[', Class::Outside) => self.open(),
                ('[', _) => self.replaced(1, "\\["),
                (']', _) => {
                    self.class = Class::Outside;
                    self.kept(1)
                }
                ('{', Class::Outside) => self.repetition(),
                ('&' | '~' | '-', Class::Inside | Class::Negated) if self.doubled(next) => {
                    self.replaced(1, &format!("\\{next}"))
                }
                _ => self.kept(next.len_utf8()),
            };
            self.rest = self.rest.get(step..)?;
        }
        Some(self.out)
    }

    fn kept(&mut self, length: usize) -> usize {
        self.out.push_str(&self.rest[..length]);
        length
    }

    fn replaced(&mut self, length: usize, by: &str) -> usize {
        self.out.push_str(by);
        length
    }

    fn doubled(&self, letter: char) -> bool {
        self.rest[1..].starts_with(letter)
    }

    fn open(&mut self) -> usize {
        let negated = self.rest.starts_with("[^");
        self.class = if negated { Class::Negated } else { Class::Inside };
        self.kept(if negated { 2 } else { 1 })
    }

    /// `\p{L}` becomes its ASCII part and everything beyond ASCII. In a negated class that would tighten.
    fn escape(&mut self) -> Option<usize> {
        if !self.rest.starts_with("\\p") {
            let escaped = self.rest.chars().nth(1)?;
            return Some(self.kept(1 + escaped.len_utf8()));
        }
        let (name, length) = property(self.rest)?;
        let ascii = match name {
            "Print" => " -~",
            "ASCII" => "\\x00-\\x7f",
            _ if name.len() > 2 => return None,
            _ => match name.chars().next()? {
                'L' => "A-Za-z",
                'N' => "0-9",
                'Z' => " ",
                'P' | 'S' => "!-/:-@\\[-`{-~",
                'M' => "",
                'C' => "\\x00-\\x1f\\x7f",
                _ => return None,
            },
        };
        match self.class {
            Class::Outside => Some(self.replaced(length, &format!("[{ascii}\\u{{80}}-\\u{{10ffff}}]"))),
            Class::Inside => Some(self.replaced(length, &format!("{ascii}\\u{{80}}-\\u{{10ffff}}"))),
            Class::Negated => None,
        }
    }

    /// `{2,256}` becomes `{2,}`.
    fn repetition(&mut self) -> usize {
        let Some(end) = self.rest.find('}') else { return self.replaced(1, "\\{") };
        let (least, most) = match self.rest[1..end].split_once(',') {
            Some((least, most)) => (least, most),
            None => (&self.rest[1..end], &self.rest[1..end]),
        };
        let Ok(least) = least.parse::<u32>() else { return self.replaced(1, "\\{") };
        match most.parse::<u32>() {
            Ok(most) if most <= MOST_REPEATED => self.kept(end + 1),
            _ => self.replaced(end + 1, &format!("{{{},}}", least.min(MOST_REPEATED))),
        }
    }
}

/// The name in `\p{Name}` or `\pN`, and how much of the text it takes.
fn property(text: &str) -> Option<(&str, usize)> {
    let after = text.strip_prefix("\\p")?;
    match after.strip_prefix('{') {
        Some(braced) => braced.split_once('}').map(|(name, _)| (name, name.len() + 4)),
        None => after.get(..1).map(|name| (name, 3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &'static str, good: &[&str], bad: &[&str]) {
        assert!(compiled(pattern).is_some(), "{pattern} does not compile");
        good.iter().for_each(|text| assert!(allows(pattern, text), "{pattern} refuses {text:?}"));
        bad.iter().for_each(|text| assert!(!allows(pattern, text), "{pattern} allows {text:?}"));
    }

    #[test]
    fn plain_patterns() {
        check("^[a-z0-9-]+$", &["a-1"], &["", "A", "a b"]);
        check("[a-z]", &["Xa"], &["X"]);
        check(
            r"^arn:(aws[a-zA-Z-]*)?:lambda:\d{12}$",
            &["arn:aws:lambda:123456789012"],
            &["arn:aws:lambda:12"],
        );
    }

    #[test]
    fn letters_of_all_scripts() {
        check(r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", &["Größe 1", "日本"], &["a#b", "{"]);
        check(r"^\p{Lu}+$", &["A"], &["-"]);
        check(r"^\p{Print}+$", &["A b"], &["\n"]);
    }

    #[test]
    fn long_repetitions_are_left_open() {
        check("^[a-z]{1,2048}$", &["a"], &["", "1"]);
        check("^[a-z]{2,3}$", &["ab"], &["a", "abcd"]);
    }

    #[test]
    fn brackets_in_classes_and_loose_braces() {
        check(r"^[[a-z]+$", &["[a"], &["]"]);
        check(r"^\$\{[a-z]+}$", &["${a}"], &["{a}"]);
    }

    #[test]
    fn what_cannot_be_checked_allows_everything() {
        assert!(allows("^(?!aws)[a-z]+$", "aws"));
    }

    /// How many of all the schemas' patterns are checked; the others look ahead or back.
    #[test]
    fn nearly_all_patterns_are_checked() {
        let mut all = std::collections::BTreeSet::new();
        for service in stackwright_schema::services().filter_map(stackwright_schema::service) {
            for kind in service.resource_types() {
                let inner = kind.definitions.iter().flat_map(|definition| &definition.properties);
                kind.properties.iter().chain(inner).for_each(|property| patterns(&property.shape, &mut all));
            }
        }
        let skipped: Vec<_> = all.iter().filter(|pattern| compile(pattern).is_none()).collect();
        let odd: Vec<_> = skipped.iter().filter(|pattern| !pattern.contains("(?")).collect();
        assert!(all.len() > 1_000, "only {} patterns", all.len());
        assert!(odd.len() * 50 < all.len(), "{} of {}: {odd:#?}", odd.len(), all.len());
        assert!(skipped.len() * 10 < all.len(), "{} of {}: {skipped:#?}", skipped.len(), all.len());
    }

    fn patterns(shape: &stackwright_schema::Shape, all: &mut std::collections::BTreeSet<&'static str>) {
        use stackwright_schema::Shape;
        match shape {
            Shape::String(text) => all.extend(text.pattern),
            Shape::List { items, .. } => patterns(items, all),
            Shape::Map { values, .. } => patterns(values, all),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| patterns(shape, all)),
            _ => {}
        }
    }
}
