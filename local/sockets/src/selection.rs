//! Route selection expressions: which route a message wants.
//! Knows no routes: it gives a key, which need not exist.

use std::borrow::Cow;
use std::str::FromStr;

use serde_json::Value;

/// A parsed `RouteSelectionExpression`: `$request.body.action`, `${request.body.service}/${request.body.action}`, or
/// plain text.
///
/// Source: [expressions](https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteSelection(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Path(Vec<Step>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Element(usize),
}

/// Why a text is no route selection expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a route selection expression looks into `$request.body`, such as `$request.body.action`, got `{got}`"
)]
pub struct SelectionError {
    /// The expression.
    pub got: String,
}

impl RouteSelection {
    /// The key of the route that a message wants, if it says so: the message is JSON, and what the expression looks
    /// for is there and no object, array or null.
    pub(crate) fn key(&self, message: &str) -> Option<String> {
        let body = self.looks_into_the_message().then(|| serde_json::from_str(message).ok());
        let body = body.unwrap_or(Some(Value::Null))?;
        self.0.iter().map(|part| part.text(&body)).collect()
    }

    fn looks_into_the_message(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Path(_)))
    }
}

impl FromStr for RouteSelection {
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<RouteSelection, SelectionError> {
        parts(text).map(RouteSelection).ok_or_else(|| SelectionError { got: text.to_owned() })
    }
}

impl Part {
    fn text<'a>(&'a self, body: &'a Value) -> Option<Cow<'a, str>> {
        let steps = match self {
            Part::Text(text) => return Some(Cow::Borrowed(text)),
            Part::Path(steps) => steps,
        };
        match steps.iter().try_fold(body, |value, step| step.of(value))? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(is_true) => Some(Cow::Owned(is_true.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

impl Step {
    fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Step::Field(name) => value.get(name),
            Step::Element(index) => value.get(index),
        }
    }
}

fn parts(text: &str) -> Option<Vec<Part>> {
    if text.is_empty() {
        return None;
    }
    if let Some(path) = text.strip_prefix('$').filter(|rest| !rest.starts_with('{')) {
        return Some(vec![Part::Path(steps(path)?)]);
    }
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let (path, after) = after.split_once('}')?;
        parts.push(Part::Text(before.to_owned()));
        parts.push(Part::Path(steps(path)?));
        rest = after;
    }
    let is_text = !rest.contains('$');
    parts.push(Part::Text(rest.to_owned()));
    is_text.then_some(parts)
}

/// The steps of `request.body.items[0].kind`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let path = path.strip_prefix("request.body.")?;
    let mut all = Vec::new();
    for field in path.split('.') {
        let (name, elements) = field.split_at(field.find('[').unwrap_or(field.len()));
        if name.is_empty() {
            return None;
        }
        all.push(Step::Field(name.to_owned()));
        for element in elements.split_terminator(']') {
            all.push(Step::Element(element.strip_prefix('[')?.parse().ok()?));
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_out_of_messages() {
        let check = |expression: &str, message: &str, key: Option<&str>| {
            let selection: RouteSelection = expression.parse().unwrap();
            assert_eq!(selection.key(message).as_deref(), key, "{expression} of {message}");
        };
        let action = "$request.body.action";
        check(action, r#"{"action":"join"}"#, Some("join"));
        check(action, r#"{"action":"jö\u0069n"}"#, Some("jöin"));
        check(action, r#"{"action":7}"#, Some("7"));
        check(action, r#"{"action":true}"#, Some("true"));
        check(action, r#"{"action":""}"#, Some(""));
        check(action, r#"{"action":null}"#, None);
        check(action, r#"{"action":{}}"#, None);
        check(action, r#"{"action":["join"]}"#, None);
        check(action, r#"{"other":"join"}"#, None);
        check(action, r#"["action"]"#, None);
        check(action, r#""action""#, None);
        check(action, "join", None);
        check(action, "", None);
        check("${request.body.action}", r#"{"action":"join"}"#, Some("join"));
        check("$request.body.a.b.c", r#"{"a":{"b":{"c":"deep"}}}"#, Some("deep"));
        check("$request.body.a.b", r#"{"a":"b"}"#, None);
        check("$request.body.list[1].kind", r#"{"list":[{},{"kind":"second"}]}"#, Some("second"));
        check("$request.body.list[0][1]", r#"{"list":[["a","b"]]}"#, Some("b"));
        check("${request.body.a}/${request.body.b}", r#"{"a":"x","b":"y"}"#, Some("x/y"));
        check("v1-${request.body.a}!", r#"{"a":"x"}"#, Some("v1-x!"));
        check("v1-${request.body.a}!", r#"{"b":"x"}"#, None);
        check("always", "no JSON", Some("always"));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let expressions = [
            "",
            "$",
            "$request.body",
            "$request.body.",
            "$request.header.action",
            "$request.body.a[",
            "$request.body.a[x]",
            "${request.body.a",
            "$request.body.a..b",
            "$context.routeKey",
            "a$b",
        ];
        for expression in expressions {
            let error = expression.parse::<RouteSelection>().unwrap_err();
            assert_eq!(error.got, expression);
        }
    }
}
