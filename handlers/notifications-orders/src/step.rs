//! A step in the life of an order: when one thing has become of it, the next one does.
//! Taken once an order, however often the event that calls for it is delivered.

use handler_kit::{BusEvent, Deadline, Idempotency, NotDone, Once};

use crate::{Bus, NoOrder, NotPut, Order, Status};

/// From one event to the next.
#[derive(Clone, Debug)]
pub struct Step {
    from: Status,
    to: Status,
    bus: Bus,
    taken: Idempotency,
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The event does not call for it.
    #[error("the event cannot be handled")]
    Event(#[from] NoOrder),
    /// It could not be, this time.
    #[error("the order is not `{}` yet", .status.as_str())]
    Undone {
        /// What should have become of the order.
        status: Status,
        /// Why it did not.
        source: NotDone<NotPut>,
    },
}

impl Step {
    /// The step from one status to another, which that table remembers.
    pub fn new(from: Status, to: Status, bus: Bus, taken: Idempotency) -> Step {
        Step { from, to, bus, taken }
    }

    /// Takes the step that an event calls for, unless it was taken before.
    pub async fn take(&self, event: &BusEvent, deadline: Deadline) -> Result<(), NotTaken> {
        let order = Order::from_event(event, self.from)?;
        let put = self.bus.put(&order, self.to, deadline);
        let taken = self.taken.once(&order.key(self.to), deadline, put).await;
        let once = taken.map_err(|source| NotTaken::Undone { status: self.to, source })?;
        match once {
            Once::Now => tracing::info!(order = order.id, status = self.to.as_str(), "the order went on"),
            Once::Before => tracing::info!(order = order.id, status = self.to.as_str(), "a repeated event"),
        }
        Ok(())
    }
}
