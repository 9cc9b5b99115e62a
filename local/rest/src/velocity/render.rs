//! A template and values made into a text.
//! Reads no request: what templates call `$input` and `$context` is given.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::expression::{Expression, Operator, Reference, Step};
use super::json_path;
use super::method::{self, shown};
use super::template::{Node, Template};

/// How often all `#foreach` of a template go round, at most.
const ROUNDS: usize = 100_000;
/// The largest text that a template makes, in bytes.
const LENGTH: usize = 10 * 1024 * 1024;

/// What a template knows.
#[derive(Debug)]
pub(crate) struct Scope {
    input: Input,
    variables: Map<String, Value>,
    rounds: usize,
}

/// `$input`: a body and the request's parameters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(crate) body: String,
    pub(crate) path: Map<String, Value>,
    pub(crate) query: Map<String, Value>,
    /// By names in lower case.
    pub(crate) headers: Map<String, Value>,
}

/// What a template has set of `$context.responseOverride`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overrides {
    pub(crate) status: Option<u16>,
    pub(crate) headers: BTreeMap<String, String>,
}

/// Why a template makes no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct RenderError(pub(crate) String);

impl Scope {
    /// What is known of a request. `context` and `variables` are `$context` and `$stageVariables`.
    pub(crate) fn new(input: Input, mut context: Value, variables: Value) -> Scope {
        context["responseOverride"] = json!({ "header": {} });
        let variables = [("context".to_owned(), context), ("stageVariables".to_owned(), variables)];
        Scope { input, variables: variables.into_iter().collect(), rounds: 0 }
    }

    /// The text that a template makes.
    pub(crate) fn render(&mut self, template: &Template) -> Result<String, RenderError> {
        let mut text = String::new();
        self.nodes(&template.nodes, &mut text)?;
        Ok(text)
    }

    /// What templates have set so far. A status that is none is left out.
    pub(crate) fn overrides(&self) -> Overrides {
        let set = &self.variables["context"]["responseOverride"];
        let status = set["status"].as_u64().or_else(|| set["status"].as_str()?.parse().ok());
        let headers = set["header"].as_object().into_iter().flatten();
        Overrides {
            status: status.and_then(|status| u16::try_from(status).ok()).filter(|s| (100..600).contains(s)),
            headers: headers.map(|(name, value)| (name.clone(), shown(value))).collect(),
        }
    }

    fn nodes(&mut self, nodes: &[Node], text: &mut String) -> Result<(), RenderError> {
        for node in nodes {
            match node {
                Node::Text(literal) => text.push_str(literal),
                Node::Output { reference, text: source, quiet } => match self.reference(reference)? {
                    Value::Null if *quiet => {}
                    Value::Null => text.push_str(source),
                    value => text.push_str(&shown(&value)),
                },
                Node::Set(target, value) => {
                    let value = self.value(value)?;
                    self.assign(target, value)?;
                }
                Node::If(branches, otherwise) => self.branch(branches, otherwise, text)?,
                Node::Each(variable, items, nodes) => self.each(variable, items, nodes, text)?,
            }
            if text.len() > LENGTH {
                return Err(RenderError(format!("a mapping template makes more than {LENGTH} bytes")));
            }
        }
        Ok(())
    }

    fn branch(
        &mut self,
        branches: &[(Expression, Vec<Node>)],
        otherwise: &[Node],
        text: &mut String,
    ) -> Result<(), RenderError> {
        for (test, nodes) in branches {
            if is_true(&self.value(test)?) {
                return self.nodes(nodes, text);
            }
        }
        self.nodes(otherwise, text)
    }

    fn each(
        &mut self,
        variable: &str,
        items: &Expression,
        nodes: &[Node],
        text: &mut String,
    ) -> Result<(), RenderError> {
        let items = match self.value(items)? {
            Value::Array(items) => items,
            Value::Object(map) => map.into_iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        let outer = [variable, "foreach", "velocityCount"].map(|name| (name, self.variables.remove(name)));
        let count = items.len();
        for (index, item) in items.into_iter().enumerate() {
            self.rounds += 1;
            if self.rounds > ROUNDS {
                return Err(RenderError(format!("`#foreach` goes round more than {ROUNDS} times")));
            }
            let around = json!({ "index": index, "count": index + 1, "hasNext": index + 1 < count,
                "first": index == 0, "last": index + 1 == count });
            self.variables.insert("foreach".to_owned(), around);
            self.variables.insert("velocityCount".to_owned(), json!(index + 1));
            self.variables.insert(variable.to_owned(), item);
            self.nodes(nodes, text)?;
        }
        for (name, value) in outer {
            self.variables.remove(name);
            value.and_then(|value| self.variables.insert(name.to_owned(), value));
        }
        Ok(())
    }

    /// Sets a variable, or a field of one. Null is not set, as in Velocity.
    fn assign(&mut self, target: &Reference, value: Value) -> Result<(), RenderError> {
        if value.is_null() {
            return Ok(());
        }
        let Some((last, before)) = target.steps.split_last() else {
            self.variables.insert(target.root.clone(), value);
            return Ok(());
        };
        let key = match last {
            Step::Field(name) => Value::from(name.as_str()),
            Step::Index(index) => self.value(index)?,
            Step::Call(name, _) => return Err(RenderError(format!("`#set` cannot set `{name}(…)`"))),
        };
        match (self.place(&target.root, before)?, &key) {
            (Some(Value::Array(list)), Value::Number(index)) => {
                let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
                if let Some(item) = index.and_then(|index| list.get_mut(index)) {
                    *item = value;
                }
            }
            (Some(place @ (Value::Object(_) | Value::Null)), key) => place[shown(key)] = value,
            _ => {}
        }
        Ok(())
    }

    /// Where a value of a variable is kept, if it can be changed.
    fn place(&mut self, root: &str, steps: &[Step]) -> Result<Option<&mut Value>, RenderError> {
        let mut keys = Vec::new();
        for step in steps {
            keys.push(match step {
                Step::Field(name) => Value::from(name.as_str()),
                Step::Index(index) => self.value(index)?,
                Step::Call(..) => return Ok(None),
            });
        }
        let mut place = self.variables.get_mut(root);
        for key in keys {
            place = place.and_then(|place| match (place, key) {
                (Value::Array(list), Value::Number(index)) => {
                    list.get_mut(usize::try_from(index.as_u64()?).ok()?)
                }
                (Value::Object(map), key) => map.get_mut(&shown(&key)),
                _ => None,
            });
        }
        Ok(place)
    }

    fn reference(&mut self, reference: &Reference) -> Result<Value, RenderError> {
        let (mut value, mut done) = match (reference.root.as_str(), reference.steps.first()) {
            ("input", Some(first)) => (self.input(first)?, 1),
            ("util", Some(Step::Call(name, arguments))) => (method::util(name, &self.values(arguments)?)?, 1),
            (root, _) => (self.variables.get(root).cloned().unwrap_or_default(), 0),
        };
        while let Some(step) = reference.steps.get(done) {
            value = match step {
                Step::Field(name) => field(value, name),
                Step::Index(index) => item(value, &self.value(index)?),
                Step::Call(name, arguments) => {
                    let arguments = self.values(arguments)?;
                    let place = self.place(&reference.root, &reference.steps[..done])?;
                    match place.and_then(|place| method::change(place, name, &arguments)) {
                        Some(result) => result,
                        None => method::call(value, name, &arguments)?,
                    }
                }
            };
            done += 1;
        }
        Ok(value)
    }

    fn input(&mut self, first: &Step) -> Result<Value, RenderError> {
        let (name, arguments) = match first {
            Step::Field(name) if name == "body" => return Ok(self.input.body.clone().into()),
            Step::Call(name, arguments) => (name, self.values(arguments)?),
            _ => return Err(RenderError("`$input` has `body`, `json`, `path` and `params`".to_owned())),
        };
        match (name.as_str(), arguments.first()) {
            ("json", Some(path)) => Ok(json_path::of(&self.input.body, &shown(path))?.to_string().into()),
            ("path", Some(path)) => json_path::of(&self.input.body, &shown(path)),
            ("params", None) => Ok(json!({
                "path": self.input.path, "querystring": self.input.query, "header": self.input.headers,
            })),
            ("params", Some(name)) => Ok(self.parameter(&shown(name))),
            _ => Err(RenderError(format!(
                "`$input` has no method `{name}` with {} arguments",
                arguments.len()
            ))),
        }
    }

    /// A parameter of the path, the query or the headers, in this order; an empty text if there is none.
    fn parameter(&self, name: &str) -> Value {
        let Input { path, query, headers, .. } = &self.input;
        let found = path.get(name).or_else(|| query.get(name));
        found.or_else(|| headers.get(&name.to_ascii_lowercase())).cloned().unwrap_or_else(|| "".into())
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, RenderError> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }

    fn value(&mut self, expression: &Expression) -> Result<Value, RenderError> {
        Ok(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Text(nodes) => {
                let mut text = String::new();
                self.nodes(nodes, &mut text)?;
                text.into()
            }
            Expression::Reference(reference) => self.reference(reference)?,
            Expression::List(items) => self.values(items)?.into(),
            Expression::Range(ends) => range(&self.value(&ends.0)?, &self.value(&ends.1)?)?,
            Expression::Map(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(shown(&self.value(key)?), self.value(value)?);
                }
                map.into()
            }
            Expression::Not(operand) => (!is_true(&self.value(operand)?)).into(),
            Expression::Operation(operator, operands) => {
                self.operation(*operator, &operands.0, &operands.1)?
            }
        })
    }

    fn operation(
        &mut self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Result<Value, RenderError> {
        let left = self.value(left)?;
        match operator {
            Operator::Or if is_true(&left) => return Ok(true.into()),
            Operator::And if !is_true(&left) => return Ok(false.into()),
            _ => {}
        }
        let right = self.value(right)?;
        Ok(match operator {
            Operator::Or | Operator::And => is_true(&right).into(),
            Operator::Equal => is_equal(&left, &right).into(),
            Operator::Unequal => (!is_equal(&left, &right)).into(),
            _ => method::arithmetic(operator, &left, &right),
        })
    }
}

fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

/// Numbers are equal by size; of what is of different types, the texts are compared, as Velocity does.
fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Null, _) | (_, Value::Null) => left == right,
        _ => left == right || shown(left) == shown(right),
    }
}

fn field(value: Value, name: &str) -> Value {
    match value {
        Value::Object(mut map) => map.remove(name).unwrap_or_default(),
        _ => Value::Null,
    }
}

fn item(value: Value, index: &Value) -> Value {
    match (value, index) {
        (Value::Array(list), Value::Number(index)) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            index.and_then(|index| list.into_iter().nth(index)).unwrap_or_default()
        }
        (value, index) => field(value, &shown(index)),
    }
}

fn range(first: &Value, last: &Value) -> Result<Value, RenderError> {
    let (Some(first), Some(last)) = (first.as_i64(), last.as_i64()) else { return Ok(Value::Null) };
    if first.abs_diff(last) >= ROUNDS as u64 {
        return Err(RenderError(format!("a range has more than {ROUNDS} numbers")));
    }
    let numbers: Vec<i64> =
        if first <= last { (first..=last).collect() } else { (last..=first).rev().collect() };
    Ok(json!(numbers))
}
