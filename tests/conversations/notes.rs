//! The notes: written and read through a REST API, counted behind its back, shown by a page.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use crate::machine::{Machine, eventually};
use crate::web::{Answer, Request};

/// The largest body of a note, in bytes.
const LARGEST: usize = 350 * 1024;

/// The largest body that API Gateway takes.
const LARGEST_OF_ALL: usize = 10 * 1024 * 1024;

/// The stack, and the address of its API.
struct Notes {
    machine: Machine,
    url: String,
}

impl Notes {
    fn start(test: &str) -> Notes {
        let machine = Machine::start(test, &["Notes"]);
        let url = machine.output("Notes", "ApiUrl");
        Notes { machine, url }
    }

    /// Sends a request to a path of the API.
    fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        Request::new(method, &format!("{}{path}", self.url), body)
            .header("content-type", "application/json")
            .send()
    }

    /// Writes a note, and gives the path that it is found at.
    #[track_caller]
    fn write(&self, title: &str, content: &str) -> String {
        let answer = self.ask("POST", "/notes", &note(title, content));
        assert_eq!((answer.status, answer.text().as_str()), (201, ""));
        let path = answer.header("location");
        assert!(path.strip_prefix("/notes/").is_some_and(|id| !id.is_empty()), "`{path}` leads to no note");
        path.to_owned()
    }

    #[track_caller]
    fn read(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Waits until the note has that many words.
    #[track_caller]
    fn wait_for_count(&self, path: &str, words: u64) {
        let counted = eventually(|| (self.read(path)["wordCount"] == words).then_some(()));
        assert!(counted.is_some(), "{words} words were to be counted: {}", self.read(path));
    }

    /// Waits until all that was written before is counted, as far as it ever will be. Words are counted in the order
    /// in which the notes were written, several at a time; so the first of two may overtake what is before it.
    #[track_caller]
    fn settle(&self) {
        for _ in 0..2 {
            let path = self.write("Last", "one");
            self.wait_for_count(&path, 1);
            assert_eq!(self.ask("DELETE", &path, "").status, 204);
        }
    }

    /// What happened to a note, as the table's stream has it: `INSERT`, `MODIFY`, `REMOVE`.
    fn history(&self, path: &str) -> Vec<String> {
        let id = path.trim_start_matches("/notes/");
        let records = self.machine.records("notes");
        let own = records.iter().filter(|record| record["dynamodb"]["Keys"]["id"]["S"] == id);
        own.map(|record| record["eventName"].as_str().unwrap().to_owned()).collect()
    }
}

fn note(title: &str, content: &str) -> String {
    json!({ "title": title, "content": content }).to_string()
}

#[test]
fn a_note_is_written_counted_changed_and_deleted() {
    let notes = Notes::start("notes-story");
    let first = notes.write("First", "three  more words");
    notes.wait_for_count(&first, 3);
    let read = notes.read(&first);
    assert_eq!((&read["title"], &read["content"]), (&json!("First"), &json!("three  more words")));

    // The count's own write is in the stream, and nothing follows from it.
    notes.settle();
    assert_eq!(notes.history(&first), ["INSERT", "MODIFY"]);

    // Another title has the same words, another content others.
    assert_eq!(notes.ask("PUT", &first, &note("1st", "three  more words")).status, 200);
    notes.settle();
    assert_eq!(notes.history(&first), ["INSERT", "MODIFY", "MODIFY"]);
    let answer = notes.ask("PUT", &first, &note("1st", "two words"));
    assert_eq!((answer.status, &answer.json()["content"]), (200, &json!("two words")));
    notes.wait_for_count(&first, 2);

    let second = notes.write("Second", "  hi ");
    notes.wait_for_count(&second, 1);
    let all = notes.ask("GET", "/notes", "");
    assert_eq!(all.header("next-token"), "");
    let titles: Vec<_> = all.json().as_array().unwrap().iter().map(|note| note["title"].clone()).collect();
    assert_eq!(titles, ["1st", "Second"], "by age");

    assert_eq!(notes.ask("DELETE", &first, "").status, 204);
    assert_eq!(notes.ask("GET", &first, "").status, 404);
    assert_eq!(notes.ask("PUT", &first, &note("Back", "again")).status, 404);
    assert_eq!(notes.ask("DELETE", &first, "").status, 204, "it is gone either way");
    let items = notes.machine.items("notes");
    assert_eq!(items.len(), 1, "{items:#?}");
    assert_eq!(items[0]["wordCount"], json!({ "N": "1" }));

    the_page_leads_to_the_api(&notes);
    other_origins_may_use_it(&notes);
}

/// The page is served with what it needs: its scripts, the API's address, and leave to call it and nothing else.
fn the_page_leads_to_the_api(notes: &Notes) {
    let page = format!("{}/", notes.machine.output("Notes", "PageUrl"));
    let get = |path: &str| Request::get(&format!("{page}{path}")).send();
    let index = get("");
    assert_eq!((index.status, index.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(index.text().contains("<title>Notes</title>"), "{}", index.text());
    let policy = index.header("content-security-policy").to_owned();
    let allowed = format!("connect-src 'self' {};", notes.machine.endpoint());
    assert!(policy.contains(&allowed), "{policy}");
    assert!(policy.contains("default-src 'self';") && !policy.contains("unsafe"), "{policy}");

    let config = get("shared/config.js");
    assert_eq!(config.header("content-type"), "text/javascript; charset=utf-8");
    assert!(config.text().contains(&json!({ "apiUrl": notes.url }).to_string()), "{}", config.text());
    for (path, kind) in [("notes.js", "text/javascript"), ("shared/page.css", "text/css")] {
        let file = get(path);
        assert_eq!(file.status, 200, "{path}");
        assert!(file.header("content-type").starts_with(kind), "{path}: {}", file.header("content-type"));
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{path}");
    }
    assert!(get("nothing.html").status >= 400);
}

/// A browser asks before the page, which has another origin on AWS, may write.
fn other_origins_may_use_it(notes: &Notes) {
    let preflight = |path: &str, method: &str| {
        let request = Request::new("OPTIONS", &format!("{}{path}", notes.url), "");
        let request = request.header("origin", "https://page.example");
        let request = request.header("access-control-request-headers", "content-type");
        request.header("access-control-request-method", method).send()
    };
    for (path, method) in [("/notes", "POST"), ("/notes/1", "PUT"), ("/notes/1", "DELETE")] {
        let answer = preflight(path, method);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"), "{path}");
        assert!(answer.header("access-control-allow-methods").split(',').any(|allowed| allowed == method));
        assert_eq!(answer.header("access-control-allow-headers"), "content-type");
    }
    let path = notes.write("Across", "origins");
    let answer = notes.ask("GET", "/notes?limit=1", "");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("Next-Token"));
    assert_eq!(notes.ask("DELETE", &path, "").status, 204);
    // What the API refuses itself a page may read, too.
    let refused = notes.ask("GET", "/elsewhere", "");
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, "*"));
}

#[test]
fn what_is_no_note_is_refused_and_not_stored() {
    let notes = Notes::start("notes-refusals");
    for (body, message) in [
        ("", "the body is no JSON object: "),
        ("hello", "the body is no JSON object: "),
        ("[]", "the body is no JSON object: "),
        (r#"{"content":"b"}"#, "`title` is missing"),
        (r#"{"title":"","content":"b"}"#, "`title` is blank"),
        (r#"{"title":"a","content":" \t\u3000"}"#, "`content` is blank"),
        (r#"{"title":1,"content":"b"}"#, "`title` is not a string"),
        (r#"{"title":"a","content":["b"]}"#, "`content` is not a string"),
    ] {
        for (method, path) in [("POST", "/notes"), ("PUT", "/notes/1")] {
            let answer = notes.ask(method, path, body);
            assert_eq!(answer.status, 400, "{method} {body}: {}", answer.text());
            let said = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(said.starts_with(message), "{method} {body}: {said}");
        }
    }
    for (query, name) in [("limit=0", "limit"), ("limit=many", "limit"), ("next=no-token", "next")] {
        let answer = notes.ask("GET", &format!("/notes?{query}"), "");
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert!(answer.json()["message"].as_str().unwrap().starts_with(&format!("`{name}`")), "{query}");
    }
    // The handler refuses what is no note any more, the API what is no request any more.
    let empty = note("a", "").len();
    let sized = |size: usize| note("a", &"x".repeat(size - empty));
    assert_eq!(notes.ask("POST", "/notes", &sized(LARGEST + 1)).status, 413);
    let answer = notes.ask("POST", "/notes", &sized(LARGEST_OF_ALL + 1));
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (413, "*"));
    assert_eq!(notes.ask("PATCH", "/notes/1", "{}").status, 403, "API Gateway knows no such method here");
    assert_eq!(notes.machine.items("notes"), Vec::<Value>::new());

    let largest = notes.ask("POST", "/notes", &sized(LARGEST));
    assert_eq!(largest.status, 201, "{}", largest.text());
    notes.wait_for_count(largest.header("location"), 1);
    let log = notes.machine.log();
    let failures: Vec<&str> = log.lines().filter(|line| line.contains(r#""status":5"#)).collect();
    assert_eq!(failures, Vec::<&str>::new());
}

#[test]
fn many_notes_at_once_are_all_kept_apart_counted_and_listed_by_pages() {
    let notes = Notes::start("notes-many");
    let texts = ["one", "a  b", "  hi ", "full\u{3000}width", "no\u{a0}break", "line\u{2028}end", "a\tb\nc"];
    let counts = [1, 2, 1, 2, 2, 2, 3];
    let write = |at: usize| (notes.write("Many", texts[at % 7]), counts[at % 7]);
    let share = &|from: usize| (0..14).map(|number| write(from + number)).collect::<Vec<_>>();
    let paths: Vec<(String, u64)> = thread::scope(|scope| {
        let writing = [0, 1, 2, 3].map(|from| scope.spawn(move || share(from)));
        writing.into_iter().flat_map(|written| written.join().unwrap()).collect()
    });
    let different: BTreeSet<_> = paths.iter().map(|(path, _)| path).collect();
    assert_eq!(different.len(), 56);
    paths.iter().for_each(|(path, words)| notes.wait_for_count(path, *words));

    let all = notes.read("/notes");
    let mut by_pages = Vec::new();
    let mut next = String::new();
    loop {
        let page = notes.ask("GET", &format!("/notes?limit=10{next}"), "");
        let found = page.json().as_array().cloned().unwrap();
        assert!(found.len() <= 10, "{}", found.len());
        by_pages.extend(found);
        match page.header("next-token") {
            "" => break,
            token => next = format!("&next={token}"),
        }
    }
    assert_eq!(Value::Array(by_pages.clone()), all);
    let ids: Vec<&str> = by_pages.iter().map(|note| note["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "ids follow time: {ids:?}");

    // Notes that are gone before they are counted stay gone.
    for _ in 0..20 {
        let path = notes.write("Short", "life");
        assert_eq!(notes.ask("DELETE", &path, "").status, 204);
    }
    notes.settle();
    assert_eq!(notes.machine.items("notes").len(), 56);
}
