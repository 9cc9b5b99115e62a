//! A process that is killed in the middle of writes, again and again, and what the folder has afterwards.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use stackwright_tables::{Durability, Position, Settings, Tables};

use crate::folder::folder;

/// What all processes said.
#[derive(Default)]
struct Said {
    written: BTreeSet<u32>,
    read: BTreeSet<u32>,
}

impl Said {
    /// Hears whole lines only.
    fn hear(&mut self, line: &str) {
        let Some((what, number)) = line.strip_suffix('\n').and_then(|line| line.split_once(' ')) else {
            return;
        };
        let number = number.parse().unwrap();
        match what {
            "written" => self.written.insert(number),
            _ => self.read.insert(number),
        };
    }
}

/// Starts a process and kills it after so many lines; what it said before it died counts.
fn run_and_kill(folder: &Path, durability: &str, lines: usize, said: &mut Said) {
    let first = said.written.last().map_or(0, |last| last + 1);
    let mut process: Child = Command::new(env!("CARGO_BIN_EXE_table-writer"))
        .args([folder.as_os_str(), durability.as_ref(), first.to_string().as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    for _ in 0..lines {
        output.read_line(&mut line).unwrap();
        said.hear(&line);
        line.clear();
    }
    process.kill().unwrap();
    while output.read_line(&mut line).unwrap() > 0 {
        said.hear(&line);
        line.clear();
    }
    process.wait().unwrap();
}

/// The numbers in the stream from a position on, in its order.
fn numbers(tables: &Tables, position: Position) -> Vec<u32> {
    let mut changes = tables.changes("numbers", position).unwrap();
    let number = |change: &stackwright_tables::Change| {
        change.record()["dynamodb"]["Keys"]["id"]["N"].as_str().unwrap().parse().unwrap()
    };
    changes.take(1_000_000).iter().map(|change| number(change)).collect()
}

fn check(name: &str, durability: Durability, word: &str, kills: usize) {
    let folder = folder(name);
    let mut said = Said::default();
    (1..=kills).for_each(|round| run_and_kill(&folder, word, round * 53 % 400, &mut said));

    let tables = Tables::open(&folder, durability, Settings::default()).unwrap();
    for number in &said.written {
        let key = json!({"TableName": "numbers", "Key": {"id": {"N": number.to_string()}}});
        assert!(tables.execute("GetItem", key).unwrap().get("Item").is_some(), "{number} is lost");
    }
    let stream = numbers(&tables, Position::TrimHorizon);
    let once: BTreeSet<_> = stream.iter().copied().collect();
    assert!(said.written.is_subset(&once), "{:?} are not in the stream", said.written.difference(&once));
    assert!(said.read.is_subset(&once), "{:?} were read and are not there", said.read.difference(&once));
    assert!(stream.is_sorted(), "{stream:?}");

    let place = Position::At(tables.checkpoint("reader").unwrap().next);
    let left: BTreeSet<_> = numbers(&tables, place).into_iter().collect();
    let never: Vec<_> =
        said.written.iter().filter(|it| !said.read.contains(it) && !left.contains(it)).collect();
    assert!(never.is_empty(), "{never:?} were not read, and will not be");
    assert!(said.written.len() > kills, "{} writes", said.written.len());
}

#[test]
fn no_acknowledged_write_is_lost_nor_its_record() {
    check("killed-fast", Durability::Fast, "fast", 12);
}

#[test]
fn nor_when_writes_wait_for_the_disk() {
    check("killed-synced", Durability::Synced, "synced", 3);
}
