//! Batches: up to ten entries, each of which succeeds or fails for itself.
//! Knows no action: what is done with an entry is the caller's.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::actions;
use crate::error::AwsError;

const MOST_ENTRIES: usize = 10;
const LARGEST: usize = 1_048_576;

/// A request with entries.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request<Entry> {
    queue_url: Option<String>,
    #[serde(default = "Vec::new")]
    entries: Vec<Numbered<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Numbered<Entry> {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    entry: Entry,
}

impl<Entry> Request<Entry> {
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|numbered| &numbered.entry)
    }

    pub(crate) fn map<Other>(self, other: impl Fn(Entry) -> Other) -> Request<Other> {
        let of = |numbered: Numbered<Entry>| Numbered { id: numbered.id, entry: other(numbered.entry) };
        Request { queue_url: self.queue_url, entries: self.entries.into_iter().map(of).collect() }
    }
}

/// Does something with each entry and the name of the queue.
pub(crate) fn run<Entry>(
    action: &str,
    request: Request<Entry>,
    each: impl Fn(&str, Entry) -> Result<Value, AwsError>,
) -> Result<Value, AwsError> {
    let name = actions::name_in(request.queue_url.as_deref())?;
    check(action, &request.entries)?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for Numbered { id, entry } in request.entries {
        match each(name, entry) {
            Ok(mut answer) => {
                answer["Id"] = json!(id);
                successful.push(answer);
            }
            Err(error) if error.is_no_queue() => return Err(error),
            Err(error) => failed.push(json!({
                "Id": id,
                "SenderFault": error.is_senders(),
                "Code": error.code(),
                "Message": error.message,
            })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

/// All messages of a batch together are no larger than one may be.
pub(crate) fn check_size(size: usize) -> Result<(), AwsError> {
    let message =
        format!("Batch requests cannot be longer than {LARGEST} bytes. You have sent {size} bytes.");
    if size > LARGEST { Err(AwsError::prefixed("BatchRequestTooLong", message)) } else { Ok(()) }
}

fn check<Entry>(action: &str, entries: &[Numbered<Entry>]) -> Result<(), AwsError> {
    if entries.is_empty() {
        let message = format!("There should be at least one {action}RequestEntry in the request.");
        return Err(AwsError::prefixed("EmptyBatchRequest", message));
    }
    if entries.len() > MOST_ENTRIES {
        let number = entries.len();
        let message =
            format!("Maximum number of entries per request are {MOST_ENTRIES}. You have sent {number}.");
        return Err(AwsError::prefixed("TooManyEntriesInBatchRequest", message));
    }
    if !entries.iter().all(|entry| is_id(&entry.id)) {
        let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                       It can be at most 80 letters long.";
        return Err(AwsError::prefixed("InvalidBatchEntryId", message));
    }
    let mut seen = HashSet::new();
    match entries.iter().find(|entry| !seen.insert(&entry.id)) {
        None => Ok(()),
        Some(twice) => {
            Err(AwsError::prefixed("BatchEntryIdsNotDistinct", format!("Id {} repeated.", twice.id)))
        }
    }
}

fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=80).contains(&id.len()) && id.bytes().all(allowed)
}
