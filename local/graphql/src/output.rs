//! Scalars and enums of answers: what a resolver returned, as its type has it.
//! Says what is wrong in AppSync's words; where it is wrong, the executor knows.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use serde_json::Value;

use crate::input::kind;
use crate::scalars;

/// The value of a leaf.
///
/// # Errors
/// What follows `Can't serialize value (/path) : `.
pub(crate) fn leaf(schema: &Schema, type_name: &str, value: &Value) -> Result<Value, String> {
    if let Some(ExtendedType::Enum(declared)) = schema.types.get(type_name) {
        let is_known = value.as_str().is_some_and(|value| declared.values.contains_key(value));
        let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return is_known.then(|| value.clone()).ok_or_else(|| {
            format!("Invalid input for Enum '{type_name}'. No value found for name '{}'", text())
        });
    }
    match type_name {
        "String" => Ok(text(value)),
        "ID" => Some(value).filter(|value| value.is_string() || value.is_number()).map(text).ok_or(()),
        "Int" => {
            number(value).filter(|one| one.as_i64().is_some_and(|one| i32::try_from(one).is_ok())).ok_or(())
        }
        "Float" => number(value).ok_or(()),
        "Boolean" => boolean(value).ok_or(()),
        "AWSJSON" => Ok(json(value)),
        _ if scalars::takes(type_name, value).unwrap_or(true) => Ok(value.clone()),
        _ => {
            return Err(format!(
                "Unable to serialize `{}` as a valid {} Object.",
                shown(value),
                short(type_name)
            ));
        }
    }
    .map_err(|()| format!("Expected type '{type_name}' but was '{}'.", kind(value)))
}

/// Texts of numbers are numbers, and numbers without a fraction are whole.
fn number(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.clone(),
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15);
    // In range, as just looked at.
    Some(whole.map_or(Value::Number(number), |float| Value::from(float as i64)))
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true.into()),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false.into()),
        Value::Number(number) => Some((number.as_f64() != Some(0.0)).into()),
        _ => None,
    }
}

fn text(value: &Value) -> Value {
    if value.is_string() { value.clone() } else { value.to_string().into() }
}

/// JSON goes out as text: a text that is JSON already as it is.
fn json(value: &Value) -> Value {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    match value {
        Value::String(text) if is_json(text) => value.clone(),
        _ => value.to_string().into(),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `DateTime` for `AWSDateTime`.
fn short(type_name: &str) -> &str {
    type_name.strip_prefix("AWS").unwrap_or(type_name)
}

#[cfg(test)]
mod tests {
    use super::leaf;
    use crate::schema;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(type_name: &str, value: Value, expected: Result<Value, &str>) {
        let schema = schema::read("type Query { x: Int } enum Size { S L } scalar Any").unwrap();
        assert_eq!(leaf(&schema, type_name, &value), expected.map_err(str::to_owned), "{type_name} {value}");
    }

    #[test]
    fn values_become_those_of_their_type() {
        check("Int", json!(7), Ok(json!(7)));
        check("Int", json!("7"), Ok(json!(7)));
        check("Int", json!(7.0), Ok(json!(7)));
        check("Float", json!(7), Ok(json!(7)));
        check("Float", json!("1.5"), Ok(json!(1.5)));
        check("String", json!(7), Ok(json!("7")));
        check("String", json!({"a": 1}), Ok(json!("{\"a\":1}")));
        check("ID", json!(7), Ok(json!("7")));
        check("Boolean", json!("TRUE"), Ok(json!(true)));
        check("Boolean", json!(0), Ok(json!(false)));
        check("Size", json!("S"), Ok(json!("S")));
        check("AWSJSON", json!({"a": 1}), Ok(json!("{\"a\":1}")));
        check("AWSJSON", json!("{\"a\": 1}"), Ok(json!("{\"a\": 1}")));
        check("AWSJSON", json!("plain"), Ok(json!("\"plain\"")));
        check("AWSDate", json!("1970-01-01"), Ok(json!("1970-01-01")));
        check("Any", json!([1]), Ok(json!([1])));
    }

    #[test]
    fn what_is_not_of_the_type_is_refused_in_appsyncs_words() {
        check("Int", json!("x"), Err("Expected type 'Int' but was 'String'."));
        check("Int", json!(1.5), Err("Expected type 'Int' but was 'Double'."));
        check("Int", json!(3_000_000_000_u32), Err("Expected type 'Int' but was 'Integer'."));
        check("Float", json!(true), Err("Expected type 'Float' but was 'Boolean'."));
        check("Boolean", json!("yes"), Err("Expected type 'Boolean' but was 'String'."));
        check("ID", json!({}), Err("Expected type 'ID' but was 'Map'."));
        check("Size", json!("XL"), Err("Invalid input for Enum 'Size'. No value found for name 'XL'"));
        check("AWSDateTime", json!("today"), Err("Unable to serialize `today` as a valid DateTime Object."));
    }
}
