//! Answers messages that no route takes: route `$default`, two-way. The answer is an error frame.
//! Makes no call and reads no variable; the connection stays open.

use chat_rooms::{Frame, Refusal};
use handler_kit::{Deadline, Handler, Reply, SocketEvent, env};
use serde_json::{Map, Value};

const ACTIONS: &str = "register, new-room, join-room, dispatch and leave-room";

/// The longest action that is repeated to the client, in characters.
const LONGEST: usize = 64;

/// The handler of the route.
#[derive(Clone, Copy, Debug)]
pub struct NoRoute;

impl Handler for NoRoute {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        Ok(NoRoute)
    }

    async fn handle(&self, event: SocketEvent, _: Deadline) -> Result<Reply, Self::Error> {
        Ok(Reply::text(200, answer(&event).to_string()))
    }
}

fn answer(event: &SocketEvent) -> Frame {
    match action(event) {
        Ok(Some(action)) => {
            let message = format!("there is no action `{action}`; there are {ACTIONS}");
            Frame::Error { action: Some(action), message }
        }
        Ok(None) => {
            Frame::Error { action: None, message: format!("`action` is missing; there are {ACTIONS}") }
        }
        Err(refusal) => Frame::Error { action: None, message: refusal.to_string() },
    }
}

/// What the client asked for, if it can be told.
fn action(event: &SocketEvent) -> Result<Option<String>, Refusal> {
    let fields: Map<String, Value> =
        serde_json::from_str(&event.text()?).map_err(|_| Refusal::NotAnObject)?;
    let action = fields.get("action").and_then(Value::as_str);
    Ok(action.filter(|action| action.chars().count() <= LONGEST).map(str::to_owned))
}
