//! One event on its way to one target: tried, tried again, given up.
//! Chooses nothing: which events go where is the rules' affair.
//!
//! Source: [retries](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html),
//! [dead-letter queues](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::delivery::{Deliver, Delivery, DeliveryError, Happening};
use crate::settings::Settings;

/// An event for a target.
pub(crate) struct Courier {
    pub(crate) settings: Settings,
    pub(crate) deliver: Deliver,
    pub(crate) delivery: Delivery,
    pub(crate) retries: u32,
    pub(crate) maximum_age: Duration,
    pub(crate) dead_letter_arn: Option<String>,
    /// The event as it came, which is what the dead-letter queue gets.
    pub(crate) event: String,
}

/// Why there is no further try.
enum End {
    Delivered,
    /// The error can not be helped by waiting.
    Lasting(DeliveryError),
    Exhausted(DeliveryError, &'static str),
}

impl Courier {
    /// Tries until it is delivered or given up.
    pub(crate) async fn run(self) {
        let (end, retries) = self.tries().await;
        let (error, condition) = match end {
            End::Delivered => return,
            End::Lasting(error) => (error, None),
            End::Exhausted(error, condition) => (error, Some(condition)),
        };
        let buried = match &self.dead_letter_arn {
            Some(queue) => self.bury(queue, &error, condition, retries).await,
            None => Err(error),
        };
        let event_id = self.delivery.event_id.clone();
        (self.settings.tell)(match buried {
            Ok(queue_arn) => Happening::Buried { queue_arn, event_id },
            Err(error) => {
                Happening::Dropped { target_arn: self.delivery.target_arn.clone(), event_id, error }
            }
        });
    }

    /// How it ended, after how many retries.
    async fn tries(&self) -> (End, u32) {
        let began = Instant::now();
        for retries in 0.. {
            let Err(error) = (self.deliver)(self.delivery.clone()).await else {
                self.tell_delivered();
                return (End::Delivered, retries);
            };
            let wait = self.settings.backoff.after(retries);
            let end = if !error.is_retryable {
                End::Lasting(error)
            } else if retries >= self.retries {
                End::Exhausted(error, "MaximumRetryAttempts")
            } else if began.elapsed() + wait > self.maximum_age {
                End::Exhausted(error, "MaximumEventAgeInSeconds")
            } else {
                self.tell_failed(error, Some(wait));
                sleep(wait).await;
                continue;
            };
            if let End::Lasting(error) | End::Exhausted(error, _) = &end {
                self.tell_failed(error.clone(), None);
            }
            return (end, retries);
        }
        (End::Delivered, 0)
    }

    /// Sends the event to the dead-letter queue, and answers that.
    async fn bury(
        &self,
        queue: &str,
        error: &DeliveryError,
        condition: Option<&str>,
        retries: u32,
    ) -> Result<String, DeliveryError> {
        let mut attributes = BTreeMap::from([
            ("RULE_ARN", self.delivery.rule_arn.clone()),
            ("TARGET_ARN", self.delivery.target_arn.clone()),
            ("ERROR_CODE", error.code.clone()),
            ("ERROR_MESSAGE", error.message.clone()),
            ("RETRY_ATTEMPTS", retries.to_string()),
        ]);
        if let Some(condition) = condition {
            attributes.insert("EXHAUSTED_RETRY_CONDITION", condition.to_owned());
        }
        let delivery = Delivery {
            target_arn: queue.to_owned(),
            role_arn: None,
            body: self.event.clone(),
            message_group: None,
            attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..self.delivery.clone()
        };
        (self.deliver)(delivery).await.map(|()| queue.to_owned())
    }

    fn tell_delivered(&self) {
        let (target_arn, event_id) = (self.delivery.target_arn.clone(), self.delivery.event_id.clone());
        (self.settings.tell)(Happening::Delivered { target_arn, event_id });
    }

    fn tell_failed(&self, error: DeliveryError, retry_in: Option<Duration>) {
        let (target_arn, event_id) = (self.delivery.target_arn.clone(), self.delivery.event_id.clone());
        (self.settings.tell)(Happening::Failed { target_arn, event_id, error, retry_in });
    }
}
