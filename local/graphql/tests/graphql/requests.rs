//! What comes over HTTP, good and bad, and what AppSync answers.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use stackwright_graphql::{
    Caller, DataSource, DataSourceKind, Definition, Handling, Happening, Host, Introspection, Limits,
};

use crate::api::{Answer, Api, BOTH, ID, code, definition, iam, key, messages, patient, saying, unit};

const SCHEMA: &str = "
    type Query { hello(name: String): String  post(id: ID!): Post  posts(size: Size, filter: Filter): [Post!] }
    type Mutation { add(n: Int!): Int }
    type Subscription { added: Int @aws_subscribe(mutations: [\"add\"]) }
    type Post { id: ID!  title: String!  author: Author  size: Size  at: AWSDateTime }
    type Author { name: String }
    enum Size { S L }
    input Filter { title: String!  email: AWSEmail  extra: AWSJSON }";

fn resolvers() -> Vec<stackwright_graphql::Resolver> {
    vec![
        saying("Query.hello", "`Hello, ${ctx.args.name ?? 'you'}`"),
        saying("Query.post", "{ id: ctx.args.id, title: 'T', author: { name: 'Ada' } }"),
        saying("Query.posts", "[{ id: 1, title: JSON.stringify(ctx.args) }]"),
        saying("Mutation.add", "ctx.args.n + 1"),
    ]
}

fn api() -> Api {
    Api::new(definition(SCHEMA, resolvers()))
}

#[tokio::test]
async fn a_query_is_answered_in_the_order_it_asks() {
    let request =
        json!({"query": "{ z: post(id: 7) { title id author { name } __typename } a: hello }"}).to_string();
    let request = Request::post("/graphql").body(Body::from(request)).unwrap();
    let response = api().graphql.post(ID, request, key()).await;
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let expected = r#"{"data":{"z":{"title":"T","id":"7","author":{"name":"Ada"},"__typename":"Post"},"a":"Hello, you"}}"#;
    assert_eq!(std::str::from_utf8(&body).unwrap(), expected);
}

#[tokio::test]
async fn variables_fragments_and_conditions_are_followed() {
    let query = "query A($id: ID!, $no: Boolean = false) { post(id: $id) { ...F  ... on Post { size @include(if: $no) } at @skip(if: true) } }
                 fragment F on Post { id  author { name } }";
    let answer = api().ask_with(query, json!({"id": 7})).await;
    assert_eq!(answer, json!({"data": {"post": {"id": "7", "author": {"name": "Ada"}}}}));
}

#[tokio::test]
async fn the_operation_is_the_one_that_is_named() {
    let api = api();
    let send = async |name: Value| {
        let body =
            json!({"query": "query A { hello } query B { hello(name: \"B\") }", "operationName": name});
        api.send(body.to_string(), key()).await.body
    };
    assert_eq!(send(json!("B")).await["data"]["hello"], "Hello, B");
    assert_eq!(messages(&send(json!("C")).await), ["Unknown operation named 'C'."]);
    assert_eq!(
        messages(&send(Value::Null).await),
        ["Must provide operation name if query contains multiple operations."]
    );
}

#[track_caller]
fn check(answer: &Answer, status: u16, error_type: &str, message: &str) {
    let expected = json!({"errors": [{"errorType": error_type, "message": message}]});
    assert_eq!((answer.status.as_u16(), &answer.body), (status, &expected));
    assert_eq!(answer.headers["x-amzn-errortype"], error_type);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn who_is_not_known_is_not_let_in() {
    let api = api();
    let send = async |caller| api.send(r#"{"query": "{ hello }"}"#, caller).await;
    let refused = "You are not authorized to make this call.";
    let missing = "Valid authorization header not provided.";
    for key in ["da2-bad", "", "da2-expired"] {
        check(&send(Caller::ApiKey(key.to_owned())).await, 401, "UnauthorizedException", refused);
    }
    check(&send(Caller::Unknown).await, 401, "UnauthorizedException", refused);
    check(&send(Caller::None).await, 401, "UnauthorizedException", missing);
    // The API has no IAM.
    check(&send(iam()).await, 401, "UnauthorizedException", missing);
    assert_eq!(send(key()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let api = api();
    let malformed = "MalformedHttpRequestException";
    check(&api.send("", key()).await, 400, malformed, "Request body is empty.");
    for body in [
        "meow",
        "{}",
        "{}}",
        "[]",
        r#"{"query": 1}"#,
        r#"{"query": "{"}"#,
        r#"{"query": ""}"#,
        r#"{"query": "{ hello }", "variables": 7}"#,
    ] {
        check(&api.send(body, key()).await, 400, malformed, "Unable to parse GraphQL query.");
    }
    let get = Request::get("/graphql").body(Body::empty()).unwrap();
    assert_eq!(api.request(get, key()).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let subscription = api.send(r#"{"query": "subscription { added }"}"#, key()).await;
    assert_eq!(
        (subscription.status.as_u16(), &subscription.body["errors"][0]["errorType"]),
        (400, &json!("UnsupportedOperation"))
    );
    let unknown = api.graphql.post("other", Request::post("/").body(Body::empty()).unwrap(), key()).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let limits = Limits { request: 1_000, answer: 2_000, ..patient() };
    let large = saying("Query.hello", "'x'.repeat(3000)");
    let (api, _) = Api::over(Host::new().limited(limits), definition(SCHEMA, vec![large]));
    let answer = api.send("x".repeat(1_001), key()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["errors"][0]["errorType"]),
        (413, &json!("RequestEntityTooLargeException"))
    );
    let answer = api.send(r#"{"query": "{ hello }"}"#, key()).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        answer.body["errors"][0]["message"].as_str().unwrap().contains("at most 2000 are allowed"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn every_origin_may_ask() {
    let request = Request::options("/graphql")
        .header("origin", "http://a")
        .header("access-control-request-headers", "content-type,x-api-key");
    let answer = api().request(request.body(Body::empty()).unwrap(), Caller::None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.headers["access-control-allow-headers"], "content-type,x-api-key");
    assert!(answer.headers["access-control-allow-methods"].to_str().unwrap().contains("POST"));
}

#[tokio::test]
async fn invalid_queries_are_refused_in_appsyncs_words() {
    let api = api();
    let check = async |query: &str, expected: &str| {
        let answer = api.ask(query).await;
        assert_eq!(answer["data"], Value::Null);
        assert_eq!(messages(&answer)[0], format!("Validation error of type {expected}"), "{query}");
    };
    check("{ badfield }", "FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'").await;
    check(
        "{ post(id: 1) { author { x } } }",
        "FieldUndefined: Field 'x' in type 'Author' is undefined @ 'post/author/x'",
    )
    .await;
    check("{ post { id } }", "MissingFieldArgument: Missing field argument id @ 'post'").await;
    check("{ hello(x: 1) }", "UnknownArgument: Unknown field argument x @ 'hello'").await;
    check(
        "{ post(id: 1) }",
        "SubSelectionRequired: Sub selection required for type Post of field post @ 'post'",
    )
    .await;
    check(
        "{ hello { x } }",
        "SubSelectionNotAllowed: Sub selection not allowed on leaf type String of field hello @ 'hello'",
    )
    .await;
    check("{ hello(name: $n) }", "UndefinedVariable: Undefined variable n @ 'hello'").await;
    check("query($n: String) { hello }", "UnusedVariable: Unused variable n").await;
    check("{ ...F }", "UndefinedFragment: Undefined fragment F").await;
    check("{ hello } fragment F on Query { hello }", "UnusedFragment: Unused fragment F").await;
    check("query($n: Nothing) { hello(name: $n) }", "UnknownType: Unknown type Nothing").await;
    check("{ hello @nothing }", "UnknownDirective: Unknown directive nothing @ 'hello'").await;
    check(
        "query($n: Int) { hello(name: $n) }",
        "VariableTypeMismatch: Variable type 'Int' doesn't match expected type 'String' @ 'hello'",
    )
    .await;
}

#[tokio::test]
async fn the_place_of_an_error_is_told() {
    let answer = api().ask("{\n  badfield\n}").await;
    let expected = json!({"data": null, "errors": [{
        "path": null, "locations": [{"line": 2, "column": 3, "sourceName": null}],
        "message": "Validation error of type FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'",
    }]});
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn values_of_the_wrong_type_are_refused() {
    let api = api();
    let variable = async |ty: &str, variables: Value, expected: &str| {
        let argument = if ty.starts_with("Filter") { "filter" } else { "size" };
        let answer =
            api.ask_with(&format!("query($v: {ty}) {{ posts({argument}: $v) {{ id }} }}"), variables).await;
        assert_eq!(messages(&answer), [expected]);
        assert_eq!((&answer["data"], &answer["errors"][0]["locations"]), (&Value::Null, &Value::Null));
    };
    let null = "Variable 'v' has coerced Null value for NonNull type";
    variable("Filter!", json!({}), &format!("{null} 'Filter!'")).await;
    variable("Filter", json!({"v": {}}), &format!("{null} 'String!'")).await;
    variable("Filter", json!({"v": {"title": null}}), &format!("{null} 'String!'")).await;
    let unknown = "The variables input contains a field that is not defined for input object type 'Filter' ";
    variable("Filter", json!({"v": {"titl": "x"}}), unknown).await;
    let wrong = "Variable 'v' has an invalid value : Expected type 'String' but was 'Integer'.";
    variable("Filter", json!({"v": {"title": 7}}), wrong).await;
    let email = "Variable 'v' has an invalid value. Unable to parse `x` as a valid AWSEmail.";
    variable("Filter", json!({"v": {"title": "", "email": "x"}}), email).await;
    let size =
        "Variable 'v' has an invalid value : Invalid input for Enum 'Size'. No value found for name 'XL'";
    variable("Size", json!({"v": "XL"}), size).await;

    let literal = "Validation error of type WrongType: argument 'filter' with value 'StringValue{value='x'}' is not a valid 'AWSEmail' @ 'posts'";
    assert_eq!(api.messages("{ posts(filter: {title: \"\", email: \"x\"}) { id } }").await, [literal]);
}

#[tokio::test]
async fn arguments_come_as_resolvers_expect_them() {
    let api = api();
    let arguments = async |query: &str, variables: Value| {
        let answer = api.ask_with(query, variables).await;
        serde_json::from_str::<Value>(answer["data"]["posts"][0]["title"].as_str().unwrap()).unwrap()
    };
    let query = "query($e: AWSJSON) { posts(size: L, filter: {title: \"t\", extra: $e}) { title } }";
    let expected = json!({"size": "L", "filter": {"title": "t", "extra": {"a": [1]}}});
    assert_eq!(arguments(query, json!({"e": "{\"a\": [1]}"})).await, expected);
    // What is not given is not there, what is null is null.
    assert_eq!(arguments(query, json!({})).await, json!({"size": "L", "filter": {"title": "t"}}));
    assert_eq!(arguments("{ posts(size: null) { title } }", json!({})).await, json!({"size": null}));
}

#[tokio::test]
async fn introspection_is_answered_unless_it_is_disabled() {
    let query = "{ __schema { queryType { name } } __type(name: \"Size\") { enumValues { name } } hello }";
    let answer = api().ask(query).await;
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
    assert_eq!(answer["data"]["__type"]["enumValues"], json!([{"name": "S"}, {"name": "L"}]));
    assert_eq!(answer["data"]["hello"], "Hello, you");
    let closed = Definition { introspection: Introspection::Disabled, ..definition(SCHEMA, resolvers()) };
    let answer = Api::new(closed).ask(query).await;
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["errorType"]),
        (&Value::Null, &json!("IntrospectionDisabled"))
    );
}

#[tokio::test]
async fn depth_and_number_of_resolvers_are_limited() {
    let limited = Definition { depth_limit: 2, resolver_limit: 2, ..definition(SCHEMA, resolvers()) };
    let api = Api::new(limited);
    assert_eq!(api.ask("{ post(id: 1) { id } }").await["data"]["post"]["id"], "1");
    let deep = api.ask("{ post(id: 1) { ...F } } fragment F on Post { author { name } }").await;
    assert_eq!(
        (&deep["data"], &deep["errors"][0]["errorType"]),
        (&Value::Null, &json!("QueryDepthLimitReached"))
    );
    let many = api.ask("{ a: hello b: hello c: hello }").await;
    assert_eq!(many["errors"].as_array().unwrap().len(), 1);
    assert_eq!(many["errors"][0]["errorType"], "ResolverCountLimitReached");
}

#[tokio::test]
async fn hostile_queries_cost_nothing() {
    let api = api();
    let deep = format!("{}hello{}", "{ post(id: 1) ".repeat(5_000), " }".repeat(5_000));
    let wide = format!("{{ {} }}", "hello ".repeat(20_000));
    for query in [deep, wide] {
        let body = json!({ "query": query }).to_string();
        assert_eq!(api.send(body, key()).await.status, StatusCode::BAD_REQUEST);
    }
    let cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    assert!(!api.messages(cycle).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_that_multiply_end_soon() {
    let schema = "type Query { f: T } type T { t: T  x: Int }";
    let fragments = |levels: usize, spread: fn(usize) -> String| {
        let fragments =
            (0..levels).map(|level| format!("fragment F{level} on T {{ x {} }} ", spread(level + 1)));
        format!("{{ f {{ ...F0 }} }} {} fragment F{levels} on T {{ x }}", fragments.collect::<String>())
    };
    let deep = "{ let value = { x: 1 }; for (let n = 0; n < 60; n += 1) { value = { t: value, x: n }; } return { payload: value }; }";
    let code = code(deep, "return ctx.result;");
    let resolver = unit("Query.f", "None", Handling::Javascript(code));
    let base = definition(schema, vec![resolver]);
    let began = Instant::now();
    // The same fragment again and again is the same once.
    let same = fragments(40, |next| format!("...F{next} ...F{next}"));
    assert_eq!(Api::new(base.clone()).ask(&same).await["data"], json!({"f": {"x": 59}}));
    let limited = Api::new(Definition { depth_limit: 75, ..base.clone() });
    assert_eq!(limited.ask(&same).await["data"], json!({"f": {"x": 59}}));
    // Doubled at each level, over data that is deep enough.
    let doubled = fragments(40, |next| format!("a: t {{ ...F{next} }} b: t {{ ...F{next} }}"));
    let (api, _) = Api::over(Host::new().limited(Limits { answer: 20_000, ..patient() }), base);
    let answer = api.send(json!({ "query": doubled }).to_string(), key()).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_happens_is_told() {
    let api = api();
    api.ask("mutation { add(n: 1) }").await;
    api.send(r#"{"query": "{"}"#, key()).await;
    let happenings = api.happenings.lock().unwrap();
    let answered = |one: &Happening| match one {
        Happening::Answered { status, operation, reason, .. } => {
            Some((*status, operation.clone().unwrap_or_default(), reason.clone().unwrap_or_default()))
        }
        _ => None,
    };
    let answered: Vec<_> = happenings.iter().filter_map(answered).collect();
    assert_eq!(answered[0], (200, "mutation add".to_owned(), String::new()));
    let (status, operation, reason) = &answered[1];
    assert_eq!((*status, operation.as_str()), (400, ""));
    assert!(reason.starts_with("syntax error"), "{reason}");
}

#[tokio::test]
async fn fields_are_open_to_the_modes_their_schema_says() {
    let schema = "
        type Query { open: Thing  iam: Thing @aws_iam  plain: Plain @aws_iam }
        type Thing @aws_iam @aws_api_key { x: Int  secret: Int @aws_iam }
        type Plain { x: Int }";
    let fields =
        ["open", "iam", "plain"].map(|field| saying(&format!("Query.{field}"), "{ x: 1, secret: 2 }"));
    let both = Definition { additional_modes: BOTH.to_vec(), ..definition(schema, fields.to_vec()) };
    let api = Api::new(both);
    let refused = |path: Value, field: &str, type_name: &str| {
        json!({
            "path": path, "data": null, "errorType": "Unauthorized", "errorInfo": null,
            "locations": [{"line": 1, "column": if path[1].is_null() { 3 } else { 10 }, "sourceName": null}],
            "message": format!("Not Authorized to access {field} on type {type_name}"),
        })
    };
    let expected = json!({"data": {"iam": null}, "errors": [refused(json!(["iam"]), "iam", "Query")]});
    assert_eq!(api.ask("{ iam { x } }").await, expected);
    let answer = api.ask("{ open { secret x } }").await;
    assert_eq!(answer["data"], json!({"open": {"secret": null, "x": 1}}));
    assert_eq!(answer["errors"], json!([refused(json!(["open", "secret"]), "secret", "Thing")]));
    assert_eq!(
        api.ask_as("{ iam { x secret } }", json!({}), iam()).await,
        json!({"data": {"iam": {"x": 1, "secret": 2}}})
    );
    // A type that says nothing is for the default mode.
    let answer = api.ask_as("{ plain { x } }", json!({}), iam()).await;
    assert_eq!(messages(&answer), ["Not Authorized to access x on type Plain"]);
}

#[tokio::test]
async fn iam_is_asked_about_the_fields_of_root_types() {
    let schema = "type Query { a: Thing @aws_iam  b: Thing @aws_iam } type Thing @aws_iam { x: Int }";
    let fields = ["a", "b"].map(|field| saying(&format!("Query.{field}"), "{ x: 1 }"));
    let both = Definition { additional_modes: BOTH.to_vec(), ..definition(schema, fields.to_vec()) };
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let host = Host::new().limited(patient()).permitting(move |wanted| {
        assert_eq!(
            (wanted.api, wanted.type_name, wanted.caller.access_key_id.as_str()),
            (ID, "Query", "AKIA")
        );
        seen.lock().unwrap().push(wanted.field.to_owned());
        wanted.field == "a"
    });
    let (api, _) = Api::over(host, both);
    let answer = api.ask_as("{ a { x } b { x } again: b { x } __typename }", json!({}), iam()).await;
    assert_eq!(*asked.lock().unwrap(), ["a", "b"]);
    assert_eq!(answer["data"], json!({"a": {"x": 1}, "b": null, "again": null, "__typename": "Query"}));
    assert_eq!(messages(&answer), vec!["Not Authorized to access b on type Query"; 2]);
    let denied = api.send(r#"{"query": "{ b { x } }"}"#, iam()).await;
    check(&denied, 401, "UnauthorizedException", "Permission denied");
}

#[tokio::test]
async fn a_definition_replaces_the_one_before() {
    let api = api();
    let schema = "type Query { other: Int }";
    assert_eq!(api.graphql.define(ID, definition(schema, vec![saying("Query.other", "1")])), []);
    assert_eq!(api.ask("{ other }").await, json!({"data": {"other": 1}}));
    let problems = api.graphql.define(ID, definition("type Query {", vec![]));
    assert!(!problems.is_empty());
    // What is wrong is said as often as it is asked for.
    assert_eq!(api.graphql.define(ID, definition("type Query {", vec![])), problems);
    let answer = api.send(r#"{"query": "{ other }"}"#, key()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["errors"][0]["errorType"]),
        (400, &json!("GraphQLSchemaException"))
    );
    api.graphql.remove(ID);
    assert_eq!(api.send("", key()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_run_is_said_and_the_rest_works() {
    let schema = "type Query { hello: String  vtl: String  http: String  none: String  bad: String }
                  type Subscription { s: String @aws_subscribe(mutations: [\"nothing\"]) }";
    let javascript = || Handling::Javascript(code("return {};", "return 1;"));
    let resolvers = vec![
        saying("Query.hello", "'hi'"),
        unit("Query.vtl", "None", Handling::Velocity),
        unit("Query.http", "Http", javascript()),
        unit("Query.none", "Nowhere", javascript()),
        unit("Query.bad", "None", Handling::Javascript("export function request() {}".to_owned())),
        unit("Query.lost", "None", javascript()),
    ];
    let mut definition = definition(schema, resolvers);
    let kind = DataSourceKind::Other("HTTP".to_owned());
    definition.data_sources.push(DataSource { name: "Http".to_owned(), kind });
    let (api, problems) = Api::over(Host::new().limited(patient()), definition);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "schema: `Subscription.s` follows \"nothing\", which is no field of the mutation type",
        "data source `Http`: HTTP is not available here; NONE, AMAZON_DYNAMODB and AWS_LAMBDA are",
        "resolver of `Query.vtl`: mapping templates (VTL) are not run here; write it in JavaScript (runtime APPSYNC_JS)",
        "resolver of `Query.http`: its data source `Http` is of the type HTTP, which is not available here",
        "resolver of `Query.none`: there is no data source `Nowhere`",
        "resolver of `Query.bad`: its code: the code exports no function `response`",
        "resolver of `Query.lost`: the schema has no field `Query.lost`",
    ];
    assert_eq!(problems, expected);
    let answer = api.ask("{ hello vtl }").await;
    assert_eq!(answer["data"], json!({"hello": "hi", "vtl": null}));
    assert_eq!(answer["errors"][0]["errorType"], "Unsupported");
}
