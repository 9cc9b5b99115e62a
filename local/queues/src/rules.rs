//! What a queue demands of a message before it takes it.
//! Stores nothing: a message that passes has still to be sent.
//!
//! Source: [quotas of messages](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html),
//! [their attributes](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::attributes::Attributes;
use crate::error::AwsError;
use crate::message::{Attribute, NewMessage};

const MOST_ATTRIBUTES: usize = 10;
const LONGEST_NAME: usize = 256;
const LONGEST_ID: usize = 128;

/// The one system attribute that a sender may set.
pub(crate) const TRACE: &str = "AWSTraceHeader";

/// Checks a message against the queue it is for.
pub(crate) fn check(message: &NewMessage, queue: &Attributes) -> Result<(), AwsError> {
    if message.body.is_empty() {
        return Err(AwsError::missing("MessageBody"));
    }
    if !message.body.chars().all(is_allowed) {
        return Err(AwsError::message_contents());
    }
    check_attributes(message)?;
    check_delay(message, queue)?;
    check_ids(message, queue)?;
    let largest = queue.largest_message();
    if size(message) > largest {
        let reason = format!("Message must be shorter than {largest} bytes.");
        return Err(AwsError::parameter(format!("One or more parameters are invalid. Reason: {reason}")));
    }
    Ok(())
}

/// Bytes of the body and of the attributes' names, types and values.
pub(crate) fn size(message: &NewMessage) -> usize {
    let attributes = message.attributes.iter().map(|(name, attribute)| {
        let value = match attribute.is_binary() {
            true => STANDARD.decode(attribute.value()).unwrap_or_default().len(),
            false => attribute.value().len(),
        };
        name.len() + attribute.data_type.len() + value
    });
    message.body.len() + attributes.sum::<usize>()
}

/// By what a FIFO queue knows the message again: what the sender says, or else the body.
pub(crate) fn deduplication_id(message: &NewMessage) -> String {
    let of_body = || Sha256::digest(&message.body).iter().map(|byte| format!("{byte:02x}")).collect();
    message.deduplication.clone().unwrap_or_else(of_body)
}

/// The characters of XML 1.0.
fn is_allowed(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn check_delay(message: &NewMessage, queue: &Attributes) -> Result<(), AwsError> {
    match message.delay {
        None => Ok(()),
        Some(delay) if queue.is_fifo() && delay != 0 => {
            let reason = "The request include parameter that is not valid for this queue type.";
            Err(AwsError::value(delay, "DelaySeconds", reason))
        }
        Some(0..=900) => Ok(()),
        Some(delay) => Err(AwsError::value(delay, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")),
    }
}

fn check_ids(message: &NewMessage, queue: &Attributes) -> Result<(), AwsError> {
    check_id("MessageGroupId", message.group.as_deref())?;
    check_id("MessageDeduplicationId", message.deduplication.as_deref())?;
    match (queue.is_fifo(), &message.deduplication) {
        (true, _) if message.group.is_none() => Err(AwsError::missing("MessageGroupId")),
        (true, None) if !queue.deduplicates_by_content() => Err(AwsError::parameter(
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided \
             explicitly",
        )),
        (false, Some(id)) => {
            let reason = "The request include parameter that is not valid for this queue type";
            Err(AwsError::value(id, "MessageDeduplicationId", reason))
        }
        _ => Ok(()),
    }
}

fn check_id(parameter: &str, id: Option<&str>) -> Result<(), AwsError> {
    let is_id =
        |id: &str| (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match id.filter(|id| !is_id(id)) {
        None => Ok(()),
        Some(id) => {
            let reason = format!(
                "{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length."
            );
            Err(AwsError::value(id, parameter, &reason))
        }
    }
}

fn check_attributes(message: &NewMessage) -> Result<(), AwsError> {
    let number = message.attributes.len();
    if number > MOST_ATTRIBUTES {
        return Err(AwsError::parameter(format!(
            "Number of message attributes [{number}] exceeds the allowed maximum [{MOST_ATTRIBUTES}]."
        )));
    }
    message.attributes.iter().try_for_each(|(name, attribute)| {
        check_attribute_name(name)?;
        check_attribute(name, attribute)
    })?;
    match &message.trace {
        Some(trace) if trace.data_type != "String" || trace.value().is_empty() => Err(AwsError::parameter(
            format!("The message system attribute '{TRACE}' must be a String with a value."),
        )),
        _ => Ok(()),
    }
}

fn check_attribute_name(name: &str) -> Result<(), AwsError> {
    let lower = name.to_ascii_lowercase();
    let has_allowed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let is_reserved = lower.starts_with("aws.") || lower.starts_with("amazon.");
    let has_stray_dot = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || name.len() > LONGEST_NAME || !has_allowed || is_reserved || has_stray_dot {
        return Err(AwsError::parameter(format!(
            "Message (user) attribute name '{name}' is invalid. A name has 1 to {LONGEST_NAME} alphanumeric characters, \
             underscores, hyphens and single periods between them, and does not start with AWS. or Amazon."
        )));
    }
    Ok(())
}

fn check_attribute(name: &str, attribute: &Attribute) -> Result<(), AwsError> {
    if !attribute.string_list_values.is_empty() || !attribute.binary_list_values.is_empty() {
        return Err(AwsError::unsupported(
            "Message attribute list values in SendMessage operation are not supported.",
        ));
    }
    let base = attribute.data_type.split('.').next().unwrap_or_default();
    let value = attribute.value();
    let problem = match base {
        "" => format!("The message attribute '{name}' must contain a non-empty message attribute type."),
        "String" | "Number" | "Binary" if value.is_empty() => format!(
            "The message attribute '{name}' must contain a non-empty message attribute value for message attribute \
             type '{}'.",
            attribute.data_type
        ),
        "Number" if value.trim().parse::<f64>().is_ok_and(f64::is_finite) => return Ok(()),
        "Number" => format!("Can't cast the value of message (user) attribute '{name}' to a number."),
        "Binary" if attribute.binary_value.is_some() && STANDARD.decode(value).is_ok() => return Ok(()),
        "String" if attribute.string_value.as_ref().is_some_and(|value| value.chars().all(is_allowed)) => {
            return Ok(());
        }
        "String" | "Binary" => format!("The message attribute '{name}' has a value that is not of its type."),
        _ => format!(
            "The type of message (user) attribute '{name}' is invalid. You must use only the following supported type \
             prefixes: Binary, Number, String."
        ),
    };
    Err(AwsError::parameter(problem))
}
