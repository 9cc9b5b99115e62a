//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Buckets, Function, Mailbox};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_site-deployer");
const CREATE: &str = include_str!("events/create.json");
/// A folder like an unpacked bundle: it has a folder `site`.
const BUNDLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bundle");

#[tokio::test]
async fn it_publishes_the_site_of_its_bundle() {
    let (buckets, mailbox) = (Buckets::start(1_000).await, Mailbox::start().await);
    buckets.create("site");
    let variables = [("LAMBDA_TASK_ROOT", BUNDLE), ("AWS_ENDPOINT_URL", &buckets.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    let mut event: Value = serde_json::from_str(CREATE).unwrap();
    event["ResponseURL"] = json!(mailbox.url());
    assert_eq!(function.invoke(event).await, Ok(Value::Null));
    assert_eq!(mailbox.letters()[0].body["Status"], "SUCCESS");
    assert!(buckets.objects("site")["config.js"].text.contains("wss://abc123"));
}
