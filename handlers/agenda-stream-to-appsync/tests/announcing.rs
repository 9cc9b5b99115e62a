//! Batches as a DynamoDB stream delivers them, announced to a GraphQL API.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use agenda_stream_to_appsync::StreamToAppsync;
use handler_kit::{Aws, Deadline, Handler as _};
use handler_testing::Graphql;
use serde_json::{Value, json};

const INSERT: &str = include_str!("events/insert.json");

struct Announcer {
    api: Graphql,
    handler: StreamToAppsync,
}

impl Announcer {
    async fn start() -> Announcer {
        let api = Graphql::start().await;
        Announcer { handler: handler(&api.url()), api }
    }

    async fn deliver(&self, records: &[Value]) -> Value {
        self.deliver_until(Deadline::after(Duration::from_secs(60)), records).await
    }

    async fn deliver_until(&self, deadline: Deadline, records: &[Value]) -> Value {
        let batch = serde_json::from_value(json!({ "Records": records })).unwrap();
        serde_json::to_value(self.handler.handle(batch, deadline).await.unwrap()).unwrap()
    }

    /// The ids of the events that were announced.
    fn told(&self) -> Vec<u64> {
        let mut ids: Vec<_> = self.api.told().iter().map(|event| event["id"].as_u64().unwrap()).collect();
        ids.sort_unstable();
        ids
    }

    /// Answers the announcement of an event with something else, once.
    fn answer(&self, id: u64, status: u16, body: &str) {
        self.api.answer(&format!("\"id\":{id},"), status, body);
    }
}

fn handler(url: &str) -> StreamToAppsync {
    // An endpoint for the other services is none of the API's.
    StreamToAppsync::new(handler_kit::Graphql::new(&Aws::local("http://127.0.0.1:9"), url))
}

/// The record of the fixture, with another id as its sequence number, too.
fn insert(id: u64) -> Value {
    let mut event: Value = serde_json::from_str(INSERT).unwrap();
    let mut record = event["Records"][0].take();
    record["dynamodb"]["SequenceNumber"] = json!(id.to_string());
    record["dynamodb"]["NewImage"]["id"] = json!({"N": id.to_string()});
    record
}

fn all_well() -> Value {
    json!({"batchItemFailures": []})
}

fn failed(numbers: &[u64]) -> Value {
    let failures: Vec<_> =
        numbers.iter().map(|number| json!({"itemIdentifier": number.to_string()})).collect();
    json!({ "batchItemFailures": failures })
}

#[tokio::test]
async fn a_new_event_is_announced_with_all_its_fields_and_nothing_else() {
    let announcer = Announcer::start().await;
    let event: Value = serde_json::from_str(INSERT).unwrap();
    assert_eq!(announcer.deliver(event["Records"].as_array().unwrap()).await, all_well());
    let announced = json!({
        "user_id": 7, "id": 1, "name": "Choir", "location": "Town hall",
        "dt_start": "2024-02-09T18:30", "dt_end": "2024-02-09T20:00",
    });
    assert_eq!(announcer.api.told(), [announced]);
}

#[tokio::test]
async fn a_location_is_optional() {
    let announcer = Announcer::start().await;
    let mut record = insert(1);
    record["dynamodb"]["NewImage"].as_object_mut().unwrap().remove("location");
    assert_eq!(announcer.deliver(&[record]).await, all_well());
    assert_eq!(announcer.api.told()[0]["location"], Value::Null);
}

#[tokio::test]
async fn text_of_people_is_passed_as_a_variable() {
    let announcer = Announcer::start().await;
    let mut record = insert(1);
    let name = "\"Choir\" }) { id } } #\n全角 \\";
    record["dynamodb"]["NewImage"]["name"]["S"] = json!(name);
    assert_eq!(announcer.deliver(&[record]).await, all_well());
    assert_eq!(announcer.api.told()[0]["name"], name);
}

#[tokio::test]
async fn what_is_no_news_is_not_announced() {
    let announcer = Announcer::start().await;
    let (mut changed, mut removed, mut announced) = (insert(1), insert(2), insert(3));
    changed["eventName"] = json!("MODIFY");
    removed["eventName"] = json!("REMOVE");
    removed["dynamodb"].as_object_mut().unwrap().remove("NewImage");
    announced["dynamodb"]["NewImage"]["origin"] = json!({"S": "graphql"});
    assert_eq!(announcer.deliver(&[changed, removed, announced]).await, all_well());
    assert_eq!(announcer.api.requests(), 0);
}

#[tokio::test]
async fn an_answer_with_errors_is_a_failed_record() {
    let announcer = Announcer::start().await;
    let errors = r#"{"data":{"createEventsTableWithLocalResolver":{"id":2}},"errors":[{"message":"no"}]}"#;
    announcer.answer(2, 200, errors);
    announcer.answer(3, 200, r#"{"data":null,"errors":[{"errorType":"Unauthorized","message":"not you"}]}"#);
    let records = [insert(1), insert(2), insert(3), insert(4)];
    assert_eq!(announcer.deliver(&records).await, failed(&[2, 3]));
    assert_eq!(announcer.told(), [1, 4]);
    assert_eq!(announcer.api.requests(), 4, "errors are not asked again");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_a_failed_record() {
    let answers = [
        "",
        "<html>",
        "[]",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"createEventsTableWithLocalResolver":null}}"#,
    ];
    for answer in answers {
        let announcer = Announcer::start().await;
        announcer.answer(1, 200, answer);
        assert_eq!(announcer.deliver(&[insert(1)]).await, failed(&[1]), "{answer}");
    }
}

#[tokio::test]
async fn an_api_that_refuses_fails_the_record_at_once() {
    let announcer = Announcer::start().await;
    for status in [400, 401, 403] {
        announcer.answer(1, status, r#"{"errors":[{"message":"no"}]}"#);
        assert_eq!(announcer.deliver(&[insert(1)]).await, failed(&[1]), "{status}");
    }
    assert_eq!(announcer.api.requests(), 3);
}

#[tokio::test]
async fn an_api_that_is_busy_is_asked_again() {
    let announcer = Announcer::start().await;
    for status in [429, 500, 503] {
        announcer.answer(1, status, "busy");
    }
    assert_eq!(announcer.deliver(&[insert(1), insert(2)]).await, all_well());
    assert_eq!((announcer.told(), announcer.api.requests()), (vec![1, 2], 5));
}

#[tokio::test]
async fn an_api_that_fails_to_the_end_fails_the_record_alone() {
    let announcer = Announcer::start().await;
    for _ in 0..10 {
        announcer.answer(2, 500, "busy");
    }
    assert_eq!(announcer.deliver(&[insert(1), insert(2), insert(3)]).await, failed(&[2]));
    assert_eq!(announcer.told(), [1, 3]);
}

#[tokio::test]
async fn a_bad_record_never_takes_its_batch_with_it() {
    let announcer = Announcer::start().await;
    let mut records = vec![insert(1)];
    for (n, name) in [(2, "user_id"), (3, "name"), (4, "dt_start"), (5, "dt_end")] {
        let mut record = insert(n);
        record["dynamodb"]["NewImage"].as_object_mut().unwrap().remove(name);
        records.push(record);
    }
    let mut half = insert(6);
    half["dynamodb"]["NewImage"]["id"] = json!({"N": "1.5"});
    let mut text = insert(7);
    text["dynamodb"]["NewImage"]["user_id"] = json!({"S": "7"});
    let unreadable = json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": "8", "NewImage": 7}});
    records.extend([half, text, unreadable, json!({}), insert(9)]);
    assert_eq!(announcer.deliver(&records).await, failed(&[8, 2, 3, 4, 5, 6, 7]));
    assert_eq!(announcer.told(), [1, 9]);
}

#[tokio::test]
async fn a_large_batch_is_announced_whole() {
    let announcer = Announcer::start().await;
    let records: Vec<_> = (1..=100).map(insert).collect();
    assert_eq!(announcer.deliver(&records).await, all_well());
    assert_eq!(announcer.told(), (1..=100).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_api_that_does_not_answer_fails_the_records_at_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let handler = handler(&format!("http://{}/graphql", silent.local_addr().unwrap()));
    let (announcer, start) = (Announcer { handler, ..Announcer::start().await }, Instant::now());
    let records: Vec<_> = (1..=20).map(insert).collect();
    let answer = announcer.deliver_until(Deadline::after(Duration::from_millis(300)), &records).await;
    assert_eq!(answer, failed(&(1..=20).collect::<Vec<_>>()));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[tokio::test]
async fn after_the_deadline_nothing_is_announced_and_every_record_fails() {
    let announcer = Announcer::start().await;
    let answer = announcer.deliver_until(Deadline::after(Duration::ZERO), &[insert(1), insert(2)]).await;
    assert_eq!((answer, announcer.api.requests()), (failed(&[1, 2]), 0));
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_fails_the_record() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let handler = handler(&format!("http://{nobody}/graphql"));
    let announcer = Announcer { handler, ..Announcer::start().await };
    assert_eq!(announcer.deliver(&[insert(1)]).await, failed(&[1]));
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let announcer = Announcer::start().await;
    announcer.deliver(&[insert(1)]).await;
    let told = [("GRAPHQL_URL", announcer.api.url())];
    let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
    announcer.api.calls().check(include_str!("../src/lib.rs"), &told);
}
