//! The attributes of a queue: which there are, what they may be, what they are without being said.
//! Does nothing with them: what a queue does by them is told where it does it.
//!
//! Source: [CreateQueue](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html).

use std::collections::BTreeMap;

use crate::error::AwsError;
use crate::redrive::{RedriveAllowPolicy, RedrivePolicy};

/// An attribute that can be set.
struct Known {
    name: &'static str,
    form: Form,
    only_fifo: bool,
}

/// What an attribute may be.
enum Form {
    Number { low: i64, high: i64, default: i64 },
    Flag { default: bool },
    Word { allowed: [&'static str; 2] },
    Redrive,
    RedriveAllow,
    Text,
}

const fn known(name: &'static str, form: Form) -> Known {
    Known { name, form, only_fifo: false }
}

const fn fifo(name: &'static str, form: Form) -> Known {
    Known { name, form, only_fifo: true }
}

const KNOWN: [Known; 15] = [
    known("VisibilityTimeout", Form::Number { low: 0, high: 43_200, default: 30 }),
    known("MaximumMessageSize", Form::Number { low: 1024, high: 1_048_576, default: 1_048_576 }),
    known("MessageRetentionPeriod", Form::Number { low: 60, high: 1_209_600, default: 345_600 }),
    known("DelaySeconds", Form::Number { low: 0, high: 900, default: 0 }),
    known("ReceiveMessageWaitTimeSeconds", Form::Number { low: 0, high: 20, default: 0 }),
    known("SqsManagedSseEnabled", Form::Flag { default: true }),
    known("RedrivePolicy", Form::Redrive),
    known("RedriveAllowPolicy", Form::RedriveAllow),
    known("Policy", Form::Text),
    known("KmsMasterKeyId", Form::Text),
    known("KmsDataKeyReusePeriodSeconds", Form::Text),
    fifo("FifoQueue", Form::Flag { default: true }),
    fifo("ContentBasedDeduplication", Form::Flag { default: false }),
    // The first word is what the attribute is without being said.
    fifo("DeduplicationScope", Form::Word { allowed: ["queue", "messageGroup"] }),
    fifo("FifoThroughputLimit", Form::Word { allowed: ["perQueue", "perMessageGroupId"] }),
];

/// Attributes that have been checked, with those that were not said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attributes {
    values: BTreeMap<String, String>,
    pub(crate) redrive: Option<RedrivePolicy>,
    pub(crate) redrive_allow: RedriveAllowPolicy,
}

impl Attributes {
    /// Those of a new queue.
    pub(crate) fn of_new(queue: &str, said: &BTreeMap<String, String>) -> Result<Attributes, AwsError> {
        let is_fifo = queue.ends_with(".fifo");
        let says_fifo = said.get("FifoQueue").is_some_and(|value| value == "true");
        match (is_fifo, says_fifo) {
            (true, false) => Err(name_refused()),
            (false, true) => Err(AwsError::parameter("The name of a FIFO queue can only end with .fifo")),
            _ => Attributes::checked(is_fifo, said),
        }
    }

    /// Those of an existing queue after a change; an empty text takes an attribute back.
    pub(crate) fn changed(&self, said: &BTreeMap<String, String>) -> Result<Attributes, AwsError> {
        if said.get("FifoQueue").is_some_and(|value| self.values.get("FifoQueue") != Some(value)) {
            return Err(AwsError::attribute_value("FifoQueue"));
        }
        let mut values = self.values.clone();
        values.extend(said.clone());
        Attributes::checked(self.is_fifo(), &values)
    }

    fn checked(is_fifo: bool, said: &BTreeMap<String, String>) -> Result<Attributes, AwsError> {
        let allowed = |name: &str| find(name).filter(|known| is_fifo || !known.only_fifo);
        if let Some(name) = said.keys().find(|name| allowed(name).is_none()) {
            return Err(AwsError::unknown_attribute(name));
        }
        let mut values = BTreeMap::new();
        for known in KNOWN.iter().filter(|known| is_fifo || !known.only_fifo) {
            let said = said.get(known.name).filter(|value| !value.is_empty());
            if let Some(value) = known.checked(said)? {
                values.insert(known.name.to_owned(), value);
            }
        }
        let redrive = values.get("RedrivePolicy").map(|text| RedrivePolicy::read(text)).transpose()?;
        let redrive_allow = values.get("RedriveAllowPolicy").map(|text| RedriveAllowPolicy::read(text));
        Ok(Attributes { redrive, redrive_allow: redrive_allow.transpose()?.unwrap_or_default(), values })
    }

    /// What the store keeps, and an action answers.
    pub(crate) fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// The first of these attributes that is different in another queue.
    pub(crate) fn first_other<'a>(
        &self,
        other: &Attributes,
        mut names: impl Iterator<Item = &'a String>,
    ) -> Option<&'a str> {
        names.find(|name| self.values.get(*name) != other.values.get(*name)).map(String::as_str)
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.values.contains_key("FifoQueue")
    }

    pub(crate) fn deduplicates_by_content(&self) -> bool {
        self.is("ContentBasedDeduplication", "true")
    }

    pub(crate) fn deduplicates_by_group(&self) -> bool {
        self.is("DeduplicationScope", "messageGroup")
    }

    /// In seconds.
    pub(crate) fn delay(&self) -> i64 {
        self.number("DelaySeconds")
    }

    /// In seconds.
    pub(crate) fn visibility(&self) -> i64 {
        self.number("VisibilityTimeout")
    }

    /// In seconds.
    pub(crate) fn retention(&self) -> i64 {
        self.number("MessageRetentionPeriod")
    }

    /// In seconds.
    pub(crate) fn wait(&self) -> i64 {
        self.number("ReceiveMessageWaitTimeSeconds")
    }

    /// In bytes.
    pub(crate) fn largest_message(&self) -> usize {
        usize::try_from(self.number("MaximumMessageSize")).unwrap_or_default()
    }

    /// Every number has a value: `checked` has seen to it.
    fn number(&self, name: &str) -> i64 {
        self.values.get(name).and_then(|value| value.parse().ok()).unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|found| found == value)
    }
}

/// Whether an attribute of this name can be set.
pub(crate) fn is_known(name: &str) -> bool {
    find(name).is_some()
}

/// Names have 1 to 80 letters, digits, hyphens and underscores; those of FIFO queues end in `.fifo`.
pub(crate) fn check_name(name: &str) -> Result<(), AwsError> {
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match !stem.is_empty() && name.len() <= 80 && stem.bytes().all(allowed) {
        true => Ok(()),
        false => Err(name_refused()),
    }
}

fn name_refused() -> AwsError {
    AwsError::parameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    )
}

fn find(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

impl Known {
    /// The value as it is kept, or the one for an attribute that is not said.
    fn checked(&self, said: Option<&String>) -> Result<Option<String>, AwsError> {
        let Some(value) = said else { return Ok(self.default()) };
        let is_allowed = match &self.form {
            Form::Number { low, high, .. } => {
                value.parse().is_ok_and(|number| (*low..=*high).contains(&number))
            }
            Form::Flag { .. } => ["true", "false"].contains(&value.as_str()),
            Form::Word { allowed } => allowed.contains(&value.as_str()),
            Form::Redrive => return RedrivePolicy::read(value).map(|policy| Some(policy.to_string())),
            Form::RedriveAllow | Form::Text => true,
        };
        if is_allowed { Ok(Some(value.clone())) } else { Err(AwsError::attribute_value(self.name)) }
    }

    fn default(&self) -> Option<String> {
        match &self.form {
            Form::Number { default, .. } => Some(default.to_string()),
            Form::Flag { default } => Some(default.to_string()),
            Form::Word { allowed: [default, _] } => Some((*default).to_owned()),
            Form::Redrive | Form::RedriveAllow | Form::Text => None,
        }
    }
}
