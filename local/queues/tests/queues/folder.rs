//! Queues in a folder: what they keep, also when the process is killed.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stackwright_queues::{OpenError, Queues, Receive, Settings};

use crate::bench::definition;

const JOBS: &str = "arn:aws:sqs:us-east-1:000000000000:jobs";
const FOLDER: &str = "QUEUES_FOLDER";

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{error}"),
        _ => folder,
    }
}

fn open(folder: &Path) -> Queues {
    Queues::open(folder, Settings::default()).unwrap()
}

#[tokio::test]
async fn opened_again_there_are_the_same_queues_and_messages() {
    let folder = folder("queues-again");
    let queues = open(&folder);
    queues.define(definition("jobs", &[("VisibilityTimeout", "0")])).unwrap();
    queues.send(JOBS, "a").unwrap();
    let before = queues.receive(JOBS, Receive::default()).await.unwrap();
    drop(queues);
    let queues = open(&folder);
    assert_eq!(queues.names().unwrap(), ["jobs"]);
    // A receipt handle outlives the process too.
    queues.delete(JOBS, &before[0].receipt_handle).unwrap();
    assert!(queues.receive(JOBS, Receive::default()).await.unwrap().is_empty());
}

#[test]
fn a_folder_of_another_form_is_not_touched() {
    let folder = folder("queues-form");
    drop(open(&folder));
    let file = rusqlite::Connection::open(folder.join("queues.sqlite")).unwrap();
    file.pragma_update(None, "user_version", 7).unwrap();
    drop(file);
    let error = Queues::open(&folder, Settings::default()).unwrap_err();
    assert!(matches!(error, OpenError::Form { found: 7, known: 1 }), "{error}");
}

/// Not a test: what is killed below. It says each message that it has been told is sent, and each told deleted.
#[tokio::test]
#[ignore = "runs until it is killed"]
async fn sender() {
    let queues = open(Path::new(&std::env::var_os(FOLDER).unwrap()));
    queues.define(definition("jobs", &[])).unwrap();
    let mut out = std::io::stdout();
    for number in 0.. {
        let sent = queues.send(JOBS, number.to_string()).unwrap();
        writeln!(out, "sent {}", sent.id).unwrap();
        if number % 3 == 0 {
            let message = queues.receive(JOBS, Receive::default()).await.unwrap().remove(0);
            queues.delete(JOBS, &message.receipt_handle).unwrap();
            writeln!(out, "deleted {}", message.id).unwrap();
        }
    }
}

/// What a sender said before it was killed: ids of messages sent, and of those deleted.
fn kill_after(lines: usize, folder: &Path) -> (Vec<String>, Vec<String>) {
    let mut sender = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "folder::sender", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(sender.stdout.take().unwrap()).lines();
    let mut heard: Vec<String> =
        said.by_ref().map_while(Result::ok).filter(|line| is_said(line)).take(lines).collect();
    sender.kill().unwrap();
    sender.wait().unwrap();
    heard.extend(said.map_while(Result::ok).filter(|line| is_said(line)));
    let ids =
        |word: &str| heard.iter().filter_map(|line| line.strip_prefix(word)).map(str::to_owned).collect();
    (ids("sent "), ids("deleted "))
}

/// A whole line of the sender's: the last one may have been cut off.
fn is_said(line: &str) -> bool {
    line.split_once(' ').is_some_and(|(word, id)| ["sent", "deleted"].contains(&word) && id.len() == 36)
}

#[tokio::test]
async fn killed_in_the_middle_nothing_answered_is_lost() {
    let folder = folder("queues-killed");
    let (sent, deleted) = kill_after(300, &folder);
    assert!(sent.len() > 200 && deleted.len() > 60, "{} sent, {} deleted", sent.len(), deleted.len());
    let everything = Receive { most: usize::MAX, ..Receive::default() };
    // One message at most was being received or deleted when the end came.
    let there: Vec<_> =
        open(&folder).receive(JOBS, everything).await.unwrap().into_iter().map(|it| it.id).collect();
    let missing: Vec<_> = sent.iter().filter(|id| !there.contains(id) && !deleted.contains(id)).collect();
    assert!(missing.len() <= 1, "lost {missing:?}");
    assert!(deleted.iter().all(|id| !there.contains(id)));
}
