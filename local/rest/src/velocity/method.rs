//! What templates can do with values: methods of texts, lists and maps, `$util`, arithmetic.
//! Has what templates for API Gateway use of Java's classes, no more; another method is an error.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::NON_ALPHANUMERIC;
use regex_lite::Regex;
use serde_json::{Value, json};

use super::expression::Operator;
use super::render::RenderError;

/// A value as Java prints it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<_> = map.iter().map(|(key, value)| format!("{key}={}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// A method that changes the value it is called on; none if it is not one.
pub(super) fn change(place: &mut Value, name: &str, arguments: &[Value]) -> Option<Value> {
    match (place, name, arguments) {
        (Value::Object(map), "put", [key, value]) => {
            Some(map.insert(shown(key), value.clone()).unwrap_or_else(|| "".into()))
        }
        (Value::Object(map), "remove", [key]) => Some(map.remove(&shown(key)).unwrap_or_else(|| "".into())),
        (Value::Object(map), "putAll", [Value::Object(others)]) => {
            map.extend(others.clone());
            Some("".into())
        }
        (Value::Array(list), "add", [value]) => {
            list.push(value.clone());
            Some(true.into())
        }
        (Value::Array(list), "addAll", [Value::Array(others)]) => {
            list.extend(others.iter().cloned());
            Some(true.into())
        }
        _ => None,
    }
}

/// A method that changes nothing. Of null every method gives null.
pub(super) fn call(value: Value, name: &str, arguments: &[Value]) -> Result<Value, RenderError> {
    let found = match &value {
        Value::Null => Some(Value::Null),
        Value::String(text) => of_text(text, name, arguments)?,
        Value::Array(list) => of_list(list, name, arguments),
        Value::Object(map) => of_map(map, name, arguments),
        _ => None,
    };
    found.or_else(|| of_any(&value, name, arguments)).ok_or_else(|| {
        RenderError(format!("there is no method `{name}` with {} arguments here", arguments.len()))
    })
}

fn of_any(value: &Value, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("toString", []) => Some(shown(value).into()),
        ("equals", [other]) => Some((value == other).into()),
        _ => None,
    }
}

fn of_text(text: &str, name: &str, arguments: &[Value]) -> Result<Option<Value>, RenderError> {
    let texts: Vec<String> = arguments.iter().map(shown).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok(Some(match (name, &*texts) {
        ("matches", [expression]) => regex(&format!("^(?:{expression})$"))?.is_match(text).into(),
        ("replaceAll", [expression, by]) => regex(expression)?.replace_all(text, *by).into(),
        ("replaceFirst", [expression, by]) => regex(expression)?.replace(text, *by).into(),
        ("split", [expression]) => {
            let mut parts: Vec<&str> = regex(expression)?.split(text).collect();
            while parts.len() > 1 && parts.last() == Some(&"") {
                parts.pop();
            }
            json!(parts)
        }
        ("replace", [part, by]) => text.replace(part, by).into(),
        ("equalsIgnoreCase", [other]) => (text.to_lowercase() == other.to_lowercase()).into(),
        ("contains", [part]) => text.contains(part).into(),
        ("startsWith", [start]) => text.starts_with(start).into(),
        ("endsWith", [end]) => text.ends_with(end).into(),
        ("concat", [other]) => format!("{text}{other}").into(),
        ("indexOf", [part]) => position(text, text.find(part)),
        ("lastIndexOf", [part]) => position(text, text.rfind(part)),
        ("length", []) => text.encode_utf16().count().into(),
        ("isEmpty", []) => text.is_empty().into(),
        ("toLowerCase", []) => text.to_lowercase().into(),
        ("toUpperCase", []) => text.to_uppercase().into(),
        ("trim", []) => text.trim().into(),
        ("substring", [start]) => substring(text, start, None)?,
        ("substring", [start, end]) => substring(text, start, Some(end))?,
        _ => return Ok(None),
    }))
}

/// Where something was found, in letters; -1 if it was not.
fn position(text: &str, at: Option<usize>) -> Value {
    at.map_or_else(|| json!(-1), |at| text[..at].chars().count().into())
}

fn substring(text: &str, start: &str, end: Option<&str>) -> Result<Value, RenderError> {
    let letters: Vec<char> = text.chars().collect();
    let start = start.parse::<usize>().ok();
    let end = end.map_or(Some(letters.len()), |end| end.parse().ok());
    let part = start.zip(end).and_then(|(start, end)| letters.get(start..end));
    let part = part.ok_or_else(|| RenderError(format!("`substring` leaves the text `{text}`")))?;
    Ok(part.iter().collect::<String>().into())
}

fn of_list(list: &[Value], name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("size", []) => Some(list.len().into()),
        ("isEmpty", []) => Some(list.is_empty().into()),
        ("contains", [item]) => Some(list.contains(item).into()),
        ("get", [index]) => {
            let index = usize::try_from(index.as_u64()?).ok()?;
            Some(list.get(index).cloned().unwrap_or_default())
        }
        _ => None,
    }
}

/// Names of headers have come in lower case, so a key is looked for in this way too.
fn of_map(map: &serde_json::Map<String, Value>, name: &str, arguments: &[Value]) -> Option<Value> {
    let find = |key: &Value| map.get(&shown(key)).or_else(|| map.get(&shown(key).to_ascii_lowercase()));
    match (name, arguments) {
        ("get", [key]) => Some(find(key).cloned().unwrap_or_default()),
        ("containsKey", [key]) => Some(find(key).is_some().into()),
        ("keySet", []) => Some(map.keys().map(|key| json!(key)).collect()),
        ("values", []) => Some(map.values().cloned().collect()),
        ("entrySet", []) => {
            Some(map.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect())
        }
        ("size", []) => Some(map.len().into()),
        ("isEmpty", []) => Some(map.is_empty().into()),
        _ => None,
    }
}

/// A method of `$util`.
pub(super) fn util(name: &str, arguments: &[Value]) -> Result<Value, RenderError> {
    let [argument] = arguments else {
        return Err(RenderError(format!("`$util.{name}` takes one argument, got {}", arguments.len())));
    };
    let text = shown(argument);
    let invalid = |what: &str| RenderError(format!("`$util.{name}` takes {what}"));
    match name {
        "escapeJavaScript" => Ok(escaped(&text).into()),
        "parseJson" => serde_json::from_str(&text).map_err(|_| invalid("JSON")),
        "urlEncode" => {
            let encoded = percent_encoding::utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
            // What Java's encoder leaves alone, and its space.
            let kept = [("%2E", "."), ("%2D", "-"), ("%5F", "_"), ("%2A", "*"), ("%20", "+")];
            Ok(kept.iter().fold(encoded, |text, (code, letter)| text.replace(code, letter)).into())
        }
        "urlDecode" => Ok(crate::path::decoded(&text.replace('+', " ")).into()),
        "base64Encode" => Ok(STANDARD.encode(text).into()),
        "base64Decode" => {
            let bytes = STANDARD.decode(text).map_err(|_| invalid("base64"))?;
            Ok(String::from_utf8_lossy(&bytes).into())
        }
        _ => Err(RenderError(format!("`$util` has no method `{name}`"))),
    }
}

/// A text as it stands in JavaScript's quotes. As in API Gateway a single quote is escaped too.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].replace('\'', "\\'").replace('/', "\\/")
}

/// Numbers compared and computed with; null if one is none. `+` joins texts.
pub(super) fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Value {
    if operator == Operator::Add && (left.is_string() || right.is_string()) {
        return format!("{}{}", shown(left), shown(right)).into();
    }
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => of_integers(operator, left, right),
        _ => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => of_decimals(operator, left, right),
            _ => Value::Null,
        },
    }
}

fn of_integers(operator: Operator, left: i64, right: i64) -> Value {
    match operator {
        Operator::Less => json!(left < right),
        Operator::AtMost => json!(left <= right),
        Operator::More => json!(left > right),
        Operator::AtLeast => json!(left >= right),
        Operator::Add => json!(left.checked_add(right)),
        Operator::Subtract => json!(left.checked_sub(right)),
        Operator::Multiply => json!(left.checked_mul(right)),
        Operator::Divide => json!(left.checked_div(right)),
        Operator::Remainder => json!(left.checked_rem(right)),
        _ => Value::Null,
    }
}

fn of_decimals(operator: Operator, left: f64, right: f64) -> Value {
    match operator {
        Operator::Less => json!(left < right),
        Operator::AtMost => json!(left <= right),
        Operator::More => json!(left > right),
        Operator::AtLeast => json!(left >= right),
        Operator::Add => json!(left + right),
        Operator::Subtract => json!(left - right),
        Operator::Multiply => json!(left * right),
        Operator::Divide => json!(left / right),
        Operator::Remainder => json!(left % right),
        _ => Value::Null,
    }
}

fn regex(expression: &str) -> Result<Regex, RenderError> {
    Regex::new(expression).map_err(|_| RenderError(format!("`{expression}` is no regular expression")))
}
