//! The chat with its eight functions, as clients see it: they send messages and get frames.
//! Stands in for API Gateway: it picks the function, and passes on what a two-way route answers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use chat_connect::Connect;
use chat_create_room::CreateRoom;
use chat_default::NoRoute;
use chat_disconnect::Disconnect;
use chat_join_room::JoinRoom;
use chat_leave_room::LeaveRoom;
use chat_register_user::RegisterUser;
use chat_rooms::{Chat, Records, Voice};
use chat_send_message::SendMessage;
use handler_kit::{Aws, Broadcast, Deadline, Handler as _, Pace, Reply, Sender};
use handler_testing::{Sockets, Tables};
use serde_json::{Value, json};

pub(crate) const RECORDS: &str = "client-records";
pub(crate) const ROOMS: &str = "room-messages-users";

/// When connections were opened, unless a test says otherwise: long ago.
pub(crate) const OLD: u64 = 1_707_503_008_941;

pub(crate) struct House {
    pub(crate) tables: Tables,
    pub(crate) sockets: Sockets,
    aws: Aws,
    heard: RefCell<HashMap<String, usize>>,
    deadline: Duration,
}

impl House {
    pub(crate) async fn start() -> House {
        let (tables, sockets) = (Tables::start().await, Sockets::start().await);
        tables.create(RECORDS, "ID");
        tables.create_sorted(ROOMS, ("room", "S"), ("item", "S"));
        let aws = Aws::local(tables.url());
        let deadline = Duration::from_secs(60);
        House { tables, sockets, aws, heard: RefCell::default(), deadline }
    }

    /// The same with less time for each request.
    pub(crate) fn hurried(self, deadline: Duration) -> House {
        House { deadline, ..self }
    }

    /// The same with tables elsewhere.
    pub(crate) fn over(self, aws: Aws) -> House {
        House { aws, ..self }
    }

    /// A house with these connected and registered under their own ids.
    pub(crate) async fn of(ids: &[&str]) -> House {
        let house = House::start().await;
        house.register(ids).await;
        house
    }

    pub(crate) async fn register(&self, ids: &[&str]) {
        for id in ids {
            self.connect(id).await;
            assert_eq!(self.send(id, "register", id).await[0]["type"], "signup", "{id}");
        }
    }

    /// A house with these in one room, and nothing heard yet.
    pub(crate) async fn in_room(room: &str, ids: &[&str]) -> House {
        let house = House::of(ids).await;
        house.enter(room, ids).await;
        house
    }

    pub(crate) async fn enter(&self, room: &str, ids: &[&str]) {
        for id in ids {
            self.send(id, "new-room", room).await;
            assert_eq!(self.seat(id), room, "{id}");
        }
        self.hush(ids);
    }

    /// What these have heard so far is no news.
    pub(crate) fn hush(&self, ids: &[&str]) {
        ids.iter().for_each(|id| drop(self.news(id)));
    }

    fn chat(&self) -> Chat {
        Chat::new(&self.aws, RECORDS, ROOMS)
    }

    pub(crate) fn voice(&self) -> Voice {
        let pace = Pace { pause: Duration::from_millis(1), ..Pace::default() };
        Voice::new(self.chat(), Broadcast::new(Sender::new(&self.aws, &self.sockets.url())).paced(pace))
    }

    pub(crate) async fn connect(&self, id: &str) -> Reply {
        self.connect_at(id, OLD).await
    }

    pub(crate) async fn connect_at(&self, id: &str, millis: u64) -> Reply {
        let context = json!({"routeKey": "$connect", "eventType": "CONNECT", "connectionId": id, "connectedAt": millis});
        self.handle(&json!({ "requestContext": context })).await
    }

    pub(crate) async fn disconnect(&self, id: &str) -> Reply {
        let context = json!({"routeKey": "$disconnect", "eventType": "DISCONNECT", "connectionId": id});
        self.handle(&json!({ "requestContext": context })).await
    }

    /// Sends a message, and returns all frames that its sender gets while it is handled.
    pub(crate) async fn send(&self, id: &str, action: &str, value: &str) -> Vec<Value> {
        self.send_body(id, action, &json!({"action": action, "value": value, "room": "", "name": ""})).await
    }

    pub(crate) async fn send_body(&self, id: &str, action: &str, body: &Value) -> Vec<Value> {
        self.send_event(&message(id, action, &body.to_string())).await
    }

    /// The same with an event of the test's own.
    pub(crate) async fn send_event(&self, event: &Value) -> Vec<Value> {
        let context = &event["requestContext"];
        let (id, action) = (context["connectionId"].as_str().unwrap(), context["routeKey"].as_str().unwrap());
        self.hush(&[id]);
        let reply = self.handle(event).await;
        assert!(reply.status_code == 200 || reply.status_code == 500, "{reply:?}");
        let mut frames = self.news(id);
        if ["register", "join-room", "$default"].contains(&action) {
            frames.push(serde_json::from_str(&reply.body).unwrap());
        }
        frames
    }

    /// The one frame that is the answer to a message.
    pub(crate) async fn ask(&self, id: &str, action: &str, value: &str) -> Value {
        let mut frames = self.send(id, action, value).await;
        assert_eq!(frames.len(), 1, "{frames:?}");
        frames.remove(0)
    }

    /// Hands an event to the function of its route.
    pub(crate) async fn handle(&self, event: &Value) -> Reply {
        let route = event["requestContext"]["routeKey"].as_str().unwrap().to_owned();
        let event = serde_json::from_value(event.clone()).unwrap();
        let deadline = Deadline::after(self.deadline);
        // Boxed, as the runtime does it: all eight in one future are more than a test's stack holds.
        let reply = match route.as_str() {
            "$connect" => {
                Box::pin(Connect::new(Records::new(&self.aws, RECORDS)).handle(event, deadline)).await
            }
            "register" => Box::pin(RegisterUser::new(self.voice()).handle(event, deadline)).await,
            "new-room" => Box::pin(CreateRoom::new(self.voice()).handle(event, deadline)).await,
            "join-room" => Box::pin(JoinRoom::new(self.voice()).handle(event, deadline)).await,
            "dispatch" => Box::pin(SendMessage::new(self.voice()).handle(event, deadline)).await,
            "leave-room" => Box::pin(LeaveRoom::new(self.voice()).handle(event, deadline)).await,
            "$disconnect" => Box::pin(Disconnect::new(self.voice()).handle(event, deadline)).await,
            _ => Box::pin(NoRoute.handle(event, deadline)).await,
        };
        reply.unwrap()
    }

    /// What was posted to a connection since it was last asked.
    pub(crate) fn news(&self, id: &str) -> Vec<Value> {
        let all = self.sockets.received(id);
        let before = self.heard.borrow_mut().insert(id.to_owned(), all.len()).unwrap_or_default();
        all[before..].iter().map(|frame| serde_json::from_str(frame).unwrap()).collect()
    }

    pub(crate) fn record(&self, id: &str) -> Value {
        self.tables.item(RECORDS, json!({"ID": {"S": id}}))
    }

    /// The room that a connection is in by its row; empty if in none.
    pub(crate) fn seat(&self, id: &str) -> String {
        self.record(id)["room"]["S"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn item(&self, room: &str, item: &str) -> Value {
        self.tables.item(ROOMS, json!({"room": {"S": room}, "item": {"S": item}}))
    }

    /// Who is in a room by its items.
    pub(crate) fn members(&self, room: &str) -> Vec<String> {
        self.begun_with(room, "member#")
    }

    /// The ends of the items of a partition that begin so.
    pub(crate) fn begun_with(&self, room: &str, prefix: &str) -> Vec<String> {
        let items = self.tables.items(ROOMS).into_iter().filter(|item| item["room"]["S"] == room);
        let mut ends: Vec<_> = items
            .filter_map(|item| Some(item["item"]["S"].as_str()?.strip_prefix(prefix)?.to_owned()))
            .collect();
        ends.sort();
        ends
    }

    /// The rooms that a newcomer is told of.
    pub(crate) async fn listed(&self) -> Vec<String> {
        self.connect("onlooker=").await;
        let signup = self.ask("onlooker=", "register", "onlooker").await;
        self.disconnect("onlooker=").await;
        serde_json::from_value(signup["rooms"].clone()).unwrap()
    }

    /// Fails unless a room is there, in the directory too, with these and nobody else in it.
    pub(crate) async fn check_room(&self, room: &str, members: &[&str]) {
        assert_eq!(self.members(room), members);
        members.iter().for_each(|id| assert_eq!(self.seat(id), room, "{id}"));
        assert!(!self.item(room, "room").is_null(), "{room} is gone");
        assert!(self.listed().await.contains(&room.to_owned()), "{room} is not listed");
    }

    /// Fails if anything is left of a room but what was said there.
    pub(crate) async fn check_no_room(&self, room: &str) {
        assert_eq!(self.members(room), [""; 0]);
        assert_eq!(self.item(room, "room"), Value::Null);
        assert!(!self.listed().await.contains(&room.to_owned()), "{room} is listed");
    }
}

pub(crate) fn message(id: &str, action: &str, body: &str) -> Value {
    let context = json!({"routeKey": action, "eventType": "MESSAGE", "connectionId": id, "connectedAt": OLD});
    json!({"requestContext": context, "body": body, "isBase64Encoded": false})
}

/// Fails unless a frame is an error that the sender's action met, and says that.
#[track_caller]
pub(crate) fn check_error(frames: &[Value], action: &str, text: &str) {
    let [frame] = frames else { panic!("{frames:?}") };
    assert_eq!((&frame["type"], &frame["action"]), (&json!("error"), &json!(action)), "{frame}");
    assert!(frame["message"].as_str().unwrap().contains(text), "{frame}");
}

pub(crate) fn single_room(room: &str) -> Value {
    json!({"type": "single-room", "message": room})
}

pub(crate) fn delete_room(room: &str) -> Value {
    json!({"type": "delete-room", "room": room})
}

pub(crate) fn client_message(user: &str, text: &str) -> Value {
    json!({"type": "client-message", "user": user, "message": text})
}

pub(crate) fn no_history() -> Value {
    json!({"type": "multi-message", "messages": []})
}

/// What was said in a history, without the times.
pub(crate) fn contents(frame: &Value) -> Vec<String> {
    assert_eq!(frame["type"], "multi-message", "{frame}");
    let messages = frame["messages"].as_array().unwrap().iter();
    messages.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}
