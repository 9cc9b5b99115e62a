//! Chat: rooms that people make, join, talk in and leave.

use stackwright::prelude::*;

use crate::shared::{page, prefix};

/// A WebSocket API with a function a route: one table knows who is connected, the other one the rooms.
pub(crate) fn declare(stack: &mut Scope<'_>) {
    stack.describe("Chat: rooms that people make, join, talk in and leave");
    let prefix = stack.add("TablePrefix", prefix);

    let records = stack.add(
        "Records",
        Table::new(string("ID")).named(prefix.name("client-records")).expiring_at("expires").transient(),
    );
    let rooms = stack.add(
        "Rooms",
        Table::new(string("room"))
            .sorted_by(string("item"))
            .named(prefix.name("room-messages-users"))
            .expiring_at("expires"),
    );
    let api = stack.add("Api", WebSocketApi::new("prod"));
    let chat = Chat { records, rooms, api };

    stack.add("Connect", chat.connect());
    stack.add("RegisterUser", chat.register_user());
    stack.add("CreateRoom", chat.create_room());
    stack.add("JoinRoom", chat.join_room());
    stack.add("SendMessage", chat.send_message());
    stack.add("LeaveRoom", chat.leave_room());
    stack.add("Disconnect", chat.disconnect());
    stack.add(
        "Default",
        Function::new("chat-default")
            .description("Answers messages that no route takes")
            .timeout(5)
            .on(api.route("$default").two_way()),
    );

    let site = stack.add("Site", page("chat").config("webSocketUrl", api.url()).connecting_to(api.origin()));
    stack.add("PageUrl", Output::new(site.url()).description("The page"));
    stack.add("WebSocketUrl", Output::new(api.url()).description("Where pages connect"));
}

/// What the functions work on.
struct Chat {
    records: TableHandle,
    rooms: TableHandle,
    api: WebSocketApiHandle,
}

impl Chat {
    fn connect(&self) -> Function {
        Function::new("chat-connect")
            .description("Remembers a connection on $connect")
            .env("TABLE_CR", self.records.name())
            .allow(self.records.put())
            .timeout(10)
            .on(self.api.route("$connect"))
    }

    fn register_user(&self) -> Function {
        self.changing("chat-register-user")
            .description("Gives a connection its name, if nobody who is there has it")
            .allow(self.records.update())
            .allow(self.rooms.put())
            .allow(self.api.inspect())
            .on(self.api.route("register").two_way())
    }

    fn create_room(&self) -> Function {
        self.changing("chat-create-room")
            .description("Makes a room and goes into it, and tells everyone")
            .allow(self.records.update())
            .allow(self.rooms.put())
            .allow(self.rooms.update())
            .on(self.api.route("new-room"))
    }

    fn join_room(&self) -> Function {
        self.changing("chat-join-room")
            .description("Brings somebody into a room, and out of the one before")
            .allow(self.records.update())
            .allow(self.rooms.put())
            .allow(self.rooms.update())
            .on(self.api.route("join-room").two_way())
    }

    fn send_message(&self) -> Function {
        self.changing("chat-send-message")
            .description("Keeps a message, and sends it to those in the room")
            .allow(self.records.check())
            .allow(self.rooms.put())
            .on(self.api.route("dispatch"))
    }

    fn leave_room(&self) -> Function {
        self.changing("chat-leave-room")
            .description("Takes somebody out of their room; the last one closes it")
            .allow(self.records.update())
            .on(self.api.route("leave-room"))
    }

    fn disconnect(&self) -> Function {
        self.changing("chat-disconnect")
            .description("Forgets a connection, its name and its place")
            .on(self.api.route("$disconnect"))
    }

    /// What all need that tell others: whom they tell they find in the tables, whoever is gone they forget,
    /// and a room that is empty for that they close.
    fn changing(&self, handler: &str) -> Function {
        Function::new(handler)
            .env("TABLE_CR", self.records.name())
            .env("TABLE_RMU", self.rooms.name())
            .env("CALLBACK_URL", self.api.callback_url())
            .allow(self.records.grant(["dynamodb:GetItem", "dynamodb:Scan", "dynamodb:DeleteItem"]))
            .allow(self.rooms.grant(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:DeleteItem"]))
            .allow(self.api.send())
            .timeout(28)
    }
}
