//! The chat: names, rooms and what is said in them.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::machine::{Machine, eventually, fresh_folder};
use crate::socket::Socket;

const STACK: &str = "Chat";

/// Long enough to say that nothing comes.
const SILENCE: Duration = Duration::from_millis(300);

/// Somebody with the chat open.
struct Client(Socket);

impl Client {
    fn open(url: &str) -> Client {
        Client(Socket::open(url))
    }

    /// One who has a name.
    #[track_caller]
    fn called(name: &str, url: &str) -> Client {
        let mut client = Client::open(url);
        client.registers(name);
        client
    }

    /// Says what the page says; room and name are made up, and nobody is to believe them.
    fn does(&mut self, action: &str, value: &str) {
        self.0.say(&json!({ "action": action, "value": value, "room": "elsewhere", "name": "nobody" }));
    }

    /// Takes a name, and hears which rooms there are.
    #[track_caller]
    fn registers(&mut self, name: &str) -> Vec<String> {
        self.does("register", name);
        let signup = self.0.hear_until(|frame| frame["type"] == "signup");
        assert_eq!(signup["updateStatus"], "SUCCESS");
        serde_json::from_value(signup["rooms"].clone()).unwrap()
    }

    /// The same under a name that is not believed to be free before it was somebody's for ten seconds.
    #[track_caller]
    fn registers_in_the_end(&mut self, name: &str) -> Vec<String> {
        let rooms = eventually(|| {
            self.does("register", name);
            let is_answer = |frame: &Value| frame["type"] == "signup" || frame["type"] == "error";
            let answer = self.0.hear_until(is_answer);
            let rooms = serde_json::from_value(answer["rooms"].clone()).ok();
            if rooms.is_none() {
                assert_eq!(answer["message"], format!("the name `{name}` is taken; choose another one"));
                thread::sleep(SILENCE);
            }
            rooms
        });
        rooms.unwrap_or_else(|| panic!("{name} is taken for ever"))
    }

    /// Makes a room, and hears of it as everyone does.
    #[track_caller]
    fn creates(&mut self, room: &str) {
        self.does("new-room", room);
        self.hears(&single_room(room));
    }

    /// Comes into a room, and hears what was said there: user and text.
    #[track_caller]
    fn joins(&mut self, room: &str) -> Vec<(String, String)> {
        self.does("join-room", room);
        lines(&self.0.hear_until(|frame| frame["type"] == "multi-message"))
    }

    #[track_caller]
    fn hears(&mut self, frame: &Value) {
        assert_eq!(self.0.hear(), *frame);
    }

    /// Hears that what it did was wrong.
    #[track_caller]
    fn hears_an_error(&mut self, action: impl Into<Value>, message: &str) {
        self.hears(&json!({ "type": "error", "action": action.into(), "message": message }));
    }

    #[track_caller]
    fn hears_nothing(&mut self) {
        self.0.hear_nothing_for(SILENCE);
    }
}

fn single_room(room: &str) -> Value {
    json!({ "type": "single-room", "message": room })
}

fn delete_room(room: &str) -> Value {
    json!({ "type": "delete-room", "room": room })
}

fn said(user: &str, message: &str) -> Value {
    json!({ "type": "client-message", "user": user, "message": message })
}

#[track_caller]
fn lines(frame: &Value) -> Vec<(String, String)> {
    let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    let lines = frame["messages"].as_array().unwrap().iter();
    lines
        .map(|line| {
            let time = text(line, "time");
            assert!(
                time.len() >= 20 && time.contains('T') && time.ends_with('Z'),
                "{time} is not ISO-8601 UTC"
            );
            (text(line, "user"), text(line, "content"))
        })
        .collect()
}

fn line(user: &str, text: &str) -> (String, String) {
    (user.to_owned(), text.to_owned())
}

#[test]
fn people_meet_in_a_room_and_talk() {
    let machine = Machine::start("chat", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");

    let mut ada = Client::open(&url);
    assert_eq!(ada.registers(" Ada "), [""; 0]);
    let mut bob = Client::called("Bob", &url);
    let mut eve = Client::open(&url);

    // Everyone hears of a new room, with or without a name.
    ada.creates("tea & \"cake\" <b>");
    bob.hears(&single_room("tea & \"cake\" <b>"));
    eve.hears(&single_room("tea & \"cake\" <b>"));
    assert_eq!(eve.registers("Eve"), ["tea & \"cake\" <b>"]);

    // Who is in hears what is said there, in the name of who has said it; others hear nothing.
    assert_eq!(bob.joins("tea & \"cake\" <b>"), []);
    ada.does("dispatch", "  <script>alert('hello')</script> 🦀\n");
    for client in [&mut ada, &mut bob] {
        client.hears(&said("Ada", "<script>alert('hello')</script> 🦀"));
    }
    bob.does("dispatch", "hello, Ada");
    for client in [&mut ada, &mut bob] {
        client.hears(&said("Bob", "hello, Ada"));
    }
    eve.hears_nothing();

    // Who comes later reads it; who comes twice is there once.
    let history = [line("Ada", "<script>alert('hello')</script> 🦀"), line("Bob", "hello, Ada")];
    assert_eq!(eve.joins("tea & \"cake\" <b>"), history);
    assert_eq!(eve.joins("tea & \"cake\" <b>"), history);
    ada.does("dispatch", "once");
    for client in [&mut ada, &mut bob, &mut eve] {
        client.hears(&said("Ada", "once"));
        client.hears_nothing();
    }

    a_client_is_in_one_room(&mut ada, &mut bob, &mut eve);
    the_last_one_closes_the_room(&machine, ada, bob, eve);
}

fn a_client_is_in_one_room(ada: &mut Client, bob: &mut Client, eve: &mut Client) {
    eve.creates("garden");
    ada.hears(&single_room("garden"));
    bob.hears(&single_room("garden"));
    ada.does("dispatch", "is Eve gone?");
    ada.hears(&said("Ada", "is Eve gone?"));
    bob.hears(&said("Ada", "is Eve gone?"));
    eve.hears_nothing();

    // To create a room that exists is to join it, and its history is kept.
    ada.does("new-room", "garden");
    ada.hears(&json!({ "type": "multi-message", "messages": [] }));
    eve.does("dispatch", "welcome");
    ada.hears(&said("Eve", "welcome"));
    eve.hears(&said("Eve", "welcome"));
    bob.does("new-room", "garden");
    for client in [&mut *ada, &mut *eve] {
        client.hears(&delete_room("tea & \"cake\" <b>"));
    }
    let mut heard = [bob.0.hear(), bob.0.hear()];
    heard.sort_by_key(|frame| frame["type"].to_string());
    assert_eq!(heard[0], delete_room("tea & \"cake\" <b>"));
    assert_eq!(lines(&heard[1]), [line("Eve", "welcome")]);
}

fn the_last_one_closes_the_room(machine: &Machine, mut ada: Client, mut bob: Client, eve: Client) {
    ada.does("leave-room", "garden");
    eve.0.close();
    machine.wait_for_items("client-records", |rows| rows.len() == 2);
    for client in [&mut ada, &mut bob] {
        client.hears_nothing();
    }
    bob.does("leave-room", "");
    for client in [&mut ada, &mut bob] {
        client.hears(&delete_room("garden"));
    }

    // A room that is gone is gone with what was said in it.
    bob.creates("garden");
    ada.hears(&single_room("garden"));
    assert_eq!(ada.joins("garden"), []);
    ada.does("leave-room", "garden");
    bob.0.vanish();
    ada.hears(&delete_room("garden"));
    machine.wait_for_items("client-records", |rows| rows.len() == 1);
    ada.0.close();
    machine.wait_for_items("client-records", <[Value]>::is_empty);
    let left = machine.items("room-messages-users");
    assert!(left.iter().all(|item| item["item"]["S"].as_str().unwrap().starts_with("message#")), "{left:#?}");
}

#[test]
fn whoever_does_something_wrong_is_told_alone() {
    let machine = Machine::start("chat-errors", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut bystander = Client::called("Bystander", &url);
    let mut ada = Client::open(&url);

    strange_messages_are_answered(&mut ada);
    for action in ["new-room", "join-room", "dispatch", "leave-room"] {
        ada.does(action, "tea");
        ada.hears_an_error(action, "you have no name yet; send `register` first");
    }
    ada.registers("Ada");
    names_are_unique_among_those_connected(&machine, &url, &mut ada);
    rooms_that_are_not_there(&mut ada);
    bystander.hears_nothing();
    values_have_bounds(&url, &mut ada);
}

fn strange_messages_are_answered(ada: &mut Client) {
    let actions = "there are register, new-room, join-room, dispatch and leave-room";
    let check = |ada: &mut Client, text: &str, action: Value, message: &str| {
        ada.0.say_text(text);
        ada.hears_an_error(action, message);
    };
    check(ada, "hello", Value::Null, "the message is no JSON object");
    check(ada, "", Value::Null, "the message is no JSON object");
    check(ada, "[1]", Value::Null, "the message is no JSON object");
    check(ada, "{}", Value::Null, &format!("`action` is missing; {actions}"));
    check(ada, r#"{"action":"fly"}"#, json!("fly"), &format!("there is no action `fly`; {actions}"));
    let connect = format!("there is no action `$connect`; {actions}");
    check(ada, r#"{"action":"$connect"}"#, json!("$connect"), &connect);
    check(ada, r#"{"action":"register"}"#, json!("register"), "the name of the user is missing");
    let number = r#"{"action":"register","value":7}"#;
    check(ada, number, json!("register"), "the name of the user is not a string");
}

fn names_are_unique_among_those_connected(machine: &Machine, url: &str, ada: &mut Client) {
    let mut twin = Client::open(url);
    twin.does("register", "Ada");
    twin.hears_an_error("register", "the name `Ada` is taken; choose another one");
    ada.registers("Ada");
    ada.registers("Countess");
    twin.registers("Ada");
    twin.0.close();
    machine.wait_for_items("client-records", |rows| rows.len() == 2);
    ada.registers("Ada");
}

fn rooms_that_are_not_there(ada: &mut Client) {
    ada.does("join-room", "nowhere");
    ada.hears_an_error("join-room", "there is no room `nowhere`");
    for action in ["dispatch", "leave-room"] {
        ada.does(action, "nowhere");
        ada.hears_an_error(action, "you are in no room; join one first");
    }
}

/// Characters are counted, and not bytes.
fn values_have_bounds(url: &str, ada: &mut Client) {
    let mut check = |action: &str, what: &str, longest: usize| {
        ada.does(action, &"é".repeat(longest + 1));
        let message = format!("{what} has {} characters, at most {longest} are allowed", longest + 1);
        ada.hears_an_error(action, &message);
        ada.does(action, " \u{2003} ");
        ada.hears_an_error(action, &format!("{what} is blank"));
    };
    check("register", "the name of the user", 64);
    check("new-room", "the name of the room", 64);
    check("dispatch", "the text", 4_000);
    let mut longest = Client::called(&"🦀".repeat(64), url);
    longest.creates(&"🦀".repeat(64));
    let text = "🦀".repeat(4_000);
    longest.does("dispatch", &text);
    longest.hears(&said(&"🦀".repeat(64), &text));
}

#[test]
fn a_room_remembers_the_latest_hundred_as_far_as_they_fit() {
    let machine = Machine::start("chat-history", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");

    let texts: Vec<String> = (0..110).map(|number| format!("message {number}")).collect();
    let history = history(&url, "many", &texts);
    assert_eq!(history, texts[10..]);

    // Nine of 16 KB each are more than a message may be.
    let texts: Vec<String> = (0..9).map(|number| number.to_string() + &"🦀".repeat(3_999)).collect();
    let history = self::history(&url, "long", &texts);
    assert!((7..9).contains(&history.len()), "{} of {} are left", history.len(), texts.len());
    assert!(history == texts[9 - history.len()..], "they are not the latest");
}

/// What is read by somebody who comes when all this has been said.
fn history(url: &str, room: &str, texts: &[String]) -> Vec<String> {
    let name = format!("host of {room}");
    let mut host = Client::called(&name, url);
    host.does("new-room", room);
    host.0.hear_until(|frame| *frame == single_room(room));
    for text in texts {
        host.does("dispatch", text);
        let frame = host.0.hear_until(|frame| frame["type"] == "client-message");
        assert!(frame == said(&name, text), "{text:.80}");
    }
    let lines = Client::called(&format!("guest of {room}"), url).joins(room).into_iter();
    lines.map(|(user, text)| if user == name { text } else { panic!("{user} said {text:.80}") }).collect()
}

#[test]
fn in_basic_mode_people_talk_without_rooms() {
    let machine = Machine::start("chat-basic", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let (mut one, mut two) = (Client::called("no-rooms", &url), Client::called("No-Rooms", &url));
    let mut ada = Client::called("Ada", &url);
    ada.creates("tea");
    one.hears(&single_room("tea"));
    two.hears(&single_room("tea"));

    one.does("dispatch", "hello");
    one.hears(&said("no-rooms", "hello"));
    two.hears(&said("no-rooms", "hello"));
    ada.does("dispatch", "is anybody here?");
    ada.hears(&said("Ada", "is anybody here?"));
    for client in [&mut one, &mut two, &mut ada] {
        client.hears_nothing();
    }
    one.does("join-room", "tea");
    one.hears_an_error(
        "join-room",
        "there are no rooms in basic mode; register another name than `no-rooms` first",
    );
    ada.does("register", "NO-ROOMS");
    ada.hears_an_error("register", "you are in room `tea`; leave it before you register as `no-rooms`");
}

#[test]
fn names_of_those_whose_connections_broke_unseen_are_theirs_again_soon() {
    let folder = fresh_folder("chat-ghosts");
    let data = folder.join("data");
    let arguments = ["--data", data.to_str().unwrap()];
    let machine = Machine::start_in(folder, &[STACK], &arguments);
    let url = machine.output(STACK, "WebSocketUrl");
    let (mut ada, mut bob) = (Client::called("Ada", &url), Client::called("Bob", &url));
    ada.creates("tea");
    assert_eq!(bob.joins("tea"), []);
    ada.does("dispatch", "hello");
    bob.0.hear_until(|frame| *frame == said("Ada", "hello"));

    let machine = Machine::start_in(machine.kill(), &[STACK], &arguments);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut bystander = Client::called("Bystander", &url);
    let mut ada = Client::open(&url);
    assert_eq!(ada.registers_in_the_end("Ada"), ["tea"]);
    assert_eq!(ada.joins("tea"), [line("Ada", "hello")]);
    ada.does("leave-room", "");
    bystander.hears_nothing();

    // Whoever is there now has the name for good, and the other one was the last in the room.
    let mut twin = Client::open(&url);
    twin.does("register", "Ada");
    twin.hears_an_error("register", "the name `Ada` is taken; choose another one");
    assert_eq!(twin.registers_in_the_end("Bob"), [""; 0]);
    for client in [&mut ada, &mut bystander] {
        client.hears(&delete_room("tea"));
    }
    machine.wait_for_items("client-records", |rows| rows.len() == 3);
}

#[test]
fn those_who_leave_at_once_close_the_room_once() {
    const FRIENDS: usize = 10;
    let machine = Machine::start("chat-leaving", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut bystander = Client::open(&url);
    for round in 0..5 {
        let room = format!("room {round}");
        let mut friends: Vec<Client> =
            (0..FRIENDS).map(|number| Client::called(&format!("friend {number} of {round}"), &url)).collect();
        friends[0].creates(&room);
        friends[1..].iter_mut().for_each(|friend| assert_eq!(friend.joins(&room), []));
        bystander.hears(&single_room(&room));

        // All but one: nobody is lost who stays.
        let stays = friends.split_off(FRIENDS - 1);
        leave_at_once(friends, round);
        let mut stays = stays.into_iter().next().unwrap();
        stays.does("dispatch", "still here");
        stays.hears(&said(&format!("friend {} of {round}", FRIENDS - 1), "still here"));
        bystander.hears_nothing();

        // The last two.
        let mut other = Client::called("other", &url);
        other.joins(&room);
        leave_at_once(vec![stays, other], round);
        bystander.hears(&delete_room(&room));
        bystander.hears_nothing();
        machine.wait_for_items("client-records", |rows| rows.len() == 1);
    }
}

/// Leaves a room from many threads in the same moment: by a word, or by going.
fn leave_at_once(clients: Vec<Client>, round: usize) {
    let start = Barrier::new(clients.len());
    thread::scope(|scope| {
        for (number, mut client) in clients.into_iter().enumerate() {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                if (number + round).is_multiple_of(2) {
                    client.does("leave-room", "");
                    client.does("leave-room", "");
                    client.0.hear_until(|frame| frame["message"] == "you are in no room; join one first");
                }
                client.0.close();
            });
        }
    });
}

#[test]
fn a_thousand_hear_of_a_room_and_the_hundred_in_it_what_is_said() {
    let machine = Machine::start("chat-crowd", &[STACK]);
    let url = machine.output(STACK, "WebSocketUrl");
    let mut crowd: Vec<Client> = Socket::open_many(&url, 1_000).into_iter().map(Client).collect();
    let mut ada = Client::called("Ada", &url);
    ada.creates("hall");
    crowd.iter_mut().for_each(|client| client.hears(&single_room("hall")));

    let mut outside = crowd.split_off(100);
    for (number, client) in crowd.iter_mut().enumerate() {
        assert_eq!(client.registers(&format!("guest {number}")), ["hall"]);
        assert_eq!(client.joins("hall"), []);
    }
    ada.does("dispatch", "welcome, all of you");
    let welcome = said("Ada", "welcome, all of you");
    crowd.iter_mut().chain([&mut ada]).for_each(|client| client.hears(&welcome));
    outside[0].hears_nothing();

    ada.creates("garden");
    crowd.iter_mut().chain(&mut outside).for_each(|client| client.hears(&single_room("garden")));
}
