//! A row that stands for an open connection.
//! Knows no table: its key's name is the system's own.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use futures_util::Stream;

use crate::since_epoch;

/// How long a row may outlive its last word: a connection lives two hours at most, and `$disconnect` is
/// only best effort.
const LIFE: Duration = Duration::from_secs(2 * 3600 + 10 * 60);

/// While a connection is younger than this, `@connections` may answer 410 because it is still opening.
const YOUTH: Duration = Duration::from_secs(10);

/// An open connection, as far as its row tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its id, not percent-encoded.
    pub id: String,
    connected_at: Option<SystemTime>,
}

impl Connection {
    /// The connection with that id, opened then.
    pub fn new(id: impl Into<String>, connected_at: SystemTime) -> Connection {
        Connection { id: id.into(), connected_at: Some(connected_at) }
    }

    /// Reads a row: the attribute `key` (S) is the id, `connectedAt` (N) the milliseconds since 1970.
    /// None for a row that has no id and so is no connection.
    pub fn from_row(row: &HashMap<String, AttributeValue>, key: &str) -> Option<Connection> {
        let id = row.get(key)?.as_s().ok()?.clone();
        let millis = row.get("connectedAt").and_then(|value| value.as_n().ok()?.parse().ok());
        let connected_at = millis.map(|millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        Some(Connection { id, connected_at })
    }

    /// The attributes every row of a connection carries: `connectedAt` and `expires`.
    pub fn attributes(connected_at: SystemTime) -> [(&'static str, AttributeValue); 2] {
        let number = |n: u128| AttributeValue::N(n.to_string());
        [
            ("connectedAt", number(since_epoch(connected_at).as_millis())),
            ("expires", number(expiry(SystemTime::now()).into())),
        ]
    }

    /// Whether it may still be opening. A row that does not say when it began is old.
    pub fn is_young(&self, now: SystemTime) -> bool {
        let age = |connected_at| now.duration_since(connected_at).unwrap_or_default();
        self.connected_at.is_some_and(|connected_at| age(connected_at) < YOUTH)
    }
}

/// When a row written now expires, in seconds since 1970: the value of the attribute `expires`.
pub fn expiry(now: SystemTime) -> u64 {
    (since_epoch(now) + LIFE).as_secs()
}

/// The connections among the rows of a scan or query, over all its pages.
pub fn rows<E>(
    mut items: PaginationStream<Result<HashMap<String, AttributeValue>, E>>,
    key: &'static str,
) -> impl Stream<Item = Result<Connection, E>> {
    let items = futures_util::stream::poll_fn(move |context| items.poll_next(context));
    futures_util::StreamExt::filter_map(items, move |item| {
        std::future::ready(item.map(|row| Connection::from_row(&row, key)).transpose())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_row_expires_two_hours_and_ten_minutes_from_now() {
        assert_eq!(expiry(seconds(1_000_000)), 1_000_000 + 7_800);
    }

    #[test]
    fn a_connection_is_young_for_ten_seconds() {
        let connection = Connection::new("a=", seconds(100));
        assert!(connection.is_young(seconds(109)));
        assert!(!connection.is_young(seconds(110)));
        assert!(connection.is_young(seconds(90)), "clocks differ");
    }

    #[test]
    fn a_row_tells_id_and_age() {
        let row = HashMap::from([
            ("connection_id".to_owned(), AttributeValue::S("a=".to_owned())),
            ("connectedAt".to_owned(), AttributeValue::N("100000".to_owned())),
        ]);
        assert_eq!(Connection::from_row(&row, "connection_id"), Some(Connection::new("a=", seconds(100))));
        assert_eq!(Connection::from_row(&row, "ID"), None);
    }

    #[test]
    fn a_row_of_unknown_age_is_old() {
        let row = HashMap::from([("ID".to_owned(), AttributeValue::S("a=".to_owned()))]);
        assert!(!Connection::from_row(&row, "ID").unwrap().is_young(seconds(0)));
    }
}
