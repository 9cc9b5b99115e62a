//! What goes wrong on demand, or for want of a permission; and the look inside, at `/_local/`.
//!
//! How each system behaves while all is well is said in its own conversation.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::machine::{Machine, eventually, fresh_folder};
use crate::socket::Socket;
use crate::web::{Answer, Request};

fn notes(machine: &Machine) -> String {
    machine.output("Notes", "ApiUrl") + "/notes"
}

fn write(machine: &Machine, content: &str) -> Answer {
    Request::post(&notes(machine), &json!({ "title": "a note", "content": content }).to_string()).send()
}

fn has_count(items: &[Value], count: &str) -> bool {
    items.iter().any(|item| item["wordCount"]["N"] == count)
}

#[test]
fn a_table_that_fails_is_told_and_recovers() {
    let machine = Machine::start("faults-table", &["Notes"]);
    assert_eq!(write(&machine, "before").status, 201);
    for status in [500, 400] {
        machine.fault(&json!({ "table": "Notes/Notes", "calls": 1000, "status": status }));
        let refused = write(&machine, "in between");
        assert_eq!((refused.status, refused.json()), (500, json!({ "message": "internal server error" })));
        machine.heal();
        assert_eq!(write(&machine, "after").status, 201);
    }
    // One failure is none for whoever tries again, as the SDK does.
    machine.fault(&json!({ "table": "notes", "status": 500 }));
    assert_eq!(write(&machine, "tried twice").status, 201);
    assert_eq!(machine.look("faults"), json!([]));
}

#[test]
fn a_table_may_be_slow() {
    let machine = Machine::start("faults-slow", &["Notes"]);
    machine.fault(&json!({ "table": "notes", "wait": 400 }));
    let before = Instant::now();
    assert_eq!(Request::get(&notes(&machine)).send().status, 200);
    assert!(before.elapsed() >= Duration::from_millis(400), "{:?}", before.elapsed());
}

#[test]
fn a_function_that_fails_is_a_bad_gateway_once() {
    let machine = Machine::start("faults-function", &["Notes"]);
    machine.fault(&json!({ "function": "notes-api", "status": 500 }));
    let failed = Request::get(&notes(&machine)).send();
    assert_eq!((failed.status, failed.json()), (502, json!({ "message": "Internal server error" })));
    assert_eq!(Request::get(&notes(&machine)).send().status, 200);
}

#[test]
fn records_are_handled_once_their_function_recovers() {
    let machine = Machine::start("faults-stream", &["Notes"]);
    machine.fault(&json!({ "function": "Notes/WordCount", "calls": 2, "status": 500 }));
    assert_eq!(write(&machine, "four words, counted late").status, 201);
    machine.wait_for_items("notes", |items| has_count(items, "4"));
    assert_eq!(machine.look("faults"), json!([]));
    // Throttled, it uses up no retry: three are all it has.
    machine.fault(&json!({ "function": "notes-word-count", "calls": 4, "status": 429 }));
    assert_eq!(write(&machine, "two words").status, 201);
    machine.wait_for_items("notes", |items| has_count(items, "2"));
}

#[test]
fn records_that_nobody_handles_are_told_to_the_failure_queue() {
    let machine = Machine::start("faults-given-up", &["Notes"]);
    machine.fault(&json!({ "function": "Notes/WordCount", "calls": 4, "status": 500 }));
    assert_eq!(write(&machine, "never counted").status, 201);
    let queue = machine.physical("Notes", "WordCountOnNotesFailures");
    let request = json!({ "QueueUrl": queue, "WaitTimeSeconds": 20 });
    let received = machine.ask("AmazonSQS.ReceiveMessage", &request);
    let record: Value = serde_json::from_str(received["Messages"][0]["Body"].as_str().unwrap()).unwrap();
    let context = &record["requestContext"];
    assert_eq!(context["condition"], "RetryAttemptsExhausted", "{record}");
    assert_eq!(context["approximateInvokeCount"], 4, "{record}");
    assert_eq!(record["DDBStreamBatchInfo"]["batchSize"], 1, "{record}");
    // What comes after it is not held up.
    assert_eq!(write(&machine, "counted again, you see").status, 201);
    machine.wait_for_items("notes", |items| has_count(items, "4"));
}

#[test]
fn a_connection_that_fails_holds_nobody_else_up() {
    let machine = Machine::start("faults-connection", &["VisitorCounter"]);
    let url = machine.output("VisitorCounter", "WebSocketUrl");
    let counted = |count: u64| move |message: &Value| message["count"] == count;
    let mut first = Socket::open(&url);
    first.hear_until(counted(1));
    let connections = machine.look("state")["connections"].take();
    let id = connections[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(connections[0]["api"], "VisitorCounter/Api", "{connections}");
    machine.fault(&json!({ "connection": id, "calls": 1000, "status": 500 }));
    let mut second = Socket::open(&url);
    second.hear_until(counted(2));
    first.hear_nothing_for(Duration::from_millis(200));
    machine.heal();
    let mut third = Socket::open(&url);
    for socket in [&mut first, &mut second, &mut third] {
        socket.hear_until(counted(3));
    }
    assert_eq!(machine.items("ConnectionIDs").len(), 3);
}

#[test]
fn faults_that_make_no_sense_are_refused() {
    let machine = Machine::start("faults-refused", &["Notes"]);
    let url = format!("{}/_local/faults", machine.endpoint());
    let check = |fault: Value, status: u16, message: &str| {
        let request = Request::post(&url, &fault.to_string()).header("content-type", "application/json");
        let answer = request.send();
        assert_eq!(answer.status, status, "{fault}: {}", answer.text());
        let got = answer.json()["message"].take();
        assert!(got.as_str().is_some_and(|got| got.contains(message)), "{fault}: {got}");
    };
    check(json!({ "table": "nots", "status": 500 }), 404, "no stack has a table `nots`");
    check(
        json!({ "function": "Notes/Handlr", "status": 500 }),
        404,
        "no stack has a function `Notes/Handlr`",
    );
    check(json!({ "connection": "abc=", "status": 410 }), 404, "no connection `abc=` is open");
    check(json!({ "table": "notes" }), 400, "a fault needs a `status`, a `wait` in milliseconds, or both");
    check(json!({ "table": "notes", "status": 200 }), 400, "must be from 400 to 599");
    check(json!({ "table": "notes", "status": 500, "call": 2 }), 400, "this is no fault");
    check(json!({ "queue": "failures", "status": 500 }), 400, "this is no fault");
    assert_eq!(machine.look("faults"), json!([]));
}

#[test]
fn the_look_inside_shows_what_runs() {
    let machine = Machine::start("inside", &["Notes"]);
    assert_eq!(machine.look("health"), json!({ "status": "ok" }));
    let before = machine.look("state")["newest"].as_u64().unwrap();
    assert_eq!(write(&machine, "one two three").status, 201);
    machine.wait_for_items("notes", |items| has_count(items, "3"));
    let state = eventually(|| {
        let state = machine.look("state");
        (state["mappings"][0]["lastResult"] == "OK").then_some(state)
    });
    let state = state.unwrap_or_else(|| panic!("{:#}", machine.look("state")));
    let named = |list: &str, name: &str| {
        let entries = state[list].as_array().unwrap().iter();
        entries
            .clone()
            .find(|entry| entry["name"] == name)
            .unwrap_or_else(|| panic!("{list}: {:#}", state[list]))
            .clone()
    };
    assert_eq!(named("tables", "Notes/Notes")["items"], 1);
    assert_eq!(named("queues", "Notes/WordCountOnNotesFailures")["visible"], 0);
    let handler = named("functions", "Notes/Handler");
    assert_eq!(handler["handler"], "notes-api");
    assert_eq!((&handler["environments"], &handler["waiting"]), (&json!(1), &json!(0)));
    assert_eq!(handler["invocations"][0]["error"], Value::Null);
    assert!(handler["declaredAt"].as_str().unwrap().starts_with("stacks/notes.rs:"), "{handler}");
    let mapping = &state["mappings"][0];
    assert_eq!(
        (&mapping["source"], &mapping["function"]),
        (&json!("Notes/Notes"), &json!("Notes/WordCount"))
    );
    assert_eq!(state["problems"], json!([]));

    let news = machine.look(&format!("happenings?after={before}"));
    let happenings = news["happenings"].as_array().unwrap();
    let kinds: Vec<_> = happenings.iter().filter_map(|one| one["kind"].as_str()).collect();
    assert!(["request", "invoke", "batch"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert_eq!(happenings[0]["sequence"], before + 1);
}

#[test]
fn happenings_can_be_waited_for_and_streamed() {
    let machine = Machine::start("inside-happenings", &["Notes"]);
    let newest = machine.look("state")["newest"].as_u64().unwrap();
    let nothing = machine.look(&format!("happenings?after={newest}&wait=50"));
    assert_eq!(nothing, json!({ "happenings": [], "newest": newest, "missed": 0 }));

    let address = machine.endpoint().replace("http://", "");
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "GET /_local/happenings HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nLast-Event-ID: {newest}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(Request::get(&notes(&machine)).send().status, 200);
    let (mut heard, mut piece) = (String::new(), [0; 4096]);
    while !heard.contains(r#""kind":"request""#) {
        let read = stream.read(&mut piece).unwrap();
        assert_ne!(read, 0, "it ended: {heard}");
        heard.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    assert!(heard.contains("content-type: text/event-stream"), "{heard}");
    assert!(heard.contains(&format!("id: {}\n", newest + 1)), "{heard}");
    let late = machine.look(&format!("happenings?after={newest}&wait=20000&limit=1"));
    assert_eq!(late["happenings"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_inside_is_not_for_pages_of_other_sites() {
    let machine = Machine::start("inside-closed", &["Notes"]);
    let faults = format!("{}/_local/faults", machine.endpoint());
    let fault = json!({ "table": "notes", "status": 500 }).to_string();
    let foreign = |name: &str, value: &str| {
        let request = Request::post(&faults, &fault).header("content-type", "application/json");
        request.header(name, value).send().status
    };
    assert_eq!(foreign("host", "evil.example"), 403);
    assert_eq!(foreign("origin", "https://evil.example"), 403);
    assert_eq!(foreign("origin", "null"), 403);
    // What a form of another site can send without asking.
    let form = Request::post(&faults, &fault).header("content-type", "text/plain").send();
    assert_eq!(form.status, 415, "{}", form.text());
    let read = Request::get(&format!("{}/_local/state", machine.endpoint())).header("host", "evil.example");
    assert_eq!(read.send().status, 403);
    assert_eq!(machine.look("faults"), json!([]));
    let asked = Request::new("OPTIONS", &faults, "").header("origin", "https://evil.example").send();
    assert_eq!(asked.header("access-control-allow-origin"), "");
}

#[test]
fn a_seed_makes_ids_the_same() {
    let run = |name: &str| {
        let machine = Machine::start_with(name, &["VisitorCounter", "Notes"], &["--seed", "7"]);
        let port = machine.endpoint().rsplit(':').next().unwrap().to_owned();
        let ready = machine.ready.to_string().replace(&format!(":{port}"), ":PORT");
        let mut socket = Socket::open(&machine.output("VisitorCounter", "WebSocketUrl"));
        socket.hear();
        let second = Socket::open(&machine.output("VisitorCounter", "WebSocketUrl"));
        socket.hear_until(|message| message["count"] == 2);
        let mut ids: Vec<_> =
            machine.items("ConnectionIDs").iter().map(|row| row["connectionId"]["S"].clone()).collect();
        ids.sort_by_key(Value::to_string);
        second.close();
        (ready, ids)
    };
    let (first, second) = (run("seed-first"), run("seed-second"));
    assert_eq!(first.0, second.0);
    assert_eq!(first.1, second.1);
    assert_eq!(first.1.len(), 2);
}

#[test]
fn without_iam_nobody_needs_a_signature_or_a_grant() {
    let folder = fresh_folder("no-iam");
    let template = without_grant(&folder, "dynamodb:PutItem");
    let machine = Machine::start_in(folder, &[], &["--template", &template, "--no-iam"]);
    assert_eq!(write(&machine, "nobody asks").status, 201);
    let scan = Request::post(machine.endpoint(), r#"{"TableName":"notes"}"#)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.Scan");
    assert_eq!(scan.send().json()["Count"], 1);
}

#[test]
fn a_missing_grant_is_denied_as_on_aws() {
    let folder = fresh_folder("denied");
    let template = without_grant(&folder, "dynamodb:PutItem");
    let machine = Machine::start_in(folder, &[], &["--template", &template]);
    let refused = write(&machine, "nobody may");
    assert_eq!((refused.status, refused.json()), (500, json!({ "message": "internal server error" })));
    assert!(machine.items("notes").is_empty());
    let denied = happening(&machine, "denied");
    assert_eq!(denied["action"], "dynamodb:PutItem");
    assert_eq!(denied["resource"], "arn:aws:dynamodb:us-east-1:000000000000:table/notes");
    assert_eq!(denied["function"], "Notes/Handler");
    let message = denied["message"].as_str().unwrap();
    let ends = "is not authorized to perform: dynamodb:PutItem on resource: \
                arn:aws:dynamodb:us-east-1:000000000000:table/notes because no identity-based policy allows the \
                dynamodb:PutItem action";
    assert!(message.starts_with("User: arn:aws:sts::000000000000:assumed-role/"), "{message}");
    assert!(message.ends_with(ends), "{message}");
    // The others are granted still.
    assert_eq!(Request::get(&notes(&machine)).send().json(), json!([]));
}

#[test]
fn a_mapping_without_its_grant_is_a_problem_from_the_start() {
    let folder = fresh_folder("denied-mapping");
    let template = without_grant(&folder, "dynamodb:GetRecords");
    let machine = Machine::start_in(folder, &[], &["--template", &template]);
    let problems = machine.look("state")["problems"].take();
    assert_eq!(problems[0]["resource"], "WordCountOnNotes", "{problems}");
    let message = problems[0]["message"].as_str().unwrap();
    assert!(message.starts_with("Cannot access stream arn:aws:dynamodb:"), "{message}");
    assert_eq!(write(&machine, "not counted").status, 201);
    assert_eq!(happening(&machine, "denied")["action"], "dynamodb:GetRecords");
}

/// The first happening of a kind.
#[track_caller]
fn happening(machine: &Machine, kind: &str) -> Value {
    let news = machine.look("happenings");
    let mut all = news["happenings"].as_array().unwrap().iter();
    all.find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {news:#}")).clone()
}

/// The template of the notes, as somebody else would have it who forgot a grant. It says where its code is.
fn without_grant(folder: &Path, action: &str) -> String {
    // Any run writes the templates and builds the handlers.
    drop(Machine::start_in(folder.to_owned(), &["Notes"], &[]));
    let written = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cdk.out/local/lambda");
    let template = fs::read_to_string(written.join("Notes.template.yaml")).unwrap();
    let code = format!("Code: {}/", written.join("code").display());
    let changed = template.replace("Code: code/", &code).replace(&format!("          - {action}\n"), "");
    assert!(changed.contains(&code) && !changed.contains(&format!("- {action}\n")));
    let path = folder.join("Notes.template.yaml");
    fs::write(&path, changed).unwrap();
    path.to_str().unwrap().to_owned()
}
