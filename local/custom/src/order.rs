//! What a function is asked to do, as the event that CloudFormation sends.
//! Sends nothing.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::error::CustomError;

/// How long CloudFormation waits if the template does not say, and the longest it waits, in seconds.
const LONGEST: u64 = 3600;

/// A request about one custom resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What is to be done.
    pub demand: Demand,
    /// The ARN of the stack.
    pub stack_id: String,
    /// The resource's name in the template.
    pub logical_id: String,
    /// Its type, such as `Custom::SiteFiles`.
    pub kind: String,
    /// Its properties as the template has them, evaluated; `ServiceToken` among them.
    pub properties: Value,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// Make it.
    Create,
    /// Change it.
    Update {
        /// What the function called it.
        physical_id: String,
        /// Its properties until now.
        old_properties: Value,
    },
    /// Delete it.
    Delete {
        /// What the function called it.
        physical_id: String,
    },
}

impl Order {
    /// How long the function has for its answer: property `ServiceTimeout`, in seconds; an hour without it.
    ///
    /// # Errors
    ///
    /// If it is no whole number from 1 to 3600.
    pub fn timeout(&self) -> Result<Duration, CustomError> {
        let seconds = match &self.properties["ServiceTimeout"] {
            Value::Null => Some(LONGEST),
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        let seconds = seconds.filter(|seconds| (1..=LONGEST).contains(seconds));
        let refusal = || CustomError::Timeout(self.properties["ServiceTimeout"].to_string());
        seconds.map(Duration::from_secs).ok_or_else(refusal)
    }

    /// The event for the function, which is to answer to that URL.
    pub(crate) fn event(&self, request_id: &str, url: &str) -> Value {
        let mut event = json!({
            "RequestType": self.demand.name(),
            "ServiceToken": self.properties["ServiceToken"],
            "ResponseURL": url,
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.kind,
            "ResourceProperties": as_texts(&self.properties),
        });
        match &self.demand {
            Demand::Create => {}
            Demand::Delete { physical_id } => event["PhysicalResourceId"] = json!(physical_id),
            Demand::Update { physical_id, old_properties } => {
                event["PhysicalResourceId"] = json!(physical_id);
                event["OldResourceProperties"] = as_texts(old_properties);
            }
        }
        event
    }
}

impl Demand {
    /// The value of `RequestType`.
    fn name(&self) -> &'static str {
        match self {
            Demand::Create => "Create",
            Demand::Update { .. } => "Update",
            Demand::Delete { .. } => "Delete",
        }
    }
}

/// CloudFormation hands numbers and booleans on as texts, at any depth, and what is null not at all.
fn as_texts(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let there = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(name, value)| (name.clone(), as_texts(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().filter(|item| !item.is_null()).map(as_texts).collect(),
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
        Value::String(_) | Value::Null => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: Value, expected: Value) {
        assert_eq!(as_texts(&given), expected);
    }

    #[test]
    fn scalars_become_texts() {
        check(
            json!({"a": 1, "b": true, "c": "x", "d": 1.5}),
            json!({"a": "1", "b": "true", "c": "x", "d": "1.5"}),
        );
        check(json!({"a": [1, {"b": false}], "c": null}), json!({"a": ["1", {"b": "false"}]}));
        check(json!({"a": {}, "b": [], "c": ""}), json!({"a": {}, "b": [], "c": ""}));
    }
}
