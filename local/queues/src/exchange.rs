//! What happens to messages at one queue, by the queue's attributes: taken in, handed out, hidden, given up.
//! Waits for nothing and tells nobody; it says whom to tell.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::Connection;

use crate::digest;
use crate::error::AwsError;
use crate::line::{Kept, Line};
use crate::message::{Message, NewMessage, Receive, Seen, Sent};
use crate::queue::Queue;
use crate::receipt::Receipt;
use crate::redrive::RedrivePolicy;
use crate::rules;
use crate::settings::Settings;

/// The longest that a message is hidden, in seconds.
const LONGEST_VISIBILITY: i64 = 43_200;

/// A queue at one time, within one transaction.
pub(crate) struct Exchange<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) store: &'a Connection,
    pub(crate) queue: &'a Queue,
    pub(crate) now: i64,
}

/// What a receiver gets, and who else should look.
pub(crate) struct Taken {
    pub(crate) messages: Vec<Message>,
    /// When the next hidden message is visible.
    pub(crate) next_in: Option<Duration>,
    /// Queues that messages were moved to.
    pub(crate) rung: Vec<String>,
}

impl Exchange<'_> {
    /// Takes a message in. A FIFO queue that has had it says the same again.
    pub(crate) fn send(&self, message: &NewMessage) -> Result<Sent, AwsError> {
        rules::check(message, &self.queue.attributes)?;
        if !self.queue.attributes.is_fifo() {
            return self.add(message, message.deduplication.clone());
        }
        let id = rules::deduplication_id(message);
        let line = self.line();
        if let Some(sent) = line.known(message, &id)? {
            return Ok(sent);
        }
        let sent = self.add(message, Some(id.clone()))?;
        line.remember(message, &id, &sent)?;
        Ok(sent)
    }

    fn add(&self, message: &NewMessage, deduplication: Option<String>) -> Result<Sent, AwsError> {
        let delay = message.delay.unwrap_or_else(|| self.queue.attributes.delay());
        let kept = Kept {
            sequence: 0,
            id: (self.settings.unique_id)(),
            body: message.body.clone(),
            attributes: message.attributes.clone(),
            trace: message.trace.as_ref().map(|trace| trace.value().to_owned()),
            sender: message.sender.clone().unwrap_or_else(|| self.settings.account.clone()),
            group: message.group.clone(),
            deduplication,
            source: None,
            sent_at: self.now,
            kept_since: self.now,
            visible_at: self.now + delay * 1000,
            receives: 0,
            first_received_at: None,
            received_at: None,
        };
        let sequence = self.line().add(&kept)?;
        Ok(Sent {
            id: kept.id,
            body_digest: digest::of_body(&message.body),
            attributes_digest: digest::of_attributes(
                message.attributes.iter().map(|(name, it)| (name.as_str(), it)),
            ),
            system_digest: digest::of_attributes(message.trace.iter().map(|trace| (rules::TRACE, trace))),
            sequence_number: self.queue.attributes.is_fifo().then(|| Kept::sequence_number(sequence)),
        })
    }

    /// Hands messages out, after those that were handed out too often have gone elsewhere.
    pub(crate) fn take(&self, want: Receive) -> Result<Taken, AwsError> {
        let visibility = want.visibility.unwrap_or_else(|| self.queue.attributes.visibility());
        check_visibility(visibility)?;
        let line = self.line();
        line.trim()?;
        let rung = self.give_up()?;
        let mut taken = line.free(want.most)?;
        for it in &mut taken {
            line.receive(it, visibility * 1000)?;
        }
        let next_in = if taken.is_empty() { line.next_visible_in()? } else { None };
        Ok(Taken {
            messages: taken.into_iter().map(|it| self.message(it)).collect(),
            next_in: next_in.map(|millis| Duration::from_millis(millis.unsigned_abs())),
            rung,
        })
    }

    /// Shows the first messages, and leaves them as they are.
    pub(crate) fn look(&self, most: usize) -> Result<Vec<Seen>, AwsError> {
        let seen = |it: Kept| Seen {
            is_hidden: it.visible_at > self.now,
            id: it.id,
            body: it.body,
            attributes: it.attributes,
            sent_at: UNIX_EPOCH + Duration::from_millis(it.sent_at.unsigned_abs()),
            receives: it.receives,
        };
        Ok(self.line().first(most)?.into_iter().map(seen).collect())
    }

    /// Moves what was received too often to the dead-letter queue, if there is one; answers its name once a message.
    fn give_up(&self) -> Result<Vec<String>, AwsError> {
        let Some(policy) = &self.queue.attributes.redrive else { return Ok(Vec::new()) };
        let exhausted = self.line().exhausted(policy.max_receive_count)?;
        if exhausted.is_empty() {
            return Ok(Vec::new());
        }
        let Some(target) = self.target(policy)? else { return Ok(Vec::new()) };
        let source = self.settings.arn(&self.queue.name);
        let moved = vec![target.name.clone(); exhausted.len()];
        exhausted.into_iter().try_for_each(|it| self.hand_over(it, &target, Some(source.clone())))?;
        Ok(moved)
    }

    fn target(&self, policy: &RedrivePolicy) -> Result<Option<Queue>, AwsError> {
        match self.settings.name_in(&policy.dead_letter_target_arn) {
            Some(name) => Queue::find(self.store, name),
            None => Ok(None),
        }
    }

    /// Moves a message to the end of another queue. There it keeps id, number of receives, and the time it was sent; how
    /// long it is kept counts anew in FIFO queues only.
    pub(crate) fn hand_over(&self, it: Kept, to: &Queue, source: Option<String>) -> Result<(), AwsError> {
        self.line().delete(&it)?;
        let kept_since = if to.attributes.is_fifo() { self.now } else { it.kept_since };
        let moved = Kept { source, kept_since, visible_at: self.now, ..it };
        Line { store: self.store, queue: to, now: self.now }.add(&moved)?;
        Ok(())
    }

    /// Deletes the message of a receipt. A FIFO queue demands that it is still the receiver's.
    pub(crate) fn delete(&self, handle: &str) -> Result<(), AwsError> {
        match self.line().received(&Receipt::read(handle, &self.queue.name)?)? {
            Some(it) if self.queue.attributes.is_fifo() && it.visible_at <= self.now => {
                Err(AwsError::value(handle, "ReceiptHandle", "The receipt handle has expired."))
            }
            Some(it) => self.line().delete(&it),
            None => Ok(()),
        }
    }

    /// Hides the message of a receipt for so many seconds from now.
    pub(crate) fn hide(&self, handle: &str, seconds: i64) -> Result<(), AwsError> {
        check_visibility(seconds)?;
        let it = self.line().received(&Receipt::read(handle, &self.queue.name)?)?;
        let is_mine = |it: &Kept| !self.queue.attributes.is_fifo() || it.visible_at > self.now;
        let it = it.filter(is_mine).ok_or_else(|| {
            let reason = "Message does not exist or is not available for visibility timeout change.";
            AwsError::value(handle, "ReceiptHandle", reason)
        })?;
        let so_far = (self.now - it.received_at.unwrap_or(self.now)) / 1000;
        if so_far + seconds > LONGEST_VISIBILITY {
            let reason = format!(
                "Total VisibilityTimeout for the message is beyond the limit [{LONGEST_VISIBILITY} seconds]"
            );
            return Err(AwsError::value(seconds, "VisibilityTimeout", &reason));
        }
        self.line().hide(&it, seconds * 1000)
    }

    pub(crate) fn line(&self) -> Line<'_> {
        Line { store: self.store, queue: self.queue, now: self.now }
    }

    fn message(&self, it: Kept) -> Message {
        Message {
            receipt_handle: Receipt::handle(&self.queue.name, &it.id, it.receives),
            body_digest: digest::of_body(&it.body),
            system_attributes: self.system_attributes(&it),
            attributes_digest: digest::of_attributes(
                it.attributes.iter().map(|(name, it)| (name.as_str(), it)),
            ),
            id: it.id,
            body: it.body,
            attributes: it.attributes,
        }
    }

    fn system_attributes(&self, it: &Kept) -> BTreeMap<String, String> {
        let is_fifo = self.queue.attributes.is_fifo();
        let all = [
            ("SenderId", Some(it.sender.clone())),
            ("SentTimestamp", Some(it.sent_at.to_string())),
            ("ApproximateReceiveCount", Some(it.receives.to_string())),
            ("ApproximateFirstReceiveTimestamp", it.first_received_at.map(|at| at.to_string())),
            ("SequenceNumber", is_fifo.then(|| Kept::sequence_number(it.sequence))),
            ("MessageDeduplicationId", it.deduplication.clone()),
            ("MessageGroupId", it.group.clone()),
            (rules::TRACE, it.trace.clone()),
            ("DeadLetterQueueSourceArn", it.source.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

fn check_visibility(seconds: i64) -> Result<(), AwsError> {
    match (0..=LONGEST_VISIBILITY).contains(&seconds) {
        true => Ok(()),
        false => {
            let reason = format!("Must be between 0 and {LONGEST_VISIBILITY}, if provided.");
            Err(AwsError::value(seconds, "VisibilityTimeout", &reason))
        }
    }
}
