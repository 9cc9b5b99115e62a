//! A schema as AppSync takes it, made into one that can be executed: scalars and directives of AWS are there already.
//! Knows no resolvers: what becomes of a field is not in its schema.
//!
//! Source: [scalar types](https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html),
//! [directives](https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-directives.html).

use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, Document};
use apollo_compiler::validation::{DiagnosticList, Valid};

/// Each declared unless the schema declares it itself.
const SCALARS: [&str; 9] = [
    "AWSDate",
    "AWSTime",
    "AWSDateTime",
    "AWSTimestamp",
    "AWSEmail",
    "AWSJSON",
    "AWSURL",
    "AWSPhone",
    "AWSIPAddress",
];

const DIRECTIVES: [(&str, &str); 9] = [
    ("aws_subscribe", "(mutations: [String]) on FIELD_DEFINITION"),
    ("aws_publish", "(subscriptions: [String]) on FIELD_DEFINITION"),
    ("aws_auth", "(cognito_groups: [String]) on FIELD_DEFINITION | OBJECT"),
    ("aws_cognito_user_pools", "(cognito_groups: [String]) on FIELD_DEFINITION | OBJECT | INTERFACE"),
    ("aws_api_key", "on FIELD_DEFINITION | OBJECT | INTERFACE"),
    ("aws_iam", "on FIELD_DEFINITION | OBJECT | INTERFACE"),
    ("aws_oidc", "on FIELD_DEFINITION | OBJECT | INTERFACE"),
    ("aws_lambda", "on FIELD_DEFINITION | OBJECT | INTERFACE"),
    ("canonical", "on OBJECT | FIELD_DEFINITION | INPUT_OBJECT | ENUM | INTERFACE | UNION"),
];

/// Reads and validates a schema.
///
/// # Errors
/// What is wrong with it, a line each.
pub(crate) fn read(text: &str) -> Result<Valid<Schema>, Vec<String>> {
    let text = with_ampersands(text);
    let prelude = prelude(&text);
    let schema = Schema::builder().parse(prelude, "AppSync").parse(text, "schema").build();
    let schema = schema.map_err(|failed| messages(&failed.errors))?;
    schema.validate().map_err(|failed| messages(&failed.errors))
}

fn messages(errors: &DiagnosticList) -> Vec<String> {
    let place = |range: Option<std::ops::Range<apollo_compiler::parser::LineColumn>>| {
        range.map_or(String::new(), |range| format!(" (line {})", range.start.line))
    };
    errors.iter().map(|error| format!("{}{}", error.error, place(error.line_column_range()))).collect()
}

/// The declarations that the schema does not have itself.
fn prelude(text: &str) -> String {
    // What cannot be parsed has its errors reported when the schema is built.
    let own = Document::parse(text, "schema").unwrap_or_else(|failed| failed.partial);
    let has_scalar = |name: &str| {
        own.definitions
            .iter()
            .any(|one| matches!(one, Definition::ScalarTypeDefinition(one) if one.name == name))
    };
    let has_directive = |name: &str| {
        own.definitions
            .iter()
            .any(|one| matches!(one, Definition::DirectiveDefinition(one) if one.name == name))
    };
    let scalars = SCALARS.iter().filter(|name| !has_scalar(name)).map(|name| format!("scalar {name}\n"));
    let directives = DIRECTIVES.iter().filter(|(name, _)| !has_directive(name));
    scalars
        .chain(directives.map(|(name, rest)| format!("directive @{name}{rest}\n", rest = spaced(rest))))
        .collect()
}

fn spaced(rest: &str) -> String {
    if rest.starts_with('(') { rest.to_owned() } else { format!(" {rest}") }
}

/// The text with `implements A, B` as `implements A& B`: AppSync takes what GraphQL had before 2018. All else stays at
/// its place, so that lines in messages are those of the file.
fn with_ampersands(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut interfaces = Interfaces::Elsewhere;
    for token in tokens(text) {
        let word = &text[token.clone()];
        interfaces = match (interfaces, word) {
            (_, "implements") => Interfaces::First,
            (Interfaces::First | Interfaces::Separated, word) if is_name(word) => {
                Interfaces::After(token.end)
            }
            (Interfaces::First, "&") | (Interfaces::After(_), "&") => Interfaces::Separated,
            (Interfaces::After(end), word) if is_name(word) => {
                out[separator(text, end, token.start)] = b'&';
                Interfaces::After(token.end)
            }
            _ => Interfaces::Elsewhere,
        };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Where in a list of interfaces a reader is.
enum Interfaces {
    Elsewhere,
    First,
    Separated,
    /// The last name ended here.
    After(usize),
}

/// Which byte between two names becomes the ampersand: the comma, or else the first, which is white space.
fn separator(text: &str, from: usize, to: usize) -> usize {
    text[from..to].find(',').map_or(from, |comma| from + comma)
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The names and punctuators of a schema; comments, strings, commas and white space are left out.
fn tokens(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let first = *bytes.get(at)?;
            let skipped = match first {
                b'#' => rest.find('\n').unwrap_or(rest.len()),
                b'"' if rest.starts_with("\"\"\"") => block_string(rest),
                b'"' => string(rest),
                b',' | b' ' | b'\t' | b'\r' | b'\n' => 1,
                _ => 0,
            };
            if skipped == 0 {
                let start = at;
                at += word(rest);
                return Some(start..at);
            }
            at += skipped;
        }
    })
}

fn word(rest: &str) -> usize {
    let named = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if named > 0 { named } else { rest.chars().next().map_or(1, char::len_utf8) }
}

fn block_string(rest: &str) -> usize {
    let mut from = 3;
    loop {
        match rest[from..].find("\"\"\"") {
            None => return rest.len(),
            Some(end) if rest[..from + end].ends_with('\\') => from += end + 3,
            Some(end) => return from + end + 3,
        }
    }
}

fn string(rest: &str) -> usize {
    let mut is_escaped = false;
    let end = rest.bytes().skip(1).position(|byte| {
        let ends = (byte == b'"' && !is_escaped) || byte == b'\n';
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(rest.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::{read, with_ampersands};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(with_ampersands(text), expected);
    }

    #[test]
    fn interfaces_are_separated_as_graphql_has_it_now() {
        check("type A implements B, C { x: Int }", "type A implements B& C { x: Int }");
        check("type A implements B C{ x: Int }", "type A implements B&C{ x: Int }");
        check("type A implements B & C @d { x: Int }", "type A implements B & C @d { x: Int }");
        check("type A implements & B, C @d { x: Int }", "type A implements & B& C @d { x: Int }");
        check("type A implements B,\n C,\n D { x: Int }", "type A implements B&\n C&\n D { x: Int }");
    }

    #[test]
    fn texts_and_comments_are_left_alone() {
        for text in [
            "# implements A, B\ntype Q { x: Int }",
            "\"implements A, B\" type Q { x(a: Int, b: Int): Int }",
            "\"\"\"implements A, B \\\"\"\" C, D\"\"\" type Q { x: Int, y: Int }",
            "\"a \\\" implements A, B\" type Q { x: Int }",
            "\"implements é, B",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn scalars_and_directives_of_aws_are_known() {
        let schema = read(
            "type Query { at(date: AWSDate, x: AWSJSON): AWSDateTime @aws_api_key @aws_cognito_user_pools(cognito_groups: [\"a\"]) }
             type Mutation { m: P } type P @aws_iam @aws_api_key { x: Int }
             type Subscription { s: P @aws_subscribe(mutations: [\"m\"]) }",
        );
        schema.unwrap();
    }

    #[test]
    fn a_schema_may_declare_them_itself() {
        read("scalar AWSDate directive @aws_iam on FIELD_DEFINITION type Query { at: AWSDate @aws_iam }")
            .unwrap();
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let messages = read("type Query {\n  x: Nothing\n}").unwrap_err();
        assert!(messages[0].contains("Nothing") && messages[0].contains("(line 2)"), "{messages:?}");
        assert!(!read("type Query {").unwrap_err().is_empty());
        assert!(!read("type Mutation { x: Int }").unwrap_err().is_empty());
    }
}
