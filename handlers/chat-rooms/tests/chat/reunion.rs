//! `register` under a name that a connection has which is gone without `$disconnect`.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::house::{House, RECORDS, check_error, delete_room, seconds};

const TAKEN: &str = "the name `ada=` is taken; choose another one";

fn signup(rooms: &[&str]) -> Value {
    json!({"type": "signup", "updateStatus": "SUCCESS", "rooms": rooms})
}

/// `ada=` is registered and gone; these are connected.
async fn house_of_ghost(ids: &[&str]) -> House {
    let house = House::of(&["ada="]).await;
    house.sockets.always("ada=", 410);
    for id in ids {
        house.connect(id).await;
    }
    house
}

#[tokio::test]
async fn a_name_whose_holder_is_gone_is_free() {
    let house = house_of_ghost(&["new="]).await;
    assert_eq!(house.ask("new=", "register", "ada=").await, signup(&[]));
    assert!(house.record("ada=").is_null());
    assert_eq!(house.record("new=")["name"]["S"], "ada=");
    assert_eq!(house.item(" names", "ada=")["ID"]["S"], "new=");
    // Again, as deliveries may repeat.
    assert_eq!(house.ask("new=", "register", "ada=").await, signup(&[]));
    assert_eq!(house.disconnect("ada=").await.status_code, 200);
    assert_eq!(house.item(" names", "ada=")["ID"]["S"], "new=");
    assert_eq!(house.sockets.questions("ada="), 1);
    assert_eq!(house.sockets.attempts("ada="), 0, "a question is no message");
}

#[tokio::test]
async fn whoever_is_there_keeps_name_and_place_and_hears_nothing() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.connect("new=").await;
    check_error(&house.send("new=", "register", "ada=").await, "register", TAKEN);
    assert_eq!(house.sockets.questions("ada="), 1);
    assert!(house.news("ada=").is_empty());
    assert!(house.record("new=")["name"].is_null());
    house.check_room("lobby", &["ada="]).await;
}

#[tokio::test]
async fn whoever_may_still_be_opening_keeps_the_name_until_then() {
    let house = house_of_ghost(&["new="]).await;
    let aged = |seconds_ago: u64| {
        let mut row = house.record("ada=");
        row["connectedAt"] = json!({"N": ((seconds() - seconds_ago) * 1_000).to_string()});
        house.tables.put(RECORDS, row);
    };
    aged(5);
    check_error(&house.send("new=", "register", "ada=").await, "register", TAKEN);
    assert_eq!(house.record("ada=")["name"]["S"], "ada=");
    aged(11);
    assert_eq!(house.ask("new=", "register", "ada=").await, signup(&[]));
    assert!(house.record("ada=").is_null());
}

#[tokio::test]
async fn whoever_cannot_be_asked_after_keeps_everything() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.connect("new=").await;
    for status in [403, 429, 500] {
        house.sockets.always("ada=", status);
        check_error(&house.send("new=", "register", "ada=").await, "register", TAKEN);
    }
    house.sockets.always("ada=", 200);
    house.check_room("lobby", &["ada="]).await;
    assert_eq!(house.item(" names", "ada=")["ID"]["S"], "ada=");
}

#[tokio::test]
async fn a_question_without_an_answer_ends_in_time() {
    let house = House::of(&["ada="]).await.hurried(Duration::from_secs(2));
    house.connect("new=").await;
    house.sockets.fall_silent("ada=");
    let start = Instant::now();
    check_error(&house.send("new=", "register", "ada=").await, "register", TAKEN);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(!house.record("ada=").is_null());
}

#[tokio::test]
async fn a_room_where_the_gone_one_was_last_is_closed_for_all_to_know() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    house.connect("new=").await;
    house.sockets.always("ada=", 410);
    // The answer is the first thing that counts: it does not list the room, whenever the news of it arrive.
    assert_eq!(house.send("new=", "register", "ada=").await, [delete_room("lobby"), signup(&[])]);
    assert_eq!(house.news("bo="), [delete_room("lobby")]);
    house.check_no_room("lobby").await;
}

#[tokio::test]
async fn a_room_where_others_are_goes_on_without_the_gone_one() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.connect("new=").await;
    house.sockets.always("ada=", 410);
    assert_eq!(house.ask("new=", "register", "ada=").await, signup(&["lobby"]));
    assert!(house.news("bo=").is_empty());
    house.check_room("lobby", &["bo="]).await;
}

#[tokio::test]
async fn of_many_who_want_the_name_of_one_gone_one_gets_it_and_the_room_is_closed_once() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    house.sockets.always("ada=", 410);
    let ids: Vec<_> = (0..10).map(|n| format!("c{n}=")).collect();
    for id in &ids {
        house.connect(id).await;
    }
    let answers = join_all(ids.iter().map(|id| house.send(id, "register", "ada="))).await;
    let winners = answers.iter().filter(|frames| frames.iter().any(|frame| frame["type"] == "signup"));
    assert_eq!(winners.count(), 1, "{answers:?}");
    let named = ids.iter().filter(|id| house.record(id)["name"]["S"] == "ada=").count();
    assert_eq!(named, 1);
    assert!(house.record("ada=").is_null());
    assert_eq!(house.news("bo="), [delete_room("lobby")]);
}

#[tokio::test]
async fn tables_that_fail_meanwhile_are_nobodys_fault_and_the_next_try_succeeds() {
    let house = house_of_ghost(&["new="]).await;
    house.tables.cancel("ValidationError", 1);
    let frames = house.send("new=", "register", "ada=").await;
    check_error(&frames, "register", "it is not your fault");
    assert_eq!(house.ask("new=", "register", "ada=").await, signup(&[]));
}
