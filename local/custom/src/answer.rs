//! What a function answers, read with CloudFormation's eyes.
//! Believes nothing that is about another request.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::CustomError;

/// The longest answer, in bytes.
const LONGEST: usize = 4096;

/// The longest physical id, in characters.
const LONGEST_ID: usize = 1024;

/// A custom resource as its function made, changed or deleted it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// What `Ref` gives. Another one than before an update means: the old one is to be deleted.
    pub physical_id: String,
    /// What `Fn::GetAtt` gives, by name.
    pub attributes: Map<String, Value>,
    /// Whether values of attributes are not to be shown.
    pub no_echo: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    status: Option<String>,
    reason: Option<String>,
    physical_resource_id: Option<String>,
    stack_id: Option<String>,
    request_id: Option<String>,
    logical_resource_id: Option<String>,
    #[serde(default)]
    data: Option<Value>,
    #[serde(default)]
    no_echo: Option<Value>,
}

/// Reads the answer to that event.
pub(crate) fn read(event: &Value, body: &[u8]) -> Result<Made, CustomError> {
    let refused = |message: &str| CustomError::Answer(message.to_owned());
    if body.len() > LONGEST {
        return Err(refused("Response object is too long."));
    }
    let answer: Answer =
        serde_json::from_slice(body).map_err(|error| refused(&format!("Invalid response: {error}")))?;
    answer.check_names(event)?;
    match answer.status.as_deref() {
        Some("SUCCESS") => answer.made(event),
        Some("FAILED") => Err(answer.failure(event)),
        other => Err(refused(&format!(
            "Invalid response: Status is {}, but must be SUCCESS or FAILED",
            other.unwrap_or("missing")
        ))),
    }
}

impl Answer {
    /// An answer names what it answers.
    fn check_names(&self, event: &Value) -> Result<(), CustomError> {
        let names = [
            ("StackId", &self.stack_id),
            ("RequestId", &self.request_id),
            ("LogicalResourceId", &self.logical_resource_id),
        ];
        let wrong = names.into_iter().find(|(name, value)| value.as_deref() != event[*name].as_str());
        match wrong {
            None => Ok(()),
            Some((name, value)) => {
                let (value, expected) = (value.as_deref().unwrap_or("missing"), &event[name]);
                let message = format!("Invalid response: {name} is {value}, but must be {expected}");
                Err(CustomError::Answer(message))
            }
        }
    }

    fn made(self, event: &Value) -> Result<Made, CustomError> {
        let is_delete = event["RequestType"] == "Delete";
        let physical_id = match self.physical_resource_id.filter(|id| !id.is_empty()) {
            Some(id) if id.chars().count() > LONGEST_ID => {
                return Err(CustomError::Answer("Invalid PhysicalResourceId".to_owned()));
            }
            Some(id) => id,
            None if is_delete => String::new(),
            None => return Err(CustomError::Answer("Invalid PhysicalResourceId".to_owned())),
        };
        let attributes = match self.data {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(data)) => data,
            Some(_) => {
                return Err(CustomError::Answer("Invalid response: Data must be an object".to_owned()));
            }
        };
        let no_echo = self.no_echo.is_some_and(|value| value == true || value == "true");
        Ok(Made { physical_id, attributes, no_echo })
    }

    fn failure(self, event: &Value) -> CustomError {
        let reason = self.reason.filter(|reason| !reason.is_empty());
        CustomError::Failed {
            reason: reason.unwrap_or_else(|| "no reason was given".to_owned()),
            request_id: event["RequestId"].as_str().unwrap_or_default().to_owned(),
        }
    }
}
