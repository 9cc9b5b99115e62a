//! What CloudFormation is told, at the URL it gave.
//! Does not decide whether it went well.

use std::time::Duration;

use handler_kit::{Causes, Web, WebError};
use serde::Serialize;
use serde_json::Value;

use crate::{Failed, order};

/// CloudFormation takes answers of 4,096 bytes; this leaves room for ids of a thousand.
const LONGEST_REASON: usize = 1_000;

const ATTEMPTS: u32 = 3;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(300);

/// The longest that sending takes, if no attempt gets an answer. One pause more than there are, as every
/// timer is a little late.
pub(crate) const LONGEST: Duration = Web::LIMIT.saturating_add(PAUSE).saturating_mul(ATTEMPTS);

/// An answer to a request.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html>
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    status: &'static str,
    reason: String,
    physical_resource_id: String,
    stack_id: Value,
    request_id: Value,
    logical_resource_id: Value,
}

impl Answer {
    /// Where to send it.
    pub(crate) fn address(event: &Value) -> Option<&str> {
        event["ResponseURL"].as_str()
    }

    pub(crate) fn new(event: &Value, outcome: &Result<usize, Failed>) -> Answer {
        let (status, reason) = match outcome {
            Ok(files) => ("SUCCESS", format!("{files} files")),
            Err(error) => ("FAILED", shortened(&Causes(error).to_string())),
        };
        Answer {
            status,
            reason,
            physical_resource_id: physical_id(event).to_owned(),
            stack_id: event["StackId"].clone(),
            request_id: event["RequestId"].clone(),
            logical_resource_id: event["LogicalResourceId"].clone(),
        }
    }

    /// Sends it, more than once if need be, within [`LONGEST`].
    pub(crate) async fn send(&self, web: &Web, url: &str) -> Result<(), WebError> {
        let text = serde_json::json!(self).to_string();
        let mut attempt = 1;
        loop {
            // The URL is presigned with an empty content type; any other would be refused.
            let Err(error) = web.put(url, "", &text).await else { return Ok(()) };
            if attempt == ATTEMPTS {
                return Err(error);
            }
            tracing::warn!(error = %Causes(&error), attempt, "CloudFormation could not be told");
            tokio::time::sleep(PAUSE).await;
            attempt += 1;
        }
    }
}

/// The bucket's name: with another bucket it is another resource, and CloudFormation deletes the old one
/// afterwards. Without a name, the id the resource has already.
fn physical_id(event: &Value) -> &str {
    let known = ["PhysicalResourceId", "LogicalResourceId"].iter().find_map(|name| event[name].as_str());
    order::bucket(event).or(known).unwrap_or("site-files")
}

fn shortened(reason: &str) -> String {
    let end = reason.floor_char_boundary(LONGEST_REASON);
    reason[..end].to_owned()
}
