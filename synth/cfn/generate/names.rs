//! From CloudFormation's names to Rust's: `SSESpecification` becomes `sse_specification`, `PAY_PER_REQUEST` `PayPerRequest`.
//!
//! It knows nothing of types; what clashes is told apart by [`Taken`].

use std::collections::HashSet;

/// Spelled with capitals inside a word.
const SPELLINGS: &[(&str, &str)] = &[
    ("GraphQL", "Graphql"),
    ("DynamoDB", "Dynamodb"),
    ("DocumentDB", "Documentdb"),
    ("MongoDB", "Mongodb"),
    ("OAuth", "Oauth"),
    ("OpenAPI", "Openapi"),
    ("IPv", "Ipv"),
    ("IoT", "Iot"),
    ("ETag", "Etag"),
    ("MySQL", "Mysql"),
    ("PostgreSQL", "Postgresql"),
];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Names that are in use in one place; a second comer gets a tail.
#[derive(Default)]
pub(crate) struct Taken(HashSet<String>);

impl Taken {
    pub(crate) fn with<const N: usize>(names: [&str; N]) -> Self {
        Self(names.map(str::to_owned).into())
    }

    /// The name, with `tail` behind it as often as needed to be new.
    pub(crate) fn claim(&mut self, name: &str, tail: &str) -> String {
        let mut name = name.to_owned();
        while !self.0.insert(name.clone()) {
            name.push_str(tail);
        }
        name
    }
}

/// The name of a function, a field or a module.
pub(crate) fn snake(name: &str) -> String {
    let joined = words(name).join("_").to_lowercase();
    match joined.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("n{joined}"),
        _ if KEYWORDS.contains(&joined.as_str()) => joined + "_",
        _ => joined,
    }
}

/// The name of a type: CloudFormation's own, as far as Rust takes it.
pub(crate) fn type_name(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    capital(&plain)
}

/// The name of one element of a list: `Architecture` of `Architectures`.
pub(crate) fn singular(name: &str) -> String {
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let cut = if ends(&["sses", "uses", "xes"]) { 2 } else { 1 };
    match name.strip_suffix("ies") {
        Some(start) if !ends(&["Series"]) => format!("{start}y"),
        None if name.ends_with('s') && !ends(&["ss", "us", "is"]) => name[..name.len() - cut].to_owned(),
        _ => name.to_owned(),
    }
}

/// The name of an enum's variant, from an allowed value.
pub(crate) fn variant(value: &str) -> String {
    let mut name = String::new();
    for part in value.replace('*', " any ").split(|letter: char| !letter.is_ascii_alphanumeric()) {
        // Two numbers side by side would read as one.
        if ends_and_starts_with_digit(&name, part) {
            name.push('_');
        }
        let shouted = !part.contains(|letter: char| letter.is_ascii_lowercase());
        name.push_str(&capital(&if shouted { part.to_ascii_lowercase() } else { part.to_owned() }));
    }
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V{name}"),
        _ if name == "Self" => "Itself".to_owned(),
        _ => name,
    }
}

fn ends_and_starts_with_digit(before: &str, after: &str) -> bool {
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    is_digit(before.chars().last()) && is_digit(after.chars().next())
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// The words of a name in camel case; an acronym is one word, its plural too.
fn words(name: &str) -> Vec<String> {
    let name = SPELLINGS.iter().fold(name.to_owned(), |name, (from, to)| name.replace(from, to));
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            words.push(String::new());
            continue;
        }
        if words.is_empty() || starts_word(&letters, at) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn starts_word(letters: &[char], at: usize) -> bool {
    let is = |at: usize, test: fn(&char) -> bool| letters.get(at).is_some_and(test);
    let Some(before) = at.checked_sub(1) else { return true };
    if !is(at, char::is_ascii_uppercase) {
        return false;
    }
    if !is(before, char::is_ascii_uppercase) {
        return true;
    }
    // The last capital of a row starts a word, unless only a plural's `s` follows: `DBClusterARNs`.
    let plural = is(at + 1, |letter| *letter == 's') && !is(at + 2, char::is_ascii_lowercase);
    is(at + 1, char::is_ascii_lowercase) && !plural
}
