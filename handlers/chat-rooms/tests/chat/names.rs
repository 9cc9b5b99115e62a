//! `$connect` and `register`. Names of those who are gone are in `reunion`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::house::{House, OLD, RECORDS, check_error, seconds};

fn signup(rooms: &[&str]) -> Value {
    json!({"type": "signup", "updateStatus": "SUCCESS", "rooms": rooms})
}

fn names(house: &House) -> Vec<String> {
    house.begun_with(" names", "")
}

#[tokio::test]
async fn a_connection_has_a_row_that_dies_by_itself() {
    let house = House::start().await;
    assert_eq!(house.connect("a=").await.status_code, 200);
    let row = house.record("a=");
    assert_eq!(row["connectedAt"]["N"], OLD.to_string());
    let expires: u64 = row["expires"]["N"].as_str().unwrap().parse().unwrap();
    assert!((seconds() + 7_790..=seconds() + 7_800).contains(&expires), "{expires}");
    assert!(row["name"].is_null() && row["room"].is_null());
}

#[tokio::test]
async fn a_repeated_connect_overwrites_nothing() {
    let house = House::in_room("lobby", &["ada="]).await;
    let before = house.record("ada=");
    assert_eq!(house.connect_at("ada=", OLD + 1).await.status_code, 200);
    assert_eq!(house.record("ada="), before);
}

#[tokio::test]
async fn a_table_that_cannot_be_written_refuses_the_handshake() {
    let house = House::start().await;
    house.tables.throttle(RECORDS, 100);
    assert_eq!(house.connect("a=").await.status_code, 500);
}

#[tokio::test]
async fn a_name_is_answered_with_the_rooms_there_are() {
    let house = House::start().await;
    house.connect("a=").await;
    assert_eq!(house.ask("a=", "register", " Ada \n").await, signup(&[]));
    assert_eq!(house.record("a=")["name"]["S"], "Ada");
    house.send("a=", "new-room", "lobby").await;
    house.connect("b=").await;
    assert_eq!(house.ask("b=", "register", "Bo").await, signup(&["lobby"]));
}

#[tokio::test]
async fn a_name_that_somebody_has_is_refused() {
    let house = House::of(&["ada="]).await;
    house.connect("b=").await;
    check_error(&house.send("b=", "register", " ada= ").await, "register", "the name `ada=` is taken");
    assert!(house.record("b=")["name"].is_null());
    // Another name is free to take after that, and the first one keeps its own.
    assert_eq!(house.ask("b=", "register", "Bo").await, signup(&[]));
    assert_eq!(names(&house), ["Bo", "ada="]);
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let house = House::start().await;
    let ids: Vec<_> = (0..10).map(|n| format!("c{n}=")).collect();
    for id in &ids {
        house.connect(id).await;
    }
    let answers = join_all(ids.iter().map(|id| house.ask(id, "register", "Ada"))).await;
    let winners = answers.iter().filter(|answer| answer["type"] == "signup").count();
    assert_eq!(winners, 1, "{answers:?}");
    let named = ids.iter().filter(|id| house.record(id)["name"]["S"] == "Ada").count();
    assert_eq!(named, 1);
}

#[tokio::test]
async fn the_same_name_again_is_a_success_again() {
    let house = House::of(&["ada="]).await;
    let before = house.record("ada=");
    assert_eq!(house.ask("ada=", "register", "ada=").await, signup(&[]));
    assert_eq!(house.record("ada="), before);
    assert_eq!(names(&house), ["ada="]);
}

#[tokio::test]
async fn another_name_frees_the_one_before_and_keeps_the_room() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    assert_eq!(house.ask("ada=", "register", "Countess").await, signup(&["lobby"]));
    assert_eq!(names(&house), ["Countess", "bo="]);
    house.send("ada=", "dispatch", "hello").await;
    assert_eq!(house.news("bo=")[0]["user"], "Countess");
    assert_eq!(house.ask("bo=", "register", "ada=").await, signup(&["lobby"]));
}

#[tokio::test]
async fn a_name_is_free_after_a_disconnect() {
    let house = House::of(&["ada="]).await;
    house.disconnect("ada=").await;
    assert_eq!(names(&house), [""; 0]);
    house.connect("b=").await;
    assert_eq!(house.ask("b=", "register", "ada=").await, signup(&[]));
}

#[tokio::test]
async fn a_name_whose_holder_has_no_row_any_more_is_free() {
    let house = House::of(&["ada="]).await;
    house.tables.delete(RECORDS, json!({"ID": {"S": "ada="}}));
    house.connect("b=").await;
    assert_eq!(house.ask("b=", "register", "ada=").await, signup(&[]));
    assert_eq!(house.item(" names", "ada=")["ID"]["S"], "b=");
}

#[tokio::test]
async fn of_many_who_want_a_name_that_is_free_again_one_gets_it() {
    let house = House::of(&["ada="]).await;
    house.tables.delete(RECORDS, json!({"ID": {"S": "ada="}}));
    let ids: Vec<_> = (0..10).map(|n| format!("c{n}=")).collect();
    for id in &ids {
        house.connect(id).await;
    }
    let answers = join_all(ids.iter().map(|id| house.ask(id, "register", "ada="))).await;
    assert_eq!(answers.iter().filter(|answer| answer["type"] == "signup").count(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_name_past_its_time_is_free_and_not_taken_back_by_a_late_farewell() {
    let house = House::of(&["ada="]).await;
    let mut reservation = house.item(" names", "ada=");
    reservation["expires"] = json!({"N": (seconds() - 1).to_string()});
    house.tables.put(crate::house::ROOMS, reservation);
    house.connect("b=").await;
    assert_eq!(house.ask("b=", "register", "ada=").await, signup(&[]));
    assert_eq!(house.disconnect("ada=").await.status_code, 200);
    assert_eq!(house.item(" names", "ada=")["ID"]["S"], "b=");
    assert!(house.record("ada=").is_null());
}

#[tokio::test]
async fn a_name_dies_with_its_connection() {
    let house = House::of(&["ada="]).await;
    assert_eq!(house.item(" names", "ada=")["expires"], house.record("ada=")["expires"]);
}

#[tokio::test]
async fn a_connection_that_is_not_known_gets_no_name() {
    let house = House::start().await;
    check_error(&house.send("x=", "register", "Ada").await, "register", "this connection is not known");
    assert!(house.tables.is_empty(RECORDS) && house.tables.is_empty(crate::house::ROOMS));
}
