//! Delivers every order that was accepted: "Order Accepted" becomes "Order Delivered", once an order.
//! Knows no time: the queue holds an order back for as long as its way takes.
//!
//! | variable | what |
//! |---|---|
//! | `EVENT_BUS` | name of the event bus; its "Order Accepted" events come here through a queue |
//! | `IDEMPOTENCY_TABLE` | table of what was done, key `id` (S), TTL on `expires` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:PutItem` | `IDEMPOTENCY_TABLE` |
//! | `dynamodb:DeleteItem` | `IDEMPOTENCY_TABLE` |
//! | `events:PutEvents` | `EVENT_BUS` |
//!
//! A message that is no order, or could not be handled, fails alone: the queue delivers it again, and in the
//! end moves it to the queue of failures.

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, BusEvent, Causes, Deadline, Failures, Handler, Idempotency, Message, Messages, env};
use notifications_orders::{Bus, NotTaken, Status, Step};

/// The handler of the queue of accepted orders.
#[derive(Clone, Debug)]
pub struct DeliverOrder {
    step: Step,
}

/// Why a message was not handled.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the message is no event")]
    NoEvent(#[from] serde_json::Error),
    #[error(transparent)]
    Step(#[from] NotTaken),
}

impl DeliverOrder {
    /// Delivers orders over that bus, and remembers which.
    pub fn new(bus: Bus, taken: Idempotency) -> DeliverOrder {
        DeliverOrder { step: Step::new(Status::Accepted, Status::Delivered, bus, taken) }
    }

    async fn deliver(&self, message: &Message, deadline: Deadline) -> Result<(), Failed> {
        let event: BusEvent = serde_json::from_str(&message.body)?;
        Ok(self.step.take(&event, deadline).await?)
    }
}

impl Handler for DeliverOrder {
    type Event = Messages;
    type Answer = Failures;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let aws = Aws::from_env()?;
        let taken = Idempotency::new(Client::new(aws.config()), env::required("IDEMPOTENCY_TABLE")?);
        Ok(DeliverOrder::new(Bus::new(&aws, env::required("EVENT_BUS")?), taken))
    }

    /// Takes one message after the other: of two with the same order, the second then finds it delivered.
    async fn handle(&self, messages: Messages, deadline: Deadline) -> Result<Failures, Self::Error> {
        let (messages, mut failures) = messages.read();
        for message in messages {
            if let Err(error) = self.deliver(&message, deadline).await {
                tracing::error!(message = message.id, error = %Causes(&error), "a message has to come again");
                failures.add(message.id);
            }
        }
        Ok(failures)
    }
}
