//! What stands in brackets of a directive, and references to values.
//! Evaluates nothing.

use serde_json::{Number, Value};

use super::cursor::Cursor;
use super::template::{DEPTH, Node, Template, VelocityError};

/// A value to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Literal(Value),
    /// `"…"`, a template of its own.
    Text(Vec<Node>),
    Reference(Reference),
    List(Vec<Expression>),
    Range(Box<(Expression, Expression)>),
    Map(Vec<(Expression, Expression)>),
    Not(Box<Expression>),
    Operation(Operator, Box<(Expression, Expression)>),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Operators by how strongly they bind, the weakest first; within a row, longer ones first.
const OPERATORS: [&[(&str, Operator)]; 6] = [
    &[("||", Operator::Or), ("or ", Operator::Or)],
    &[("&&", Operator::And), ("and ", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("eq ", Operator::Equal),
        ("!=", Operator::Unequal),
        ("ne ", Operator::Unequal),
    ],
    &[
        ("<=", Operator::AtMost),
        ("le ", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("ge ", Operator::AtLeast),
        ("<", Operator::Less),
        ("lt ", Operator::Less),
        (">", Operator::More),
        ("gt ", Operator::More),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

/// `$root.field.method(…)[0]`
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reference {
    pub(super) root: String,
    pub(super) steps: Vec<Step>,
}

/// A way from a value to another.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Field(String),
    Call(String, Vec<Expression>),
    Index(Expression),
}

impl Expression {
    pub(super) fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, VelocityError> {
        if depth > DEPTH {
            return Err(VelocityError::at(cursor, format!("more than {DEPTH} brackets in each other")));
        }
        Expression::operation(cursor, 0, depth)
    }

    /// Operations of a row of the table or of stronger ones, from the left to the right.
    fn operation(cursor: &mut Cursor<'_>, row: usize, depth: usize) -> Result<Expression, VelocityError> {
        let Some(operators) = OPERATORS.get(row) else { return Expression::operand(cursor, depth) };
        let mut left = Expression::operation(cursor, row + 1, depth)?;
        loop {
            cursor.skip_space();
            let Some((_, operator)) = operators.iter().find(|(text, _)| cursor.take(text)) else {
                return Ok(left);
            };
            let right = Expression::operation(cursor, row + 1, depth)?;
            left = Expression::Operation(*operator, Box::new((left, right)));
        }
    }

    fn operand(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, VelocityError> {
        cursor.skip_space();
        match cursor.peek() {
            Some('$') => match Reference::read_at(cursor, depth)? {
                Some((reference, _)) => Ok(Expression::Reference(reference)),
                None => Err(VelocityError::at(cursor, "`$` without a name")),
            },
            Some('\'') => quoted(cursor).map(|text| Expression::Literal(Value::from(text))),
            Some('"') => {
                let start = cursor.clone();
                let text = quoted(cursor)?;
                let nodes = Template::parse(&text).map_err(|error| VelocityError::at(&start, error.fault))?;
                Ok(Expression::Text(nodes.nodes))
            }
            Some('(') => {
                cursor.take("(");
                let inner = Expression::read(cursor, depth + 1)?;
                cursor.skip_space();
                if cursor.take(")") { Ok(inner) } else { Err(VelocityError::at(cursor, "`)` is missing")) }
            }
            Some('[') => list(cursor, depth),
            Some('{') => map(cursor, depth),
            Some('!') => negation(cursor, "!", depth),
            Some(letter) if letter.is_ascii_digit() || letter == '-' => number(cursor),
            _ if cursor.rest.starts_with("not ") => negation(cursor, "not ", depth),
            _ => word(cursor),
        }
    }
}

impl Reference {
    /// The reference that begins here, and whether it is quiet; none if `$` is only a letter.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<(Reference, bool)>, VelocityError> {
        Reference::read_at(cursor, 0)
    }

    fn read_at(cursor: &mut Cursor<'_>, depth: usize) -> Result<Option<(Reference, bool)>, VelocityError> {
        let start = cursor.clone();
        cursor.take("$");
        let quiet = cursor.take("!");
        let braced = cursor.take("{");
        let Some(root) = cursor.take_name() else {
            *cursor = start;
            return Ok(None);
        };
        let mut reference = Reference { root: root.to_owned(), steps: Vec::new() };
        while let Some(step) = Step::read(cursor, depth)? {
            reference.steps.push(step);
        }
        if braced && !cursor.take("}") {
            return Err(VelocityError::at(&start, "`${` has no `}`"));
        }
        Ok(Some((reference, quiet)))
    }
}

impl Step {
    fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Option<Step>, VelocityError> {
        let start = cursor.clone();
        if cursor.take("[") {
            let index = Expression::read(cursor, depth + 1)?;
            cursor.skip_space();
            return if cursor.take("]") {
                Ok(Some(Step::Index(index)))
            } else {
                Err(VelocityError::at(&start, "`[` has no `]`"))
            };
        }
        let name = if cursor.take(".") { cursor.take_name() } else { None };
        let Some(name) = name else {
            // A dot that ends a sentence.
            *cursor = start;
            return Ok(None);
        };
        if cursor.take("(") {
            return Ok(Some(Step::Call(name.to_owned(), items(cursor, ")", depth)?)));
        }
        Ok(Some(Step::Field(name.to_owned())))
    }
}

fn negation(cursor: &mut Cursor<'_>, text: &str, depth: usize) -> Result<Expression, VelocityError> {
    cursor.take(text);
    if depth > DEPTH {
        return Err(VelocityError::at(cursor, format!("more than {DEPTH} negations in a row")));
    }
    Ok(Expression::Not(Box::new(Expression::operand(cursor, depth + 1)?)))
}

/// A text in quotes, in which a quote is written twice.
fn quoted(cursor: &mut Cursor<'_>) -> Result<String, VelocityError> {
    let start = cursor.clone();
    let quote = cursor.take_bytes(1);
    let mut text = String::new();
    loop {
        text += cursor
            .take_until(quote)
            .ok_or_else(|| VelocityError::at(&start, format!("a text has no {quote} at its end")))?;
        if !cursor.take(quote) {
            return Ok(text);
        }
        text += quote;
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Expression, VelocityError> {
    let start = cursor.clone();
    cursor.take("-");
    cursor.take_while(|letter| letter.is_ascii_digit());
    let is_decimal =
        cursor.rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|l: char| l.is_ascii_digit()));
    if is_decimal {
        cursor.take(".");
        cursor.take_while(|letter| letter.is_ascii_digit());
    }
    let number: Result<Number, _> = serde_json::from_str(cursor.since(&start));
    number
        .map(|number| Expression::Literal(Value::Number(number)))
        .map_err(|_| VelocityError::at(&start, format!("`{}` is no number", cursor.since(&start))))
}

fn word(cursor: &mut Cursor<'_>) -> Result<Expression, VelocityError> {
    let start = cursor.clone();
    let value = match cursor.take_name() {
        Some("true") => Value::Bool(true),
        Some("false") => Value::Bool(false),
        Some("null") => Value::Null,
        Some(word) => return Err(VelocityError::at(&start, format!("`{word}` is no value"))),
        None => return Err(VelocityError::at(&start, "a value is missing")),
    };
    Ok(Expression::Literal(value))
}

fn list(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, VelocityError> {
    let start = cursor.clone();
    cursor.take("[");
    cursor.skip_space();
    if cursor.take("]") {
        return Ok(Expression::List(Vec::new()));
    }
    let first = Expression::read(cursor, depth + 1)?;
    cursor.skip_space();
    if cursor.take("..") {
        let last = Expression::read(cursor, depth + 1)?;
        cursor.skip_space();
        return if cursor.take("]") {
            Ok(Expression::Range(Box::new((first, last))))
        } else {
            Err(VelocityError::at(&start, "`[` has no `]`"))
        };
    }
    let mut list = vec![first];
    if cursor.take(",") {
        list.extend(items(cursor, "]", depth)?);
    } else if !cursor.take("]") {
        return Err(VelocityError::at(&start, "`[` has no `]`"));
    }
    Ok(Expression::List(list))
}

fn map(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, VelocityError> {
    let start = cursor.clone();
    cursor.take("{");
    let mut entries = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.take("}") {
            return Ok(Expression::Map(entries));
        }
        let key = Expression::read(cursor, depth + 1)?;
        cursor.skip_space();
        if !cursor.take(":") {
            return Err(VelocityError::at(&start, "a key in `{` has no `:`"));
        }
        entries.push((key, Expression::read(cursor, depth + 1)?));
        cursor.skip_space();
        if !cursor.take(",") && cursor.peek() != Some('}') {
            return Err(VelocityError::at(&start, "`{` has no `}`"));
        }
    }
}

/// Expressions up to a bracket, separated by commas.
fn items(cursor: &mut Cursor<'_>, end: &str, depth: usize) -> Result<Vec<Expression>, VelocityError> {
    let mut items = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.take(end) {
            return Ok(items);
        }
        items.push(Expression::read(cursor, depth + 1)?);
        cursor.skip_space();
        if !cursor.take(",") && !cursor.rest.starts_with(end) {
            return Err(VelocityError::at(cursor, format!("`{end}` is missing")));
        }
    }
}
