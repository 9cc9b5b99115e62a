//! One event on its way to one target: tried, tried again, given up.
//! Chooses nothing: which events go where is the rules' affair.
//!
//! Source: [retries](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html),
//! [dead-letter queues](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::delivery::{Deliver, Delivery, DeliveryError, Label, Step};
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
    pub(crate) label: Label,
}

/// The end of a delivery that never went well.
struct Defeat {
    error: DeliveryError,
    why: Why,
    retries: u32,
}

/// Why there was no further try.
#[derive(Clone, Copy)]
enum Why {
    /// Waiting does not help.
    Lasting,
    Attempts,
    Age,
}

impl Why {
    /// As the dead-letter queue is told.
    fn condition(self) -> Option<&'static str> {
        match self {
            Why::Lasting => None,
            Why::Attempts => Some("MaximumRetryAttempts"),
            Why::Age => Some("MaximumEventAgeInSeconds"),
        }
    }
}

impl Courier {
    /// Tries until it is delivered or given up.
    pub(crate) async fn run(self) {
        let target_arn = self.delivery.target_arn.clone();
        let end = match self.tries().await {
            Ok(()) => Step::Delivered { target_arn },
            Err(defeat) => match self.bury(defeat).await {
                Ok(queue_arn) => Step::Buried { target_arn, queue_arn },
                Err(error) => Step::Dropped { target_arn, error },
            },
        };
        self.tell(end);
    }

    async fn tries(&self) -> Result<(), Defeat> {
        let began = Instant::now();
        let mut retries = 0;
        while let Err(error) = (self.deliver)(self.delivery.clone()).await {
            let wait = self.settings.backoff.after(retries);
            let why = self.why_not_again(&error, retries, began.elapsed() + wait);
            self.tell_failed(&error, why.is_none().then_some(wait));
            if let Some(why) = why {
                return Err(Defeat { error, why, retries });
            }
            sleep(wait).await;
            retries += 1;
        }
        Ok(())
    }

    /// Why there is no further try after so many, when the event would have this age.
    fn why_not_again(&self, error: &DeliveryError, retries: u32, age: Duration) -> Option<Why> {
        match error.is_retryable {
            false => Some(Why::Lasting),
            true if retries >= self.retries => Some(Why::Attempts),
            true if age > self.maximum_age => Some(Why::Age),
            true => None,
        }
    }

    /// Sends the event to the dead-letter queue and answers which; without one, or if that fails, it answers why.
    async fn bury(&self, defeat: Defeat) -> Result<String, DeliveryError> {
        let Some(queue) = self.dead_letter_arn.clone() else { return Err(defeat.error) };
        let attributes = [
            ("RULE_ARN", Some(self.delivery.rule_arn.clone())),
            ("TARGET_ARN", Some(self.delivery.target_arn.clone())),
            ("ERROR_CODE", Some(defeat.error.code)),
            ("ERROR_MESSAGE", Some(defeat.error.message)),
            ("EXHAUSTED_RETRY_CONDITION", defeat.why.condition().map(ToOwned::to_owned)),
            ("RETRY_ATTEMPTS", Some(defeat.retries.to_string())),
        ];
        let present = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let delivery = Delivery {
            target_arn: queue.clone(),
            role_arn: None,
            body: self.event.clone(),
            message_group: None,
            attributes: present.collect(),
            ..self.delivery.clone()
        };
        (self.deliver)(delivery).await.map(|()| queue)
    }

    fn tell_failed(&self, error: &DeliveryError, retry_in: Option<Duration>) {
        let target_arn = self.delivery.target_arn.clone();
        self.tell(Step::Failed { target_arn, error: error.clone(), retry_in });
    }

    fn tell(&self, step: Step) {
        (self.settings.tell)(self.label.telling(step));
    }
}
