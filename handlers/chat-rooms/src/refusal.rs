//! Why something was not done: what is wrong with a request, or what failed on our side.
//! Does not say how a client is told.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::QueryError;
use aws_sdk_dynamodb::operation::scan::ScanError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use handler_kit::NotText;

/// A request that is refused, in words for the person who sent it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The body is bytes.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// The body is something else than a JSON object.
    #[error("the message is no JSON object")]
    NotAnObject,
    /// `value` is missing or empty, of another type, or too long.
    #[error("{what} {why}")]
    Value {
        /// What `value` is here.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Another connection has the name.
    #[error("the name `{0}` is taken; choose another one")]
    NameTaken(String),
    /// The connection has no name yet.
    #[error("you have no name yet; send `register` first")]
    NotRegistered,
    /// The connection has no row, so it was never opened, or is closed by now.
    #[error("this connection is not known; open another one")]
    NotConnected,
    /// There are no rooms in basic mode.
    #[error("there are no rooms in basic mode; register another name than `no-rooms` first")]
    BasicMode,
    /// Basic mode begins outside of rooms.
    #[error("you are in room `{0}`; leave it before you register as `no-rooms`")]
    InRoom(String),
    /// There is no such room.
    #[error("there is no room `{0}`")]
    NoSuchRoom(String),
    /// The connection is in no room.
    #[error("you are in no room; join one first")]
    InNoRoom,
    /// Nothing is wrong with the request.
    #[error("that did not work, and it is not your fault; try again")]
    Ours(#[from] Failed),
}

impl Refusal {
    /// What API Gateway's metrics are told: that a client was wrong is no failure.
    pub(crate) const fn status(&self) -> u16 {
        if matches!(self, Refusal::Ours(_)) { 500 } else { 200 }
    }
}

impl From<BuildError> for Refusal {
    fn from(error: BuildError) -> Refusal {
        Refusal::Ours(error.into())
    }
}

/// A failure on our side.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A request to DynamoDB could not be put together.
    #[error("a request is incomplete")]
    Incomplete(#[from] BuildError),
    /// An item could not be read.
    #[error("an item could not be read")]
    Read(#[from] Box<SdkError<GetItemError>>),
    /// A partition could not be read.
    #[error("items could not be read")]
    Query(#[from] Box<SdkError<QueryError>>),
    /// A table could not be read.
    #[error("the connections could not be read")]
    Scan(#[from] Box<SdkError<ScanError>>),
    /// An item could not be written.
    #[error("an item could not be written")]
    Put(#[from] Box<SdkError<PutItemError>>),
    /// A transaction was not carried out.
    #[error("a transaction was not carried out")]
    Write(#[from] Box<SdkError<TransactWriteItemsError>>),
    /// What was read had changed, each time, before something could be written.
    #[error("there was always somebody faster")]
    Overtaken,
    /// DynamoDB did not answer in time.
    #[error("the tables did not answer in time")]
    Late,
}
