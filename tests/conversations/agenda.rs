//! The agenda: whoever opens the page may put an event into it, and every calendar that is open shows it once.

mod calendar;
mod stack;

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use self::calendar::{Calendar, FIELDS};
use self::stack::Agenda;
use crate::machine::eventually;
use crate::signing::Keys;
use crate::web::{Answer, Request};

const TABLE: &str = "events_table";

/// How many clients create events for one user at the same time.
const AT_ONCE: usize = 30;

/// Long enough to say that nothing comes.
const SILENCE: Duration = Duration::from_millis(300);

/// An event as the form sends it.
fn concert(user: i64) -> Value {
    json!({ "user_id": user, "name": "Concert", "dt_start": "2026-11-21T20:00", "dt_end": "2026-11-21T22:30" })
}

/// What `base` is with `changes`.
fn with(mut base: Value, changes: &Value) -> Value {
    base.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    base
}

#[test]
fn an_event_of_the_form_shows_once_on_every_calendar_that_is_open() {
    let agenda = Agenda::start("agenda");
    let guest = agenda.guest();
    let mut everybodys = agenda.calendar();
    everybodys.subscribe("all", "onCreateEventsTable");
    let mut adas = agenda.calendar();
    adas.subscribe("ada", "onCreateEventsTable(user_id: 7)");

    // The first event of a user has the id 1, and the next one the next.
    let first = agenda.create(&guest, &with(concert(7), &json!({ "location": "Town hall" })));
    assert_eq!(first, with(concert(7), &json!({ "id": 1, "location": "Town hall" })));
    let second = agenda.create(&guest, &with(concert(7), &json!({ "user_id": "7", "dt_end": "2026-11-21" })));
    assert_eq!(second, with(concert(7), &json!({ "id": 2, "dt_end": "2026-11-21" })));
    // Another user's first event, too.
    let bobs = agenda.create(&agenda.guest(), &concert(8));
    assert_eq!(bobs["id"], 1);

    // A page has all fields of them, those without a value included.
    let shown = |event: &Value| with(json!({ "location": null }), event);
    let heard = [everybodys.hear(), everybodys.hear(), everybodys.hear()].map(|(id, event)| {
        assert_eq!(id, "all");
        event
    });
    for event in [&first, &second, &bobs] {
        assert_eq!(heard.iter().filter(|heard| **heard == shown(event)).count(), 1, "{event} in {heard:?}");
    }
    assert_eq!(adas.hear(), ("ada".to_owned(), shown(&first)));
    assert_eq!(adas.hear(), ("ada".to_owned(), shown(&second)));
    for calendar in [&mut everybodys, &mut adas] {
        calendar.socket.hear_nothing_for(SILENCE);
    }
    assert_eq!(agenda.get(7, 1), shown(&first));

    many_at_once_all_get_ids_of_their_own(&agenda, &guest, &mut adas);
    whoever_stops_hears_no_more(&agenda, &guest, &mut adas);
    assert_eq!(agenda.untold(), None);
}

fn many_at_once_all_get_ids_of_their_own(agenda: &Agenda, guest: &Keys, adas: &mut Calendar) {
    let create =
        |number: usize| agenda.create(guest, &with(concert(7), &json!({ "name": format!("Set {number}") })));
    let created: Vec<Value> = thread::scope(|scope| {
        let creating: Vec<_> = (0..AT_ONCE).map(|number| scope.spawn(move || create(number))).collect();
        creating.into_iter().map(|creating| creating.join().unwrap()).collect()
    });
    let ids =
        |events: &[Value]| events.iter().map(|event| event["id"].as_u64().unwrap()).collect::<BTreeSet<_>>();
    // Behind the two that are there.
    let expected: BTreeSet<u64> = (3..).take(AT_ONCE).collect();
    assert_eq!(ids(&created), expected);

    let heard: Vec<Value> = created.iter().map(|_| adas.hear().1).collect();
    assert_eq!(ids(&heard), expected);
    for event in &created {
        assert!(heard.contains(&with(json!({ "location": null }), event)), "{event}");
    }
    adas.socket.hear_nothing_for(SILENCE);
}

fn whoever_stops_hears_no_more(agenda: &Agenda, guest: &Keys, adas: &mut Calendar) {
    adas.stop("ada");
    adas.subscribe("bob", "onCreateEventsTable(user_id: 8)");
    agenda.create(guest, &concert(7));
    let bobs = agenda.create(guest, &concert(8));
    let (id, event) = adas.hear();
    assert_eq!((id.as_str(), &event["id"]), ("bob", &bobs["id"]));
    adas.socket.hear_nothing_for(SILENCE);
}

#[test]
fn what_is_no_event_is_refused_and_so_are_strangers() {
    let agenda = Agenda::start("agenda-refusals");
    let guest = agenda.guest();
    nonsense_is_no_event(&agenda, &guest);
    a_user_with_the_last_id_gets_no_more(&agenda, &guest);
    strangers_may_not_create(&agenda, &guest);
    guests_may_do_nothing_else(&agenda, &guest);
    only_the_page_may_ask(&agenda);
}

#[track_caller]
fn check_refused(answer: &Answer, message: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (400, "application/json"), "{message}");
    let said = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(said.contains(message), "{said}, instead of {message}");
    assert_eq!(answer.json(), json!({ "message": said }));
}

fn nonsense_is_no_event(agenda: &Agenda, guest: &Keys) {
    for (changes, message) in [
        (json!({ "name": null }), "`name` is missing"),
        (json!({ "name": " " }), "`name` is blank"),
        (json!({ "name": "x".repeat(257) }), "`name` has 257 characters, at most 256 are allowed"),
        (json!({ "user_id": 1.5 }), "`user_id` is `1.5`, and must be an integer"),
        (json!({ "user_id": "ada" }), "`user_id` is `\"ada\"`, and must be an integer"),
        (json!({ "dt_end": "2026-11-21T19:59" }), "`dt_end` is `2026-11-21T19:59`, and must not be before"),
        (json!({ "dt_start": "2026-02-30" }), "`dt_start` is `2026-02-30`, and must be a date"),
        (json!({ "dt_end": null }), "`dt_end` is missing"),
        (json!({ "location": 7 }), "`location` is not a string"),
    ] {
        check_refused(&agenda.try_to_create(guest, &with(concert(7), &changes).to_string()), message);
    }
    for body in ["", "hello", "[]", "{\"name\":"] {
        check_refused(&agenda.try_to_create(guest, body), "the body is no JSON object");
    }
    assert_eq!(agenda.machine.items(TABLE), Vec::<Value>::new());
    let get = Request::get(&agenda.form_url).signed(guest, "lambda").send();
    assert_eq!((get.status, get.header("allow")), (405, "POST"));
}

fn a_user_with_the_last_id_gets_no_more(agenda: &Agenda, guest: &Keys) {
    put(agenda, 9, i64::from(i32::MAX));
    let answer = agenda.try_to_create(guest, &concert(9).to_string());
    assert_eq!(
        (answer.status, answer.json()),
        (409, json!({ "message": "user 9 has the last id there is" }))
    );
}

/// Writes an event past everybody, into the table.
#[track_caller]
fn put(agenda: &Agenda, user: i64, id: i64) {
    let item = json!({
        "user_id": { "N": user.to_string() },
        "id": { "N": id.to_string() },
        "name": { "S": "Concert" },
        "dt_start": { "S": "2026-11-21" },
        "dt_end": { "S": "2026-11-21" },
    });
    agenda.machine.ask("DynamoDB_20120810.PutItem", &json!({ "TableName": TABLE, "Item": item }));
}

fn strangers_may_not_create(agenda: &Agenda, guest: &Keys) {
    let before = agenda.machine.items(TABLE);
    let event = concert(7).to_string();
    let check = |answer: Answer| assert_eq!(answer.status, 403, "{}", answer.text());
    check(Request::post(&agenda.form_url, &event).send());
    check(agenda.try_to_create(&Keys::new("AKIAIOSFODNN7EXAMPLE", "a secret that is none", None), &event));
    // Signed for one event, sent with another.
    let mut forged = Request::post(&agenda.form_url, &event).signed(guest, "lambda");
    forged.body = concert(8).to_string();
    check(forged.send());
    assert_eq!(agenda.machine.items(TABLE), before);
}

fn guests_may_do_nothing_else(agenda: &Agenda, guest: &Keys) {
    let scan = Request::post(agenda.machine.endpoint(), &json!({ "TableName": TABLE }).to_string())
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.Scan");
    let answer = scan.signed(guest, "dynamodb").send();
    assert_eq!((answer.status, answer.header("x-amzn-errortype")), (400, "AccessDeniedException"));

    let name = &agenda.machine.ready["functions"]["agenda-put-event"];
    let path = format!("/2015-03-31/functions/{}/invocations", name.as_str().unwrap());
    let invoke = Request::post(&format!("{}{path}", agenda.machine.endpoint()), "{}");
    assert_eq!(invoke.signed(guest, "lambda").send().status, 403);

    let query = format!(
        "mutation {{ createEventsTableWithLocalResolver(input: {{ user_id: 7, id: 1 }}) {{ {FIELDS} }} }}"
    );
    let answer = agenda.query(&query, &json!({})).signed(guest, "appsync").send();
    let denied =
        json!({ "errors": [{ "errorType": "UnauthorizedException", "message": "Permission denied" }] });
    assert_eq!((answer.status, answer.json()), (401, denied));
}

fn only_the_page_may_ask(agenda: &Agenda) {
    let preflight = |origin: &str| {
        Request::new("OPTIONS", &agenda.form_url, "")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,x-amz-date")
            .send()
    };
    let page = agenda.machine.endpoint();
    let allowed = preflight(page);
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, page));
    assert_eq!(allowed.header("access-control-allow-methods"), "POST");
    assert!(allowed.header("access-control-allow-headers").contains("authorization"), "{allowed:?}");
    let other = preflight("https://elsewhere.example");
    assert_eq!(other.header("access-control-allow-origin"), "");
}

#[test]
fn whoever_has_the_key_reads_and_changes_and_calendars_follow() {
    let agenda = Agenda::start("agenda-graphql");
    let mut calendar = agenda.calendar();
    calendar.subscribe("created", "onCreateEventsTable");
    calendar.subscribe("updated", "onUpdateEventsTable(user_id: 7)");
    calendar.subscribe("deleted", "onDeleteEventsTable");
    let heard = |calendar: &mut Calendar, id: &str, event: &Value| {
        assert_eq!(calendar.hear(), (id.to_owned(), event.clone()));
    };

    // Told by the mutation itself, and not a second time by the function behind the table's stream.
    let concert = with(concert(7), &json!({ "id": 1, "location": null }));
    assert_eq!(agenda.change("createEventsTable", &concert), concert);
    heard(&mut calendar, "created", &concert);
    calendar.socket.hear_nothing_for(SILENCE);
    let another = with(concert.clone(), &json!({ "name": "Choir" }));
    agenda.refuses("createEventsTable", &another, "DynamoDB:ConditionalCheckFailedException");
    agenda.refuses("createEventsTable", &with(concert.clone(), &json!({ "name": " " })), "BadRequest");

    let moved = with(concert.clone(), &json!({ "location": "Town hall", "dt_end": "2026-11-21T23:00" }));
    let changes = json!({ "user_id": 7, "id": 1, "location": "Town hall", "dt_end": "2026-11-21T23:00" });
    assert_eq!(agenda.change("updateEventsTable", &changes), moved);
    heard(&mut calendar, "updated", &moved);
    let nowhere = json!({ "user_id": 7, "id": 1, "location": null });
    let moved = with(moved, &nowhere);
    assert_eq!(agenda.change("updateEventsTable", &nowhere), moved);
    heard(&mut calendar, "updated", &moved);
    let nobodys = json!({ "user_id": 7, "id": 2, "name": "Choir" });
    agenda.refuses("updateEventsTable", &nobodys, "DynamoDB:ConditionalCheckFailedException");
    agenda.refuses("updateEventsTable", &json!({ "user_id": 7, "id": 1 }), "BadRequest");
    assert_eq!(agenda.get(7, 1), moved);

    let key = json!({ "user_id": 7, "id": 1 });
    assert_eq!(agenda.change("deleteEventsTable", &key), moved);
    heard(&mut calendar, "deleted", &moved);
    agenda.refuses("deleteEventsTable", &key, "NotFound");
    assert_eq!(agenda.get(7, 1), Value::Null);
    calendar.socket.hear_nothing_for(SILENCE);

    nobody_gets_in_without_the_key(&agenda);
    the_key_announces_nothing(&agenda, &mut calendar);
    lists_are_filtered_and_come_in_pages(&agenda);
    assert_eq!(agenda.untold(), None);
}

fn lists_are_filtered_and_come_in_pages(agenda: &Agenda) {
    let count = 12;
    for number in 1..=count {
        let name = if number % 2 == 0 { "Concert" } else { "Choir" };
        let event = with(concert(number % 3), &json!({ "id": number, "name": name }));
        agenda.change("createEventsTable", &event);
    }
    let check = |filter: Value, limit: usize, expected: &[i64]| {
        let (mut events, pages) = agenda.list(&filter, limit);
        events.sort_by_key(|event| event["id"].as_i64());
        let ids: Vec<i64> = events.iter().map(|event| event["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, expected, "{filter}");
        pages
    };
    let all: Vec<i64> = (1..=count).collect();
    assert_eq!(check(json!(null), 100, &all), 1);
    // Of twelve events five are looked at for a page, whatever the filter lets through.
    assert_eq!(check(json!(null), 5, &all), 3);
    assert_eq!(check(json!({ "user_id": { "eq": 1 } }), 5, &[1, 4, 7, 10]), 3);
    check(json!({ "name": { "beginsWith": "Con" }, "id": { "between": [3, 8] } }), 100, &[4, 6, 8]);
    check(json!({ "location": { "eq": "Town hall" } }), 100, &[]);
}

fn nobody_gets_in_without_the_key(agenda: &Agenda) {
    let list = || agenda.query("{ listEventsTables { nextToken } }", &json!({}));
    let check = |request: Request, message: &str| {
        let answer = request.send();
        let refused = json!({ "errors": [{ "errorType": "UnauthorizedException", "message": message }] });
        assert_eq!((answer.status, answer.json()), (401, refused));
    };
    check(list(), "Valid authorization header not provided.");
    check(list().header("x-api-key", "da2-nobody"), "You are not authorized to make this call.");
    let nobody = Keys::new("AKIAIOSFODNN7EXAMPLE", "a secret that is none", None);
    let answer = list().signed(&nobody, "appsync").send();
    assert_eq!((answer.status, answer.header("x-amzn-errortype")), (403, "UnrecognizedClientException"));

    let mut refused = Calendar::try_to_open(&agenda.realtime_url, "da2-nobody");
    let error = refused.socket.hear();
    assert_eq!(
        (&error["type"], &error["payload"]["errors"][0]["errorCode"]),
        (&json!("connection_error"), &json!(401))
    );
}

/// An announcement tells of what the table has; who could make one up would put ghosts into calendars.
fn the_key_announces_nothing(agenda: &Agenda, calendar: &mut Calendar) {
    let ghost = with(concert(7), &json!({ "id": 1 }));
    agenda.refuses("createEventsTableWithLocalResolver", &ghost, "Unauthorized");
    calendar.socket.hear_nothing_for(SILENCE);
}

#[test]
fn an_event_that_cannot_be_announced_fails_alone() {
    let agenda = Agenda::start("agenda-failures");
    let mut calendar = agenda.calendar();
    calendar.subscribe("created", "onCreateEventsTable");
    // No `Int` of GraphQL: the mutation is answered with `errors`.
    put(&agenda, 1 << 40, 1);
    put(&agenda, 7, 1);

    let (_, event) = calendar.hear();
    assert_eq!((&event["user_id"], &event["id"]), (&json!(7), &json!(1)));
    let failed =
        eventually(|| agenda.untold()).expect("the event that nobody was told of waits in the queue");
    assert_eq!(failed["DDBStreamBatchInfo"]["batchSize"], 1, "{failed}");
}
