//! The agenda's resolvers, as its template carries them, against a real DynamoDB engine.
//!
//! AppSync itself is not here: who may call a field, and who is told of it, is in the schema.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::time::Duration;

use dynoxide::{Database, DynoxideError};
use serde_json::{Value, json};
use stacks::STACKS;
use stackwright::{Expr, ResourceEntry, Template};
use stackwright_resolver::dynamodb::Call;
use stackwright_resolver::{Failure, Limits, Script, World};

const TABLE: &str = "events_table";

/// Time enough, however busy the machine is.
const PATIENT: Limits = Limits { time: Duration::from_secs(20), memory: 32 << 20, stack: 256 << 10 };

/// The agenda's API: its resolvers, and its table.
struct Agenda {
    template: Template,
    database: Database,
}

impl Agenda {
    fn new() -> Agenda {
        let stack = STACKS.iter().find(|stack| stack.name == "Agenda").unwrap();
        let database = Database::memory().unwrap();
        let table = json!({
            "TableName": TABLE,
            "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
            "AttributeDefinitions": [
                {"AttributeName": "user_id", "AttributeType": "N"},
                {"AttributeName": "id", "AttributeType": "N"},
            ],
            "BillingMode": "PAY_PER_REQUEST",
        });
        database.create_table(serde_json::from_value(table).unwrap()).unwrap();
        Agenda { template: stack.synthesise().template, database }
    }

    /// The resolver of a field.
    fn resolver(&self, field: &str) -> (&ResourceEntry, Script) {
        let says = |resource: &ResourceEntry, property: &str, text: &str| {
            resource.property(property).and_then(Expr::as_text) == Some(text)
        };
        let mut resources = self.template.resources.iter().map(|(_, resource)| resource);
        let resolver = resources
            .find(|one| one.kind == "AWS::AppSync::Resolver" && says(one, "FieldName", field))
            .unwrap_or_else(|| panic!("`{field}` has no resolver"));
        let code = resolver.property("Code").and_then(Expr::as_text).unwrap();
        (resolver, Script::load(code, World::of_this_machine(), PATIENT).unwrap())
    }

    /// What a field comes to, its data source asked as AppSync asks it.
    fn call(&self, field: &str, args: Value) -> Result<Value, Failure> {
        let script = self.resolver(field).1;
        let mut context = json!({ "args": args });
        let request = script.request(&context)?.value;
        match request.get("operation") {
            None => context["result"] = request["payload"].clone(),
            Some(_) => self.ask(&request, &mut context),
        }
        Ok(script.response(&context)?.value)
    }

    fn ask(&self, request: &Value, context: &mut Value) {
        let call = Call::of(request, TABLE).unwrap();
        let error = match self.answer(&call) {
            Ok(answer) => return context["result"] = call.result(&answer),
            Err(error) => error,
        };
        let kind = error.error_type().rsplit('#').next().unwrap();
        let settled = match kind {
            "ConditionalCheckFailedException" => call.settled(self.stored(&request["key"]).as_ref()),
            _ => None,
        };
        if settled.is_none() {
            context["error"] = json!({"message": error.to_string(), "type": format!("DynamoDB:{kind}")});
        }
        context["result"] = settled.unwrap_or_default();
    }

    /// An item as the table has it.
    fn stored(&self, key: &Value) -> Option<Value> {
        let get = Call::of(&json!({"operation": "GetItem", "key": key}), TABLE).unwrap();
        self.answer(&get).unwrap().get("Item").cloned()
    }

    fn answer(&self, call: &Call) -> Result<Value, DynoxideError> {
        macro_rules! ask {
            ($method:ident) => {
                self.database
                    .$method(serde_json::from_value(call.body.clone()).unwrap())
                    .map(|answer| serde_json::to_value(answer).unwrap())
            };
        }
        match call.action {
            "GetItem" => ask!(get_item),
            "PutItem" => ask!(put_item),
            "UpdateItem" => ask!(update_item),
            "DeleteItem" => ask!(delete_item),
            _ => ask!(scan),
        }
    }

    fn create(&self, user: i64, id: i64, name: &str) -> Value {
        let input = event(id, json!({"user_id": user, "name": name, "location": null}));
        self.call("createEventsTable", json!({ "input": input })).unwrap()
    }

    fn item(&self, user: i64, id: i64) -> Value {
        self.call("getEventsTable", json!({"user_id": user, "id": id})).unwrap()
    }

    /// All pages of the list, from a page size.
    fn list(&self, filter: Value, limit: u32) -> (Vec<Value>, usize) {
        let (mut items, mut pages, mut token) = (Vec::new(), 0, Value::Null);
        loop {
            let args = json!({"filter": filter, "limit": limit, "nextToken": token});
            let mut page = self.call("listEventsTables", args).unwrap();
            items.append(page["items"].as_array_mut().unwrap());
            pages += 1;
            token = page["nextToken"].take();
            if token.is_null() {
                return (items, pages);
            }
        }
    }
}

/// What creates an event of user 1, with these fields besides or in place of the others.
fn event(id: i64, fields: Value) -> Value {
    let mut input = json!({
        "user_id": 1, "id": id, "name": "Tea", "dt_start": "2024-02-09T18:30", "dt_end": "2024-02-09T20:00",
    });
    input.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    input
}

#[track_caller]
fn raised(result: Result<Value, Failure>) -> (String, Option<String>) {
    let Err(Failure::Raised(error)) = result else { panic!("no error was raised, but {result:?}") };
    (error.message, error.error_type)
}

#[test]
fn every_field_of_the_contract_has_a_resolver_that_loads() {
    let agenda = Agenda::new();
    let tables =
        ["getEventsTable", "listEventsTables", "createEventsTable", "updateEventsTable", "deleteEventsTable"];
    let source = |field| agenda.resolver(field).0.property("DataSourceName").cloned().unwrap();
    for field in tables {
        assert_eq!(source(field), source("getEventsTable"), "{field}");
    }
    assert_ne!(source("createEventsTableWithLocalResolver"), source("getEventsTable"));
}

#[test]
fn an_event_is_created_once_and_marked_as_announced() {
    let agenda = Agenda::new();
    let created = agenda.create(1, 7, "Tea");
    assert_eq!(
        (&created["user_id"], &created["id"], &created["name"]),
        (&json!(1), &json!(7), &json!("Tea"))
    );
    let stored = agenda.item(1, 7);
    assert_eq!(stored["origin"], "graphql", "the stream's trigger would announce it again");
    assert!(stored.get("location").is_none(), "a null is stored");

    let coffee = event(7, json!({"name": "Coffee"}));
    let (_, kind) = raised(agenda.call("createEventsTable", json!({ "input": coffee })));
    assert_eq!(kind.as_deref(), Some("DynamoDB:ConditionalCheckFailedException"));
    assert_eq!(agenda.item(1, 7)["name"], "Tea");
    assert_eq!(agenda.create(1, 7, "Tea")["name"], "Tea", "the same once more is refused");
}

#[test]
fn an_id_leaves_some_for_the_events_after_it() {
    let agenda = Agenda::new();
    let create = |id: i64| {
        let input =
            json!({"user_id": 1, "id": id, "name": "Tea", "dt_start": "2024-02-09", "dt_end": "2024-02-09"});
        agenda.call("createEventsTable", json!({ "input": input }))
    };
    for id in [0, -1, 2_000_000_001, 2_147_483_647] {
        assert!(raised(create(id)).0.contains("must be between 1 and 2000000000"), "{id}");
    }
    assert!(create(2_000_000_000).is_ok());
}

/// Every action that the source's role allows is what some resolver asks for, and the other way round. AppSync itself
/// reads the item after a condition that failed.
#[test]
fn the_role_of_the_table_allows_what_resolvers_ask_for() {
    let agenda = Agenda::new();
    let event =
        json!({"user_id": 1, "id": 7, "name": "Tea", "dt_start": "2024-02-09", "dt_end": "2024-02-09"});
    let mutation = json!({ "args": { "input": event } });
    let calls = [
        ("getEventsTable", json!({"args": {"user_id": 1, "id": 7}})),
        ("listEventsTables", json!({"args": {}})),
        ("createEventsTable", mutation.clone()),
        ("updateEventsTable", mutation.clone()),
        ("deleteEventsTable", mutation),
    ];
    let asked = calls.map(|(field, context)| {
        let request = agenda.resolver(field).1.request(&context).unwrap().value;
        format!("dynamodb:{}", request["operation"].as_str().unwrap())
    });
    let policy =
        agenda.template.resources.iter().find(|(id, _)| id.as_str() == "EventsSourcePolicy").unwrap().1;
    let statements =
        policy.property("PolicyDocument").and_then(|document| document.field("Statement")).unwrap();
    let actions =
        statements.as_list().unwrap().iter().flat_map(|one| one.field("Action").unwrap().as_list().unwrap());
    let allowed: BTreeSet<_> = actions.map(|action| action.as_text().unwrap().to_owned()).collect();
    assert_eq!(BTreeSet::from(asked), allowed);
}

#[test]
fn the_trigger_leaves_out_what_carries_the_mark() {
    let template = Agenda::new().template;
    let mut mappings =
        template.resources.iter().filter(|(_, one)| one.kind == "AWS::Lambda::EventSourceMapping");
    let (_, mapping) = mappings.next().unwrap();
    let filters = mapping.property("FilterCriteria").and_then(|criteria| criteria.field("Filters")).unwrap();
    let patterns =
        filters.as_list().unwrap().iter().map(|filter| filter.field("Pattern").unwrap().as_text().unwrap());
    let patterns: Vec<Value> = patterns.map(|pattern| serde_json::from_str(pattern).unwrap()).collect();
    let expected =
        json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"origin": {"S": [{"exists": false}]}}}});
    assert_eq!(patterns, [expected]);
}

#[test]
fn an_announcement_is_its_input_and_writes_nothing() {
    let agenda = Agenda::new();
    let input = json!({"user_id": 1, "id": 7, "name": "Tea", "dt_start": "2024-02-09", "location": null});
    let told = agenda.call("createEventsTableWithLocalResolver", json!({ "input": input }));
    assert_eq!(told.unwrap(), input);
    assert_eq!(agenda.item(1, 7), Value::Null);
}

#[test]
fn an_update_changes_what_is_given_and_takes_away_what_is_null() {
    let agenda = Agenda::new();
    agenda.create(1, 7, "Tea");
    let update = |input: Value| agenda.call("updateEventsTable", json!({ "input": input }));
    let changed = update(json!({"user_id": 1, "id": 7, "name": "Coffee", "location": "Here"})).unwrap();
    assert_eq!((&changed["name"], &changed["location"]), (&json!("Coffee"), &json!("Here")));
    assert_eq!(changed["dt_start"], "2024-02-09T18:30");
    let changed = update(json!({"user_id": 1, "id": 7, "location": null})).unwrap();
    assert!(changed.get("location").is_none(), "{changed}");

    assert!(raised(update(json!({"user_id": 1, "id": 7}))).0.contains("nothing to change"));
    let (_, kind) = raised(update(json!({"user_id": 1, "id": 8, "name": "x"})));
    assert_eq!(kind.as_deref(), Some("DynamoDB:ConditionalCheckFailedException"));
    assert_eq!(agenda.item(1, 8), Value::Null, "an update created an event");
}

#[test]
fn what_is_no_event_is_neither_created_nor_made_of_one() {
    let agenda = Agenda::new();
    agenda.create(1, 7, "Tea");
    let before = agenda.item(1, 7);
    let date = "must be a date such as `2024-02-09` or `2024-02-09T18:30`";
    let cases = [
        (json!({"name": " \t"}), "`name` is blank".to_owned()),
        (json!({"name": ""}), "`name` is blank".to_owned()),
        (json!({"name": "x".repeat(257)}), "`name` has 257 characters, at most 256 are allowed".to_owned()),
        (json!({"dt_start": "09/02/2024"}), format!("`dt_start` {date}")),
        (json!({"dt_end": "2024-02-32"}), format!("`dt_end` {date}")),
        (json!({"dt_start": ""}), format!("`dt_start` {date}")),
        (json!({"dt_end": ""}), format!("`dt_end` {date}")),
        (json!({"dt_end": "2024-02-09T18:30Z"}), format!("`dt_end` {date}")),
        (
            json!({"dt_start": "2024-02-09T18:30:01", "dt_end": "2024-02-09T18:30"}),
            "`dt_end` is `2024-02-09T18:30`, and must not be before `dt_start`, `2024-02-09T18:30:01`"
                .to_owned(),
        ),
        (
            json!({"dt_start": "2024-02-10T00:00", "dt_end": "2024-02-09"}),
            "`dt_end` is `2024-02-09`, and must not be before `dt_start`, `2024-02-10T00:00`".to_owned(),
        ),
    ];
    for (fields, message) in cases {
        let mut update = fields.clone();
        (update["user_id"], update["id"]) = (json!(1), json!(7));
        for (field, input) in [("createEventsTable", event(8, fields.clone())), ("updateEventsTable", update)]
        {
            let refused = raised(agenda.call(field, json!({ "input": input })));
            assert_eq!(refused, (message.clone(), Some("BadRequest".to_owned())), "{field} {fields}");
        }
    }
    assert_eq!((agenda.item(1, 7), agenda.item(1, 8)), (before, Value::Null));
}

#[test]
fn what_lacks_a_name_or_a_date_is_no_event() {
    let agenda = Agenda::new();
    for name in ["name", "dt_start", "dt_end"] {
        let mut without = event(7, json!({}));
        without.as_object_mut().unwrap().remove(name);
        for input in [without, event(7, json!({name: null}))] {
            let refused = raised(agenda.call("createEventsTable", json!({ "input": input })));
            let message = format!("`{name}` is missing; an event has `name`, `dt_start` and `dt_end`");
            assert_eq!(refused, (message, Some("BadRequest".to_owned())), "{input}");
        }
    }
    assert_eq!(agenda.item(1, 7), Value::Null);
}

#[test]
fn a_day_alone_is_that_whole_day() {
    let agenda = Agenda::new();
    let spans = [
        ("2024-02-09T18:30", "2024-02-09"),
        ("2024-02-09", "2024-02-09"),
        ("2024-02-09", "2024-02-09T00:00"),
        ("2024-02-09T18:30:00", "2024-02-09T18:30"),
    ];
    for (id, (start, end)) in (1..).zip(spans) {
        let input = event(id, json!({"dt_start": start, "dt_end": end}));
        agenda.call("createEventsTable", json!({ "input": input })).unwrap();
    }
}

#[test]
fn a_deletion_answers_with_what_was_there() {
    let agenda = Agenda::new();
    agenda.create(1, 7, "Tea");
    let delete = || agenda.call("deleteEventsTable", json!({"input": {"user_id": 1, "id": 7}}));
    assert_eq!(delete().unwrap()["name"], "Tea");
    assert_eq!(agenda.item(1, 7), Value::Null);
    assert_eq!(raised(delete()), ("there is no such event".to_owned(), Some("NotFound".to_owned())));
}

#[test]
fn the_list_comes_in_pages_and_is_filtered() {
    let agenda = Agenda::new();
    for id in 1..=5 {
        agenda.create(1, id, "Tea");
        agenda.create(2, id, "Chess club");
    }
    let (all, pages) = agenda.list(Value::Null, 3);
    assert_eq!((all.len(), pages), (10, 4));
    assert_eq!(agenda.list(json!({"user_id": {"eq": 2}}), 3).0.len(), 5);
    assert_eq!(agenda.list(json!({"user_id": {"eq": 2}, "id": {"between": [2, 3]}}), 100).0.len(), 2);
    assert_eq!(agenda.list(json!({"name": {"beginsWith": "Chess"}, "id": {"gt": 4}}), 100).0.len(), 1);
    assert_eq!(agenda.list(json!({"location": {"eq": "nowhere"}}), 100).0.len(), 0);
    assert_eq!(agenda.list(json!({}), 100).0.len(), 10);
}
