//! Where messages go that were received too often, and which queues may send them there.
//! Moves nothing: it reads the two policies.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::AwsError;

/// After how many receives a message goes to which queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedrivePolicy {
    pub(crate) dead_letter_target_arn: String,
    #[serde(deserialize_with = "number")]
    pub(crate) max_receive_count: i64,
}

impl RedrivePolicy {
    pub(crate) fn read(text: &str) -> Result<RedrivePolicy, AwsError> {
        let policy: RedrivePolicy =
            serde_json::from_str(text).map_err(|_| AwsError::attribute_value("RedrivePolicy"))?;
        match (1..=1000).contains(&policy.max_receive_count) {
            true => Ok(policy),
            false => Err(policy.refused("Invalid value for maxReceiveCount: must be between 1 and 1000.")),
        }
    }

    pub(crate) fn refused(&self, reason: &str) -> AwsError {
        AwsError::value(self, "RedrivePolicy", reason)
    }
}

impl fmt::Display for RedrivePolicy {
    /// The JSON that the queue has as attribute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// Templates and SDKs write the count as a number or as a text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Count {
        Number(i64),
        Text(String),
    }
    match Count::deserialize(deserializer)? {
        Count::Number(number) => Ok(number),
        Count::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

/// Which queues may send what they cannot get rid of to this one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum RedriveAllowPolicy {
    #[default]
    All,
    None,
    Queues(Vec<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenAllowPolicy {
    redrive_permission: String,
    #[serde(default)]
    source_queue_arns: Vec<String>,
}

impl RedriveAllowPolicy {
    pub(crate) fn read(text: &str) -> Result<RedriveAllowPolicy, AwsError> {
        const NAME: &str = "RedriveAllowPolicy";
        let written: WrittenAllowPolicy =
            serde_json::from_str(text).map_err(|_| AwsError::attribute_value(NAME))?;
        let arns = written.source_queue_arns;
        match (written.redrive_permission.as_str(), arns.len()) {
            ("allowAll", 0) => Ok(RedriveAllowPolicy::All),
            ("denyAll", 0) => Ok(RedriveAllowPolicy::None),
            ("byQueue", 1..=10) => Ok(RedriveAllowPolicy::Queues(arns)),
            ("byQueue" | "allowAll" | "denyAll", _) => {
                let reason = "sourceQueueArns has 1 to 10 ARNs with byQueue, and none otherwise.";
                Err(AwsError::value(text, NAME, reason))
            }
            _ => Err(AwsError::attribute_value(NAME)),
        }
    }

    pub(crate) fn allows(&self, source_arn: &str) -> bool {
        match self {
            RedriveAllowPolicy::All => true,
            RedriveAllowPolicy::None => false,
            RedriveAllowPolicy::Queues(arns) => arns.iter().any(|arn| arn == source_arn),
        }
    }
}
