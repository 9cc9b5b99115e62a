//! A template's text, read into what it says.
//! Renders nothing.

use super::cursor::Cursor;
use super::expression::{Expression, Reference};

/// How deep blocks and brackets may be nested.
pub(super) const DEPTH: usize = 50;

/// A mapping template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub(super) nodes: Vec<Node>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Text(String),
    /// `$a.b`; what is not there is written as it stands here, or not at all if it is quiet.
    Output {
        reference: Reference,
        text: String,
        quiet: bool,
    },
    /// `#set($a = …)`
    Set(Reference, Expression),
    /// `#if(…) … #elseif(…) … #else … #end`
    If(Vec<(Expression, Vec<Node>)>, Vec<Node>),
    /// `#foreach($a in …) … #end`
    Each(String, Expression, Vec<Node>),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the mapping template: {fault}")]
pub struct VelocityError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: String,
}

impl VelocityError {
    pub(super) fn at(cursor: &Cursor<'_>, fault: impl Into<String>) -> VelocityError {
        VelocityError { line: cursor.line(), fault: fault.into() }
    }
}

/// What ends a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Text,
    End,
    Else,
    ElseIf,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// If a directive, a string or a bracket does not end, or what stands in one cannot be read.
    pub fn parse(text: &str) -> Result<Template, VelocityError> {
        let mut cursor = Cursor::new(text);
        let (nodes, end) = block(&mut cursor, 0)?;
        match end {
            Stop::Text => Ok(Template { nodes }),
            _ => {
                Err(VelocityError::at(&cursor, "`#end` or `#else` without an `#if` or `#foreach` before it"))
            }
        }
    }
}

/// Everything up to the end of a block, and what ended it.
fn block(cursor: &mut Cursor<'_>, depth: usize) -> Result<(Vec<Node>, Stop), VelocityError> {
    if depth > DEPTH {
        return Err(VelocityError::at(cursor, format!("more than {DEPTH} blocks in each other")));
    }
    let mut nodes = Vec::new();
    loop {
        let end = cursor.rest.find(['$', '#']).unwrap_or(cursor.rest.len());
        push_text(&mut nodes, cursor.take_bytes(end));
        match cursor.peek() {
            None => return Ok((nodes, Stop::Text)),
            Some('$') => output(cursor, &mut nodes)?,
            Some(_) => {
                if let Some(end) = directive(cursor, &mut nodes, depth)? {
                    return Ok((nodes, end));
                }
            }
        }
    }
}

fn push_text(nodes: &mut Vec<Node>, text: &str) {
    match nodes.last_mut() {
        _ if text.is_empty() => {}
        Some(Node::Text(before)) => before.push_str(text),
        _ => nodes.push(Node::Text(text.to_owned())),
    }
}

fn output(cursor: &mut Cursor<'_>, nodes: &mut Vec<Node>) -> Result<(), VelocityError> {
    let start = cursor.clone();
    match Reference::read(cursor)? {
        Some((reference, quiet)) => {
            nodes.push(Node::Output { reference, text: cursor.since(&start).to_owned(), quiet });
        }
        None => push_text(nodes, cursor.take_bytes(1)),
    }
    Ok(())
}

/// Reads what begins with `#`; text if it is no directive.
fn directive(
    cursor: &mut Cursor<'_>,
    nodes: &mut Vec<Node>,
    depth: usize,
) -> Result<Option<Stop>, VelocityError> {
    let start = cursor.clone();
    cursor.take("#");
    if cursor.take("#") {
        cursor.take_while(|letter| letter != '\n');
        cursor.take("\n");
        return Ok(None);
    }
    if cursor.take("*") {
        cursor.take_until("*#").ok_or_else(|| VelocityError::at(&start, "a comment has no `*#`"))?;
        return Ok(None);
    }
    let name = if cursor.take("{") { cursor.take_until("}") } else { cursor.take_name() };
    match name.unwrap_or_default() {
        "set" => nodes.push(set(cursor)?),
        "if" => nodes.push(condition(cursor, depth)?),
        "foreach" => nodes.push(each(cursor, depth)?),
        "else" => return Ok(Some(ended(cursor, Stop::Else))),
        "elseif" => return Ok(Some(Stop::ElseIf)),
        "end" => return Ok(Some(ended(cursor, Stop::End))),
        unknown @ ("macro" | "parse" | "include" | "define" | "stop" | "break" | "evaluate") => {
            return Err(VelocityError::at(&start, format!("`#{unknown}` is not supported")));
        }
        _ => {
            *cursor = start;
            push_text(nodes, cursor.take_bytes(1));
        }
    }
    Ok(None)
}

fn ended(cursor: &mut Cursor<'_>, end: Stop) -> Stop {
    cursor.skip_line_end();
    end
}

fn set(cursor: &mut Cursor<'_>) -> Result<Node, VelocityError> {
    open(cursor, "#set")?;
    cursor.skip_space();
    let Some((target, _)) = Reference::read(cursor)? else {
        return Err(VelocityError::at(cursor, "`#set` takes a variable, as in `#set($name = 1)`"));
    };
    cursor.skip_space();
    if !cursor.take("=") {
        return Err(VelocityError::at(cursor, "`#set` takes `=` after its variable"));
    }
    let value = Expression::read(cursor, 0)?;
    close(cursor, "#set")?;
    Ok(Node::Set(target, value))
}

fn condition(cursor: &mut Cursor<'_>, depth: usize) -> Result<Node, VelocityError> {
    let start = cursor.clone();
    let mut branches = Vec::new();
    loop {
        open(cursor, "#if")?;
        let test = Expression::read(cursor, 0)?;
        close(cursor, "#if")?;
        let (nodes, end) = block(cursor, depth + 1)?;
        branches.push((test, nodes));
        match end {
            Stop::ElseIf => {}
            Stop::End => return Ok(Node::If(branches, Vec::new())),
            Stop::Else => return Ok(Node::If(branches, closed_block(cursor, &start, depth)?)),
            Stop::Text => return Err(VelocityError::at(&start, "`#if` has no `#end`")),
        }
    }
}

fn each(cursor: &mut Cursor<'_>, depth: usize) -> Result<Node, VelocityError> {
    let start = cursor.clone();
    open(cursor, "#foreach")?;
    cursor.skip_space();
    let variable = Reference::read(cursor)?.filter(|(reference, _)| reference.steps.is_empty());
    cursor.skip_space();
    let (Some((variable, _)), true) = (variable, cursor.take("in")) else {
        return Err(VelocityError::at(
            &start,
            "`#foreach` takes a variable and what it goes through, as in `#foreach($item in $items)`",
        ));
    };
    let items = Expression::read(cursor, 0)?;
    close(cursor, "#foreach")?;
    Ok(Node::Each(variable.root, items, closed_block(cursor, &start, depth)?))
}

fn closed_block(
    cursor: &mut Cursor<'_>,
    start: &Cursor<'_>,
    depth: usize,
) -> Result<Vec<Node>, VelocityError> {
    match block(cursor, depth + 1)? {
        (nodes, Stop::End) => Ok(nodes),
        _ => Err(VelocityError::at(start, "a block has no `#end`")),
    }
}

fn open(cursor: &mut Cursor<'_>, directive: &str) -> Result<(), VelocityError> {
    cursor.skip_space();
    let is_open = cursor.take("(");
    if is_open { Ok(()) } else { Err(VelocityError::at(cursor, format!("`{directive}` takes `(`"))) }
}

fn close(cursor: &mut Cursor<'_>, directive: &str) -> Result<(), VelocityError> {
    cursor.skip_space();
    if !cursor.take(")") {
        return Err(VelocityError::at(cursor, format!("`{directive}` has no `)` where it should end")));
    }
    cursor.skip_line_end();
    Ok(())
}
