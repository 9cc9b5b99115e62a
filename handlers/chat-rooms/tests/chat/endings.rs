//! `$disconnect`, and connections that broadcasts find gone.

use std::time::Duration;

use chat_rooms::{Audience, Frame};
use futures_util::future::join_all;
use handler_kit::Deadline;
use serde_json::{Value, json};

use crate::house::{House, RECORDS, ROOMS, client_message, delete_room, no_history, seconds, single_room};

fn millis() -> u64 {
    seconds() * 1_000
}

#[tokio::test]
async fn a_disconnect_takes_row_name_and_membership() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    assert_eq!(house.disconnect("bo=").await.status_code, 200);
    assert!(house.record("bo=").is_null());
    house.check_room("lobby", &["ada="]).await;
    assert_eq!(house.begun_with(" names", ""), ["ada="]);
    assert!(house.news("ada=").is_empty());
}

#[tokio::test]
async fn the_last_one_who_disconnects_closes_the_room_for_all_to_know() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    house.disconnect("ada=").await;
    assert_eq!(house.news("bo="), [delete_room("lobby")]);
    house.check_no_room("lobby").await;
}

#[tokio::test]
async fn a_disconnect_again_or_of_nobody_is_fine() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    for id in ["bo=", "bo=", "nobody="] {
        assert_eq!(house.disconnect(id).await.status_code, 200, "{id}");
    }
    house.check_room("lobby", &["ada="]).await;
}

#[tokio::test]
async fn all_who_disconnect_at_once_leave_nothing_and_close_the_room_once() {
    let ids: Vec<_> = (0..10).map(|n| format!("c{n}=")).collect();
    let house = House::in_room("lobby", &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    house.connect("onlooker=").await;
    join_all(ids.iter().map(|id| house.disconnect(id))).await;
    assert_eq!(house.news("onlooker="), [delete_room("lobby")]);
    assert_eq!(house.tables.len(RECORDS), 1);
    assert!(house.tables.is_empty(ROOMS), "{:?}", house.tables.items(ROOMS));
}

#[tokio::test]
async fn who_joins_another_room_while_the_connection_ends_is_in_neither() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["cy="]).await;
    house.enter("garden", &["cy="]).await;
    // Only the end of a connection deletes its row: it was decided on the first room, and has to wait here.
    house.tables.throttle(r#""Delete":{"Key":{"ID""#, 8);
    let join = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.send("bo=", "join-room", "garden").await
    };
    let (_, history) = futures_util::join!(house.disconnect("bo="), join);
    assert_eq!(history, [no_history()], "it came in between");
    assert!(house.record("bo=").is_null());
    house.check_room("lobby", &["ada="]).await;
    house.check_room("garden", &["cy="]).await;
}

#[tokio::test]
async fn who_is_found_gone_is_forgotten_as_if_disconnected() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.sockets.always("bo=", 410);
    house.send("ada=", "dispatch", "hello").await;
    assert!(house.record("bo=").is_null());
    assert_eq!(house.begun_with(" names", ""), ["ada="]);
    house.check_room("lobby", &["ada="]).await;
}

#[tokio::test]
async fn rooms_of_those_found_gone_are_closed_for_all_to_know() {
    let house = House::of(&["ada=", "bo=", "cy=", "di="]).await;
    for (id, room) in [("bo=", "one"), ("cy=", "two"), ("di=", "three")] {
        house.send(id, "new-room", room).await;
    }
    house.news("ada=");
    for id in ["bo=", "cy=", "di="] {
        house.sockets.always(id, 410);
    }
    let mut frames = house.send("ada=", "new-room", "lobby").await;
    assert_eq!(frames.remove(0), single_room("lobby"));
    frames.sort_by_key(ToString::to_string);
    assert_eq!(frames, ["one", "three", "two"].map(delete_room));
    assert_eq!(house.listed().await, ["lobby"]);
    assert_eq!(house.tables.len(RECORDS), 1);
}

#[tokio::test]
async fn who_is_found_gone_when_told_of_a_closed_room_closes_the_next_one() {
    let house = House::of(&["ada=", "bo=", "cy="]).await;
    house.send("ada=", "new-room", "one").await;
    house.send("bo=", "new-room", "two").await;
    house.sockets.always("bo=", 410);
    house.news("cy=");
    house.send("ada=", "leave-room", "").await;
    assert_eq!(house.news("cy="), [delete_room("one"), delete_room("two")]);
}

#[tokio::test]
async fn a_room_in_which_only_leftovers_are_found_is_closed() {
    let house = House::in_room("lobby", &["ghost="]).await;
    house.connect("onlooker=").await;
    house.tables.delete(RECORDS, json!({"ID": {"S": "ghost="}}));
    house.sockets.always("ghost=", 410);
    // As when the author of a message leaves while it is on its way.
    let (audience, frame) = (Audience::Room("lobby".to_owned()), Frame::error("dispatch", "hello"));
    house.voice().tell(&audience, &frame, Deadline::after(Duration::from_secs(10))).await;
    assert_eq!(house.news("onlooker="), [delete_room("lobby")]);
    house.check_no_room("lobby").await;
}

/// What somebody hears last of a room, whose news come late, when these two things happen at once.
async fn last_heard(house: &House, one: impl Future, other: impl Future) -> Value {
    house.sockets.answer("slow=", [500; 5]);
    futures_util::join!(one, other);
    house.news("slow=").pop().unwrap()
}

#[tokio::test]
async fn whoever_hears_late_of_a_closed_room_knows_in_the_end_that_it_was_made_anew() {
    for round in 0..20 {
        let house = House::in_room("lobby", &["ada="]).await;
        house.register(&["bo="]).await;
        house.connect("slow=").await;
        let make = async {
            while !house.item("lobby", "room").is_null() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            house.send("bo=", "new-room", "lobby").await;
        };
        let heard = last_heard(&house, house.send("ada=", "leave-room", ""), make).await;
        assert_eq!(heard, single_room("lobby"), "round {round}");
    }
}

#[tokio::test]
async fn whoever_hears_late_of_a_new_room_knows_in_the_end_that_it_was_closed() {
    for round in 0..20 {
        let house = House::of(&["ada="]).await;
        house.connect("slow=").await;
        let leave = async {
            while house.seat("ada=").is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            house.send("ada=", "leave-room", "").await;
        };
        let heard = last_heard(&house, house.send("ada=", "new-room", "lobby"), leave).await;
        assert_eq!(heard, delete_room("lobby"), "round {round}");
    }
}

#[tokio::test]
async fn a_connection_that_is_still_opening_is_told_in_the_end_and_kept() {
    let house = House::of(&["ada="]).await;
    house.connect_at("new=", millis()).await;
    house.sockets.answer("new=", [410, 410]);
    house.send("ada=", "new-room", "lobby").await;
    assert_eq!(house.news("new="), [single_room("lobby")]);
    assert!(!house.record("new=").is_null());
}

#[tokio::test]
async fn a_young_member_keeps_its_place_when_it_is_not_there_yet() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.connect_at("new=", millis()).await;
    house.send("new=", "register", "new=").await;
    house.send("new=", "join-room", "lobby").await;
    house.sockets.always("new=", 410);
    house.send("ada=", "dispatch", "hello").await;
    house.check_room("lobby", &["ada=", "new="]).await;
}

#[tokio::test]
async fn whoever_fails_otherwise_keeps_everything() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    for status in [403, 500] {
        house.sockets.always("bo=", status);
        assert_eq!(house.ask("ada=", "dispatch", "hello").await, client_message("ada=", "hello"));
        house.check_room("lobby", &["ada=", "bo="]).await;
    }
}

#[tokio::test]
async fn a_connection_past_its_time_is_told_nothing() {
    let house = House::of(&["ada=", "ghost="]).await;
    let mut row = house.record("ghost=");
    row["expires"] = json!({"N": (seconds() - 1).to_string()});
    house.tables.put(RECORDS, row);
    house.send("ada=", "new-room", "lobby").await;
    assert_eq!(house.sockets.attempts("ghost="), 0);
}

#[tokio::test]
async fn an_expired_row_that_dynamodb_deletes_changes_nothing_else() {
    let house = House::in_room("lobby", &["ada=", "ghost="]).await;
    house.tables.delete(RECORDS, json!({"ID": {"S": "ghost="}}));
    assert_eq!(house.ask("ada=", "dispatch", "hello").await, client_message("ada=", "hello"));
    assert_eq!(house.members("lobby"), ["ada=", "ghost="]);
    assert_eq!(house.disconnect("ghost=").await.status_code, 200);
}
