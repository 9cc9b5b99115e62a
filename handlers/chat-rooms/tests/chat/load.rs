//! Many members, many messages, many rooms.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use serde_json::json;

use crate::house::{House, OLD, RECORDS, ROOMS, client_message, contents, single_room};

/// Puts so many more members into a room, as if they had joined.
fn crowd(house: &House, room: &str, size: usize) -> Vec<String> {
    let ids: Vec<_> = (0..size).map(|n| format!("m{n:04}=")).collect();
    let opening = house.record("ada=")["opening"]["S"].clone();
    for id in &ids {
        let connected_at = json!({"N": OLD.to_string()});
        house.tables.put(
            RECORDS,
            json!({"ID": {"S": id}, "connectedAt": connected_at, "name": {"S": id},
            "room": {"S": room}, "opening": {"S": opening}}),
        );
        house.tables.put(
            ROOMS,
            json!({"room": {"S": room}, "item": {"S": format!("member#{id}")},
            "ID": {"S": id}, "connectedAt": connected_at, "padding": {"S": "x".repeat(1_500)}}),
        );
    }
    ids
}

#[tokio::test]
async fn a_thousand_members_hear_it_within_seconds_though_some_are_gone() {
    let house = House::in_room("lobby", &["ada="]).await;
    let ids = crowd(&house, "lobby", 1_000);
    for id in ids.iter().step_by(100) {
        house.sockets.always(id, 410);
    }
    let start = Instant::now();
    house.send("ada=", "dispatch", "hello").await;
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let heard = ids.iter().filter(|id| house.news(id) == [client_message("ada=", "hello")]).count();
    assert_eq!(heard, 990);
    assert_eq!(house.members("lobby").len(), 991);
    assert_eq!(house.tables.len(RECORDS), 991);
}

#[tokio::test]
async fn a_thousand_connections_hear_of_a_new_room() {
    let house = House::in_room("lobby", &["ada="]).await;
    let ids = crowd(&house, "lobby", 1_000);
    house.send("ada=", "new-room", "garden").await;
    assert!(ids.iter().all(|id| house.news(id) == [single_room("garden")]));
}

#[tokio::test]
async fn a_room_of_more_than_an_item_could_hold_goes_on() {
    let house = House::in_room("lobby", &["ada="]).await;
    crowd(&house, "lobby", 500);
    house.register(&["bo="]).await;
    house.send("bo=", "join-room", "lobby").await;
    house.send("ada=", "leave-room", "").await;
    let members = house.members("lobby");
    assert!(
        members.len() == 501 && members.contains(&"bo=".to_owned()) && !members.contains(&"ada=".to_owned())
    );
}

#[tokio::test]
async fn of_501_long_messages_a_newcomer_gets_the_latest_that_fit_in_order() {
    let house = House::in_room("lobby", &["ada="]).await;
    let opening = house.record("ada=")["opening"]["S"].as_str().unwrap().to_owned();
    let text = |n: usize| format!("{n:03} {}", "€".repeat(3_996));
    for n in 0..501 {
        house.tables.put(
            ROOMS,
            json!({"room": {"S": "lobby"}, "item": {"S": format!("message#{opening}#{n:03}")},
            "user": {"S": "ada="}, "content": {"S": text(n)}, "time": {"S": "2024-02-09T18:23:28.941Z"}}),
        );
    }
    let history = house.ask("ada=", "join-room", "lobby").await;
    let (size, contents) = (history.to_string().len(), contents(&history));
    let expected: Vec<_> = (501 - contents.len()..501).map(text).collect();
    assert!(contents == expected, "{} messages", contents.len());
    assert!(size <= 131_072 && size + 12_100 > 131_072, "{size} bytes");
}

#[tokio::test]
async fn of_many_short_messages_a_newcomer_gets_the_latest_hundred_in_order() {
    let house = House::in_room("lobby", &["ada="]).await;
    for n in 0..130 {
        house.send("ada=", "dispatch", &n.to_string()).await;
    }
    let history = house.ask("ada=", "join-room", "lobby").await;
    assert_eq!(contents(&history), (30..130).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_directory_of_several_pages_is_read_to_its_end() {
    let house = House::start().await;
    for n in 0..900 {
        house.tables.put(
            ROOMS,
            json!({"room": {"S": " rooms"}, "item": {"S": format!("r{n:03}")},
            "padding": {"S": "x".repeat(1_500)}}),
        );
    }
    assert_eq!(house.listed().await.len(), 900);
}

#[tokio::test]
async fn of_a_directory_no_more_is_read_than_fits_into_a_frame() {
    let house = House::start().await;
    for n in 0..4_500 {
        let item = json!({"room": {"S": " rooms"}, "item": {"S": format!("{n:064}")}});
        house.tables.put(ROOMS, item);
    }
    house.tables.fall_silent("ExclusiveStartKey", 1);
    let start = Instant::now();
    assert_eq!(house.listed().await.len(), 1_955);
    assert!(start.elapsed() < Duration::from_secs(4), "a second page was asked for");
}

#[tokio::test]
async fn fifty_who_join_and_leave_all_at_once_end_where_they_wanted() {
    let house = House::in_room("lobby", &["ada="]).await;
    let ids: Vec<_> = (0..50).map(|n| format!("c{n:02}=")).collect();
    house.register(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let come_and_go = async |(n, id): (usize, &String)| {
        house.send(id, "join-room", "lobby").await;
        if n % 2 == 0 {
            house.send(id, "leave-room", "").await;
        }
    };
    iter(ids.iter().enumerate()).map(come_and_go).buffer_unordered(50).collect::<Vec<_>>().await;
    let stayed: Vec<_> = ids.iter().skip(1).step_by(2).map(String::as_str).collect();
    house.check_room("lobby", &[vec!["ada="], stayed].concat()).await;
    assert_eq!(house.item("lobby", "room")["joins"]["N"], "51");
}
