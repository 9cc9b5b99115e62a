//! Requests as API Gateway sends them, against a real DynamoDB engine.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Deadline, Handler as _};
use handler_testing::Tables;
use notes_api::{Notes, NotesApi};
use serde_json::{Value, json};

const POST: &str = include_str!("events/post.json");

struct Api {
    tables: Tables,
    handler: NotesApi,
}

/// What a client sees.
struct Seen {
    status: u64,
    headers: Value,
    body: String,
}

impl Api {
    async fn start() -> Api {
        let tables = Tables::start().await;
        tables.create("notes", "id");
        Api { handler: handler(&tables, "notes"), tables }
    }

    async fn send(&self, event: Value) -> Seen {
        let event = serde_json::from_value(event).unwrap();
        let reply = self.handler.handle(event, Deadline::after(Duration::from_secs(10))).await.unwrap();
        let mut reply = serde_json::to_value(reply).unwrap();
        Seen {
            status: reply["statusCode"].as_u64().unwrap(),
            headers: reply["headers"].take(),
            body: reply["body"].as_str().unwrap().to_owned(),
        }
    }

    async fn post(&self, body: &str) -> Seen {
        self.send(request("POST", "/notes", Some(body))).await
    }

    /// Writes a note and returns its path.
    async fn write(&self, title: &str, content: &str) -> String {
        let seen = self.post(&json!({"title": title, "content": content}).to_string()).await;
        seen.headers["Location"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(request("GET", path, None)).await
    }

    async fn list(&self, query: Value) -> Seen {
        let mut event = request("GET", "/notes", None);
        event["queryStringParameters"] = query;
        self.send(event).await
    }

    async fn put(&self, path: &str, body: Value) -> Seen {
        self.send(request("PUT", path, Some(&body.to_string()))).await
    }

    async fn delete(&self, path: &str) -> Seen {
        self.send(request("DELETE", path, None)).await
    }

    async fn check_refused(&self, event: Value, status: u64, message: &str) {
        let seen = self.send(event.clone()).await;
        assert_eq!((seen.status, seen.json()), (status, json!({"message": message})), "{event}");
    }
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn titles(&self) -> Vec<String> {
        let notes = self.json();
        notes.as_array().unwrap().iter().map(|note| note["title"].as_str().unwrap().to_owned()).collect()
    }
}

fn handler(tables: &Tables, table: &str) -> NotesApi {
    NotesApi::new(Notes::new(Client::new(Aws::local(tables.url()).config()), table))
}

/// The request of the fixture, with another method, path and body.
fn request(method: &str, path: &str, body: Option<&str>) -> Value {
    let mut event: Value = serde_json::from_str(POST).unwrap();
    event["httpMethod"] = json!(method);
    event["path"] = json!(path);
    event["body"] = json!(body);
    if let Some(id) = path.strip_prefix("/notes/") {
        event["pathParameters"] = json!({ "id": id });
        event["resource"] = json!("/notes/{id}");
    }
    event
}

#[tokio::test]
async fn a_note_is_written_and_read() {
    let api = Api::start().await;
    let seen = api.send(serde_json::from_str(POST).unwrap()).await;
    assert_eq!((seen.status, seen.body.as_str()), (201, ""));
    let path = seen.headers["Location"].as_str().unwrap();
    let id = path.strip_prefix("/notes/").unwrap();

    let seen = api.get(path).await;
    let note = seen.json();
    assert_eq!(seen.status, 200);
    assert_eq!((&note["id"], &note["title"]), (&json!(id), &json!("Groceries")));
    assert_eq!(note["content"], "bread and  butter");
    assert_eq!(note.get("wordCount"), None, "not counted yet");
    assert_eq!(note["createdAt"], note["updatedAt"]);
    let date = note["createdAt"].as_str().unwrap();
    assert!(date.starts_with("20") && date.contains('T') && date.ends_with('Z'), "{date}");
}

#[tokio::test]
async fn every_reply_may_be_read_by_a_page_of_another_origin() {
    let api = Api::start().await;
    let path = api.write("a", "b").await;
    let replies = [
        api.get(&path).await,
        api.get("/notes/none").await,
        api.post("").await,
        api.send(request("PATCH", "/notes", None)).await,
        api.delete(&path).await,
    ];
    for reply in replies {
        assert_eq!(reply.headers["Access-Control-Allow-Origin"], "*");
        assert_eq!(reply.headers["Access-Control-Expose-Headers"], "Location, Next-Token");
    }
}

#[tokio::test]
async fn two_posts_in_one_millisecond_are_two_notes_in_their_order() {
    let api = Api::start().await;
    let mut paths = Vec::new();
    for n in 0..50 {
        paths.push(api.write(&format!("note {n}"), "text").await);
    }
    assert_eq!(api.tables.len("notes"), 50);
    assert!(paths.is_sorted(), "{paths:?}");
}

#[tokio::test]
async fn the_word_count_is_shown_once_it_is_there() {
    let api = Api::start().await;
    api.tables.put(
        "notes",
        json!({"id": {"S": "1"}, "title": {"S": "t"}, "content": {"S": "c"}, "wordCount": {"N": "1"}}),
    );
    assert_eq!(
        api.get("/notes/1").await.json(),
        json!({"id": "1", "title": "t", "content": "c", "wordCount": 1})
    );
}

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong_and_stores_nothing() {
    let api = Api::start().await;
    let bodies = [
        (r#"{"content":"b"}"#, "`title` is missing"),
        (r#"{"title":"","content":"b"}"#, "`title` is blank"),
        ("{\"title\":\"\u{2003} \",\"content\":\"b\"}", "`title` is blank"),
        (r#"{"title":"a","content":" \n"}"#, "`content` is blank"),
        (r#"{"title":5,"content":"b"}"#, "`title` is not a string"),
        (r#"{"title":"a","content":{"b":1}}"#, "`content` is not a string"),
    ];
    for (body, message) in bodies {
        api.check_refused(request("POST", "/notes", Some(body)), 400, message).await;
    }
    for body in [None, Some(""), Some("title=a"), Some("[1]"), Some("\"text\"")] {
        let seen = api.send(request("POST", "/notes", body)).await;
        assert_eq!(seen.status, 400, "{body:?}");
        assert!(
            seen.json()["message"].as_str().unwrap().starts_with("the body is no JSON object"),
            "{body:?}"
        );
    }
    assert!(api.tables.is_empty("notes"));
}

#[tokio::test]
async fn a_body_in_base64_is_as_good() {
    let api = Api::start().await;
    let mut event =
        request("POST", "/notes", Some("eyJ0aXRsZSI6ImEiLCJjb250ZW50Ijoi5YWo6KeS44CA56m655m9In0="));
    event["isBase64Encoded"] = json!(true);
    let seen = api.send(event.clone()).await;
    assert_eq!(seen.status, 201);
    let note = api.get(seen.headers["Location"].as_str().unwrap()).await.json();
    assert_eq!(note["content"], "全角\u{3000}空白");

    event["body"] = json!("%%%");
    api.check_refused(event.clone(), 400, "the body is announced as base64 and is not").await;
    event["body"] = json!("/w==");
    api.check_refused(event, 400, "the body is not text in UTF-8").await;
}

#[tokio::test]
async fn optional_fields_of_the_event_may_be_missing() {
    let api = Api::start().await;
    let event = json!({"httpMethod": "POST", "path": "/notes", "body": r#"{"title":"a","content":"b"}"#});
    let seen = api.send(event).await;
    assert_eq!(seen.status, 201);
    let path = seen.headers["Location"].as_str().unwrap();
    assert_eq!(api.send(json!({"httpMethod": "GET", "path": path})).await.json()["title"], "a");
    let context = json!({"httpMethod": "GET", "path": "/notes", "requestContext": {}, "pathParameters": {}});
    assert_eq!(api.send(context).await.titles(), ["a"]);
    assert_eq!(api.send(json!({})).await.status, 404);
}

#[tokio::test]
async fn a_note_may_have_350_kb_and_no_more() {
    let api = Api::start().await;
    let empty = json!({"title": "a", "content": ""}).to_string().len();
    let body = |size: usize| json!({"title": "a", "content": "x".repeat(size - empty)}).to_string();
    assert_eq!(api.post(&body(350 * 1024)).await.status, 201);
    let message = "the body has 358401 bytes, at most 358400 are allowed";
    api.check_refused(request("POST", "/notes", Some(&body(350 * 1024 + 1))), 413, message).await;
    assert_eq!(api.tables.len("notes"), 1);
}

#[tokio::test]
async fn the_list_follows_all_pages_and_is_by_age() {
    let api = Api::start().await;
    let content = "x".repeat(100_000);
    let mut titles = Vec::new();
    for n in 0..25 {
        titles.push(format!("note {n}"));
        api.write(&titles[n], &content).await;
    }
    assert!(api.tables.pages("notes") >= 3);
    let seen = api.list(Value::Null).await;
    assert_eq!(seen.titles(), titles);
    assert_eq!(seen.headers.get("Next-Token"), None);
}

#[tokio::test]
async fn a_list_that_lambda_could_not_answer_goes_on_at_its_token() {
    let api = Api::start().await;
    let content = "\"".repeat(170_000);
    for n in 0..20 {
        api.write(&format!("{n}"), &content).await;
    }
    let (mut titles, mut query) = (Vec::new(), Value::Null);
    loop {
        let page = api.list(query).await;
        let answer = json!(page.body).to_string();
        assert!(answer.len() < 6_000_000, "{} bytes", answer.len());
        titles.extend(page.titles().iter().map(|title| title.parse::<u32>().unwrap()));
        let Some(token) = page.headers.get("Next-Token") else { break };
        query = json!({ "next": token });
    }
    titles.sort_unstable();
    assert_eq!(titles, (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_limit_gives_pages_and_the_last_one_has_no_token() {
    let api = Api::start().await;
    for n in 0..6 {
        api.write(&format!("{n}"), "text").await;
    }
    let (mut titles, mut sizes) = (Vec::new(), Vec::new());
    let mut query = json!({"limit": "2"});
    loop {
        let page = api.list(query.clone()).await;
        sizes.push(page.titles().len());
        titles.extend(page.titles());
        match page.headers.get("Next-Token") {
            Some(token) => query["next"] = token.clone(),
            None => break,
        }
    }
    titles.sort();
    assert_eq!(sizes, [2, 2, 2]);
    assert_eq!(titles, ["0", "1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn a_page_larger_than_the_list_is_the_list() {
    let api = Api::start().await;
    api.write("a", "b").await;
    let seen = api.list(json!({"limit": "1000"})).await;
    assert_eq!((seen.titles().len(), seen.headers.get("Next-Token")), (1, None));
    assert_eq!(Api::start().await.list(Value::Null).await.body, "[]");
}

#[tokio::test]
async fn a_bad_limit_or_token_is_refused() {
    let api = Api::start().await;
    let mut event = request("GET", "/notes", None);
    for limit in ["0", "-1", "1001", "many", ""] {
        event["queryStringParameters"] = json!({ "limit": limit });
        let message = format!("`limit` is `{limit}`, and must be from 1 to 1000");
        api.check_refused(event.clone(), 400, &message).await;
    }
    for token in ["", "nonsense", "0195cafe-0000", "bm90ZXM6MQ"] {
        event["queryStringParameters"] = json!({ "next": token });
        api.check_refused(event.clone(), 400, "`next` is not a token of this list").await;
    }
}

#[tokio::test]
async fn a_note_is_replaced_and_keeps_its_beginning() {
    let api = Api::start().await;
    let path = api.write("old", "old text").await;
    let before = api.get(&path).await.json();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let seen =
        api.put(&path, json!({"title": "new", "content": "new text", "createdAt": "1999", "id": "x"})).await;
    let after = seen.json();
    assert_eq!(seen.status, 200);
    assert_eq!((&after["title"], &after["content"]), (&json!("new"), &json!("new text")));
    assert_eq!((&after["id"], &after["createdAt"]), (&before["id"], &before["createdAt"]));
    assert!(after["updatedAt"].as_str() > before["updatedAt"].as_str());
    assert_eq!(api.get(&path).await.json(), after);
}

#[tokio::test]
async fn a_note_that_is_not_there_is_neither_read_nor_replaced() {
    let api = Api::start().await;
    let absent = "there is no note `none`";
    api.check_refused(request("GET", "/notes/none", None), 404, absent).await;
    let body = r#"{"title":"a","content":"b"}"#;
    api.check_refused(request("PUT", "/notes/none", Some(body)), 404, absent).await;
    let body = r#"{"title":"a"}"#;
    api.check_refused(request("PUT", "/notes/none", Some(body)), 400, "`content` is missing").await;
    assert!(api.tables.is_empty("notes"));
}

#[tokio::test]
async fn a_note_is_deleted_once_and_for_all() {
    let api = Api::start().await;
    let path = api.write("a", "b").await;
    for _ in 0..2 {
        let seen = api.delete(&path).await;
        assert_eq!((seen.status, seen.body.as_str()), (204, ""));
    }
    assert_eq!(api.get(&path).await.status, 404);
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let api = Api::start().await;
    let seen = api.send(request("PATCH", "/notes/1", None)).await;
    assert_eq!((seen.status, &seen.headers["Allow"]), (405, &json!("GET, PUT, DELETE")));
    let seen = api.send(request("DELETE", "/notes", None)).await;
    assert_eq!((seen.status, &seen.headers["Allow"]), (405, &json!("GET, POST")));
    for path in ["/", "/notebook", "/else/notes"] {
        api.check_refused(
            request("GET", path, None),
            404,
            &format!("there is no `{}` here", path.trim_end_matches('/')),
        )
        .await;
    }
}

#[tokio::test]
async fn an_id_longer_than_a_key_may_be_is_not_there() {
    let api = Api::start().await;
    let path = format!("/notes/{}", "x".repeat(2_049));
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.get(&path[..path.len() - 1]).await.status, 404);
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let api = Api::start().await;
    let path = api.write("a", "b").await;
    api.get(&path).await;
    api.list(Value::Null).await;
    api.list(json!({"limit": "1"})).await;
    api.put(&path, json!({"title": "a", "content": "c"})).await;
    api.delete(&path).await;
    api.tables.calls().check(include_str!("../src/lib.rs"), &[("TABLE_NAME", "notes")]);
}

#[tokio::test]
async fn what_fails_here_is_not_told_to_clients() {
    let api = Api::start().await;
    let api = Api { handler: handler(&api.tables, "no-such-table"), ..api };
    let events = [
        request("POST", "/notes", Some(r#"{"title":"a","content":"b"}"#)),
        request("GET", "/notes", None),
        request("GET", "/notes/1", None),
        request("PUT", "/notes/1", Some(r#"{"title":"a","content":"b"}"#)),
        request("DELETE", "/notes/1", None),
    ];
    for event in events {
        api.check_refused(event, 500, "internal server error").await;
    }
}
