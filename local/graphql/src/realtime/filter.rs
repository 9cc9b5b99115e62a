//! Which results a subscriber wants: by the arguments of the subscription, or by a filter that its resolver set.
//! Looks at the mutation's result only: what it did not select, a filter does not see.
//!
//! Source: [subscription arguments](https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html#using-subscription-arguments),
//! [enhanced filtering](https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html).

use std::cmp::Ordering;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Which results a subscriber wants.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    /// Fields have to equal arguments. An argument that is null wants null; one that was not given wants nothing.
    Arguments(Map<String, Value>),
    /// One group has to hold, with all its conditions.
    Groups(Vec<Group>),
}

/// Conditions that hold together.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Group {
    #[serde(default)]
    filters: Vec<Condition>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    field_name: String,
    operator: Operator,
    value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Operator {
    Eq,
    Ne,
    Le,
    Lt,
    Ge,
    Gt,
    Contains,
    NotContains,
    BeginsWith,
    In,
    NotIn,
    Between,
    ContainsAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Set {
    filter_group: Vec<Group>,
}

impl Filter {
    /// What `extensions.setSubscriptionFilter` was given.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn set(filter: Value) -> Result<Filter, String> {
        // `util.transform.toSubscriptionFilter` makes text.
        let filter = match filter {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            filter => filter,
        };
        let set: Set = serde_json::from_value(filter)
            .map_err(|error| format!("the subscription filter is not one: {error}"))?;
        Ok(Filter::Groups(set.filter_group))
    }

    /// Whether a result is wanted.
    pub(crate) fn takes(&self, result: &Value) -> bool {
        match self {
            Filter::Arguments(arguments) => {
                arguments.iter().all(|(name, value)| is_same(&result[name.as_str()], value))
            }
            Filter::Groups(groups) => {
                groups.iter().any(|group| group.filters.iter().all(|one| one.holds(result)))
            }
        }
    }
}

impl Condition {
    fn holds(&self, result: &Value) -> bool {
        // Names may lead into objects: `author.name`.
        let field = self.field_name.split('.').fold(result, |value, name| &value[name]);
        let value = &self.value;
        let is =
            |wanted: &[Ordering]| compare(field, value).is_some_and(|ordering| wanted.contains(&ordering));
        let listed = || value.as_array().map(Vec::as_slice).unwrap_or_default();
        match self.operator {
            Operator::Eq => is_same(field, value),
            Operator::Ne => !is_same(field, value),
            Operator::Le => is(&[Ordering::Less, Ordering::Equal]),
            Operator::Lt => is(&[Ordering::Less]),
            Operator::Ge => is(&[Ordering::Greater, Ordering::Equal]),
            Operator::Gt => is(&[Ordering::Greater]),
            Operator::Contains => contains(field, value),
            Operator::NotContains => !field.is_null() && !contains(field, value),
            Operator::BeginsWith => {
                field.as_str().zip(value.as_str()).is_some_and(|(field, value)| field.starts_with(value))
            }
            Operator::In => listed().iter().any(|one| is_same(field, one)),
            Operator::NotIn => !listed().iter().any(|one| is_same(field, one)),
            Operator::Between => is_between(field, listed()),
            Operator::ContainsAny => listed().iter().any(|one| contains(field, one)),
        }
    }
}

fn is_between(field: &Value, bounds: &[Value]) -> bool {
    let [low, high] = bounds else { return false };
    compare(field, low).is_some_and(Ordering::is_ge) && compare(field, high).is_some_and(Ordering::is_le)
}

/// A text has a part, or a list an element.
fn contains(field: &Value, value: &Value) -> bool {
    match field {
        Value::String(text) => value.as_str().is_some_and(|part| text.contains(part)),
        Value::Array(items) => items.iter().any(|item| is_same(item, value)),
        _ => false,
    }
}

/// Numbers are the same whether they are written with a fraction or not.
fn is_same(left: &Value, right: &Value) -> bool {
    left == right || (left.is_number() && compare(left, right) == Some(Ordering::Equal))
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use serde_json::{Value, json};

    fn result() -> Value {
        json!({"id": "7", "n": 5, "none": null, "tags": ["a", "b"], "name": "Ada", "author": {"age": 30}})
    }

    #[track_caller]
    fn check_arguments(arguments: Value, expected: bool) {
        let filter = Filter::Arguments(arguments.as_object().unwrap().clone());
        assert_eq!(filter.takes(&result()), expected, "{arguments}");
    }

    #[test]
    fn arguments_want_what_they_say() {
        check_arguments(json!({}), true);
        check_arguments(json!({"id": "7", "n": 5}), true);
        check_arguments(json!({"n": 5.0}), true);
        check_arguments(json!({"id": "7", "n": 6}), false);
        check_arguments(json!({"n": "5"}), false);
        check_arguments(json!({"none": null, "missing": null}), true);
        check_arguments(json!({"n": null}), false);
        check_arguments(json!({"missing": 1}), false);
    }

    #[track_caller]
    fn check(field: &str, operator: &str, value: Value, expected: bool) {
        let condition = json!({"fieldName": field, "operator": operator, "value": value});
        let filter = Filter::set(json!({"filterGroup": [{"filters": [condition]}]})).unwrap();
        assert_eq!(filter.takes(&result()), expected, "{condition}");
    }

    #[test]
    fn operators_compare() {
        check("n", "eq", json!(5), true);
        check("n", "ne", json!(5), false);
        check("missing", "ne", json!(5), true);
        check("n", "lt", json!(5), false);
        check("n", "le", json!(5), true);
        check("n", "gt", json!(4.5), true);
        check("n", "ge", json!(6), false);
        check("missing", "ge", json!(6), false);
        check("name", "beginsWith", json!("A"), true);
        check("name", "contains", json!("d"), true);
        check("tags", "contains", json!("a"), true);
        check("tags", "notContains", json!("a"), false);
        check("missing", "notContains", json!("a"), false);
        check("n", "in", json!([4, 5]), true);
        check("n", "notIn", json!([4, 5]), false);
        check("n", "between", json!([5, 9]), true);
        check("n", "between", json!([6, 9]), false);
        check("tags", "containsAny", json!(["x", "b"]), true);
        check("author.age", "gt", json!(29), true);
    }

    #[test]
    fn one_group_has_to_hold_and_all_of_it() {
        let one = |field: &str, value: Value| json!({"fieldName": field, "operator": "eq", "value": value});
        let group = |filters: Vec<Value>| json!({ "filters": filters });
        let takes =
            |groups: Vec<Value>| Filter::set(json!({ "filterGroup": groups })).unwrap().takes(&result());
        let (good, bad) = (one("n", json!(5)), one("n", json!(6)));
        assert!(takes(vec![group(vec![bad.clone()]), group(vec![good.clone()])]));
        assert!(!takes(vec![group(vec![good, bad])]));
        assert!(!takes(vec![]));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let error = Filter::set(
            json!({"filterGroup": [{"filters": [{"fieldName": "a", "operator": "like", "value": 1}]}]}),
        );
        assert!(error.unwrap_err().contains("like"));
        assert!(Filter::set(json!("nothing")).is_err());
        assert!(Filter::set(json!("{\"filterGroup\": []}")).is_ok());
    }
}
