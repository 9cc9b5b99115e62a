//! An order of food, and what becomes of it.
//! Keeps none: an order lives in the events that tell of it.

use handler_kit::BusEvent;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{NoUser, UserId};

/// The longest id of an order, in characters: it is part of a key that may have 2,048 bytes.
const LONGEST: usize = 256;

/// An order: who placed it, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// Who placed it.
    pub user: UserId,
}

/// What became of an order: an event's `detail-type`, and its `order_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A user wants something.
    Placed,
    /// A restaurant makes it.
    Accepted,
    /// It is there.
    Delivered,
}

/// Why an event tells of no such order.
#[derive(Debug, thiserror::Error)]
pub enum NoOrder {
    /// It is of another kind.
    #[error("the event is `{found}`, and must be `{expected}`")]
    Kind {
        /// Its `detail-type`; empty if it has none.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Its detail is no JSON object.
    #[error("the detail is no JSON object")]
    Detail(#[from] serde_json::Error),
    /// It does not say which order.
    #[error("`order_id` is no string of 1 to {LONGEST} characters")]
    Id,
    /// It does not say whose.
    #[error(transparent)]
    User(#[from] NoUser),
}

impl Order {
    /// A new order of a user. Its id is new, and later than those of all orders before.
    pub fn new(user: UserId) -> Order {
        Order { id: Uuid::now_v7().to_string(), user }
    }

    /// The order of which an event tells that this became of it.
    pub fn from_event(event: &BusEvent, status: Status) -> Result<Order, NoOrder> {
        let kind = event.detail_type.as_deref().unwrap_or_default();
        if kind != status.as_str() {
            return Err(NoOrder::Kind { found: kind.to_owned(), expected: status.as_str() });
        }
        let detail = event.detail.as_ref().map_or("null", |detail| detail.get());
        let fields: Map<String, Value> = serde_json::from_str(detail)?;
        let id = fields.get("order_id").and_then(Value::as_str);
        let id = id.filter(|id| (1..=LONGEST).contains(&id.chars().count())).ok_or(NoOrder::Id)?;
        Ok(Order { id: id.to_owned(), user: UserId::from_field(fields.get("user_id"))? })
    }

    /// The detail of the event that tells what became of it.
    pub fn detail(&self, status: Status) -> String {
        let detail = json!({
            "order_id": self.id, "order_status": status.as_str(), "user_id": self.user.as_str(),
        });
        detail.to_string()
    }

    /// What happens to it once.
    pub fn key(&self, status: Status) -> String {
        format!("{}#{}", self.id, status.as_str())
    }
}

impl Status {
    /// As events write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Placed => "Order Placed",
            Status::Accepted => "Order Accepted",
            Status::Delivered => "Order Delivered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, detail: &str) -> BusEvent {
        serde_json::from_str(&format!(r#"{{"detail-type": "{kind}", "detail": {detail}}}"#)).unwrap()
    }

    fn check_refused(kind: &str, detail: &str, message: &str) {
        let error = Order::from_event(&event(kind, detail), Status::Placed).unwrap_err();
        assert_eq!(error.to_string(), message, "{detail}");
    }

    #[test]
    fn an_order_survives_its_event() {
        let order = Order::new(UserId::from_text(Some("ann \"b\"")).unwrap());
        let event = event("Order Accepted", &order.detail(Status::Accepted));
        assert_eq!(Order::from_event(&event, Status::Accepted).unwrap(), order);
    }

    #[test]
    fn a_detail_says_which_order_what_and_whose() {
        let order = Order { id: "1".to_owned(), user: UserId::from_text(Some("ann")).unwrap() };
        let expected = r#"{"order_id":"1","order_status":"Order Delivered","user_id":"ann"}"#;
        assert_eq!(order.detail(Status::Delivered), expected);
        assert_eq!(order.key(Status::Delivered), "1#Order Delivered");
    }

    #[test]
    fn orders_in_one_millisecond_are_two() {
        let user = UserId::from_text(Some("ann")).unwrap();
        let ids: Vec<_> = (0..100).map(|_| Order::new(user.clone()).id).collect();
        assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }

    #[test]
    fn what_is_no_order_is_refused_with_the_reason() {
        let placed = "Order Placed";
        check_refused("Order Accepted", "{}", "the event is `Order Accepted`, and must be `Order Placed`");
        check_refused(placed, "[]", "the detail is no JSON object");
        check_refused(placed, "null", "the detail is no JSON object");
        for detail in [r#"{"user_id":"ann"}"#, r#"{"order_id":7}"#, r#"{"order_id":""}"#] {
            check_refused(placed, detail, "`order_id` is no string of 1 to 256 characters");
        }
        let long = format!(r#"{{"order_id":"{}"}}"#, "x".repeat(257));
        check_refused(placed, &long, "`order_id` is no string of 1 to 256 characters");
        check_refused(placed, r#"{"order_id":"1"}"#, "`user_id` is missing");
        check_refused(placed, r#"{"order_id":"1","user_id":7}"#, "`user_id` is not a string");
    }
}
