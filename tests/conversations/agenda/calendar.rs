//! [`Calendar`]: a client of AppSync's realtime endpoint, as a page with a calendar is one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::socket::Socket;

/// All there is of an event.
pub(crate) const FIELDS: &str = "user_id id name dt_start dt_end location";

/// A connection with subscriptions; each has an id of its own.
pub(crate) struct Calendar {
    pub(crate) socket: Socket,
    /// What proves who subscribes.
    authorization: Value,
}

impl Calendar {
    /// Connects with an API key.
    #[track_caller]
    pub(crate) fn open(url: &str, key: &str) -> Calendar {
        let mut calendar = Calendar::try_to_open(url, key);
        let acknowledged = calendar.socket.hear();
        assert_eq!(acknowledged["type"], "connection_ack", "{acknowledged}");
        assert_eq!(acknowledged["payload"]["connectionTimeoutMs"], 300_000);
        calendar
    }

    /// Asks for a connection; what is said to that is for the caller to hear.
    pub(crate) fn try_to_open(url: &str, key: &str) -> Calendar {
        // Which host it is for is the client's affair.
        let authority = url.split('/').nth(2).unwrap_or_default();
        let authorization = json!({ "host": authority, "x-api-key": key });
        let header = STANDARD.encode(authorization.to_string()).replace('+', "%2B");
        let address = format!("{url}?header={header}&payload=e30=");
        let mut socket = Socket::open_with(&address, "graphql-ws");
        socket.say(&json!({ "type": "connection_init" }));
        Calendar { socket, authorization }
    }

    /// Subscribes to a field of `Subscription`, such as `onCreateEventsTable(user_id: 7)`.
    #[track_caller]
    pub(crate) fn subscribe(&mut self, id: &str, field: &str) {
        let answer = self.try_to_subscribe(id, field);
        assert_eq!(answer, json!({ "type": "start_ack", "id": id }), "{field}");
    }

    /// What the API says to a subscription.
    pub(crate) fn try_to_subscribe(&mut self, id: &str, field: &str) -> Value {
        let query = format!("subscription {{ {field} {{ {FIELDS} }} }}");
        let data = json!({ "query": query, "variables": {} }).to_string();
        let payload = json!({ "data": data, "extensions": { "authorization": self.authorization } });
        self.socket.say(&json!({ "type": "start", "id": id, "payload": payload }));
        self.socket.hear()
    }

    /// Takes a subscription back.
    #[track_caller]
    pub(crate) fn stop(&mut self, id: &str) {
        self.socket.say(&json!({ "type": "stop", "id": id }));
        assert_eq!(self.socket.hear(), json!({ "type": "complete", "id": id }));
    }

    /// The next event, and the id of the subscription that it comes by.
    #[track_caller]
    pub(crate) fn hear(&mut self) -> (String, Value) {
        let mut message = self.socket.hear();
        assert_eq!(message["type"], "data", "{message}");
        let id = message["id"].as_str().unwrap().to_owned();
        let data = message["payload"]["data"].as_object_mut().unwrap();
        assert_eq!(data.len(), 1, "{data:?}");
        (id, data.values_mut().next().unwrap().take())
    }
}
