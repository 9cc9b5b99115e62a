//! Writes numbers into a table and reads them from its stream, and says so, until it is killed.
//! Its arguments: the folder, `fast` or `synced`, and the first number.
//!
//! `written 7` is said once the write was answered; `read 7` before the reader's place is kept.

#![allow(clippy::unwrap_used)]

use std::io::{self, Write as _};
use std::path::Path;
use std::{env, thread};

use serde_json::json;
use stackwright_tables::{Checkpoint, Durability, Position, Settings, Subscription, Tables};

fn main() {
    let arguments: Vec<_> = env::args().collect();
    let durability = if arguments[2] == "synced" { Durability::Synced } else { Durability::Fast };
    let tables = Tables::open(Path::new(&arguments[1]), durability, Settings::default()).unwrap();
    if tables.stream_arn("numbers").is_none() {
        create(&tables);
    }
    let reader = tables.clone();
    thread::spawn(move || read(&reader));
    for number in arguments[3].parse::<u32>().unwrap().. {
        let item = json!({"id": {"N": number.to_string()}});
        tables.execute("PutItem", json!({"TableName": "numbers", "Item": item})).unwrap();
        say("written", &number.to_string());
    }
}

fn create(tables: &Tables) {
    let table = json!({
        "TableName": "numbers",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    tables.execute("CreateTable", table).unwrap();
}

fn read(tables: &Tables) {
    let start = tables.checkpoint("reader").map_or(Position::TrimHorizon, |kept| Position::At(kept.next));
    let mut changes: Subscription = tables.changes("numbers", start).unwrap();
    loop {
        let taken = changes.take(7);
        for change in &taken {
            say("read", change.record()["dynamodb"]["Keys"]["id"]["N"].as_str().unwrap());
        }
        if taken.is_empty() {
            thread::yield_now();
            continue;
        }
        let (stream_arn, next) = (changes.stream_arn().to_owned(), changes.next_number());
        tables.keep_checkpoint("reader", &Checkpoint { stream_arn, next }).unwrap();
    }
}

/// In one piece.
fn say(what: &str, number: &str) {
    io::stdout().write_all(format!("{what} {number}\n").as_bytes()).unwrap();
}
