//! What `--data` keeps, and that nothing is left without it.
//!
//! A process that is killed has handed its writes to the system: power cuts are another matter.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::machine::{Machine, eventually, fresh_folder};
use crate::web::Request;

/// Acknowledged writes of each kind before a kill: enough that some are under way whenever it comes.
const BEFORE_THE_KILL: usize = 40;

const WRITERS: usize = 3;

/// What was acknowledged: notes with the words they have, and messages.
#[derive(Default)]
struct Kept {
    notes: BTreeMap<String, usize>,
    messages: Vec<String>,
}

#[test]
fn what_was_acknowledged_survives_kills_in_the_middle_of_writes() {
    let mut kept = Kept::default();
    let folder = fresh_folder("durability");
    let data = folder.join("data");
    let arguments = ["--data", data.to_str().unwrap()];
    let mut machine = Machine::start_in(folder, &["Notes"], &arguments);
    for round in 0..4 {
        let folder = write_until_killed(machine, round, &mut kept);
        machine = Machine::start_in(folder, &["Notes"], &arguments);
        check_notes(&machine, &kept);
    }
    check_messages(&machine, &kept);
}

/// Writes notes and messages from several sides at once, and kills in between. Gives the machine's folder.
fn write_until_killed(machine: Machine, round: usize, kept: &mut Kept) -> std::path::PathBuf {
    let (count, is_killed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let api = machine.output("Notes", "ApiUrl");
    let queue = failures(&machine);
    let (keys, endpoint) = (machine.keys(), machine.endpoint().to_owned());
    let is_over = || is_killed.load(Ordering::Relaxed);
    let note = |writer: usize| {
        let mut notes = Vec::new();
        while !is_over() {
            let words = 1 + notes.len() % 7;
            let title = format!("round {round}, writer {writer}");
            let note = json!({ "title": title, "content": "word ".repeat(words) });
            let Ok(answer) = Request::post(&format!("{api}/notes"), &note.to_string()).try_send() else {
                break;
            };
            assert_eq!(answer.status, 201, "{}", answer.text());
            notes.push((answer.header("location").replace("/notes/", ""), words));
            count.fetch_add(1, Ordering::Relaxed);
        }
        notes
    };
    let message = |writer: usize| {
        let mut messages = Vec::new();
        while !is_over() {
            let body = format!("{round}-{writer}-{}", messages.len());
            let request = json!({ "QueueUrl": queue, "MessageBody": body }).to_string();
            let request = Request::post(&endpoint, &request)
                .header("content-type", "application/x-amz-json-1.0")
                .header("x-amz-target", "AmazonSQS.SendMessage");
            let Ok(answer) = request.signed(&keys, "sqs").try_send() else { break };
            assert_eq!(answer.status, 200, "{}", answer.text());
            messages.push(body);
        }
        messages
    };
    thread::scope(|scope| {
        let notes: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || note(writer))).collect();
        let messages = scope.spawn(|| message(0));
        let enough = eventually(|| (count.load(Ordering::Relaxed) >= BEFORE_THE_KILL).then_some(()));
        enough.expect("notes are written");
        let folder = machine.kill();
        is_killed.store(true, Ordering::Relaxed);
        kept.notes.extend(notes.into_iter().flat_map(|writer| writer.join().unwrap()));
        kept.messages.extend(messages.join().unwrap());
        folder
    })
}

/// Each note is there, and its words are counted, also where the kill came before the count.
#[track_caller]
fn check_notes(machine: &Machine, kept: &Kept) {
    machine.wait_for_items("notes", |items| {
        let counts: BTreeMap<&str, &str> = items.iter().filter_map(counted).collect();
        kept.notes.iter().all(|(id, words)| counts.get(id.as_str()) == Some(&words.to_string().as_str()))
    });
}

fn counted(item: &Value) -> Option<(&str, &str)> {
    Some((item["id"]["S"].as_str()?, item["wordCount"]["N"].as_str()?))
}

#[track_caller]
fn check_messages(machine: &Machine, kept: &Kept) {
    let mut missing: Vec<&str> = kept.messages.iter().map(String::as_str).collect();
    assert!(missing.len() > 4, "there were {} messages only", missing.len());
    let queue = failures(machine);
    let all = eventually(|| {
        let request = json!({ "QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 600 });
        let answer = machine.ask("AmazonSQS.ReceiveMessage", &request);
        let received = answer["Messages"].as_array().into_iter().flatten();
        let bodies: Vec<&str> = received.filter_map(|message| message["Body"].as_str()).collect();
        missing.retain(|body| !bodies.contains(body));
        missing.is_empty().then_some(())
    });
    assert!(all.is_some(), "lost: {missing:?}");
}

fn failures(machine: &Machine) -> String {
    machine.physical("Notes", "WordCountOnNotesFailures")
}

#[test]
fn objects_and_places_in_streams_are_kept() {
    let folder = fresh_folder("durability-places");
    let data = folder.join("data");
    let arguments = ["--data", data.to_str().unwrap()];
    let machine = Machine::start_in(folder, &["Notes"], &arguments);
    // Not the bucket of the pages: whoever publishes them again takes away what is none.
    for (path, body) in [("album", ""), ("album/cover.txt", "still here")] {
        let put = Request::new("PUT", &format!("{}/{path}", machine.endpoint()), body);
        let put = put.signed(&machine.keys(), "s3").send();
        assert_eq!(put.status, 200, "{}", put.text());
    }
    let note = json!({ "title": "a", "content": "three words here" });
    let api = machine.output("Notes", "ApiUrl");
    Request::post(&format!("{api}/notes"), &note.to_string()).send();
    machine.wait_for_items("notes", |items| items.iter().any(|item| item["wordCount"]["N"] == "3"));
    let place = |machine: &Machine| machine.look("state")["mappings"][0]["position"].clone();
    let before = eventually(|| {
        let is_at_the_end = machine.look("state")["mappings"][0]["lastResult"] == "OK";
        is_at_the_end.then(|| place(&machine))
    });
    let machine = Machine::start_in(machine.kill(), &["Notes"], &arguments);
    assert!(place(&machine).as_str() >= before.as_ref().and_then(Value::as_str), "{before:?}");
    let url = format!("{}/album/cover.txt", machine.endpoint());
    assert_eq!(Request::get(&url).signed(&machine.keys(), "s3").send().text(), "still here");
}

#[test]
fn without_data_nothing_is_left_behind() {
    for is_killed in [false, true] {
        let machine = Machine::start("durability-nothing", &["Notes"]);
        let (folder, api) = (machine.folder.clone(), machine.output("Notes", "ApiUrl"));
        assert_eq!(Request::get(&format!("{api}/notes")).send().status, 200);
        let functions = children(machine.id());
        assert!(!functions.is_empty(), "no function runs");
        match is_killed {
            true => drop(machine.kill()),
            false => drop(machine),
        }
        let gone = eventually(|| functions.iter().all(|function| !is_running(function)).then_some(()));
        assert!(gone.is_some(), "of {functions:?} some still run, killed: {is_killed}");
        // Who is killed cannot take away the file that says where everything is.
        let left: &[&str] = if is_killed { &["local.log", "ready.json"] } else { &["local.log"] };
        assert_eq!(files(&folder), left);
        assert_eq!(files(&folder.join("tmp")), [""; 0], "killed: {is_killed}");
    }
}

/// What is in a folder, besides the one for temporary files.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "tmp");
    names.sort();
    names
}

/// The processes that a process has started.
fn children(id: u32) -> Vec<String> {
    let listed = Command::new("ps").args(["-A", "-o", "ppid=,pid="]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let pairs = listed.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    let id = id.to_string();
    pairs.filter(|(parent, _)| *parent == id).map(|(_, child)| child.trim().to_owned()).collect()
}

/// A process that has ended and that nobody has asked about yet does not run.
fn is_running(id: &str) -> bool {
    let status = Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    !status.trim().is_empty() && !status.trim().starts_with('Z')
}
