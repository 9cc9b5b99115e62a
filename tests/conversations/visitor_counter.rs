//! The visitor counter: every visit counts once, and every open page sees the number change.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::machine::{Machine, eventually};
use crate::socket::Socket;
use crate::web::Request;

const STACK: &str = "VisitorCounter";
const UPDATER: &str = "visitor-counter-db-updater";

/// Long enough to say that nothing comes.
const SILENCE: Duration = Duration::from_millis(300);

/// A page that is open, and the count that it shows.
struct Page {
    socket: Socket,
    shown: u64,
}

impl Page {
    fn open(url: &str) -> Page {
        Page::of(Socket::open(url))
    }

    fn of(socket: Socket) -> Page {
        Page { socket, shown: 0 }
    }

    /// Waits until it shows that count; on the way there it only ever goes up.
    #[track_caller]
    fn sees(&mut self, count: u64) {
        while self.shown != count {
            let message = self.socket.hear();
            let next = message["count"].as_u64().unwrap_or_else(|| panic!("no count: {message}"));
            assert_eq!(message, json!({ "type": "visitorCount", "count": next }));
            assert!(
                (self.shown + 1..=count).contains(&next),
                "{next} came after {}, before {count}",
                self.shown
            );
            self.shown = next;
        }
    }

    #[track_caller]
    fn sees_nothing(&mut self) {
        self.socket.hear_nothing_for(SILENCE);
    }
}

#[track_caller]
fn check_count(machine: &Machine, count: u64) {
    let counter = json!([{ "id": { "S": "visitor_count" }, "count": { "N": count.to_string() } }]);
    assert_eq!(json!(machine.items("VisitorCount")), counter);
}

/// Waits until so many connections are known, and gives their rows.
#[track_caller]
fn connections(machine: &Machine, count: usize) -> Vec<Value> {
    machine.wait_for_items("ConnectionIDs", |rows| rows.len() == count)
}

/// The id of the only connection.
#[track_caller]
fn only_connection(machine: &Machine) -> String {
    connections(machine, 1)[0]["connectionId"]["S"].as_str().unwrap().to_owned()
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn every_visit_counts_once_and_every_open_page_sees_it() {
    let machine = Machine::start("visitor-counter", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");

    // The very first visit is seen, too.
    let mut ada = Page::open(&url);
    ada.sees(1);
    rows_die_by_themselves(&connections(&machine, 1)[0]);

    let mut bob = Page::open(&url);
    bob.sees(2);
    ada.sees(2);
    check_count(&machine, 2);

    // Whoever leaves is forgotten, and the number stays.
    bob.socket.close();
    connections(&machine, 1);
    check_count(&machine, 2);
    ada.sees_nothing();

    // Whoever vanishes is forgotten as well.
    let mut eve = Page::open(&url);
    eve.sees(3);
    eve.socket.vanish();
    connections(&machine, 1);
    ada.sees(3);
    check_count(&machine, 3);

    a_repeated_connect_adds_nothing(&machine, &mut ada);
    messages_have_no_route(&machine, &mut ada);
    too_long_a_message_ends_the_connection(&machine, &url, ada);
    the_page_knows_where_to_connect(&machine, &url);
}

/// `$disconnect` is best effort, so that a row ends ten minutes after the longest connection.
#[track_caller]
fn rows_die_by_themselves(row: &Value) {
    let expires: u64 = row["expires"]["N"].as_str().unwrap().parse().unwrap();
    let life = expires - now();
    assert!((7_700..=7_800).contains(&life), "the row lives for {life} s: {row}");
}

/// AWS may deliver an event twice.
fn a_repeated_connect_adds_nothing(machine: &Machine, ada: &mut Page) {
    let context =
        |route, kind| json!({ "routeKey": route, "eventType": kind, "connectionId": "L0SM9cOFvHcCIhw=" });
    let connect = json!({ "requestContext": context("$connect", "CONNECT"), "isBase64Encoded": false });
    for _ in 0..3 {
        assert_eq!(machine.invoke(UPDATER, &connect)["statusCode"], 200);
    }
    check_count(machine, 4);
    connections(machine, 2);
    let disconnect =
        json!({ "requestContext": context("$disconnect", "DISCONNECT"), "isBase64Encoded": false });
    for _ in 0..2 {
        assert_eq!(machine.invoke(UPDATER, &disconnect)["statusCode"], 200);
    }
    check_count(machine, 4);
    connections(machine, 1);
    ada.sees(4);
    ada.sees_nothing();
}

/// The client is told so, and stays.
fn messages_have_no_route(machine: &Machine, ada: &mut Page) {
    let id = only_connection(machine);
    for text in ["hello", "", "{}", r#"{"action":"$connect"}"#, r#"{"action":"$disconnect"}"#, "\u{0}🦀"] {
        ada.socket.say_text(text);
        let refusal = ada.socket.hear_text();
        let expected = format!(r#"{{"message": "Forbidden", "connectionId":"{id}", "requestId":""#);
        assert!(refusal.starts_with(&expected), "{text}: {refusal}");
    }
    assert_eq!(only_connection(machine), id);
    check_count(machine, 4);
}

fn too_long_a_message_ends_the_connection(machine: &Machine, url: &str, mut ada: Page) {
    let mut bob = Page::open(url);
    bob.sees(5);
    ada.sees(5);
    ada.socket.say_text(&"x".repeat(32 * 1024 + 1));
    assert_eq!(ada.socket.closed_with(), Some(1009));
    connections(machine, 1);
    bob.sees_nothing();
}

fn the_page_knows_where_to_connect(machine: &Machine, url: &str) {
    let page = machine.output(STACK, "PageUrl");
    let file = |path: &str| {
        let answer = Request::get(&format!("{page}/{path}")).send();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer
    };
    let index = file("");
    assert!(index.text().contains("counter.js"), "{}", index.text());
    let origin = url.split("/_aws/").next().unwrap();
    assert!(index.header("content-security-policy").contains(origin), "{:?}", index.headers);
    let config = file("shared/config.js").text();
    assert!(config.contains(&format!("\"{url}\"")), "{config}");
}

#[test]
fn one_connection_that_fails_stops_nobody() {
    let machine = Machine::start("visitor-counter-faults", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut ada = Page::open(&url);
    ada.sees(1);
    let id = only_connection(&machine);

    // Asked to slow down, or failing for a while, it is sent to again.
    for status in [429, 500] {
        machine.fault(&json!({ "connection": id, "status": status, "calls": 2 }));
        let mut visitor = Page::open(&url);
        visitor.sees(ada.shown + 1);
        ada.sees(visitor.shown);
        visitor.socket.close();
        connections(&machine, 1);
    }

    // Failing for good it is passed over, and its row stays: who knows what it has.
    machine.fault(&json!({ "connection": id, "status": 403 }));
    let mut bob = Page::open(&url);
    bob.sees(4);
    ada.sees_nothing();
    connections(&machine, 2);

    those_who_are_gone_are_forgotten_unless_they_may_be_opening(&machine, &url, &mut bob);
    whom_it_cannot_count_it_does_not_let_in(&machine, &url, &mut bob);
}

fn those_who_are_gone_are_forgotten_unless_they_may_be_opening(machine: &Machine, url: &str, bob: &mut Page) {
    let put = |id: &str, connected_at: u64| {
        let number = |number: u64| json!({ "N": number.to_string() });
        let item = json!({ "connectionId": { "S": id }, "connectedAt": number(connected_at * 1_000), "expires": number(now() + 60) });
        machine.ask("DynamoDB_20120810.PutItem", &json!({ "TableName": "ConnectionIDs", "Item": item }));
    };
    put("AAAAAAAAAAAAAAA=", now() - 60);
    put("BBBBBBBBBBBBBBA=", now() + 60);
    let mut visitor = Page::open(url);
    visitor.sees(5);
    bob.sees(5);
    let has = |rows: &[Value], id: &str| rows.iter().any(|row| row["connectionId"]["S"] == id);
    let rows = machine.wait_for_items("ConnectionIDs", |rows| !has(rows, "AAAAAAAAAAAAAAA="));
    assert!(has(&rows, "BBBBBBBBBBBBBBA="), "{rows:?}");
    visitor.socket.close();
    let key = json!({ "connectionId": { "S": "BBBBBBBBBBBBBBA=" } });
    machine.ask("DynamoDB_20120810.DeleteItem", &json!({ "TableName": "ConnectionIDs", "Key": key }));
    connections(machine, 2);
}

fn whom_it_cannot_count_it_does_not_let_in(machine: &Machine, url: &str, bob: &mut Page) {
    machine.fault(&json!({ "function": UPDATER, "status": 500 }));
    assert_eq!(Socket::try_to_open(url).err(), Some(502), "the function fails");
    machine.fault(&json!({ "table": "VisitorCount", "status": 400, "calls": 100 }));
    assert_eq!(Socket::try_to_open(url).err(), Some(500), "the table refuses");
    machine.heal();
    assert_eq!(
        Socket::try_to_open(&url.replace("/prod", "/other")).err(),
        Some(403),
        "there is no such stage"
    );
    connections(machine, 2);
    check_count(machine, 5);
    bob.sees_nothing();
}

#[test]
fn connections_are_managed_as_on_aws() {
    let machine = Machine::start("visitor-counter-connections", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut ada = Page::open(&url);
    ada.sees(1);
    let id = only_connection(&machine);

    let about = machine.manage("GET", &url, &id, "");
    assert_eq!(about.status, 200, "{}", about.text());
    assert_eq!(about.json()["identity"]["sourceIp"], "127.0.0.1");
    assert!(about.json()["connectedAt"].as_str().unwrap().ends_with('Z'), "{}", about.text());

    let posted = machine.manage("POST", &url, &id, "hello, Ada");
    assert_eq!((posted.status, posted.text()), (200, String::new()));
    assert_eq!(ada.socket.hear_text(), "hello, Ada");
    let posted = machine.manage("POST", machine.endpoint(), &id, "by the endpoint alone");
    assert_eq!(posted.status, 200, "{}", posted.text());
    assert_eq!(ada.socket.hear_text(), "by the endpoint alone");

    let too_long = machine.manage("POST", &url, &id, &"x".repeat(128 * 1024 + 1));
    assert_eq!(too_long.status, 413, "{}", too_long.text());
    assert_eq!(machine.manage("POST", &url, "missing", "x").status, 400);
    assert_eq!(machine.manage("POST", &url.replace("/prod", "/other"), &id, "x").status, 410);
    let unsigned =
        Request::post(&format!("{}/@connections/{id}", url.replace("ws://", "http://")), "x").send();
    assert_eq!(unsigned.status, 403, "{}", unsigned.text());

    assert_eq!(machine.manage("DELETE", &url, &id, "").status, 204);
    assert_eq!(ada.socket.closed_with(), Some(1000));
    connections(&machine, 0);
    let gone = machine.manage("POST", &url, &id, "x");
    assert_eq!((gone.status, gone.header("x-amzn-errortype")), (410, "GoneException"));
    assert_eq!(machine.manage("GET", &url, &id, "").status, 410);
    assert_eq!(machine.manage("DELETE", &url, &id, "").status, 410);
}

#[test]
fn a_thousand_open_pages_see_the_next_visit() {
    const PAGES: usize = 1_000;
    let machine = Machine::start("visitor-counter-crowd", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut pages: Vec<Page> = Socket::open_many(&url, PAGES).into_iter().map(Page::of).collect();
    pages.iter_mut().for_each(|page| page.sees(PAGES as u64));
    check_count(&machine, PAGES as u64);

    let mut visitor = Page::open(&url);
    visitor.sees(PAGES as u64 + 1);
    pages.iter_mut().for_each(|page| page.sees(PAGES as u64 + 1));

    // Everyone goes at once, half of them without a word.
    for (at, page) in pages.into_iter().enumerate() {
        if at % 2 == 0 { page.socket.vanish() } else { page.socket.close() }
    }
    eventually(|| (machine.items("ConnectionIDs").len() == 1).then_some(())).expect("all are forgotten");
    visitor.sees_nothing();
    check_count(&machine, PAGES as u64 + 1);
}
