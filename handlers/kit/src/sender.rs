//! One message to one connection, or a question about it, once, through the `@connections` management API.
//! Does not try again and removes nothing: the broadcast decides that.

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::{Builder, retry::RetryConfig};
use aws_sdk_apigatewaymanagement::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_apigatewaymanagement::primitives::Blob;

use crate::{Aws, Causes};

/// Posts to the connections of one stage of one WebSocket API.
#[derive(Clone, Debug)]
pub struct Sender(Client);

/// What became of a message or a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// API Gateway took it, or knows the connection.
    Delivered,
    /// There is no such connection: closed, or not open yet.
    Gone,
    /// Too many requests, a fault on the other side, or no answer: worth another try.
    Busy(String),
    /// Refused for a reason that another try does not cure.
    Refused(String),
}

impl Sender {
    /// Posts to the management endpoint of a stage, `https://…/<stage>`.
    pub fn new(aws: &Aws, callback_url: &str) -> Sender {
        let config = Builder::from(aws.config())
            .endpoint_url(callback_url.trim_end_matches('/'))
            // The broadcast's own back-off knows about young connections and about the deadline.
            .retry_config(RetryConfig::disabled())
            .build();
        Sender(Client::from_conf(config))
    }

    /// Posts once. The SDK percent-encodes the id.
    pub async fn post(&self, id: &str, message: Blob) -> Answer {
        match self.0.post_to_connection().connection_id(id).data(message).send().await {
            Ok(_) => Answer::Delivered,
            Err(error) => judge(&error),
        }
    }

    /// Asks once whether there is such a connection. The client behind it hears nothing of that.
    pub async fn ask(&self, id: &str) -> Answer {
        match self.0.get_connection().connection_id(id).send().await {
            Ok(_) => Answer::Delivered,
            Err(error) => judge(&error),
        }
    }
}

fn judge<E>(error: &SdkError<E>) -> Answer
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let gone = error.code() == Some("GoneException");
    let reason = || Causes(error).to_string();
    match status {
        _ if gone => Answer::Gone,
        Some(410) => Answer::Gone,
        // No status: a connection of the pool that died while the process was frozen, or a time-out.
        None | Some(429 | 500..) => Answer::Busy(reason()),
        Some(_) => Answer::Refused(reason()),
    }
}
