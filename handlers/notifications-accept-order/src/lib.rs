//! Accepts every order that is placed: "Order Placed" becomes "Order Accepted", once an order.
//! Stands for a restaurant, which would want to be asked.
//!
//! | variable | what |
//! |---|---|
//! | `EVENT_BUS` | name of the event bus; its "Order Placed" events invoke this function |
//! | `IDEMPOTENCY_TABLE` | table of what was done, key `id` (S), TTL on `expires` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:PutItem` | `IDEMPOTENCY_TABLE` |
//! | `dynamodb:DeleteItem` | `IDEMPOTENCY_TABLE` |
//! | `events:PutEvents` | `EVENT_BUS` |
//!
//! An event that is no order, or could not be handled, fails: Lambda tries twice more and then keeps it in
//! the queue of failures.

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, BusEvent, Deadline, Handler, Idempotency, env};
use notifications_orders::{Bus, NotTaken, Status, Step};

/// The handler of orders that were placed.
#[derive(Clone, Debug)]
pub struct AcceptOrder {
    step: Step,
}

impl AcceptOrder {
    /// Accepts orders over that bus, and remembers which.
    pub fn new(bus: Bus, taken: Idempotency) -> AcceptOrder {
        AcceptOrder { step: Step::new(Status::Placed, Status::Accepted, bus, taken) }
    }
}

impl Handler for AcceptOrder {
    type Event = BusEvent;
    type Answer = ();
    type Error = NotTaken;

    fn from_env() -> Result<Self, env::Missing> {
        let aws = Aws::from_env()?;
        let taken = Idempotency::new(Client::new(aws.config()), env::required("IDEMPOTENCY_TABLE")?);
        Ok(AcceptOrder::new(Bus::new(&aws, env::required("EVENT_BUS")?), taken))
    }

    async fn handle(&self, event: BusEvent, deadline: Deadline) -> Result<(), NotTaken> {
        self.step.take(&event, deadline).await
    }
}
