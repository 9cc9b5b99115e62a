//! Resolvers: what they get, what they ask, and what becomes of what they return.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use stackwright_graphql::{
    Caller, CognitoIdentity, Definition, DynamodbCall, Handling, Happening, Host, Iam, Invoked, LambdaCall,
    Limits, Resolver, SourceError,
};

use crate::api::{
    Api, BOTH, code, definition, function, iam, key, messages, patient, pipeline, saying, somebody, unit,
};

fn javascript(request: &str, response: &str) -> Handling {
    Handling::Javascript(code(request, response))
}

/// An API whose one field is resolved this way.
fn one(ty: &str, resolver: Resolver) -> Api {
    Api::new(definition(&schema(ty), vec![resolver]))
}

fn schema(ty: &str) -> String {
    format!("type Query {{ f(a: AWSJSON): {ty} }} type T {{ x: Int!  y: String  t: T  ts: [T!] }} scalar Any")
}

/// What `Query.f`, of this type, comes to when its resolver returns this.
async fn returned(ty: &str, selection: &str, value: &str) -> Value {
    one(ty, saying("Query.f", value)).ask(&format!("{{ f {selection} }}")).await
}

#[tokio::test]
async fn values_become_those_of_their_types() {
    let check = async |ty: &str, value: &str, expected: Value| {
        assert_eq!(returned(ty, "", value).await, json!({"data": {"f": expected}}), "{ty} {value}");
    };
    check("Int", "7", json!(7)).await;
    check("[Int!]!", "[1, 2]", json!([1, 2])).await;
    check("[[String]]", "[['a', null], null]", json!([["a", null], null])).await;
    check("AWSJSON", "{ a: [1] }", json!("{\"a\":[1]}")).await;
    check("Any", "{ a: [1] }", json!({"a": [1]})).await;
    check("String", "null", Value::Null).await;
    check("String", "undefined", Value::Null).await;
}

#[tokio::test]
async fn nulls_rise_to_where_they_may_be() {
    let answer = returned("T", "{ x y }", "{ y: 'a' }").await;
    let expected = json!({"data": {"f": null}, "errors": [{
        "path": ["f", "x"], "locations": null,
        "message": "Cannot return null for non-nullable type: 'Int' within parent 'T' (/f/x)",
    }]});
    assert_eq!(answer, expected);
    let answer = returned("T", "{ x ts { x } }", "{ x: 1, ts: [{ x: 1 }, {}] }").await;
    assert_eq!(answer["data"], json!({"f": {"x": 1, "ts": null}}));
    assert_eq!(
        messages(&answer),
        ["Cannot return null for non-nullable type: 'Int' within parent 'T' (/f/ts[1]/x)"]
    );
    let answer = returned("T!", "{ x }", "null").await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(
        messages(&answer),
        ["Cannot return null for non-nullable type: 'T' within parent 'Query' (/f)"]
    );
}

#[tokio::test]
async fn values_of_other_types_are_errors() {
    let check = async |ty: &str, selection: &str, value: &str, expected: &str| {
        let answer = returned(ty, selection, value).await;
        assert_eq!(
            (&answer["data"]["f"], messages(&answer)),
            (&Value::Null, vec![expected.to_owned()]),
            "{ty} {value}"
        );
    };
    check("Int", "", "'x'", "Can't serialize value (/f) : Expected type 'Int' but was 'String'.").await;
    check("[Int]", "", "1", "Can't resolve value (/f) : type mismatch error, expected type LIST").await;
    check("T", "{ x }", "1", "Can't resolve value (/f) : type mismatch error, expected type OBJECT").await;
    check(
        "AWSDate",
        "",
        "'x'",
        "Can't serialize value (/f) : Unable to serialize `x` as a valid Date Object.",
    )
    .await;
}

#[tokio::test]
async fn errors_have_appsyncs_shape() {
    let raise = "util.error('no', 'NotFound', { y: 1 }, { why: 'x' });";
    let api = one("T", unit("Query.f", "None", javascript(raise, "")));
    let expected = json!({"data": {"a": null}, "errors": [{
        "path": ["a"], "data": {"y": 1}, "errorType": "NotFound", "errorInfo": {"why": "x"},
        "locations": [{"line": 1, "column": 3, "sourceName": null}], "message": "no",
    }]});
    assert_eq!(api.ask("{ a: f { y } }").await, expected);
    let api = one("T", unit("Query.f", "None", javascript("util.unauthorized();", "")));
    let answer = api.ask("{ f { y } }").await;
    assert_eq!(messages(&answer), ["Not Authorized to access f on type Query"]);
    assert_eq!(answer["errors"][0]["errorType"], "Unauthorized");
    let api = one(
        "Int",
        unit("Query.f", "None", javascript("util.appendError('careful', 'W'); return {};", "return 7;")),
    );
    let answer = api.ask("{ f }").await;
    assert_eq!((&answer["data"]["f"], &answer["errors"][0]["errorType"]), (&json!(7), &json!("W")));
    let api = one("Int", unit("Query.f", "None", javascript("return ctx.args.a.b;", "")));
    let answer = api.ask("{ f }").await;
    assert_eq!(answer["errors"][0]["errorType"], "Code");
    assert!(messages(&answer)[0].starts_with("code.js: "), "{answer}");
}

#[tokio::test]
async fn one_field_that_fails_leaves_the_others() {
    let schema = "type Query { a: Int b: Int }";
    let bad = unit("Query.a", "None", javascript("util.error('no');", ""));
    let answer = Api::new(definition(schema, vec![bad, saying("Query.b", "2")])).ask("{ a b }").await;
    assert_eq!(answer["data"], json!({"a": null, "b": 2}));
    assert_eq!(answer["errors"][0]["errorType"], Value::Null);
}

#[tokio::test]
async fn resolvers_see_their_context() {
    let api = {
        let definition = definition(&schema("Any"), vec![saying("Query.f", "ctx")]);
        let environment = [("TABLE".to_owned(), "things".to_owned())].into();
        Api::new(Definition { environment, ..definition })
    };
    let query = "query Q($a: AWSJSON) { f(a: $a) }";
    let answer = api.ask_with(query, json!({"a": "{\"n\":1}"})).await;
    let context = &answer["data"]["f"];
    assert_eq!(context["args"], json!({"a": {"n": 1}}));
    assert_eq!(context["args"], context["arguments"]);
    assert_eq!(
        (&context["identity"], &context["source"], &context["prev"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(context["request"]["headers"]["x-test"], "yes");
    assert_eq!((&context["stash"], &context["env"]), (&json!({}), &json!({"TABLE": "things"})));
    let expected = json!({
        "fieldName": "f", "parentTypeName": "Query", "variables": {"a": {"n": 1}},
        "selectionSetList": [], "selectionSetGraphQL": "",
    });
    assert_eq!(context["info"], expected);
}

#[tokio::test]
async fn resolvers_see_what_is_selected() {
    let api = one("T", saying("Query.f", "{ x: 1, y: JSON.stringify(ctx.info) }"));
    let query = "{ f { x  other: y  t { x }  ... on T { ts { y } }  ...F } } fragment F on T { t { y } }";
    let answer = api.ask(query).await;
    let info: Value = serde_json::from_str(answer["data"]["f"]["other"].as_str().unwrap()).unwrap();
    assert_eq!(info["selectionSetList"], json!(["x", "other", "t", "t/x", "t/y", "ts", "ts/y"]));
    let text =
        "{\n  x\n  other: y\n  t {\n    x\n  }\n  ... on T {\n    ts {\n      y\n    }\n  }\n  ...F\n}";
    assert_eq!(info["selectionSetGraphQL"], text);
}

#[tokio::test]
async fn resolvers_see_who_signed() {
    let schema = "type Query { f: AWSJSON @aws_iam }";
    let api = Api::new(Definition {
        additional_modes: BOTH.to_vec(),
        ..definition(schema, vec![saying("Query.f", "ctx.identity")])
    });
    let identity = async |caller| {
        let answer = api.ask_as("{ f }", json!({}), caller).await;
        serde_json::from_str::<Value>(answer["data"]["f"].as_str().unwrap()).unwrap()
    };
    let expected = json!({
        "accountId": "000000000000", "userArn": "arn:aws:sts::000000000000:assumed-role/r/s", "username": "AROA:s",
        "sourceIp": ["127.0.0.1"], "cognitoIdentityPoolId": null, "cognitoIdentityId": null,
        "cognitoIdentityAuthType": null, "cognitoIdentityAuthProvider": null,
    });
    assert_eq!(identity(iam()).await, expected);
    let cognito = CognitoIdentity {
        pool_id: "p".to_owned(),
        auth_type: "unauthenticated".to_owned(),
        ..Default::default()
    };
    let guest = Iam { cognito: Some(cognito), ..somebody() };
    let identity = identity(Caller::Iam(Box::new(guest))).await;
    assert_eq!(
        (&identity["cognitoIdentityPoolId"], &identity["cognitoIdentityAuthType"]),
        (&json!("p"), &json!("unauthenticated"))
    );
}

#[tokio::test]
async fn fields_below_have_resolvers_of_their_own() {
    let schema = "type Query { posts: [Post] } type Post { id: ID  author: Author  n: Int } type Author { name: String  posts: [Post] }";
    let resolvers = vec![
        saying("Query.posts", "[{ id: '1', by: 'Ada' }, { id: '2', by: 'Bob' }]"),
        saying("Post.author", "{ name: ctx.source.by }"),
        saying("Author.posts", "[{ id: ctx.source.name + '3' }]"),
    ];
    let answer =
        Api::new(definition(schema, resolvers)).ask("{ posts { id author { name posts { id n } } } }").await;
    let author = |name: &str| json!({"name": name, "posts": [{"id": format!("{name}3"), "n": null}]});
    let expected = json!([{"id": "1", "author": author("Ada")}, {"id": "2", "author": author("Bob")}]);
    assert_eq!(answer, json!({"data": {"posts": expected}}));
}

#[tokio::test]
async fn abstract_types_go_by_their_typename() {
    let schema = "type Query { all: [Thing]  any: Any } interface Thing { id: ID }
                  type A implements Thing { id: ID  a: Int } type B implements Thing, Other { id: ID  b: Int }
                  interface Other { b: Int } union Any = A | B";
    let things = "[{ __typename: 'A', id: 1, a: 2 }, { __typename: 'B', id: 3, b: 4 }, { id: 5 }]";
    let api = Api::new(definition(
        schema,
        vec![saying("Query.all", things), saying("Query.any", "{ __typename: 'B', b: 7 }")],
    ));
    let answer =
        api.ask("{ all { __typename id ... on A { a } ... on Other { b } } any { ... on B { b } } }").await;
    let expected =
        json!([{"__typename": "A", "id": "1", "a": 2}, {"__typename": "B", "id": "3", "b": 4}, null]);
    assert_eq!(answer["data"], json!({"all": expected, "any": {"b": 7}}));
    assert_eq!(messages(&answer), ["Can't resolve value (/all[2]) : `__typename` names no type of 'Thing'"]);
}

#[tokio::test]
async fn pipelines_hand_on_results_and_the_stash() {
    let start = code(
        "ctx.stash.log = ['before']; return { n: 1 };",
        "return { y: ctx.stash.log.join(), x: ctx.prev.result.n, r: ctx.result.n };",
    );
    let step = |name: &str| {
        let request =
            format!("ctx.stash.log.push('{name}'); return {{ payload: {{ n: ctx.prev.result.n + 1 }} }};");
        function(name, "None", &code(&request, "return ctx.result;"))
    };
    let base = definition(&schema("T"), vec![pipeline("Query.f", &["one", "two"], &start)]);
    let api = Api::new(Definition { functions: vec![step("one"), step("two")], ..base });
    assert_eq!(api.ask("{ f { x y } }").await, json!({"data": {"f": {"x": 3, "y": "before,one,two"}}}));
}

#[tokio::test]
async fn pipelines_may_be_left_early() {
    let api = |before: &str, first: &str| {
        let start = code(before, "return ctx.prev.result;");
        let functions = vec![
            function("one", "None", &code(first, "return ctx.result + 'r';")),
            function(
                "two",
                "None",
                &code("return { payload: ctx.prev.result + 'two' };", "return ctx.result;"),
            ),
        ];
        let base = definition(&schema("String"), vec![pipeline("Query.f", &["one", "two"], &start)]);
        Api::new(Definition { functions, ..base })
    };
    let check = async |before: &str, first: &str, expected: &str| {
        assert_eq!(api(before, first).ask("{ f }").await["data"]["f"], expected, "{before} {first}");
    };
    check("return {};", "return { payload: 'one' };", "onertwo").await;
    check("return {};", "runtime.earlyReturn('early');", "earlytwo").await;
    check("return {};", "runtime.earlyReturn('early', { skipTo: 'END' });", "early").await;
    check("runtime.earlyReturn('early');", "return { payload: 'one' };", "early").await;
    let failing = api("return {};", "util.error('no', 'Stop');").ask("{ f }").await;
    assert_eq!((&failing["data"]["f"], &failing["errors"][0]["errorType"]), (&Value::Null, &json!("Stop")));
}

#[tokio::test]
async fn unit_resolvers_may_be_left_early() {
    let api = one("Int", unit("Query.f", "None", javascript("runtime.earlyReturn(7);", "return 8;")));
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": 7}}));
}

#[tokio::test]
async fn headers_of_resolvers_are_those_of_the_answer() {
    let request = "util.http.addResponseHeader('x-mine', 'a'); return {};";
    let api = one("Int", unit("Query.f", "None", javascript(request, "return 1;")));
    let answer = api.send(r#"{"query": "{ f }"}"#, key()).await;
    assert_eq!(answer.headers["x-mine"], "a");
}

/// An API over tables or functions that answer this way, and what they were asked.
fn api_asking<C: Clone + Send + 'static, A>(
    host: impl FnOnce(Host, Box<dyn Fn(C) -> A + Send + Sync>) -> Host,
    answer: impl Fn(C) -> A + Send + Sync + 'static,
    resolver: Resolver,
) -> (Api, Arc<Mutex<Vec<C>>>) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let closure = move |call: C| {
        seen.lock().unwrap().push(call.clone());
        answer(call)
    };
    let host = host(Host::new().limited(patient()), Box::new(closure));
    (Api::over(host, definition(&schema("Any"), vec![resolver])).0, calls)
}

#[tokio::test]
async fn tables_are_asked_what_the_request_says() {
    let request = "return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: 1 }) };";
    let resolver = unit("Query.f", "Table", javascript(request, "return ctx.error ?? ctx.result;"));
    let answer = |_: DynamodbCall| async { Ok(json!({"Item": {"id": {"N": "1"}}})) }.boxed();
    let (api, calls) = api_asking(|host, closure| host.dynamodb(closure), answer, resolver.clone());
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": {"id": 1}}}));
    let call = calls.lock().unwrap()[0].clone();
    assert_eq!((call.api.as_str(), call.data_source.as_str(), call.action), ("api", "Table", "GetItem"));
    assert_eq!(call.body, json!({"TableName": "things", "Key": {"id": {"N": "1"}}}));

    let denied = |_: DynamodbCall| async { Err(SourceError::new("AccessDeniedException", "no")) }.boxed();
    let (api, _) = api_asking(|host, closure| host.dynamodb(closure), denied, resolver);
    let expected = json!({"type": "DynamoDB:AccessDeniedException", "message": "no"});
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": expected}}));
}

#[tokio::test]
async fn a_cancelled_transaction_has_its_reasons() {
    let request = "return { operation: 'TransactWriteItems', transactItems: [{ table: 'things', operation: 'DeleteItem', key: {} }] };";
    let resolver = unit(
        "Query.f",
        "Table",
        javascript(request, "return { error: ctx.error.type, result: ctx.result };"),
    );
    let cancelled = |call: DynamodbCall| {
        assert_eq!(call.action, "TransactWriteItems");
        let error = SourceError::new("TransactionCanceledException", "cancelled");
        let reasons = json!([{"Code": "ConditionalCheckFailed", "Message": "no"}]);
        std::future::ready(Err(error.with_reasons(reasons))).boxed()
    };
    let (api, _) = api_asking(|host, closure| host.dynamodb(closure), cancelled, resolver);
    let reasons = json!([{"type": "ConditionalCheckFailed", "message": "no", "item": null}]);
    let expected = json!({
        "error": "DynamoDB:TransactionCanceledException", "result": {"keys": null, "cancellationReasons": reasons},
    });
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": expected}}));
}

#[tokio::test]
async fn what_is_no_request_is_an_error() {
    let api = one("Any", unit("Query.f", "Table", javascript("return { operation: 'Drop' };", "return 1;")));
    let answer = api.ask("{ f }").await;
    assert_eq!(answer["errors"][0]["errorType"], "MappingTemplate");
    assert!(messages(&answer)[0].contains("Drop"), "{answer}");
}

#[tokio::test]
async fn functions_get_what_the_request_says() {
    let lambda = |resolver, answer: fn(LambdaCall) -> Invoked| {
        let answer = move |call: LambdaCall| std::future::ready(Ok(answer(call))).boxed();
        api_asking(|host, closure| host.lambda(closure), answer, resolver)
    };
    let ok = |call: LambdaCall| Invoked { payload: json!({ "got": call.payload }), function_error: None };
    let failed = |_: LambdaCall| Invoked {
        payload: json!({"errorMessage": "boom", "errorType": "Bad"}),
        function_error: Some("Unhandled".to_owned()),
    };
    let invoke = |more: &str| {
        let request = format!("return {{ operation: 'Invoke', payload: {{ n: 1 }}{more} }};");
        unit("Query.f", "Lambda", javascript(&request, "return ctx.error ?? ctx.result;"))
    };
    let (api, calls) = lambda(invoke(""), ok);
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": {"got": {"n": 1}}}}));
    assert_eq!(calls.lock().unwrap()[0].function_arn, "arn:function");
    let (api, calls) = lambda(invoke(", invocationType: 'Event'"), ok);
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": null}}));
    assert!(calls.lock().unwrap()[0].is_event);
    let (api, _) = lambda(invoke(""), failed);
    let expected = json!({"message": "boom", "type": "Lambda:Unhandled"});
    assert_eq!(api.ask("{ f }").await, json!({"data": {"f": expected}}));

    let (api, _) = lambda(unit("Query.f", "Lambda", Handling::Direct), failed);
    let answer = api.ask("{ f }").await;
    assert_eq!(
        (&answer["errors"][0]["errorType"], messages(&answer)),
        (&json!("Lambda:Unhandled"), vec!["boom".to_owned()])
    );
}

#[tokio::test]
async fn a_function_without_code_gets_the_context() {
    let answer = |call: LambdaCall| {
        std::future::ready(Ok(Invoked { payload: call.payload, function_error: None })).boxed()
    };
    let resolver = unit("Query.f", "Lambda", Handling::Direct);
    let (api, _) = api_asking(|host, closure| host.lambda(closure), answer, resolver);
    let answer = api.ask("{ f(a: \"1\") }").await;
    let info = json!({
        "fieldName": "f", "parentTypeName": "Query", "selectionSetGraphQL": "", "selectionSetList": [], "variables": {},
    });
    let expected = json!({
        "arguments": {"a": 1}, "identity": null, "info": info, "prev": null,
        "request": {"domainName": null, "headers": {"x-test": "yes"}}, "source": null, "stash": {},
    });
    assert_eq!(answer, json!({"data": {"f": expected}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_wait_for_their_fields_together_and_mutations_one_by_one() {
    let schema = "type Query { f: Any } type Mutation { m: Any } scalar Any";
    let running = Arc::new(Mutex::new((0, 0)));
    let count = Arc::clone(&running);
    let host = Host::new().limited(patient()).lambda(move |_| {
        let count = Arc::clone(&count);
        async move {
            {
                let mut count = count.lock().unwrap();
                count.0 += 1;
                count.1 = count.0.max(count.1);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            count.lock().unwrap().0 -= 1;
            Ok(Invoked { payload: json!(1), function_error: None })
        }
        .boxed()
    });
    let resolvers = ["Query.f", "Mutation.m"].map(|field| unit(field, "Lambda", Handling::Direct));
    let (api, _) = Api::over(host, definition(schema, resolvers.to_vec()));
    api.ask("mutation { a: m b: m c: m }").await;
    assert_eq!(running.lock().unwrap().1, 1);
    api.ask("{ a: f b: f c: f }").await;
    assert_eq!(running.lock().unwrap().1, 3);
}

#[tokio::test]
async fn endless_code_ends_and_disturbs_nobody() {
    let code_limits = stackwright_resolver::Limits { time: Duration::from_millis(300), ..Default::default() };
    let limits = Limits { code: code_limits, ..Limits::default() };
    let endless = unit("Query.f", "None", javascript("for (;;) {}", ""));
    let schema = "type Query { f: Int  g: Int }";
    let (api, _) =
        Api::over(Host::new().limited(limits), definition(schema, vec![endless, saying("Query.g", "1")]));
    let began = Instant::now();
    let answer = api.ask("{ f g }").await;
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(answer["data"], json!({"f": null, "g": 1}));
    assert_eq!(messages(&answer), ["code.js: the resolver ran for longer than 300 ms"]);
}

#[tokio::test]
async fn a_request_has_its_time() {
    let host = Host::new()
        .limited(Limits { time: Duration::from_millis(30), ..patient() })
        .lambda(|_| std::future::pending().boxed());
    let (api, _) =
        Api::over(host, definition(&schema("Int"), vec![unit("Query.f", "Lambda", Handling::Direct)]));
    let answer = api.send(r#"{"query": "{ f }"}"#, key()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["errors"][0]["errorType"]),
        (500, &json!("ExecutionTimeout"))
    );
}

#[tokio::test]
async fn more_resolvers_than_engines_are_kept_work() {
    let names: Vec<String> = (0..80).map(|number| format!("f{number}")).collect();
    let schema =
        format!("type Query {{ {} }}", names.iter().map(|name| format!("{name}: Int ")).collect::<String>());
    let resolvers =
        names.iter().enumerate().map(|(number, name)| saying(&format!("Query.{name}"), &number.to_string()));
    let api = Api::new(definition(&schema, resolvers.collect()));
    let query = format!("{{ {} }}", names.join(" "));
    for _ in 0..2 {
        let answer = api.ask(&query).await;
        assert_eq!((&answer["data"]["f0"], &answer["data"]["f79"]), (&json!(0), &json!(79)));
    }
}

#[tokio::test]
async fn what_code_logs_is_told() {
    let api = one("Int", unit("Query.f", "None", javascript("console.log('a', 1); return {};", "return 1;")));
    api.ask("{ f }").await;
    let happenings = api.happenings.lock().unwrap();
    let logged = Happening::Logged {
        api: crate::api::ID.to_owned(),
        resolver: "Query.f".to_owned(),
        line: "a 1".to_owned(),
    };
    assert!(happenings.contains(&logged), "{happenings:?}");
}
