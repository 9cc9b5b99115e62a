//! `dispatch`, and what a history shows of it.

use serde_json::{Value, json};

use crate::house::{House, OLD, ROOMS, check_error, client_message, contents, message, seconds};

#[tokio::test]
async fn everyone_in_the_room_hears_it_the_author_too_and_nobody_else() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["cy=", "di="]).await;
    house.enter("garden", &["cy="]).await;
    house.hush(&["ada=", "bo=", "di="]);
    let said = client_message("ada=", "hello <b>");
    assert_eq!(house.ask("ada=", "dispatch", " hello <b> ").await, said);
    assert_eq!(house.news("bo="), [said]);
    assert!(house.news("cy=").is_empty() && house.news("di=").is_empty());
}

#[tokio::test]
async fn what_was_said_is_kept_for_thirty_days_with_its_author_and_time() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.send("ada=", "dispatch", "hello").await;
    let opening = house.item("lobby", "room")["opening"]["S"].as_str().unwrap().to_owned();
    let prefix = format!("message#{opening}#");
    let ids = house.begun_with("lobby", &prefix);
    let item = house.item("lobby", &format!("{prefix}{}", ids[0]));
    let expires: u64 = item["expires"]["N"].as_str().unwrap().parse().unwrap();
    let month = 30 * 24 * 3600;
    assert!((seconds() + month - 10..=seconds() + month).contains(&expires), "{item}");

    let history = house.ask("ada=", "join-room", "lobby").await;
    let [said] = history["messages"].as_array().unwrap().as_slice() else { panic!("{history}") };
    assert_eq!((&said["user"], &said["content"]), (&json!("ada="), &json!("hello")));
    let time = said["time"].as_str().unwrap();
    assert!(
        time.len() >= 20 && time.starts_with("20") && &time[10..11] == "T" && time.ends_with('Z'),
        "{time}"
    );
}

#[tokio::test]
async fn a_client_is_not_believed_who_it_is_or_where() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["eve="]).await;
    house.enter("garden", &["eve="]).await;
    house.hush(&["ada=", "bo="]);
    let body = json!({"action": "dispatch", "value": "hi", "room": "lobby", "name": "ada="});
    assert_eq!(house.send_body("eve=", "dispatch", &body).await, [client_message("eve=", "hi")]);
    assert!(house.news("ada=").is_empty() && house.news("bo=").is_empty());
}

#[tokio::test]
async fn a_stranger_says_nothing() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["eve="]).await;
    let body = json!({"action": "dispatch", "value": "hi", "room": "lobby", "name": "ada="});
    check_error(&house.send_body("eve=", "dispatch", &body).await, "dispatch", "you are in no room");
    check_error(
        &house.send_body("nobody=", "dispatch", &body).await,
        "dispatch",
        "this connection is not known",
    );
    assert!(house.news("ada=").is_empty());
    assert!(house.begun_with("lobby", "message#").is_empty());
}

#[tokio::test]
async fn who_has_left_says_nothing_more() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.send("bo=", "leave-room", "").await;
    check_error(&house.send("bo=", "dispatch", "hi").await, "dispatch", "you are in no room");
    assert!(house.news("ada=").is_empty());
    assert!(house.begun_with("lobby", "message#").is_empty());
}

#[tokio::test]
async fn a_message_delivered_again_is_said_once() {
    let house = House::in_room("lobby", &["ada="]).await;
    let said = |id: &str, text: &str| {
        let mut event = message("ada=", "dispatch", &json!({ "value": text }).to_string());
        event["requestContext"]["messageId"] = json!(id);
        event
    };
    for (event, heard) in [
        (said("S0Y9xHLUIAMF6rA=", "one"), 1),
        (said("S0Y9xHLUIAMF6rA=", "one"), 0),
        (said("S0Y9yHLUIAMF6rA=", "one"), 1),
        (said("S0Y9yHLUIAMF6rA=", "two"), 1),
        (said("€ a very long id, and not one that API Gateway would give", "x"), 1),
    ] {
        assert_eq!(house.send_event(&event).await.len(), heard, "{event}");
    }
    let history = house.ask("ada=", "join-room", "lobby").await;
    assert_eq!(contents(&history), ["one", "one", "two", "x"]);
}

#[tokio::test]
async fn the_same_text_twice_is_two_messages() {
    let house = House::in_room("lobby", &["ada="]).await;
    for _ in 0..2 {
        assert_eq!(house.send("ada=", "dispatch", "knock").await.len(), 1);
    }
    assert_eq!(contents(&house.ask("ada=", "join-room", "lobby").await), ["knock", "knock"]);
}

#[tokio::test]
async fn in_a_room_of_five_one_is_gone_and_one_fails_and_three_hear_it() {
    let ids = ["a=", "b=", "c=", "d=", "e="];
    let house = House::in_room("lobby", &ids).await;
    house.sockets.always("b=", 410);
    house.sockets.always("d=", 500);
    assert_eq!(house.ask("a=", "dispatch", "hello").await, client_message("a=", "hello"));
    for id in ["c=", "e="] {
        assert_eq!(house.news(id), [client_message("a=", "hello")], "{id}");
    }
    assert!(house.record("b=").is_null(), "who is gone is forgotten");
    house.check_room("lobby", &["a=", "c=", "d=", "e="]).await;
    assert!(house.sockets.attempts("d=") > 1, "faults are tried again");
}

#[tokio::test]
async fn a_member_past_its_time_is_told_nothing() {
    let house = House::in_room("lobby", &["ada=", "ghost="]).await;
    let mut ghost = house.item("lobby", "member#ghost=");
    ghost["expires"] = json!({"N": (seconds() - 1).to_string()});
    house.tables.put(ROOMS, ghost);
    house.send("ada=", "dispatch", "hello").await;
    assert_eq!(house.news("ghost="), [Value::Null; 0]);
}

#[tokio::test]
async fn what_stands_for_a_connection_without_a_row_goes_when_it_is_found_gone() {
    let house = House::in_room("lobby", &["ada="]).await;
    let ghost = json!({"room": {"S": "lobby"}, "item": {"S": "member#ghost="}, "ID": {"S": "ghost="},
        "connectedAt": {"N": OLD.to_string()}});
    house.tables.put(ROOMS, ghost);
    house.sockets.always("ghost=", 410);
    house.send("ada=", "dispatch", "hello").await;
    house.check_room("lobby", &["ada="]).await;
}
