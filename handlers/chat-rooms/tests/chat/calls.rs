//! The AWS calls of each function are those that its documentation says.

use crate::house::{House, RECORDS, ROOMS};

/// Drives one function down every path that calls AWS, in a house where nothing else was called.
async fn check(source: &str, furnished: House, paths: impl AsyncFnOnce(&House)) {
    let house = House::start().await;
    for table in [RECORDS, ROOMS] {
        furnished.tables.items(table).into_iter().for_each(|item| house.tables.put(table, item));
    }
    paths(&house).await;
    let url = house.sockets.url();
    let told = [("TABLE_CR", RECORDS), ("TABLE_RMU", ROOMS), ("CALLBACK_URL", &*url)];
    house.tables.calls().and(&house.sockets.calls()).check(source, &told);
}

#[tokio::test]
async fn of_connect() {
    check(include_str!("../../../chat-connect/src/lib.rs"), House::start().await, async |house| {
        house.connect("a=").await;
    })
    .await;
}

#[tokio::test]
async fn of_register_user() {
    let furnished = House::of(&["ada=", "bo="]).await;
    furnished.register(&["gone="]).await;
    furnished.enter("garden", &["gone="]).await;
    check(include_str!("../../../chat-register-user/src/lib.rs"), furnished, async |house| {
        house.sockets.always("gone=", 410);
        house.send("ada=", "register", "gone=").await;
        for name in ["bo=", "Ada", "no-rooms", "ada="] {
            house.send("ada=", "register", name).await;
        }
    })
    .await;
}

#[tokio::test]
async fn of_create_room() {
    let furnished = House::in_room("lobby", &["ada="]).await;
    furnished.register(&["bo=", "gone="]).await;
    furnished.enter("garden", &["gone="]).await;
    check(include_str!("../../../chat-create-room/src/lib.rs"), furnished, async |house| {
        house.sockets.always("gone=", 410);
        house.send("bo=", "new-room", "lobby").await;
        house.send("bo=", "new-room", "cellar").await;
    })
    .await;
}

#[tokio::test]
async fn of_join_room() {
    let furnished = House::in_room("lobby", &["ada="]).await;
    furnished.register(&["bo=", "gone="]).await;
    furnished.enter("garden", &["bo="]).await;
    check(include_str!("../../../chat-join-room/src/lib.rs"), furnished, async |house| {
        house.sockets.always("gone=", 410);
        house.send("ada=", "join-room", "garden").await;
    })
    .await;
}

#[tokio::test]
async fn of_send_message() {
    let furnished = House::in_room("lobby", &["ada=", "gone="]).await;
    furnished.connect("bo=").await;
    furnished.send("bo=", "register", "no-rooms").await;
    check(include_str!("../../../chat-send-message/src/lib.rs"), furnished, async |house| {
        house.sockets.always("gone=", 410);
        house.send("ada=", "dispatch", "hello").await;
        house.send("bo=", "dispatch", "hello").await;
        // The author is gone too: nobody is left, the room is closed, and that is told to everyone.
        house.sockets.always("ada=", 410);
        house.send("ada=", "dispatch", "hello").await;
    })
    .await;
}

#[tokio::test]
async fn of_leave_room() {
    let furnished = House::in_room("lobby", &["ada="]).await;
    furnished.register(&["gone="]).await;
    check(include_str!("../../../chat-leave-room/src/lib.rs"), furnished, async |house| {
        house.sockets.always("gone=", 410);
        house.send("ada=", "leave-room", "").await;
    })
    .await;
}

#[tokio::test]
async fn of_disconnect() {
    let furnished = House::in_room("lobby", &["ada="]).await;
    furnished.register(&["bo="]).await;
    check(include_str!("../../../chat-disconnect/src/lib.rs"), furnished, async |house| {
        house.disconnect("ada=").await;
    })
    .await;
}
