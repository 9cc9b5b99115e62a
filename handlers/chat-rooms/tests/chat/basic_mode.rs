//! Those named `no-rooms`.

use serde_json::json;

use crate::house::{House, ROOMS, check_error, client_message};

async fn basics(ids: &[&str]) -> House {
    let house = House::start().await;
    for (n, id) in ids.iter().enumerate() {
        house.connect(id).await;
        let name = ["no-rooms", "No-Rooms", "NO-ROOMS"][n % 3];
        assert_eq!(house.ask(id, "register", name).await["updateStatus"], "SUCCESS", "{id}");
    }
    house
}

#[tokio::test]
async fn many_may_have_that_name_in_any_case() {
    let house = basics(&["a=", "b=", "c=", "d="]).await;
    assert_eq!(house.begun_with(" basic", ""), ["a=", "b=", "c=", "d="]);
    assert!(house.begun_with(" names", "").is_empty());
    assert_eq!(house.item(" basic", "a=")["expires"], house.record("a=")["expires"]);
}

#[tokio::test]
async fn they_talk_to_each_other_and_to_nobody_else_and_nothing_is_kept() {
    let house = basics(&["a=", "b="]).await;
    house.register(&["ada=", "bo="]).await;
    house.enter("lobby", &["ada="]).await;
    house.hush(&["a=", "b=", "ada=", "bo="]);
    let before = house.tables.len(ROOMS);
    let said = client_message("no-rooms", "hello");
    assert_eq!(house.ask("a=", "dispatch", "hello").await, said);
    assert_eq!(house.news("b="), [said]);
    assert!(house.news("ada=").is_empty() && house.news("bo=").is_empty());
    assert_eq!(house.tables.len(ROOMS), before);

    house.send("ada=", "dispatch", "roses").await;
    assert!(house.news("a=").is_empty() && house.news("b=").is_empty());
}

#[tokio::test]
async fn there_are_no_rooms_for_them() {
    let house = basics(&["a="]).await;
    house.register(&["ada="]).await;
    house.enter("lobby", &["ada="]).await;
    for (action, value) in [("new-room", "x"), ("join-room", "lobby"), ("leave-room", "")] {
        check_error(&house.send("a=", action, value).await, action, "there are no rooms in basic mode");
    }
    house.check_room("lobby", &["ada="]).await;
}

#[tokio::test]
async fn nobody_takes_that_name_while_in_a_room() {
    let house = House::in_room("lobby", &["ada="]).await;
    check_error(&house.send("ada=", "register", "no-rooms").await, "register", "you are in room `lobby`");
    assert_eq!(house.record("ada=")["name"]["S"], "ada=");
    assert!(house.begun_with(" basic", "").is_empty());
}

#[tokio::test]
async fn one_may_come_and_go() {
    let house = House::of(&["ada="]).await;
    house.send("ada=", "register", "no-rooms").await;
    assert!(house.begun_with(" names", "").is_empty());
    house.send("ada=", "register", "NO-rooms").await;
    assert_eq!(house.begun_with(" basic", ""), ["ada="]);
    house.send("ada=", "register", "Ada").await;
    assert!(house.begun_with(" basic", "").is_empty());
    assert_eq!(house.begun_with(" names", ""), ["Ada"]);
    house.enter("lobby", &["ada="]).await;
}

#[tokio::test]
async fn a_disconnect_ends_it() {
    let house = basics(&["a=", "b="]).await;
    house.disconnect("a=").await;
    assert_eq!(house.begun_with(" basic", ""), ["b="]);
    assert!(house.record("a=").is_null());
}

#[tokio::test]
async fn who_is_gone_is_forgotten_with_a_row_and_without() {
    let house = basics(&["a=", "b="]).await;
    let ghost = json!({"room": {"S": " basic"}, "item": {"S": "ghost="}, "ID": {"S": "ghost="}});
    house.tables.put(ROOMS, ghost);
    for id in ["b=", "ghost="] {
        house.sockets.always(id, 410);
    }
    assert_eq!(house.ask("a=", "dispatch", "hello").await, client_message("no-rooms", "hello"));
    assert_eq!(house.begun_with(" basic", ""), ["a="]);
    assert!(house.record("b=").is_null());
}
