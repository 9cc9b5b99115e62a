//! Records and readers' places in a folder: what is there again, and what is not kept for ever.

use std::fs;
use std::path::Path;

use serde_json::json;
use stackwright_tables::{Checkpoint, Durability, Position, Settings, Tables};

use crate::folder::{folder, opened, place};
use crate::notes::{Clock, Notes, declared, ids};

const DAY: u64 = 24 * 60 * 60;

fn fast(folder: &Path, clock: &Clock) -> Notes {
    opened(folder, Durability::Fast, clock)
}

fn started(name: &str, clock: &Clock) -> Notes {
    let notes = fast(&folder(name), clock);
    notes.run("CreateTable", declared("notes", "NEW_AND_OLD_IMAGES"));
    notes
}

#[test]
fn a_reader_goes_on_after_what_it_has_read() {
    let clock = Clock::start();
    let notes = started("reader", &clock);
    notes.put_all(&["a", "b", "c"]);
    let mut changes = notes.tables.changes("notes", Position::TrimHorizon).unwrap();
    changes.take(2);
    let checkpoint = Checkpoint { stream_arn: notes.stream_arn(), next: changes.next_number() };
    notes.tables.keep_checkpoint("counter", &checkpoint).unwrap();
    notes.tables.keep_checkpoint("other", &checkpoint).unwrap();
    notes.tables.forget_checkpoint("other").unwrap();
    drop(notes);

    let notes = fast(&place("reader"), &clock);
    assert_eq!(notes.tables.checkpoint("other"), None);
    let kept = notes.tables.checkpoint("counter").unwrap();
    assert_eq!(kept, checkpoint);
    let mut changes = notes.tables.changes(&kept.stream_arn, Position::At(kept.next)).unwrap();
    notes.put_all(&["d"]);
    let left: Vec<_> = changes.take(10).iter().map(|change| change.record().clone()).collect();
    assert_eq!(ids(&left), ["c", "d"]);
}

#[test]
fn records_grow_old_in_a_folder_too() {
    let (clock, name) = (Clock::start(), "aging");
    let notes = started(name, &clock);
    notes.put_all(&["old"]);
    clock.advance(DAY - 10);
    notes.put_all(&["new"]);
    drop(notes);
    clock.advance(11);
    let notes = fast(&place(name), &clock);
    assert_eq!(ids(&notes.records()), ["new"]);
}

#[test]
fn numbers_rise_though_all_records_are_gone() {
    let (clock, name) = (Clock::start(), "rising");
    let notes = started(name, &clock);
    let before = notes.tables.changes("notes", Position::Latest).unwrap().next_number();
    (0..300).for_each(|number| notes.put_all(&[&number.to_string()]));
    clock.advance(DAY + 1);
    notes.put_all(&["trims the others"]);
    clock.advance(DAY + 1);
    drop(notes);
    let notes = fast(&place(name), &clock);
    assert!(notes.records().is_empty());
    notes.put_all(&["a"]);
    let number: u128 = crate::notes::number(&notes.records()[0]).parse().unwrap();
    assert_eq!(number, before + 301);
}

#[test]
fn a_folder_does_not_grow_with_what_was_trimmed() {
    let (clock, name) = (Clock::start(), "trimmed");
    let notes = started(name, &clock);
    let write = |from: u32| {
        for number in from..from + 260 {
            notes.put(json!({"id": {"S": "one"}, "text": {"S": format!("{number} {}", "x".repeat(2000))}}));
        }
        clock.advance(DAY + 1);
    };
    let file = place(name).join("tables.sqlite");
    write(0);
    write(260);
    let before = fs::metadata(&file).unwrap().len();
    (2..6).for_each(|round| write(round * 260));
    let after = fs::metadata(&file).unwrap().len();
    assert!(after < before * 3 / 2, "{before} bytes, then {after}");
}

#[test]
fn a_table_of_the_same_name_has_none_of_the_records() {
    let (clock, name) = (Clock::start(), "again");
    let notes = started(name, &clock);
    notes.put_all(&["a"]);
    notes.run("DeleteTable", json!({"TableName": "notes"}));
    notes.run("CreateTable", declared("notes", "KEYS_ONLY"));
    notes.put_all(&["b"]);
    drop(notes);
    let notes = fast(&place(name), &clock);
    assert_eq!(ids(&notes.records()), ["b"]);
}

#[test]
fn tables_may_have_any_name() {
    let (clock, name) = (Clock::start(), "names");
    let notes = started(name, &clock);
    for table in ["changes", "checkpoints", "diverted", "divert"] {
        notes.run("CreateTable", declared(table, "KEYS_ONLY"));
        notes.run("PutItem", json!({"TableName": table, "Item": {"id": {"S": "a"}}}));
        assert_eq!(notes.tables.changes(table, Position::TrimHorizon).unwrap().take(10).len(), 1);
    }
}

/// Three records of about 1,000 bytes in a stream of 2,100 bytes, of which a reader has read so many.
fn check_size(read: Option<usize>, left: &[&str]) {
    let settings = Settings { stream_bytes: 2_100, ..Clock::start().settings() };
    let notes = Notes { tables: Tables::memory(settings).unwrap(), clock: Clock::start() };
    notes.run("CreateTable", declared("notes", "NEW_IMAGE"));
    let mut changes = notes.tables.changes("notes", Position::TrimHorizon).unwrap();
    let (stream_arn, next) = (changes.stream_arn().to_owned(), changes.next_number());
    if read.is_some() {
        notes.tables.keep_checkpoint("reader", &Checkpoint { stream_arn: stream_arn.clone(), next }).unwrap();
    }
    for (place, id) in ["a", "b", "c"].into_iter().enumerate() {
        notes.put(json!({"id": {"S": id}, "text": {"S": "x".repeat(1000)}}));
        if read.is_some_and(|read| place < read) {
            changes.take(1);
            let checkpoint = Checkpoint { stream_arn: stream_arn.clone(), next: changes.next_number() };
            notes.tables.keep_checkpoint("reader", &checkpoint).unwrap();
        }
    }
    assert_eq!(ids(&notes.records()), left);
}

#[test]
fn a_stream_has_a_size_beyond_which_only_readers_keep_records() {
    check_size(None, &["b", "c"]);
    check_size(Some(3), &["b", "c"]);
    check_size(Some(2), &["b", "c"]);
    check_size(Some(0), &["a", "b", "c"]);
}
