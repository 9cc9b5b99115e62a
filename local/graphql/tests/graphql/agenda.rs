//! The agenda's own API: its schema and resolvers as the stack has them, over real tables.

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use stackwright_graphql::{
    ApiKey, DataSource, DataSourceKind, Definition, DynamodbCall, Graphql, Handling, Host, Mode, Resolver,
    SourceError,
};
use stackwright_tables::{Settings, Tables};

use crate::api::{Api, KEY, iam, messages, patient, unit};

const SCHEMA: &str = include_str!("../../../../stacks/agenda/schema.graphql");
const CHECK: &str = include_str!("../../../../stacks/agenda/check.js");

macro_rules! agenda {
    ($file:literal) => {
        include_str!(concat!("../../../../stacks/agenda/", $file))
    };
}

fn resolvers() -> Vec<Resolver> {
    let resolver = |field: &str, source: &str, code: String| unit(field, source, Handling::Javascript(code));
    vec![
        resolver("Query.getEventsTable", "Events", agenda!("get-event.js").to_owned()),
        resolver("Query.listEventsTables", "Events", agenda!("list-events.js").to_owned()),
        resolver("Mutation.createEventsTable", "Events", format!("{}\n{CHECK}", agenda!("create-event.js"))),
        resolver("Mutation.updateEventsTable", "Events", format!("{}\n{CHECK}", agenda!("update-event.js"))),
        resolver("Mutation.deleteEventsTable", "Events", agenda!("delete-event.js").to_owned()),
        resolver(
            "Mutation.createEventsTableWithLocalResolver",
            "Local",
            agenda!("announce-event.js").to_owned(),
        ),
    ]
}

fn definition() -> Definition {
    let source = |name: &str, kind| DataSource { name: name.to_owned(), kind };
    Definition {
        schema: SCHEMA.to_owned(),
        additional_modes: vec![Mode::Iam],
        keys: vec![ApiKey { key: KEY.to_owned(), expires: u64::MAX }],
        data_sources: vec![
            source("Events", DataSourceKind::Dynamodb { table: "events_table".to_owned() }),
            source("Local", DataSourceKind::None),
        ],
        resolvers: resolvers(),
        ..Definition::default()
    }
}

fn tables() -> Tables {
    let tables = Tables::memory(Settings::default()).unwrap();
    let table = json!({
        "TableName": "events_table",
        "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": "user_id", "AttributeType": "N"},
            {"AttributeName": "id", "AttributeType": "N"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    });
    tables.execute("CreateTable", table).unwrap();
    tables
}

fn api() -> Api {
    let tables = tables();
    let host = Host::new().limited(patient()).dynamodb(move |call: DynamodbCall| {
        let answer = tables.execute(call.action, call.body);
        std::future::ready(answer.map_err(|error| SourceError::new(error.kind, error.message))).boxed()
    });
    let (api, problems) = Api::over(host, definition());
    assert_eq!(problems, []);
    api
}

const FIELDS: &str = "user_id id name dt_start dt_end location";

async fn create(api: &Api, input: Value) -> Value {
    let query = format!(
        "mutation C($input: CreateEventsTableInput!) {{ createEventsTable(input: $input) {{ {FIELDS} }} }}"
    );
    api.ask_with(&query, json!({ "input": input })).await
}

fn event(id: i64) -> Value {
    json!({
        "user_id": 1, "id": id, "name": "Walk", "dt_start": "2024-02-09T18:30", "dt_end": "2024-02-09T19:30",
        "location": null,
    })
}

#[tokio::test]
async fn events_are_created_read_changed_and_deleted() {
    let api = api();
    assert_eq!(create(&api, event(1)).await, json!({"data": {"createEventsTable": event(1)}}));
    let read = format!("{{ getEventsTable(user_id: 1, id: 1) {{ {FIELDS} }} }}");
    assert_eq!(api.ask(&read).await["data"]["getEventsTable"], event(1));
    let update =
        "mutation { updateEventsTable(input: {user_id: 1, id: 1, location: \"Park\"}) { name location } }";
    assert_eq!(
        api.ask(update).await["data"]["updateEventsTable"],
        json!({"name": "Walk", "location": "Park"})
    );
    let delete = "mutation { deleteEventsTable(input: {user_id: 1, id: 1}) { id location } }";
    assert_eq!(api.ask(delete).await["data"]["deleteEventsTable"], json!({"id": 1, "location": "Park"}));
    assert_eq!(messages(&api.ask(delete).await), ["there is no such event"]);
    assert_eq!(api.ask(&read).await, json!({"data": {"getEventsTable": null}}));
}

#[tokio::test]
async fn an_event_is_not_written_over_another() {
    let api = api();
    create(&api, event(1)).await;
    let mut other = event(1);
    other["name"] = json!("Other");
    let answer = create(&api, other).await;
    assert_eq!(answer["data"], json!({"createEventsTable": null}));
    assert_eq!(answer["errors"][0]["errorType"], "DynamoDB:ConditionalCheckFailedException");
    assert_eq!(answer["errors"][0]["path"], json!(["createEventsTable"]));
}

#[tokio::test]
async fn bad_events_are_refused() {
    let api = api();
    let mut nameless = event(1);
    nameless["name"] = Value::Null;
    let answer = create(&api, nameless).await;
    assert_eq!(answer["errors"][0]["errorType"], "BadRequest");
    assert!(messages(&answer)[0].starts_with("`name` is missing"), "{answer}");
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let api = api();
    for id in 1..=7 {
        create(&api, event(id)).await;
    }
    let query = "query L($token: String, $filter: TableEventsTableFilterInput) {
        listEventsTables(limit: 3, nextToken: $token, filter: $filter) { items { id } nextToken } }";
    let mut ids = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = api.ask_with(query, json!({"token": token, "filter": {"id": {"gt": 2}}})).await["data"]["listEventsTables"].clone();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(ids, [3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn only_who_signs_announces() {
    let api = api();
    let query = format!(
        "mutation A($input: CreateEventsTableInput!) {{ createEventsTableWithLocalResolver(input: $input) {{ {FIELDS} }} }}"
    );
    let refused = api.ask_with(&query, json!({"input": event(1)})).await;
    assert_eq!(
        messages(&refused),
        ["Not Authorized to access createEventsTableWithLocalResolver on type Mutation"]
    );
    let announced = api.ask_as(&query, json!({"input": event(1)}), iam()).await;
    assert_eq!(announced, json!({"data": {"createEventsTableWithLocalResolver": event(1)}}));
    // And does nothing else.
    let created = api.ask_as("{ getEventsTable(user_id: 1, id: 1) { id } }", json!({}), iam()).await;
    assert_eq!(messages(&created), ["Not Authorized to access getEventsTable on type Query"]);
}

#[tokio::test]
async fn apis_are_apart() {
    let api = api();
    let other: &Graphql = &api.graphql;
    other.define("other", Definition { schema: "type Query { x: Int }".to_owned(), ..Definition::default() });
    let request =
        axum::http::Request::post("/").body(axum::body::Body::from(r#"{"query": "{ x }"}"#)).unwrap();
    // The key is the agenda's.
    assert_eq!(other.post("other", request, crate::api::key()).await.status(), 401);
}
