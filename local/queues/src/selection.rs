//! Which attributes of a message a receiver wants to see.
//! Does not look at the message but to leave out the rest.

use crate::digest;
use crate::error::AwsError;
use crate::message::Message;

const SYSTEM: [&str; 10] = [
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
];

pub(crate) struct Selection {
    system: Vec<String>,
    attributes: Vec<String>,
}

impl Selection {
    pub(crate) fn new(system: Vec<String>, attributes: Vec<String>) -> Result<Selection, AwsError> {
        match system.iter().find(|name| !SYSTEM.contains(&name.as_str())) {
            Some(name) => Err(AwsError::unknown_attribute(name)),
            None => Ok(Selection { system, attributes }),
        }
    }

    /// Leaves in a message what is wanted, with the digest of that.
    pub(crate) fn apply(&self, message: &mut Message) {
        let is_wanted = |name: &String| self.system.iter().any(|wanted| wanted == "All" || wanted == name);
        message.system_attributes.retain(|name, _| is_wanted(name));
        message.attributes.retain(|name, _| self.attributes.iter().any(|wanted| selects(wanted, name)));
        let left = message.attributes.iter().map(|(name, it)| (name.as_str(), it));
        message.attributes_digest = digest::of_attributes(left);
    }
}

/// `All`, a name, or the beginning of one before `.*`; that dot is not part of it.
fn selects(wanted: &str, name: &str) -> bool {
    wanted == "All"
        || wanted == name
        || wanted.strip_suffix(".*").is_some_and(|beginning| name.starts_with(beginning))
}
