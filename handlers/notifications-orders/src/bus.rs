//! The event bus, as far as orders need it: one event at a time.
//! Does not try again what the bus answered with a no. What it does not answer the SDK puts again, so an event
//! may be on the bus twice.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::SdkError;
use aws_sdk_eventbridge::operation::put_events::{PutEventsError, PutEventsOutput};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use handler_kit::{Aws, BusEvent, Deadline};

use crate::{Order, Status};

/// The `source` of every event of this system.
const SOURCE: &str = "custom.food_app";

/// A bus that carries what becomes of orders.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Client,
    name: String,
}

/// Why an event is not on the bus.
#[derive(Debug, thiserror::Error)]
pub enum NotPut {
    /// EventBridge answered, and did not take it.
    #[error("the bus did not take the event: {code}: {message}")]
    Refused {
        /// Such as `InternalFailure`.
        code: String,
        /// What EventBridge says about it.
        message: String,
    },
    /// EventBridge did not answer, or refused the request.
    #[error("the bus could not be reached")]
    Failed(#[from] Box<SdkError<PutEventsError>>),
    /// EventBridge did not answer by the deadline. The event may be on the bus all the same.
    #[error("the bus did not answer in time")]
    Late,
}

impl Bus {
    /// The bus of that name.
    pub fn new(aws: &Aws, name: impl Into<String>) -> Bus {
        Bus { client: Client::new(aws.config()), name: name.into() }
    }

    /// Puts the event that this became of the order.
    ///
    /// The event carries a key of its own. EventBridge gives an event that is put twice two ids, and an
    /// answer may get lost: by the key those who handle it know that it is one.
    pub async fn put(&self, order: &Order, status: Status, deadline: Deadline) -> Result<(), NotPut> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(status.as_str())
            .detail(order.detail(status))
            .resources(BusEvent::resource_of(&order.key(status)))
            .build();
        let put = self.client.put_events().entries(entry).send();
        let output = deadline.bound(put).await.ok_or(NotPut::Late)?.map_err(Box::new)?;
        refusal(&output).map_or(Ok(()), Err)
    }
}

/// An answer of 200 may still say that an entry failed.
fn refusal(output: &PutEventsOutput) -> Option<NotPut> {
    let entry = output.entries().iter().find(|entry| entry.error_code().is_some());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (output.failed_entry_count() > 0 || entry.is_some()).then(|| NotPut::Refused {
        code: text(entry.and_then(|entry| entry.error_code())),
        message: text(entry.and_then(|entry| entry.error_message())),
    })
}
