//! The whole flow in one process: an order is placed, accepted and delivered, and its user is told.
//! Events are carried on as EventBridge and SQS do it: at least once.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Broadcast, Deadline, Handler, Idempotency, Pace, Sender};
use handler_testing::{Bus, Sockets, Tables};
use notifications_accept_order::AcceptOrder;
use notifications_deliver_order::DeliverOrder;
use notifications_event_handler::{Connections, EventHandler};
use notifications_message_publisher::{Devices, MessagePublisher};
use notifications_place_order::PlaceOrder;
use serde_json::{Value, json};

struct System {
    tables: Tables,
    sockets: Sockets,
    bus: Bus,
    event_handler: EventHandler,
    place_order: PlaceOrder,
    accept_order: AcceptOrder,
    deliver_order: DeliverOrder,
    message_publisher: MessagePublisher,
}

impl System {
    async fn start() -> System {
        let (tables, sockets) = (Tables::start().await, Sockets::start().await);
        tables.create_indexed("connection-manager", "connection_id", "UserIdIndex", "user_id");
        tables.create("handled", "id");
        let bus = Bus::in_front_of(&tables).await;
        let aws = Aws::local(bus.url());
        let client = || Client::new(aws.config());
        let handled = || Idempotency::new(client(), "handled");
        let orders = || notifications_orders::Bus::new(&aws, "orders");
        let pace = Pace { pause: Duration::from_millis(1), ..Pace::default() };
        let broadcast = Broadcast::new(Sender::new(&aws, &sockets.url())).paced(pace);
        let devices = Devices::new(client(), "connection-manager");
        System {
            event_handler: EventHandler::new(Connections::new(client(), "connection-manager")),
            place_order: PlaceOrder::new(orders()),
            accept_order: AcceptOrder::new(orders(), handled()),
            deliver_order: DeliverOrder::new(orders(), handled()),
            message_publisher: MessagePublisher::new(broadcast, devices, handled()),
            tables,
            sockets,
            bus,
        }
    }

    async fn connect(&self, user: &str, id: &str) {
        let event = json!({
            "queryStringParameters": {"user_id": user},
            "requestContext": {"connectionId": id, "routeKey": "$connect"},
        });
        assert_eq!(invoke(&self.event_handler, event).await.unwrap()["statusCode"], 200);
    }

    /// Places an order, and returns its id.
    async fn place(&self, user: &str) -> String {
        let body = json!({ "user_id": user }).to_string();
        let reply = invoke(&self.place_order, json!({ "body": body })).await.unwrap();
        assert_eq!(reply["statusCode"], 202);
        let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
        body["order_id"].as_str().unwrap().to_owned()
    }

    /// Carries all events from the bus to where the rules send them, each so many times, until none is left.
    async fn carry(&self, times: usize) {
        let mut carried = 0;
        while let Some(event) = self.bus.events().get(carried) {
            for _ in 0..times {
                self.carry_one(event).await;
            }
            carried += 1;
        }
    }

    /// As the rules of `stacks/notifications.rs` do. A target that fails gets the event again.
    async fn carry_one(&self, event: &Value) {
        assert_eq!(event["source"], "custom.food_app");
        if event["detail-type"] == "Order Placed" {
            return until_done(&self.accept_order, event).await;
        }
        until_done(&self.message_publisher, event).await;
        if event["detail-type"] == "Order Accepted" {
            let message = json!({"messageId": event["id"], "body": event.to_string()});
            let answer = invoke(&self.deliver_order, json!({"Records": [message, message]})).await.unwrap();
            assert_eq!(answer, json!({"batchItemFailures": []}));
        }
    }

    /// Both messages of these orders arrived there, in their order, and nothing else did.
    fn check_told(&self, id: &str, orders: &[&str]) {
        let messages = |order: &&str| {
            ["Order Accepted", "Order Delivered"]
                .map(|status| json!({"order_id": order, "order_status": status}).to_string())
        };
        assert_eq!(self.sockets.received(id), orders.iter().flat_map(messages).collect::<Vec<_>>(), "{id}");
    }
}

async fn invoke<H: Handler>(handler: &H, event: Value) -> Result<Value, H::Error> {
    let event = serde_json::from_value(event).unwrap();
    let answer = handler.handle(event, Deadline::after(Duration::from_secs(30))).await?;
    Ok(serde_json::to_value(answer).unwrap())
}

/// Three attempts at most, as Lambda makes them.
async fn until_done<H: Handler>(handler: &H, event: &Value) {
    for attempt in 1.. {
        match invoke(handler, event.clone()).await {
            Ok(_) => return,
            Err(error) => assert!(attempt < 3, "{error}"),
        }
    }
}

#[tokio::test]
async fn an_order_is_two_messages_in_order_on_each_device_of_its_user() {
    let system = System::start().await;
    for (user, id) in [("ann", "phone="), ("ann", "laptop="), ("bob", "other=")] {
        system.connect(user, id).await;
    }
    let order = system.place("ann").await;
    system.carry(1).await;
    system.check_told("phone=", &[&order]);
    system.check_told("laptop=", &[&order]);
    system.check_told("other=", &[]);
}

#[tokio::test]
async fn however_often_events_are_delivered_an_order_is_two_messages() {
    let system = System::start().await;
    for (user, id) in [("ann", "phone="), ("ann", "laptop="), ("bob", "other=")] {
        system.connect(user, id).await;
    }
    let first = system.place("ann").await;
    system.carry(3).await;
    let (second, third) = (system.place("bob").await, system.place("ann").await);
    // From the very first event on, once more.
    system.carry(2).await;
    system.check_told("phone=", &[&first, &third]);
    system.check_told("laptop=", &[&first, &third]);
    system.check_told("other=", &[&second]);
    assert_eq!(system.bus.events().len(), 3 * 3, "placed, accepted and delivered, each order once");
}

#[tokio::test]
async fn when_answers_get_lost_and_steps_fail_an_order_is_two_messages() {
    let system = System::start().await;
    system.connect("ann", "phone=").await;
    // The SDK puts it again: two events, one order.
    system.bus.lose_answers(1);
    let order = system.place("ann").await;
    assert_eq!(system.bus.events().len(), 2);
    // So with the acceptance; and at first the user's devices cannot be read.
    system.bus.lose_answers(1);
    system.tables.throttle("UserIdIndex", 4);
    system.carry(2).await;
    assert_eq!(system.bus.events().len(), 2 + 2 + 1, "placed twice, accepted twice, delivered once");
    system.check_told("phone=", &[&order]);
}
