//! Tables that are busy, slow or broken.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use handler_kit::Aws;
use serde_json::{Value, json};

use crate::house::{
    House, ROOMS, check_error, client_message, delete_room, message, no_history, single_room,
};

const NOT_YOUR_FAULT: &str = "it is not your fault";

#[tokio::test]
async fn whoever_collides_with_others_succeeds_in_the_end() {
    for reason in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
        let house = House::start().await;
        house.connect("a=").await;
        house.tables.cancel(reason, 4);
        assert_eq!(house.ask("a=", "register", "Ada").await["type"], "signup", "{reason}");
        house.tables.cancel(reason, 4);
        assert_eq!(house.ask("a=", "new-room", "lobby").await, single_room("lobby"), "{reason}");
        house.tables.cancel(reason, 4);
        assert_eq!(house.ask("a=", "dispatch", "hi").await, client_message("Ada", "hi"), "{reason}");
        house.tables.cancel(reason, 4);
        assert_eq!(house.send("a=", "leave-room", "").await.len(), 1, "{reason}");
        house.tables.cancel(reason, 4);
        assert_eq!(house.disconnect("a=").await.status_code, 200, "{reason}");
        assert!(house.record("a=").is_null(), "{reason}");
    }
}

#[tokio::test]
async fn what_has_changed_meanwhile_is_read_anew() {
    let house = House::start().await;
    house.connect("a=").await;
    let changed = || house.tables.cancel("ConditionalCheckFailed", 3);
    changed();
    assert_eq!(house.ask("a=", "register", "Ada").await["type"], "signup");
    changed();
    assert_eq!(house.ask("a=", "new-room", "lobby").await, single_room("lobby"));
    changed();
    assert_eq!(house.ask("a=", "dispatch", "hi").await, client_message("Ada", "hi"));
    changed();
    assert_eq!(house.disconnect("a=").await.status_code, 200);
    assert!(house.record("a=").is_null());
}

#[tokio::test]
async fn what_changes_again_and_again_is_given_up() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.tables.cancel("ConditionalCheckFailed", 1_000);
    check_error(&house.send("ada=", "dispatch", "hi").await, "dispatch", NOT_YOUR_FAULT);
    assert_eq!(house.disconnect("ada=").await.status_code, 500);
    assert_eq!(house.members("lobby"), ["ada="]);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_no_second_message() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.tables.lose_answers("TransactItems", 1);
    assert_eq!(house.ask("ada=", "dispatch", "once").await, client_message("ada=", "once"));
    assert_eq!(house.begun_with("lobby", "message#").len(), 1);
    // The SDK tries four times by itself.
    house.tables.say_in_progress(5);
    assert_eq!(house.ask("ada=", "dispatch", "twice").await, client_message("ada=", "twice"));
    assert_eq!(house.begun_with("lobby", "message#").len(), 2);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_no_second_arrival() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    house.tables.lose_answers("TransactItems", 1);
    assert_eq!(house.ask("bo=", "join-room", "lobby").await, no_history());
    assert_eq!(house.item("lobby", "room")["joins"]["N"], "2");
}

#[tokio::test]
async fn a_reason_that_lasts_is_told_the_sender_alone_and_not_in_detail() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    house.register(&["cy="]).await;
    for (id, action, value) in [
        ("cy=", "register", "Cy"),
        ("cy=", "new-room", "x"),
        ("cy=", "join-room", "lobby"),
        ("bo=", "leave-room", ""),
    ] {
        house.tables.cancel("ValidationError", 1);
        check_error(&house.send(id, action, value).await, action, NOT_YOUR_FAULT);
    }
    house.tables.cancel("ValidationError", 1);
    check_error(&house.send("bo=", "dispatch", "hi").await, "dispatch", NOT_YOUR_FAULT);
    house.tables.cancel("ValidationError", 1);
    assert_eq!(house.disconnect("bo=").await.status_code, 500);
    house.check_room("lobby", &["ada=", "bo="]).await;
    assert!(house.news("ada=").is_empty());
    assert!(house.begun_with("lobby", "message#").is_empty());
}

#[tokio::test]
async fn what_fails_here_counts_as_a_failure_and_what_a_client_does_wrong_does_not() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    house.enter("garden", &["bo="]).await;
    let status = async |action: &str, value: &str| {
        let body = json!({ "value": value }).to_string();
        house.handle(&message("ada=", action, &body)).await.status_code
    };
    for (action, value, wrong) in [
        ("register", "Countess", "bo="),
        ("new-room", "cellar", " "),
        ("join-room", "garden", "cellar"),
        ("dispatch", "hi", ""),
    ] {
        house.tables.cancel("ValidationError", 1);
        assert_eq!((status(action, value).await, status(action, wrong).await), (500, 200), "{action}");
    }
    house.tables.cancel("ValidationError", 1);
    assert_eq!(status("leave-room", "").await, 500);
    assert_eq!([status("leave-room", "").await, status("leave-room", "").await], [200, 200]);
}

#[tokio::test]
async fn a_table_that_cannot_be_read_is_told_too() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.tables.throttle(ROOMS, 4);
    check_error(&house.send("ada=", "join-room", "lobby").await, "join-room", NOT_YOUR_FAULT);
}

#[tokio::test]
async fn who_is_not_shown_the_history_has_left_the_room_before_all_the_same() {
    for action in ["new-room", "join-room"] {
        let house = House::in_room("lobby", &["ada="]).await;
        house.register(&["bo="]).await;
        house.enter("garden", &["bo="]).await;
        // As often as the SDK tries.
        house.tables.throttle("message#", 4);
        let frames = house.send("ada=", action, "garden").await;
        check_error(&frames[1..], action, NOT_YOUR_FAULT);
        assert_eq!(frames[0], delete_room("lobby"), "{action}");
        house.check_no_room("lobby").await;
        house.check_room("garden", &["ada=", "bo="]).await;
    }
}

#[tokio::test]
async fn collisions_without_end_end_at_the_deadline() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await.hurried(Duration::from_millis(400));
    house.tables.cancel("TransactionConflict", 10_000);
    let start = Instant::now();
    check_error(&house.send("ada=", "register", "Countess").await, "register", NOT_YOUR_FAULT);
    assert_eq!(house.disconnect("bo=").await.status_code, 500);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(house.members("lobby"), ["ada=", "bo="]);
}

#[tokio::test]
async fn tables_that_do_not_answer_are_waited_for_until_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let aws = Aws::local(format!("http://{}", silent.local_addr().unwrap()));
    let house = House::start().await.over(aws).hurried(Duration::from_millis(200));
    let start = Instant::now();
    assert_eq!(house.connect("a=").await.status_code, 500);
    assert_eq!(house.disconnect("a=").await.status_code, 500);
    for action in ["register", "join-room"] {
        check_error(&house.send("a=", action, "x").await, action, NOT_YOUR_FAULT);
    }
    for action in ["new-room", "dispatch", "leave-room"] {
        assert_eq!(house.send("a=", action, "x").await, [Value::Null; 0], "{action}");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_room_is_closed_though_sends_take_all_the_time_there_is() {
    for (action, room) in [("new-room", "attic"), ("join-room", "garden")] {
        let house = House::in_room("lobby", &["ada="]).await;
        house.register(&["bo="]).await;
        house.enter("garden", &["bo="]).await;
        house.connect("hanging=").await;
        house.sockets.fall_silent("hanging=");
        let house = house.hurried(Duration::from_millis(700));
        house.send("ada=", action, room).await;
        assert_eq!(house.seat("ada="), room);
        assert!(house.sockets.attempts("hanging=") > 0, "{action}: nothing hung");
        assert_eq!(house.item("lobby", "room"), Value::Null, "{action}");
    }
}
