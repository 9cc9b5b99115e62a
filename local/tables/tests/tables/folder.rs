//! Tables in a folder, closed and opened again.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use stackwright_tables::{Durability, OpenError, Position, Tables};

use crate::notes::{Clock, Notes, declared, number};

/// The folder of a test.
pub(crate) fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("tables").join(name)
}

/// The folder of a test, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = place(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

pub(crate) fn opened(folder: &Path, durability: Durability, clock: &Clock) -> Notes {
    let tables = Tables::open(folder, durability, clock.settings()).unwrap();
    Notes { tables, clock: clock.clone() }
}

#[track_caller]
fn check_reopened(name: &str, durability: Durability) {
    let (folder, clock) = (folder(name), Clock::start());
    let notes = opened(&folder, durability, &clock);
    notes.run("CreateTable", declared("notes", "KEYS_ONLY"));
    notes.put(json!({"id": {"S": "a"}, "text": {"S": "hello"}}));
    let (arn, shard, before) = (notes.stream_arn(), notes.shard_id(), notes.records());
    drop(notes);
    clock.advance(1);

    let notes = opened(&folder, durability, &clock);
    let key = json!({"TableName": "notes", "Key": {"id": {"S": "a"}}});
    assert_eq!(notes.run("GetItem", key.clone())["Item"]["text"]["S"], "hello");
    assert_eq!((notes.stream_arn(), notes.shard_id()), (arn, shard));
    assert_eq!(notes.records(), before);
    notes.run("DeleteItem", key);
    let records = notes.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[1]["eventName"], "REMOVE");
    assert_eq!(records[1]["dynamodb"]["StreamViewType"], "KEYS_ONLY");
    assert!(number(&records[1]) > number(&records[0]));
}

#[test]
fn tables_and_their_streams_are_kept() {
    check_reopened("fast", Durability::Fast);
    check_reopened("synced", Durability::Synced);
}

#[test]
fn a_table_that_lost_its_stream_has_none_when_opened_again() {
    let (folder, clock) = (folder("disabled"), Clock::start());
    let notes = opened(&folder, Durability::Fast, &clock);
    notes.run("CreateTable", declared("notes", "KEYS_ONLY"));
    let specification = json!({"StreamEnabled": false});
    notes.run("UpdateTable", json!({"TableName": "notes", "StreamSpecification": specification}));
    drop(notes);
    let notes = opened(&folder, Durability::Fast, &clock);
    notes.tables.changes("notes", Position::Latest).unwrap_err();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = folder("file");
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "not a folder").unwrap();
    let error = Tables::open(&folder, Durability::Fast, Clock::start().settings()).unwrap_err();
    assert!(matches!(error, OpenError::Folder { .. }), "{error}");
    assert!(error.to_string().contains("tables/file"), "{error}");
    fs::remove_file(&folder).unwrap();
}

#[test]
fn a_file_that_is_not_ours_is_refused() {
    let folder = folder("foreign");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("tables.sqlite"), "something else ".repeat(100)).unwrap();
    let error = Tables::open(&folder, Durability::Fast, Clock::start().settings()).unwrap_err();
    assert!(matches!(error, OpenError::Engine(_)), "{error}");
}
