//! The entries of `PutEvents`: which are events, and what is wrong with the others.
//! Puts nothing on a bus.
//!
//! Source: [PutEvents](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html).

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::AwsError;
use crate::event::{self, Said};
use crate::settings::DEFAULT_BUS;

const MOST_ENTRIES: usize = 10;
const LARGEST: usize = 1_048_576;
const LONGEST_TYPE: usize = 128;

/// What the size of an entry counts for a time, however it is written.
const BYTES_OF_TIME: usize = 14;

/// An entry as it is put.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    #[serde(default)]
    source: String,
    #[serde(default)]
    detail_type: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    resources: Vec<String>,
    time: Option<Value>,
    event_bus_name: Option<String>,
}

/// Why an entry is no event.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    fn argument(name: &str, reason: &str) -> Refusal {
        let message = format!("Parameter {name} is not valid. Reason: {reason}");
        Refusal { code: "InvalidArgument", message }
    }

    /// As the answer has it.
    pub(crate) fn written(&self) -> Value {
        json!({ "ErrorCode": self.code, "ErrorMessage": self.message })
    }
}

/// What holds for all entries of a request together.
pub(crate) fn check(entries: &[Entry]) -> Result<(), AwsError> {
    let constraint = match entries.len() {
        0 => "greater than or equal to 1".to_owned(),
        number if number > MOST_ENTRIES => format!("less than or equal to {MOST_ENTRIES}"),
        _ if entries.iter().map(Entry::size).sum::<usize>() > LARGEST => {
            return Err(AwsError::invalid("Total size of the entries in the request is over the limit."));
        }
        _ => return Ok(()),
    };
    let shown = if entries.is_empty() { "[]" } else { "[PutEventsRequestEntry]" };
    Err(AwsError::invalid(format!(
        "1 validation error detected: Value '{shown}' at 'entries' failed to satisfy constraint: Member must have \
         length {constraint}"
    )))
}

impl Entry {
    /// The name of the bus it is for, which may be given as an ARN.
    pub(crate) fn bus(&self) -> &str {
        let named = self.event_bus_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(DEFAULT_BUS);
        named.rsplit('/').next().unwrap_or(named)
    }

    /// See [how sizes are counted](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html).
    fn size(&self) -> usize {
        let time = self.time.as_ref().map_or(0, |_| BYTES_OF_TIME);
        let resources = self.resources.iter().map(String::len).sum::<usize>();
        self.source.len() + self.detail_type.len() + self.detail.len() + resources + time
    }

    /// What it says, or why it is no event.
    pub(crate) fn read(self) -> Result<Said, Refusal> {
        let required =
            [("Source", &self.source), ("DetailType", &self.detail_type), ("Detail", &self.detail)];
        if let Some((name, _)) = required.iter().find(|(_, value)| value.is_empty()) {
            return Err(Refusal::argument(name, &format!("{name} is a required argument.")));
        }
        if self.source.starts_with("aws.") {
            let message = "Not authorized for the source.".to_owned();
            return Err(Refusal { code: "NotAuthorizedForSource", message });
        }
        if self.detail_type.chars().count() > LONGEST_TYPE {
            let reason = format!("DetailType has at most {LONGEST_TYPE} characters.");
            return Err(Refusal::argument("DetailType", &reason));
        }
        let detail = serde_json::from_str(&self.detail)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| Refusal { code: "MalformedDetail", message: "Detail is malformed.".to_owned() })?;
        Ok(Said {
            source: self.source,
            detail_type: self.detail_type,
            time: self.time.as_ref().and_then(event::time_of),
            resources: self.resources,
            detail,
        })
    }
}
