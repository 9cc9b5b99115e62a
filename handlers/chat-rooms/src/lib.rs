//! The chat behind its functions: who is connected, who is in which room, what was said, and who is told.
//! Not a function itself: each `chat-*` crate reads its environment and asks for one thing.
//!
//! Table `client-records`, key `ID` (S), TTL on `expires`: a row a connection, with `connectedAt`, after
//! `register` its `name`, and while in a room `room` and `opening`.
//!
//! Table `room-messages-users`, keys `room` (S) and `item` (S), TTL on `expires`. Nothing in it grows: what
//! there may be many of are items of their own.
//!
//! | `room` | `item` | what |
//! |---|---|---|
//! | `<room>` | `room` | the room: its `opening`, and how often somebody came in (`joins`) |
//! | `<room>` | `member#<connection>` | somebody in it: `ID`, `connectedAt` |
//! | `<room>` | `message#<opening>#<UUIDv7>` | what was said: `user`, `content`, `time`; dies after 30 days |
//! | ` rooms` | `<room>` | an entry of the directory |
//! | ` names` | `<name>` | a name that is taken, by connection `ID` |
//! | ` basic` | `<connection>` | somebody in basic mode: `ID`, `connectedAt` |
//!
//! Names of rooms are trimmed, so none begins with a blank as the last three partitions do. A room that is
//! deleted and created anew has another opening, so what was said before is not seen again, and dies by itself.
//!
//! All that a connection holds (its row, name and membership) expires with it. Who is where changes in
//! transactions, each on the condition that the connection's row is as it was read.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod caller;
mod chat;
mod enter;
mod farewell;
mod frame;
mod history;
mod key;
mod leave;
mod part;
mod record;
mod records;
mod refusal;
mod register;
mod reunion;
mod rooms;
mod say;
mod time;
mod transaction;
mod value;
mod voice;

pub use caller::Caller;
pub use chat::Chat;
pub use enter::{Door, Entered};
pub use frame::Frame;
pub use history::Line;
pub use records::Records;
pub use refusal::{Failed, Refusal};
pub use say::Said;
pub use value::Kind;
pub use voice::{Audience, Voice};
