//! `new-room`, `join-room` and `leave-room`.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::house::{
    House, RECORDS, ROOMS, check_error, client_message, contents, delete_room, no_history, seconds,
    single_room,
};

#[tokio::test]
async fn a_new_room_is_told_to_everyone_and_its_maker_is_in_it() {
    let house = House::of(&["ada=", "bo="]).await;
    house.connect("unnamed=").await;
    assert_eq!(house.ask("ada=", "new-room", " lobby ").await, single_room("lobby"));
    for id in ["bo=", "unnamed="] {
        assert_eq!(house.news(id), [single_room("lobby")]);
    }
    house.check_room("lobby", &["ada="]).await;
}

#[tokio::test]
async fn joining_answers_with_an_empty_history_at_first() {
    let house = House::of(&["ada=", "bo="]).await;
    house.send("ada=", "new-room", "lobby").await;
    house.news("bo=");
    assert_eq!(house.ask("bo=", "join-room", "lobby").await, no_history());
    house.check_room("lobby", &["ada=", "bo="]).await;
    assert_eq!(house.item("lobby", "room")["joins"]["N"], "2");
}

#[tokio::test]
async fn members_and_rooms_die_by_themselves() {
    let house = House::in_room("lobby", &["ada="]).await;
    let (member, row) = (house.item("lobby", "member#ada="), house.record("ada="));
    assert_eq!((&member["expires"], &member["connectedAt"]), (&row["expires"], &row["connectedAt"]));
    for item in [house.item("lobby", "room"), house.item(" rooms", "lobby")] {
        let expires: u64 = item["expires"]["N"].as_str().unwrap().parse().unwrap();
        assert!((seconds() + 7_790..=seconds() + 7_800).contains(&expires), "{item}");
    }
}

#[tokio::test]
async fn creating_a_room_that_exists_joins_it_and_keeps_its_history() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.send("ada=", "dispatch", "hello").await;
    house.register(&["bo="]).await;
    let history = house.ask("bo=", "new-room", "lobby").await;
    assert_eq!(contents(&history), ["hello"]);
    house.check_room("lobby", &["ada=", "bo="]).await;
    assert!(house.news("ada=").is_empty(), "no second `single-room`");
}

#[tokio::test]
async fn a_room_that_many_create_at_once_is_made_once_and_all_are_in_it() {
    let ids: Vec<_> = (0..10).map(|n| format!("c{n}=")).collect();
    let house = House::of(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    join_all(ids.iter().map(|id| house.send(id, "new-room", "lobby"))).await;
    house.connect("last=").await;
    house.check_room("lobby", &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for id in &ids {
        let told = house.sockets.received(id);
        let made = told.iter().filter(|frame| frame.contains("single-room")).count();
        assert_eq!(made, 1, "{told:?}");
    }
}

#[tokio::test]
async fn joining_twice_is_once() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.send("ada=", "dispatch", "hello").await;
    let before = house.item("lobby", "room");
    for action in ["join-room", "new-room"] {
        assert_eq!(contents(&house.ask("bo=", action, "lobby").await), ["hello"], "{action}");
    }
    assert_eq!(house.item("lobby", "room"), before);
    house.check_room("lobby", &["ada=", "bo="]).await;
    house.send("bo=", "dispatch", "once").await;
    assert_eq!(house.news("ada="), [client_message("bo=", "once")]);
}

#[tokio::test]
async fn joining_at_once_from_one_connection_is_once() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    let answers = join_all((0..5).map(|_| house.send("bo=", "join-room", "lobby"))).await;
    assert!(answers.iter().all(|frames| frames == &[no_history()]), "{answers:?}");
    assert_eq!(house.item("lobby", "room")["joins"]["N"], "2");
    house.check_room("lobby", &["ada=", "bo="]).await;
}

#[tokio::test]
async fn joining_another_room_leaves_the_first() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["cy="]).await;
    house.enter("garden", &["cy="]).await;
    assert_eq!(house.ask("bo=", "join-room", "garden").await, no_history());
    house.check_room("lobby", &["ada="]).await;
    house.check_room("garden", &["bo=", "cy="]).await;
    house.news("ada=");
    house.send("bo=", "dispatch", "roses").await;
    assert!(house.news("ada=").is_empty());
}

#[tokio::test]
async fn the_last_one_who_joins_another_room_closes_the_first() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    house.enter("garden", &["bo="]).await;
    house.news("ada=");
    let frames = house.send("ada=", "join-room", "garden").await;
    assert_eq!(frames, [delete_room("lobby"), no_history()]);
    assert_eq!(house.news("bo="), [delete_room("lobby")]);
    house.check_no_room("lobby").await;
}

#[tokio::test]
async fn the_last_one_who_makes_another_room_closes_the_first() {
    let house = House::in_room("lobby", &["ada="]).await;
    let frames = house.send("ada=", "new-room", "garden").await;
    assert_eq!(frames, [single_room("garden"), delete_room("lobby")]);
    house.check_no_room("lobby").await;
    house.check_room("garden", &["ada="]).await;
}

#[tokio::test]
async fn a_room_that_is_not_there_cannot_be_joined() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    check_error(&house.send("ada=", "join-room", "cellar").await, "join-room", "there is no room `cellar`");
    house.check_room("lobby", &["ada=", "bo="]).await;
    assert!(house.news("bo=").is_empty());
}

#[tokio::test]
async fn leaving_tells_nobody_while_others_stay() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    assert!(house.send("bo=", "leave-room", "").await.is_empty());
    assert!(house.news("ada=").is_empty());
    house.check_room("lobby", &["ada="]).await;
    assert_eq!(house.seat("bo="), "");
}

#[tokio::test]
async fn the_last_one_who_leaves_closes_the_room_for_all_to_know() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.connect("unnamed=").await;
    assert_eq!(house.ask("ada=", "leave-room", "").await, delete_room("lobby"));
    assert_eq!(house.news("unnamed="), [delete_room("lobby")]);
    house.check_no_room("lobby").await;
}

#[tokio::test]
async fn who_is_in_no_room_cannot_leave_one() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    for value in ["", "lobby", "cellar"] {
        check_error(&house.send("bo=", "leave-room", value).await, "leave-room", "you are in no room");
    }
    house.check_room("lobby", &["ada="]).await;
    assert!(house.news("ada=").is_empty());
}

#[tokio::test]
async fn the_room_that_is_left_is_the_stored_one() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["cy="]).await;
    house.enter("garden", &["cy="]).await;
    let body = json!({"action": "leave-room", "value": "garden", "room": "garden", "name": "cy="});
    house.send_body("bo=", "leave-room", &body).await;
    house.check_room("lobby", &["ada="]).await;
    house.check_room("garden", &["cy="]).await;
}

#[tokio::test]
async fn who_joins_another_room_while_leaving_the_first_is_in_the_end_where_its_row_says() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["cy="]).await;
    house.enter("garden", &["cy="]).await;
    // It was decided on the first room, and has to wait here until that is no longer so.
    house.tables.throttle("REMOVE room", 8);
    let join = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.send("bo=", "join-room", "garden").await
    };
    let (_, history) = futures_util::join!(house.send("bo=", "leave-room", ""), join);
    assert_eq!((house.seat("bo="), history), (String::new(), vec![no_history()]));
    house.check_room("lobby", &["ada="]).await;
    house.check_room("garden", &["cy="]).await;
}

#[tokio::test]
async fn ten_who_leave_at_once_all_leave_and_delete_the_room_once() {
    let ids: Vec<_> = (0..10).map(|n| format!("c{n}=")).collect();
    let house = House::in_room("lobby", &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    house.connect("onlooker=").await;
    join_all(ids.iter().map(|id| house.send(id, "leave-room", ""))).await;
    assert_eq!(house.news("onlooker="), [delete_room("lobby")]);
    house.check_no_room("lobby").await;
    assert!(ids.iter().all(|id| house.seat(id).is_empty()));
}

#[tokio::test]
async fn some_who_leave_at_once_lose_nobody_who_stays() {
    let ids: Vec<_> = (0..20).map(|n| format!("c{n:02}=")).collect();
    let house = House::in_room("lobby", &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    join_all(ids[10..].iter().map(|id| house.send(id, "leave-room", ""))).await;
    house.check_room("lobby", &ids[..10].iter().map(String::as_str).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn the_last_two_who_leave_at_once_delete_the_room_once() {
    for round in 0..20 {
        let house = House::in_room("lobby", &["ada=", "bo="]).await;
        house.connect("onlooker=").await;
        join_all(["ada=", "bo="].map(|id| house.send(id, "leave-room", ""))).await;
        assert_eq!(house.news("onlooker="), [delete_room("lobby")], "round {round}");
        house.check_no_room("lobby").await;
    }
}

#[tokio::test]
async fn a_room_that_somebody_joins_while_the_last_one_leaves_has_somebody_in_it_or_is_gone() {
    for round in 0..20 {
        let house = House::in_room("lobby", &["ada="]).await;
        house.register(&["bo="]).await;
        let (_, answer) = futures_util::join!(
            house.send("ada=", "leave-room", ""),
            house.send("bo=", "join-room", "lobby")
        );
        let is_in = answer.last().unwrap()["type"] == "multi-message";
        if is_in {
            house.check_room("lobby", &["bo="]).await;
        } else {
            check_error(&answer[answer.len() - 1..], "join-room", "there is no room `lobby`");
            house.check_no_room("lobby").await;
        }
        let closed =
            house.sockets.received("bo=").iter().filter(|frame| frame.contains("delete-room")).count();
        assert_eq!(closed, usize::from(!is_in), "round {round}");
    }
}

#[tokio::test]
async fn a_room_that_somebody_joins_between_the_last_look_and_its_end_stays() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    // Only the end of a room asks for `:joins`: it has to wait here until somebody is in.
    house.tables.throttle("\":joins\"", 8);
    let join = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.send("bo=", "join-room", "lobby").await
    };
    let (told, history) = futures_util::join!(house.send("ada=", "leave-room", ""), join);
    assert_eq!((told.len(), history), (0, vec![no_history()]));
    house.check_room("lobby", &["bo="]).await;
}

#[tokio::test]
async fn a_room_made_anew_knows_nothing_of_the_one_before() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.send("ada=", "dispatch", "old").await;
    house.send("ada=", "leave-room", "").await;
    assert_eq!(house.ask("ada=", "new-room", "lobby").await, single_room("lobby"));
    assert_eq!(house.ask("ada=", "join-room", "lobby").await, no_history());
    assert_eq!(house.begun_with("lobby", "message#").len(), 1, "it dies by itself");
}

#[tokio::test]
async fn members_past_their_time_do_not_keep_a_room_open() {
    let house = House::in_room("lobby", &["ada=", "ghost="]).await;
    let mut ghost = house.item("lobby", "member#ghost=");
    ghost["expires"] = json!({"N": (seconds() - 1).to_string()});
    house.tables.put(ROOMS, ghost);
    assert_eq!(house.ask("ada=", "leave-room", "").await, delete_room("lobby"));
    assert!(house.item("lobby", "room").is_null());
}

#[tokio::test]
async fn a_room_past_its_time_is_as_good_as_gone() {
    let house = House::in_room("lobby", &["ghost="]).await;
    house.send("ghost=", "dispatch", "old").await;
    house.tables.delete(RECORDS, json!({"ID": {"S": "ghost="}}));
    for (room, item) in [("lobby", "room"), (" rooms", "lobby"), ("lobby", "member#ghost=")] {
        let mut past = house.item(room, item);
        past["expires"] = json!({"N": (seconds() - 1).to_string()});
        house.tables.put(ROOMS, past);
    }
    assert!(house.listed().await.is_empty());
    house.register(&["ada="]).await;
    check_error(&house.send("ada=", "join-room", "lobby").await, "join-room", "there is no room");
    assert_eq!(house.ask("ada=", "new-room", "lobby").await, single_room("lobby"));
    assert_eq!(house.ask("ada=", "join-room", "lobby").await, no_history());
}

#[tokio::test]
async fn any_legal_name_is_a_room() {
    let house = House::of(&["ada="]).await;
    let names = [
        "\"quoted\" 'n' <b>&amp;</b>",
        "two  words",
        "🦀 \u{200d}é",
        "room",
        "member#x",
        "rooms",
        "names",
        "#/?=+",
    ];
    for name in names {
        let frames = house.send("ada=", "new-room", name).await;
        assert_eq!(frames[0], single_room(name));
        assert_eq!(house.ask("ada=", "join-room", name).await, no_history());
        house.check_room(name, &["ada="]).await;
        let frames = house.send("ada=", "dispatch", name).await;
        assert_eq!(frames, [client_message("ada=", name)]);
    }
    assert_eq!(house.ask("ada=", "leave-room", "").await, delete_room("#/?=+"));
    assert!(house.listed().await.is_empty());
}

#[tokio::test]
async fn rooms_are_for_those_who_have_a_name() {
    let house = House::start().await;
    house.connect("a=").await;
    for (action, value) in
        [("new-room", "lobby"), ("join-room", "lobby"), ("leave-room", ""), ("dispatch", "hi")]
    {
        check_error(&house.send("a=", action, value).await, action, "you have no name yet");
    }
    assert!(house.tables.is_empty(ROOMS));
}
