//! Takes an order: `POST` with `{"user_id"}` puts "Order Placed" on the bus.
//! Does not wait for what becomes of it: the user's open pages hear of that.
//!
//! | variable | what |
//! |---|---|
//! | `EVENT_BUS` | name of the event bus |
//!
//! | action | on |
//! |---|---|
//! | `events:PutEvents` | `EVENT_BUS` |
//!
//! The answer is 202 `{"order_id": …}`; 400 `{"message": …}` says what is wrong with the request, and 503
//! that the bus did not take the order.

use handler_kit::{Aws, Causes, Deadline, Handler, NotText, Reply, Request, env};
use notifications_orders::{Bus, NoUser, NotPut, Order, Status, UserId};
use serde_json::{Map, Value, json};

/// The handler of the API's one method.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    bus: Bus,
}

/// Why an order was not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    NotText(#[from] NotText),
    #[error("the body is no JSON object: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error(transparent)]
    NoUser(#[from] NoUser),
    #[error("the order was not taken, try again")]
    Bus(#[from] NotPut),
}

impl PlaceOrder {
    /// Puts orders on that bus.
    pub fn new(bus: Bus) -> PlaceOrder {
        PlaceOrder { bus }
    }

    async fn place(&self, request: &Request, deadline: Deadline) -> Result<Order, Refusal> {
        let fields: Map<String, Value> = serde_json::from_str(&request.text()?)?;
        let order = Order::new(UserId::from_field(fields.get("user_id"))?);
        self.bus.put(&order, Status::Placed, deadline).await?;
        Ok(order)
    }
}

impl Handler for PlaceOrder {
    type Event = Request;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        Ok(PlaceOrder::new(Bus::new(&Aws::from_env()?, env::required("EVENT_BUS")?)))
    }

    async fn handle(&self, request: Request, deadline: Deadline) -> Result<Reply, Self::Error> {
        let reply = match self.place(&request, deadline).await {
            Ok(order) => accepted(&order),
            Err(refusal) => refuse(&refusal),
        };
        // The page comes from another origin.
        Ok(reply.with("Access-Control-Allow-Origin", "*"))
    }
}

fn accepted(order: &Order) -> Reply {
    let body = json!({ "order_id": order.id }).to_string();
    Reply::text(202, body).with("Content-Type", "application/json")
}

fn refuse(refusal: &Refusal) -> Reply {
    let Refusal::Bus(error) = refusal else { return Reply::message(400, refusal.to_string()) };
    tracing::error!(error = %Causes(error), "an order was not placed");
    Reply::message(503, refusal.to_string())
}
