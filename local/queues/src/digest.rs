//! MD5 of a message's parts, as SDKs compute it to see that the queue has what they sent.
//! Checks nothing: a value that cannot be read was refused before.
//!
//! Source: [the digest of attributes](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::message::Attribute;

const TEXT: u8 = 1;
const BINARY: u8 = 2;

pub(crate) fn of_body(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}

/// The digest of attributes in the order of their names; none if there are none.
pub(crate) fn of_attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a str, &'a Attribute)>,
) -> Option<String> {
    let mut bytes = Vec::new();
    for (name, attribute) in attributes {
        append(&mut bytes, name.as_bytes());
        append(&mut bytes, attribute.data_type.as_bytes());
        bytes.push(if attribute.is_binary() { BINARY } else { TEXT });
        append(&mut bytes, &value(attribute));
    }
    (!bytes.is_empty()).then(|| format!("{:x}", md5::compute(bytes)))
}

fn value(attribute: &Attribute) -> Vec<u8> {
    match attribute.is_binary() {
        true => STANDARD.decode(attribute.value()).unwrap_or_default(),
        false => attribute.value().as_bytes().to_vec(),
    }
}

/// A length in four bytes, the largest first, and what is so long. No message is longer than four bytes can say.
fn append(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(part);
}
