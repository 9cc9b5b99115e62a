//! The handler of `cargo xtask bench --local`: it answers a socket with what it said, and tells sockets of the items
//! that name them.
//! A handler as any other, so that what is measured is what runs it.

use std::process::ExitCode;

use aws_sdk_apigatewaymanagement::primitives::Blob;
use handler_kit::{Answer, Aws, Deadline, Handler, Sender, env};
use serde_json::{Value, json};

struct Echo(Aws);

/// A message did not arrive.
#[derive(Debug, thiserror::Error)]
#[error("the message was not delivered: {0:?}")]
struct Undelivered(Answer);

impl Handler for Echo {
    type Event = Value;
    type Answer = Value;
    type Error = Undelivered;

    fn from_env() -> Result<Self, env::Missing> {
        Aws::from_env().map(Echo)
    }

    async fn handle(&self, event: Value, _: Deadline) -> Result<Value, Undelivered> {
        let Some(records) = event["Records"].as_array() else {
            // A client cannot know by itself what its connection is called.
            let heard =
                json!({ "heard": event["body"], "connection": event["requestContext"]["connectionId"] });
            return Ok(json!({ "statusCode": 200, "body": heard.to_string() }));
        };
        for record in records {
            self.tell(&record["dynamodb"]["NewImage"]).await?;
        }
        Ok(json!({ "batchItemFailures": [] }))
    }
}

impl Echo {
    /// Each item says by itself whom to tell, through which API, and what.
    async fn tell(&self, item: &Value) -> Result<(), Undelivered> {
        let text = |name: &str| item[name]["S"].as_str().unwrap_or_default();
        let sender = Sender::new(&self.0, text("callback"));
        match sender.post(text("connection"), Blob::new(text("text"))).await {
            Answer::Delivered => Ok(()),
            other => Err(Undelivered(other)),
        }
    }
}

fn main() -> ExitCode {
    handler_kit::run::<Echo>()
}
