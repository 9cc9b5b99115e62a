//! Code as people write it for AppSync, and what becomes of it here.

#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use stackwright_resolver::{Failure, Limits, LoadError, Outcome, ResolverError, Script, World};

fn world() -> World {
    World::new(|| UNIX_EPOCH + Duration::from_millis(1_700_000_000_123), || "an-id".to_owned(), |_| {})
}

/// Time enough, however busy the machine is.
const PATIENT: Duration = Duration::from_secs(20);

fn load(code: &str) -> Result<Script, LoadError> {
    load_within(PATIENT, code)
}

fn load_within(time: Duration, code: &str) -> Result<Script, LoadError> {
    Script::load(code, world(), Limits { time, ..Limits::default() })
}

/// A script whose `request` is this function body, with everything imported.
fn script(body: &str) -> Script {
    load(&code(body)).unwrap()
}

fn code(body: &str) -> String {
    format!(
        "import {{ util, extensions, runtime }} from '@aws-appsync/utils';
         import * as ddb from '@aws-appsync/utils/dynamodb';
         export function request(ctx) {{ {body} }}
         export function response(ctx) {{ return ctx.result; }}"
    )
}

fn run(body: &str, context: Value) -> Result<Outcome, Failure> {
    script(body).request(&context)
}

#[track_caller]
fn check(body: &str, context: Value, expected: Value) {
    assert_eq!(run(body, context).unwrap().value, expected, "{body}");
}

#[test]
fn a_handler_sees_its_context_and_returns_a_value() {
    check(
        "return { payload: ctx.args.input };",
        json!({"args": {"input": {"a": [1, 2.5, "x", null]}}}),
        json!({"payload": {"a": [1, 2.5, "x", null]}}),
    );
    check("return ctx.arguments.a + ctx.args.a;", json!({"arguments": {"a": 2}}), json!(4));
    check("return ctx.identity.sourceIp;", json!({"identity": {"sourceIp": ["::1"]}}), json!(["::1"]));
    check("", json!({}), Value::Null);
    assert_eq!(script("").response(&json!({"result": {"id": 1}})).unwrap().value, json!({"id": 1}));
}

#[test]
fn the_stash_is_handed_on() {
    let outcome = run("ctx.stash.seen = ctx.stash.n + 1; return {};", json!({"stash": {"n": 1}})).unwrap();
    assert_eq!(outcome.stash, json!({"n": 1, "seen": 2}));
}

#[test]
fn values_get_the_types_of_dynamodb() {
    check(
        "return util.dynamodb.toMapValues({ s: 'a', n: 1.5, b: true, z: null, l: [1], m: { k: 'v' }, u: undefined });",
        json!({}),
        json!({"s": {"S": "a"}, "n": {"N": "1.5"}, "b": {"BOOL": true}, "z": {"NULL": true},
               "l": {"L": [{"N": "1"}]}, "m": {"M": {"k": {"S": "v"}}}}),
    );
    check("return util.dynamodb.toStringSet(['a']);", json!({}), json!({"SS": ["a"]}));
    check("return util.dynamodb.toNumber(null);", json!({}), Value::Null);
}

#[track_caller]
fn check_filter(filter: &str, expression: &str, names: Value, values: Value) {
    let body = format!("return JSON.parse(util.transform.toDynamoDBFilterExpression({filter}));");
    let mut expected = json!({"expression": expression, "expressionNames": names});
    if !values.is_null() {
        expected["expressionValues"] = values;
    }
    check(&body, json!({}), expected);
}

#[test]
fn filter_objects_become_expressions() {
    check_filter("{ a: { eq: 1 } }", "(#a = :a_eq)", json!({"#a": "a"}), json!({":a_eq": {"N": "1"}}));
    check_filter(
        "{ a: { ge: 1, lt: 5 }, b: { beginsWith: 'x' } }",
        "(((#a >= :a_ge) AND (#a < :a_lt)) AND (begins_with(#b, :b_beginsWith)))",
        json!({"#a": "a", "#b": "b"}),
        json!({":a_ge": {"N": "1"}, ":a_lt": {"N": "5"}, ":b_beginsWith": {"S": "x"}}),
    );
    check_filter(
        "{ or: [{ a: { eq: 1 } }, { a: { eq: 2 } }], not: { b: { contains: 'z' } } }",
        "(((#a = :a_eq) OR (#a = :a_eq_1)) AND (NOT (contains(#b, :b_contains))))",
        json!({"#a": "a", "#b": "b"}),
        json!({":a_eq": {"N": "1"}, ":a_eq_1": {"N": "2"}, ":b_contains": {"S": "z"}}),
    );
    check_filter(
        "{ a: { between: [1, 3], ne: null }, b: { in: ['x', 'y'] } }",
        "((#a BETWEEN :a_between AND :a_between_1) AND (#b IN (:b_in, :b_in_1)))",
        json!({"#a": "a", "#b": "b"}),
        json!({":a_between": {"N": "1"}, ":a_between_1": {"N": "3"}, ":b_in": {"S": "x"}, ":b_in_1": {"S": "y"}}),
    );
    check_filter(
        "{ a: { attributeExists: false } }",
        "(attribute_not_exists(#a))",
        json!({"#a": "a"}),
        Value::Null,
    );
}

#[test]
fn names_that_look_alike_keep_apart() {
    check_filter(
        "{ 'a-b': { eq: 1 }, 'a.b': { eq: 2 } }",
        "((#a_b = :a_b_eq) AND (#a_b_1 = :a_b_eq_1))",
        json!({"#a_b": "a-b", "#a_b_1": "a.b"}),
        json!({":a_b_eq": {"N": "1"}, ":a_b_eq_1": {"N": "2"}}),
    );
}

#[test]
fn requests_to_dynamodb_are_made() {
    check(
        "return ddb.get({ key: { id: 1 } });",
        json!({}),
        json!({"operation": "GetItem", "key": {"id": {"N": "1"}}}),
    );
    check(
        "return ddb.put({ key: { id: 1 }, item: { name: 'x' }, condition: { id: { attributeExists: false } } });",
        json!({}),
        json!({"operation": "PutItem", "key": {"id": {"N": "1"}}, "attributeValues": {"name": {"S": "x"}},
               "condition": {"expression": "(attribute_not_exists(#id))", "expressionNames": {"#id": "id"}}}),
    );
    check(
        "return ddb.remove({ key: { id: 1 } });",
        json!({}),
        json!({"operation": "DeleteItem", "key": {"id": {"N": "1"}}}),
    );
    check(
        "return ddb.query({ query: { user: { eq: 'u' }, at: { between: [1, 2] } }, index: 'I', limit: 5, nextToken: null });",
        json!({}),
        json!({"operation": "Query", "index": "I", "limit": 5, "query": {
            "expression": "(#user = :user_eq) AND (#at BETWEEN :at_between AND :at_between_1)",
            "expressionNames": {"#user": "user", "#at": "at"},
            "expressionValues": {":user_eq": {"S": "u"}, ":at_between": {"N": "1"}, ":at_between_1": {"N": "2"}}}}),
    );
    check(
        "return ddb.scan({ projection: ['id', 'a.b'] });",
        json!({}),
        json!({"operation": "Scan", "projection": {"expression": "#id, #a.#b", "expressionNames": {"#id": "id", "#a": "a", "#b": "b"}}}),
    );
}

#[test]
fn changes_become_update_expressions() {
    check(
        "return ddb.update({ key: { id: 1 }, update: { a: 'x', b: null, n: ddb.operations.increment(2),
             l: ddb.operations.append(['y']), r: ddb.operations.remove() } }).update;",
        json!({}),
        json!({
            "expression": "SET #a = :a, #n = if_not_exists(#n, :n) + :n_1, \
                           #l = list_append(if_not_exists(#l, :l), :l_1) REMOVE #b, #r",
            "expressionNames": {"#a": "a", "#b": "b", "#n": "n", "#l": "l", "#r": "r"},
            "expressionValues": {":a": {"S": "x"}, ":n": {"N": "0"}, ":n_1": {"N": "2"}, ":l": {"L": []},
                                 ":l_1": {"L": [{"S": "y"}]}},
        }),
    );
}

#[test]
fn transactions_and_batches_name_their_tables() {
    check(
        "return ddb.transactWrite({ items: [{ putItem: { table: 't', key: { id: 1 }, item: {} } },
             { conditionCheck: { table: 't', key: { id: 2 }, condition: { id: { attributeExists: true } } } }] });",
        json!({}),
        json!({"operation": "TransactWriteItems", "transactItems": [
            {"table": "t", "operation": "PutItem", "key": {"id": {"N": "1"}}, "attributeValues": {}},
            {"table": "t", "operation": "ConditionCheck", "key": {"id": {"N": "2"}},
             "condition": {"expression": "(attribute_exists(#id))", "expressionNames": {"#id": "id"}}}]}),
    );
    check(
        "return ddb.batchDelete({ tables: { t: [{ id: 1 }] } });",
        json!({}),
        json!({"operation": "BatchDeleteItem", "tables": {"t": [{"id": {"N": "1"}}]}}),
    );
}

#[test]
fn errors_that_are_raised_end_the_handler() {
    let failure =
        run("util.error('no', 'NotFound', { a: 1 }, { why: 'x' }); return 1;", json!({})).unwrap_err();
    let expected = ResolverError {
        message: "no".to_owned(),
        error_type: Some("NotFound".to_owned()),
        data: json!({"a": 1}),
        error_info: json!({"why": "x"}),
    };
    assert_eq!(failure, Failure::Raised(expected));
    assert_eq!(run("util.unauthorized();", json!({})).unwrap_err(), Failure::Unauthorized);
}

#[test]
fn errors_that_are_added_stand_beside_the_value() {
    let outcome = run("util.appendError('careful', 'Warning'); return 7;", json!({})).unwrap();
    assert_eq!(outcome.value, 7);
    assert_eq!(outcome.errors[0].message, "careful");
    assert_eq!(outcome.errors[0].error_type.as_deref(), Some("Warning"));
}

#[test]
fn an_early_return_says_so() {
    let outcome = run("runtime.earlyReturn({ a: 1 }); return 2;", json!({})).unwrap();
    assert!(outcome.is_early);
    assert_eq!(outcome.value, json!({"a": 1}));
    assert!(!run("return 2;", json!({})).unwrap().is_early);
}

#[test]
fn nothing_is_left_over_from_the_call_before() {
    let script = script(
        "if (ctx.args.first) { util.appendError('x'); util.http.addResponseHeader('a', 'b'); } return 1;",
    );
    let first = script.request(&json!({"args": {"first": true}})).unwrap();
    assert_eq!((first.errors.len(), first.headers), (1, json!({"a": "b"})));
    let second = script.request(&json!({})).unwrap();
    assert_eq!((second.errors.len(), second.headers), (0, json!({})));
}

#[test]
fn time_and_ids_are_those_of_the_world() {
    check(
        "return [util.time.nowISO8601(), util.time.nowEpochSeconds(), util.time.nowEpochMilliSeconds(), util.autoId()];",
        json!({}),
        json!(["2023-11-14T22:13:20.123Z", 1_700_000_000, 1_700_000_000_123_u64, "an-id"]),
    );
}

#[test]
fn times_are_written_and_read_in_javas_patterns() {
    let at = 1_700_000_000_123_u64;
    let written = |pattern: &str, zone: &str, expected: &str| {
        let body =
            "return util.time.epochMilliSecondsToFormatted(ctx.args.at, ctx.args.pattern, ctx.args.zone);";
        check(body, json!({"args": {"at": at, "pattern": pattern, "zone": zone}}), json!(expected));
    };
    written("yyyy-MM-dd HH:mm:ssZ", "UTC", "2023-11-14 22:13:20+0000");
    written("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "+05:30", "2023-11-15T03:43:20.123+05:30");
    written("EEE, d MMM yy h:mm a 'o''clock'", "GMT-2", "Tue, 14 Nov 23 8:13 PM o'clock");
    written("EEEE MMMM X", "Z", "Tuesday November Z");
    check("return util.time.nowFormatted('dd/MM/yyyy');", json!({}), json!("14/11/2023"));
    let read = |text: &str, pattern: &str, zone: Value, expected: u64| {
        let body = "return util.time.parseFormattedToEpochMilliSeconds(ctx.args.text, ctx.args.pattern, ctx.args.zone);";
        check(body, json!({"args": {"text": text, "pattern": pattern, "zone": zone}}), json!(expected));
    };
    read("2023-11-14 22:13:20+0000", "yyyy-MM-dd HH:mm:ssZ", Value::Null, 1_700_000_000_000);
    read("2023-11-15T03:43:20.123", "yyyy-MM-dd'T'HH:mm:ss.SSS", json!("+05:30"), at);
    read("14 Nov 23 10:13:20 PM", "d MMM yy h:mm:ss a", Value::Null, 1_700_000_000_000);
}

#[test]
fn times_that_cannot_be_read_are_errors() {
    let refused = |body: &str, part: &str| {
        let Err(Failure::Exception(message)) = run(body, json!({})) else { panic!("no exception") };
        assert!(message.contains(part), "{message}");
    };
    refused("return util.time.nowFormatted('yyyy', 'Europe/Vienna');", "Europe/Vienna is not available");
    refused("return util.time.nowFormatted('QQ');", "QQ");
    refused("return util.time.parseFormattedToEpochMilliSeconds('x', 'yyyy');", "not of the form yyyy");
}

#[test]
fn ids_that_sort_by_time_do() {
    let ids = |millis: u64| {
        let now = move || UNIX_EPOCH + Duration::from_millis(millis);
        let world = World::new(now, || "00112233-4455-6677-8899-aabbccddeeff".to_owned(), |_| {});
        let code = code("return [util.autoUlid(), util.autoKsuid()];");
        let script = Script::load(&code, world, Limits { time: PATIENT, ..Limits::default() }).unwrap();
        script.request(&json!({})).unwrap().value
    };
    let early = ids(1_700_000_000_123);
    assert_eq!(early[0].as_str().unwrap().len(), 26);
    assert_eq!(early[1].as_str().unwrap().len(), 27);
    assert!(early[0].as_str().unwrap().starts_with("01HF7YAT3V"), "{early}");
    let late = ids(1_700_000_001_123);
    assert!((0..2).all(|index| early[index].as_str() < late[index].as_str()), "{early} {late}");
}

#[test]
fn filters_of_subscriptions_become_groups() {
    let one = |field: &str, operator: &str, value: Value| json!({"fieldName": field, "operator": operator, "value": value});
    let groups = |groups: Vec<Vec<Value>>| {
        let groups: Vec<Value> = groups.into_iter().map(|filters| json!({ "filters": filters })).collect();
        json!({ "filterGroup": groups })
    };
    check(
        "return util.transform.toSubscriptionFilter({ a: { eq: 1 }, b: { ge: 2, ne: null } });",
        json!({}),
        groups(vec![vec![one("a", "eq", json!(1)), one("b", "ge", json!(2))]]),
    );
    check(
        "return util.transform.toSubscriptionFilter({ a: { eq: 1 }, or: [{ b: { eq: 2 } }, { c: { in: [3] } }] });",
        json!({}),
        groups(vec![
            vec![one("a", "eq", json!(1)), one("b", "eq", json!(2))],
            vec![one("a", "eq", json!(1)), one("c", "in", json!([3]))],
        ]),
    );
    check(
        "return util.transform.toSubscriptionFilter({ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }, ['b'], { c: { eq: 3 } });",
        json!({}),
        groups(vec![vec![one("a", "eq", json!(1)), one("c", "eq", json!(3))]]),
    );
    check("return util.transform.toSubscriptionFilter({});", json!({}), groups(vec![]));
}

#[test]
fn ids_of_this_machine_are_uuids_and_differ() {
    let script = Script::load(
        &code("return util.autoId();"),
        World::of_this_machine(),
        Limits { time: PATIENT, ..Limits::default() },
    );
    let script = script.unwrap();
    let ids = [(); 2].map(|()| script.request(&json!({})).unwrap().value.as_str().unwrap().to_owned());
    assert_ne!(ids[0], ids[1]);
    assert_eq!((ids[0].len(), &ids[0][14..15]), (36, "4"));
    assert!(matches!(&ids[0][19..20], "8" | "9" | "a" | "b"), "{}", ids[0]);
}

#[test]
fn texts_are_encoded_and_decoded() {
    check(
        "return [util.base64Encode('hé'), util.base64Decode('aMOp'), util.urlEncode('a b'), util.matches('^a+$', 'aa')];",
        json!({}),
        json!(["aMOp", "hé", "a%20b", true]),
    );
}

#[test]
fn the_log_is_the_worlds() {
    let lines = Rc::new(RefCell::new(Vec::new()));
    let log = lines.clone();
    let world = World::new(std::time::SystemTime::now, String::new, move |line| {
        log.borrow_mut().push(line.to_owned())
    });
    let code = "export function request(ctx) { console.log('got', ctx.args); } export function response() {}";
    Script::load(code, world, Limits::default()).unwrap().request(&json!({"args": {"a": 1}})).unwrap();
    assert_eq!(*lines.borrow(), [r#"got {"a":1}"#]);
}

#[test]
fn what_is_thrown_names_its_line() {
    let code = "export function request(ctx) {\n    return ctx.args.a.b;\n}\nexport function response() {}";
    let Err(Failure::Exception(message)) = load(code).unwrap().request(&json!({})) else {
        panic!("no exception")
    };
    assert!(message.contains("undefined") && message.contains("(line 2"), "{message}");
}

#[test]
fn what_is_missing_says_so() {
    let Err(Failure::Exception(message)) = run("return util.xml.toMap('<a/>');", json!({})) else {
        panic!("no exception")
    };
    assert!(message.starts_with("util.xml.toMap is not available here"), "{message}");
}

#[test]
fn endless_loops_and_hoards_end() {
    let failure = |body: &str| run(body, json!({})).unwrap_err();
    let soon = Duration::from_secs(1);
    let endless = load_within(soon, &code("for (;;) { if (ctx.args.stop) { return 1; } }")).unwrap();
    assert_eq!(endless.request(&json!({})).unwrap_err(), Failure::OutOfTime(soon));
    assert_eq!(endless.request(&json!({"args": {"stop": true}})).unwrap().value, 1);
    let hoard = failure("return 'x'.repeat(60000000).length;");
    assert!(matches!(&hoard, Failure::Exception(message) if message.contains("memory")), "{hoard:?}");
    let depth = failure("const f = () => f() + 1; return f();");
    assert!(matches!(&depth, Failure::Exception(message) if message.contains("stack")), "{depth:?}");
}

#[test]
fn a_script_works_after_a_failure() {
    let body = "if (ctx.args.fail) { return ctx.args.a.b; } return 1;";
    let script = script(body);
    assert!(script.request(&json!({"args": {"fail": true}})).is_err());
    assert_eq!(script.request(&json!({})).unwrap().value, 1);
}

#[test]
fn code_that_cannot_be_loaded_is_refused() {
    assert!(matches!(load("export function request( {"), Err(LoadError::Code(_))));
    assert_eq!(load("export function request() {}").unwrap_err(), LoadError::NoHandler("response"));
    let import = load("import fs from 'fs'; export function request() {} export function response() {}");
    assert!(import.unwrap_err().to_string().contains("AppSync has no such module"));
    let private = load(
        "import { host } from 'stackwright:call'; export function request() {} export function response() {}",
    );
    assert!(private.unwrap_err().to_string().contains("AppSync has no such module"));
}
