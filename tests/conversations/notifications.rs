//! Notifications: what becomes of a user's order shows on every device of that user, and on nobody else's.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::machine::{Machine, eventually};
use crate::socket::Socket;
use crate::ticket::Issuer;
use crate::web::{Answer, Request};

const STACK: &str = "Notifications";
const PUBLISHER: &str = "notifications-message-publisher";
const CONNECTIONS: &str = "connection-manager";

/// Where events go that the publisher could not handle.
const UNTOLD: &str = "MessagePublisherAsyncFailures";

/// All queues that stay empty as long as nothing goes wrong.
const FAILURES: [&str; 4] =
    [UNTOLD, "AcceptOrderAsyncFailures", "ToDeliveriesFailures", "DeliveriesFailures"];

/// Long enough to say that nothing comes.
const SILENCE: Duration = Duration::from_millis(300);

/// The stack, and where users find it.
struct Notifications {
    machine: Machine,
    socket_url: String,
    orders_url: String,
}

impl Notifications {
    fn start(test: &str, arguments: &[&str]) -> Notifications {
        let machine = Machine::start_with(test, &[STACK], arguments);
        let (socket_url, orders_url) =
            (machine.output(STACK, "WebSocketUrl"), machine.output(STACK, "OrdersUrl"));
        Notifications { machine, socket_url, orders_url }
    }

    /// A device of a user, connected.
    #[track_caller]
    fn device(&self, user: &str) -> Socket {
        Socket::open(&self.at(&format!("user_id={user}")))
    }

    fn at(&self, query: &str) -> String {
        format!("{}?{query}", self.socket_url)
    }

    fn try_to_order(&self, body: &str) -> Answer {
        Request::post(&self.orders_url, body).header("content-type", "application/json").send()
    }

    /// Places an order, and gives its id.
    #[track_caller]
    fn order(&self, user: &str) -> String {
        let answer = self.try_to_order(&json!({ "user_id": user }).to_string());
        assert_eq!(answer.status, 202, "{}", answer.text());
        let id = answer.json()["order_id"].as_str().map(str::to_owned).unwrap();
        assert_eq!(answer.json(), json!({ "order_id": id }));
        id
    }

    /// Puts an event on the bus by hand.
    fn try_to_put(&self, source: &str, detail_type: &str, detail: &str) -> Value {
        let bus = self.machine.output(STACK, "EventBusName");
        let entry =
            json!({ "EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": detail });
        self.machine.ask("AWSEvents.PutEvents", &json!({ "Entries": [entry] }))
    }

    /// Puts an event of the food-order flow on the bus.
    #[track_caller]
    fn put(&self, detail: &str) {
        let put = self.try_to_put("custom.food_app", "Order Burnt", detail);
        assert_eq!(put["FailedEntryCount"], 0, "{put}");
    }

    /// Waits until so many connections are known, and gives their rows.
    #[track_caller]
    fn rows(&self, count: usize) -> Vec<Value> {
        self.machine.wait_for_items(CONNECTIONS, |rows| rows.len() == count)
    }

    /// The next message of a queue, as JSON, if there is one.
    fn message_in(&self, queue: &str) -> Option<Value> {
        let url = self.machine.physical(STACK, queue);
        let received = self.machine.ask("AmazonSQS.ReceiveMessage", &json!({ "QueueUrl": url }));
        serde_json::from_str(received["Messages"][0]["Body"].as_str()?).unwrap()
    }

    #[track_caller]
    fn nothing_went_wrong(&self) {
        for queue in FAILURES {
            assert_eq!(self.message_in(queue), None, "in {queue}");
        }
    }
}

fn told(order: &str, status: &str) -> Value {
    json!({ "order_id": order, "order_status": status })
}

/// What a device hears of these orders, in whatever order they are worked on: each is accepted, then delivered.
#[track_caller]
fn hears_of(device: &mut Socket, orders: &[&str]) {
    let heard: Vec<Value> = orders.iter().flat_map(|_| [device.hear(), device.hear()]).collect();
    for order in orders {
        let of_it: Vec<&Value> = heard.iter().filter(|message| message["order_id"] == *order).collect();
        assert_eq!(
            of_it,
            [&told(order, "Order Accepted"), &told(order, "Order Delivered")],
            "of all: {heard:?}"
        );
    }
}

#[test]
fn an_order_is_told_to_every_device_of_its_user_exactly_once_and_in_order() {
    let notifications = Notifications::start("notifications", &[]);
    let mut laptop = notifications.device("ada");
    let mut phone = notifications.device("ada");
    let mut bobs = notifications.device("bob");
    rows_are_as_promised(&notifications.rows(3));
    nonsense_is_no_order(&notifications);

    let [pizza, soup] = [(); 2].map(|()| notifications.order("ada"));
    let cake = notifications.order("bob");
    // Nobody is there to hear of it, which is no failure.
    notifications.order("eve");

    hears_of(&mut laptop, &[&pizza, &soup]);
    hears_of(&mut phone, &[&pizza, &soup]);
    hears_of(&mut bobs, &[&cake]);
    for device in [&mut laptop, &mut phone, &mut bobs] {
        device.hear_nothing_for(SILENCE);
    }
    notifications.nothing_went_wrong();
    assert_eq!(notifications.rows(3).len(), 3);
}

#[track_caller]
fn rows_are_as_promised(rows: &[Value]) {
    let mut users: Vec<_> = rows.iter().map(|row| row["user_id"]["S"].as_str().unwrap()).collect();
    users.sort_unstable();
    assert_eq!(users, ["ada", "ada", "bob"]);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    for row in rows {
        let expires: u64 = row["expires"]["N"].as_str().unwrap().parse().unwrap();
        assert!((7_700..=7_800).contains(&(expires - now)), "{row}");
    }
}

fn nonsense_is_no_order(notifications: &Notifications) {
    let check = |body: &str, reason: &str| {
        let answer = notifications.try_to_order(body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        let message = answer.json()["message"].as_str().map(str::to_owned).unwrap();
        assert!(message.contains(reason), "{body}: {message}");
    };
    check("{}", "`user_id` is missing");
    check(r#"{"user_id":""}"#, "`user_id` is empty");
    check(r#"{"user_id":7}"#, "`user_id` is not a string");
    check("pizza, please", "no JSON object");
    check(&json!({ "user_id": "x".repeat(257) }).to_string(), "257 characters");
}

#[test]
fn devices_come_and_go() {
    let notifications = Notifications::start("notifications-devices", &[]);
    whoever_has_no_name_is_refused(&notifications);
    let mut ada = notifications.device("ada");
    there_is_no_other_route(&mut ada);
    whoever_leaves_is_forgotten(&notifications);
    whoever_is_gone_without_a_word_is_forgotten(&notifications, &mut ada);
}

fn whoever_has_no_name_is_refused(notifications: &Notifications) {
    let too_long = format!("user_id={}", "x".repeat(257));
    for query in ["", "user_id=", "user=ada", &too_long] {
        assert_eq!(Socket::try_to_open(&notifications.at(query)).err(), Some(400), "{query}");
    }
    notifications.rows(0);
    let longest = "x".repeat(256);
    notifications.device(&longest).close();
    notifications.device("Zo%C3%AB%20%26%20co").close();
    notifications.rows(0);
}

fn there_is_no_other_route(ada: &mut Socket) {
    for message in [r#"{"action":"order"}"#, r#"{"no":"action"}"#, "hello", ""] {
        ada.say_text(message);
        assert_eq!(ada.hear_text(), "Invalid Route", "to {message}");
    }
    // The connection has stayed all the while.
    ada.hear_nothing_for(SILENCE);
}

fn whoever_leaves_is_forgotten(notifications: &Notifications) {
    let bob = notifications.device("bob");
    notifications.rows(2);
    bob.close();
    assert_eq!(notifications.rows(1)[0]["user_id"]["S"], "ada");
    notifications.device("bob").vanish();
    notifications.rows(1);
}

/// A row whose connection does not exist, as `$disconnect` leaves one when it is not delivered.
fn whoever_is_gone_without_a_word_is_forgotten(notifications: &Notifications, ada: &mut Socket) {
    let gone = json!({
        "connection_id": { "S": "L0SM9cOFvHcCIhw=" },
        "user_id": { "S": "ada" },
        "connectedAt": { "N": "1700000000000" },
    });
    let put = json!({ "TableName": CONNECTIONS, "Item": gone });
    notifications.machine.ask("DynamoDB_20120810.PutItem", &put);
    notifications.put(r#"{"user_id":"ada","n":1}"#);
    assert_eq!(ada.hear(), json!({ "n": 1 }));
    notifications.rows(1);
}

#[test]
fn whatever_is_put_on_the_bus_for_a_user_is_told() {
    let notifications = Notifications::start("notifications-bus", &[]);
    let (mut ada, mut bob) = (notifications.device("ada"), notifications.device("bob"));

    // All of the detail but the user, and numbers stay numbers.
    notifications.put(
        r#"{"order_id":7,"user_id":"ada","price":12.5,"paid":true,"for":{"user_id":"bob"},"note":null,"to":"Zoë"}"#,
    );
    let expected = json!({ "order_id": 7, "price": 12.5, "paid": true, "for": { "user_id": "bob" }, "note": null, "to": "Zoë" });
    assert_eq!(ada.hear(), expected);

    nonsense_is_logged_and_dropped(&notifications);
    only_the_food_app_is_heard(&notifications);
    let refused = notifications.try_to_put("custom.food_app", "Order Burnt", r#"{"user_id":"#);
    assert_eq!(refused["Entries"][0]["ErrorCode"], "MalformedDetail", "{refused}");

    // None of that came, nor does it keep the next one from coming.
    notifications.put(r#"{"user_id":"ada","n":2}"#);
    assert_eq!(ada.hear(), json!({ "n": 2 }));
    bob.hear_nothing_for(SILENCE);
    notifications.nothing_went_wrong();
}

fn nonsense_is_logged_and_dropped(notifications: &Notifications) {
    let details = ["{}", r#"{"user_id":7}"#, r#"{"user_id":""}"#, r#"{"user_id":null}"#];
    details.iter().for_each(|detail| notifications.put(detail));
    let logged = || {
        let log = notifications.machine.log();
        log.lines().filter(|line| line.contains("an event was dropped") && line.contains("ERROR")).count()
    };
    let all = eventually(|| (logged() == details.len()).then_some(()));
    assert!(all.is_some(), "{} of {} are logged", logged(), details.len());
}

fn only_the_food_app_is_heard(notifications: &Notifications) {
    for source in ["custom.food", "custom.food_app2", "aws.food"] {
        let put = notifications.try_to_put(source, "Order Burnt", r#"{"user_id":"ada","n":1}"#);
        // Sources that begin with `aws.` are AWS's own.
        let is_refused = put["FailedEntryCount"] == 1;
        assert_eq!(is_refused, source.starts_with("aws."), "{put}");
    }
}

#[test]
fn what_cannot_be_told_is_kept_for_somebody_to_look_at() {
    let notifications = Notifications::start("notifications-failures", &["--timer", "retry=0.1"]);
    let mut ada = notifications.device("ada");

    // Twice is not too often.
    notifications.machine.fault(&json!({ "function": PUBLISHER, "calls": 2, "status": 500 }));
    notifications.put(r#"{"user_id":"ada","n":1}"#);
    assert_eq!(ada.hear(), json!({ "n": 1 }));

    notifications.machine.fault(&json!({ "function": PUBLISHER, "calls": 3, "status": 500 }));
    notifications.put(r#"{"user_id":"ada","n":2}"#);
    let record = check_untold(&notifications, &json!({ "user_id": "ada", "n": 2 }));
    assert_eq!(record["responsePayload"]["errorMessage"], "a fault was asked for: status 500");

    // API Gateway would take no message of more than 128 KB, so that none is sent.
    let detail = json!({ "user_id": "ada", "text": "x".repeat(128 * 1024) });
    notifications.put(&detail.to_string());
    let record = check_untold(&notifications, &detail);
    let message = record["responsePayload"]["errorMessage"].as_str().unwrap();
    assert!(message.contains("at most 131072 are allowed"), "{message}");

    notifications.put(r#"{"user_id":"ada","n":3}"#);
    assert_eq!(ada.hear(), json!({ "n": 3 }));
    notifications.nothing_went_wrong();
}

/// Waits for the record of an event that the publisher could not handle.
#[track_caller]
fn check_untold(notifications: &Notifications, detail: &Value) -> Value {
    let record = eventually(|| notifications.message_in(UNTOLD)).unwrap();
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted", "{record}");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3, "{record}");
    assert_eq!(record["requestPayload"]["source"], "custom.food_app");
    assert_eq!(record["requestPayload"]["detail"], *detail);
    record
}

#[test]
fn with_a_key_only_tickets_let_users_in() {
    let issuer = Issuer::new();
    let key = format!("TicketKey={}", issuer.public_key());
    let notifications = Notifications::start("notifications-tickets", &["--parameter", &key]);
    let open = |query: &str| Socket::try_to_open(&notifications.at(query));
    let refused = |query: &str, status: u16| assert_eq!(open(query).err(), Some(status), "{query}");

    refused("user_id=ada", 401);
    refused("user_id=ada&ticket=ada", 403);
    refused(&format!("ticket={}", Issuer::forging().ticket("ada", 60)), 403);
    refused(&format!("ticket={}", issuer.ticket("ada", -60)), 403);
    refused(&format!("user_id=bob&ticket={}", issuer.ticket("ada", 60)), 403);
    notifications.rows(0);

    let ticket = issuer.ticket("ada", 60);
    let mut phone = open(&format!("ticket={ticket}")).unwrap();
    let mut laptop = open(&format!("user_id=ada&ticket={ticket}")).unwrap();
    let users: Vec<_> = notifications.rows(2).iter().map(|row| row["user_id"]["S"].clone()).collect();
    assert_eq!(users, ["ada", "ada"]);
    notifications.put(r#"{"user_id":"ada","n":1}"#);
    assert_eq!([phone.hear(), laptop.hear()], [json!({ "n": 1 }), json!({ "n": 1 })]);
}

#[test]
fn a_user_may_have_a_thousand_devices() {
    const DEVICES: usize = 1_000;
    let notifications = Notifications::start("notifications-crowd", &[]);
    let mut devices = Socket::open_many(&notifications.at("user_id=ada"), DEVICES);
    let mut bobs = notifications.device("bob");

    notifications.put(r#"{"user_id":"ada","n":1}"#);
    for device in &mut devices {
        assert_eq!(device.hear(), json!({ "n": 1 }));
    }

    // Half of them go without a word; the others hear the next one all the same.
    let (gone, mut there): (Vec<_>, Vec<_>) =
        devices.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
    gone.into_iter().for_each(|(_, device)| device.vanish());
    notifications.put(r#"{"user_id":"ada","n":2}"#);
    for (_, device) in &mut there {
        assert_eq!(device.hear(), json!({ "n": 2 }));
    }
    notifications.rows(DEVICES / 2 + 1);
    bobs.hear_nothing_for(SILENCE);
    notifications.nothing_went_wrong();
}
