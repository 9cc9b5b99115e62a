//! What the programs of the chat find: its tables, and Ada in them.
//! Tests no program: conversations over all of them are in `chat-rooms`.

use serde_json::json;

use crate::Surroundings;

/// Ada's connection, from which the recorded events of the chat come.
const ADA: &str = "S0Y4dcZ3IAMCEeA=";

impl Surroundings {
    /// The chat, where Ada is connected and has a name.
    pub async fn of_chat() -> Surroundings {
        let chat = Surroundings::start().await;
        let chat = chat.with_table("TABLE_CR", "client-records", "ID");
        let chat = chat.with_sorted("TABLE_RMU", "room-messages-users", "room", "item");
        chat.tables.put("client-records", json!({"ID": {"S": ADA}, "name": {"S": "Ada"}}));
        chat
    }

    /// The chat with a lobby, where nobody is.
    pub async fn of_chat_with_lobby() -> Surroundings {
        let chat = Surroundings::of_chat().await;
        let (room, item) = (json!({"S": "lobby"}), json!({"S": "room"}));
        let lobby = json!({"room": room, "item": item, "opening": {"S": "1"}, "joins": {"N": "1"}});
        chat.tables.put("room-messages-users", lobby);
        chat
    }

    /// The chat with Ada alone in the lobby.
    pub async fn of_chat_in_lobby() -> Surroundings {
        let chat = Surroundings::of_chat_with_lobby().await;
        let (id, room) = (json!({"S": ADA}), json!({"S": "lobby"}));
        let row = json!({"ID": id, "name": {"S": "Ada"}, "room": room, "opening": {"S": "1"}});
        chat.tables.put("client-records", row);
        let member = json!({"room": room, "item": {"S": format!("member#{ADA}")}, "ID": id});
        chat.tables.put("room-messages-users", member);
        chat
    }
}
