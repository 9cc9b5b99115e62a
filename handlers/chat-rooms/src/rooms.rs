//! The table `room-messages-users`, read: rooms, their members, what was said, names that are taken.
//! Changes nothing.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use futures_util::{Stream, TryStreamExt as _};
use handler_kit::{Aws, Connection, rows};

use crate::frame::{Frame, LARGEST};
use crate::history::Line;
use crate::key::{BASIC, DIRECTORY, Item, Key, MEMBER, messages, number, string, text};
use crate::refusal::Failed;
use crate::time;

/// How much of a history a newcomer sees.
const LATEST: i32 = 100;

/// How much of the directory is read at once: names as long as they may be fill a frame then.
const PAGE: i32 = 2_000;

/// Of those whose item is past its time, DynamoDB's own deletion is days behind.
const ALIVE: &str = "NOT (expires <= :now)";

/// The rooms in a table.
#[derive(Clone, Debug)]
pub(crate) struct Rooms {
    client: Client,
    pub(crate) table: String,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) name: String,
    /// Which of the rooms that had that name, one after the other.
    pub(crate) opening: String,
    /// How often somebody came in.
    pub(crate) joins: u64,
}

impl Rooms {
    /// The rooms in that table.
    pub(crate) fn new(aws: &Aws, table: impl Into<String>) -> Rooms {
        Rooms { client: Client::new(aws.config()), table: table.into() }
    }

    /// The room of that name, unless all who were ever in it must be gone by now.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<Room>, Failed> {
        let item = self.read(Key::room(name)).await?.filter(is_alive);
        Ok(item.map(|item| Room {
            name: name.to_owned(),
            opening: text(&item, "opening").unwrap_or_default().to_owned(),
            joins: integer(&item, "joins").unwrap_or_default(),
        }))
    }

    /// The connection that has a name, dead or alive.
    pub(crate) async fn holder(&self, name: &str) -> Result<Option<Holder>, Failed> {
        let item = self.read(Key::name(name)).await?;
        Ok(item
            .and_then(|item| Some(Holder { id: text(&item, "ID")?.to_owned(), is_alive: is_alive(&item) })))
    }

    /// Whether anybody is in a room.
    pub(crate) async fn is_inhabited(&self, room: &str) -> Result<bool, Failed> {
        // More than one, so that a few who are past their time do not cost a page each.
        let mut members = self.partition(room, MEMBER).limit(10).into_paginator().items().send();
        Ok(members.try_next().await.map_err(Box::new)?.is_some())
    }

    /// The rooms of the directory, from the first one on, until there are more than fit into a frame.
    pub(crate) async fn names(&self) -> Result<Vec<String>, Failed> {
        let mut entries = self.partition(DIRECTORY, "").limit(PAGE).into_paginator().items().send();
        let (mut names, mut size) = (Vec::new(), 0);
        while size < LARGEST
            && let Some(entry) = entries.try_next().await.map_err(Box::new)?
        {
            let Some(name) = text(&entry, "item") else { continue };
            // With its quotes and a comma.
            size += name.len() + 3;
            names.push(name.to_owned());
        }
        Ok(names)
    }

    /// What was said last in one opening of a room.
    pub(crate) async fn history(&self, room: &str, opening: &str) -> Result<Frame, Failed> {
        let newest_first = self.partition(room, &messages(opening)).scan_index_forward(false);
        let mut items = newest_first.limit(LATEST).into_paginator().items().send();
        let (mut lines, mut size) = (Vec::new(), 0);
        while lines.len() < LATEST as usize
            && size < LARGEST
            && let Some(item) = items.try_next().await.map_err(Box::new)?
        {
            let line = Line::from_item(&item);
            size += line.content.len();
            lines.push(line);
        }
        Ok(Frame::history(lines))
    }

    /// Those in a room.
    pub(crate) fn members(&self, room: &str) -> impl Stream<Item = Result<Connection, Failed>> {
        self.connections(room, MEMBER)
    }

    /// Those in basic mode.
    pub(crate) fn basics(&self) -> impl Stream<Item = Result<Connection, Failed>> {
        self.connections(BASIC, "")
    }

    fn connections(&self, room: &str, prefix: &str) -> impl Stream<Item = Result<Connection, Failed>> {
        let query = self.partition(room, prefix).projection_expression("ID, connectedAt");
        rows(query.into_paginator().items().send(), "ID").map_err(|error| Box::new(error).into())
    }

    /// The items of a partition that begin so and are not past their time. Consistent: who has just come in
    /// is there.
    fn partition(&self, room: &str, prefix: &str) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query
            .expression_attribute_values(":room", string(room))
            .expression_attribute_values(":now", number(time::seconds()))
            .filter_expression(ALIVE);
        match prefix {
            "" => query.key_condition_expression("room = :room"),
            prefix => query
                .key_condition_expression("room = :room AND begins_with(#item, :prefix)")
                // A reserved word.
                .expression_attribute_names("#item", "item")
                .expression_attribute_values(":prefix", string(prefix)),
        }
    }

    async fn read(&self, key: Key) -> Result<Option<Item>, Failed> {
        let read = self.client.get_item().table_name(&self.table).set_key(Some(key.attributes()));
        Ok(read.consistent_read(true).send().await.map_err(Box::new)?.item)
    }
}

/// Who has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) id: String,
    pub(crate) is_alive: bool,
}

fn is_alive(item: &Item) -> bool {
    integer(item, "expires").is_none_or(|expires| expires > time::seconds())
}

fn integer(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}
