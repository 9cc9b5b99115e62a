//! Tests of GraphQL schemas: their syntax, what they name, and their subscriptions.

use super::messages;

/// An API with these properties, and its schema of these lines.
fn template(api: &str, schema: &str) -> String {
    let definition = schema.replace('\n', "\n        ");
    format!(
        "  Api: {{Type: AWS::AppSync::GraphQLApi, Properties: {{Name: a, {api}}}}}
  Schema:
    Type: AWS::AppSync::GraphQLSchema
    Properties:
      ApiId: !GetAtt Api.ApiId
      Definition: |
        {definition}
"
    )
}

/// What is found in a schema of an API with a key and IAM.
#[track_caller]
fn schema(schema: &str, expected: &[&str]) {
    let api =
        "AuthenticationType: API_KEY, AdditionalAuthenticationProviders: [{AuthenticationType: AWS_IAM}]";
    messages(&template(api, schema), expected);
}

const QUERY: &str = "type Query { event(id: ID!): Event }\ntype Event { id: ID! name: String }\n";

#[track_caller]
fn with_query(more: &str, expected: &[&str]) {
    schema(&format!("{QUERY}{more}"), expected);
}

#[test]
fn a_schema_as_it_should_be() {
    schema(
        r#"# a comment, with { braces
schema @aws_iam { query: Root, mutation: Mutation, subscription: Subscription }
"""What is asked: "all" of it, and \\ and \""" too"""
type Root {
  "one event"
  event(id: ID! = "1", tags: [[String!]!] = ["a", {b: 1.5e-3}]): Event @deprecated(reason: "old")
  search(filter: Filter, kinds: [Kind] = [A]): [Found!]!
}
interface Node @aws_api_key { id: ID! }
interface Named { name: String }
type Event implements Node & Named @aws_api_key @aws_iam { id: ID! name: String at: AWSDateTime data: AWSJSON mail: AWSEmail }
type Place implements Node, Named { id: ID! name: String }
extend type Place { position: Position }
scalar Position
enum Kind { A "b" B @deprecated }
union Found = | Event | Place
input Filter { name: String = null, inner: Filter, kind: Kind }
directive @own(a: Int) repeatable on FIELD_DEFINITION | OBJECT
type Mutation { create(input: Filter!): Event @own(a: 1), remove(id: ID!): [Event] @aws_iam }
type Subscription {
  created(id: ID, name: String): Event @aws_subscribe(mutations: ["create"])
  removed: [Event!]! @aws_subscribe(mutations: "remove") @aws_iam
  quiet: Event
}"#,
        &[],
    );
}

#[test]
fn syntax() {
    schema("type Query { a: }", &["line 1, column 17: a type is missing before `}`"]);
    schema("type Query {\n  a: Int\n  b Int\n}", &["line 3, column 5: `:` is missing before `Int`"]);
    schema("type Query { a: [Int }", &["line 1, column 22: `]` is missing before `}`"]);
    schema("type { a: Int }", &["line 1, column 6: the name of the type is missing before `{`"]);
    schema(
        "tpye Query { a: Int }",
        &["line 1, column 1: `type` or another definition is missing before `tpye`"],
    );
    schema(
        "type Query { a(b: Int: Int }",
        &["line 1, column 22: the name of an argument, or `)`, is missing before `:`"],
    );
    schema("type Query { a: \"b\" }", &["line 1, column 17: a type is missing before this text"]);
    schema("type Query { a: Int; }", &["line 1, column 20: ';' has no place in a schema"]);
    schema("type Query { a: Int @b(c: ) }", &["line 1, column 27: a value is missing before `)`"]);
    schema("type Query {}", &["line 1, column 13: the name of a field is missing before `}`"]);
    schema("enum Kind {}", &["line 1, column 12: a value of the enum is missing before `}`"]);
    schema("\"never", &["line 1, column 1: the text never ends"]);
    schema("type Query { a: Int", &["line 2, column 1: `}` is missing at the end"]);
}

#[test]
fn there_are_queries() {
    schema("type Event { id: ID }", &["the schema has no queries"]);
    schema("schema { mutation: Event }\ntype Event { id: ID }", &["the schema has no queries"]);
    schema("schema { query: Event }\ntype Event { id: ID }", &[]);
    schema(
        "schema { query: Evnet }\ntype Event { id: ID }",
        &["line 1, column 17: there is no type `Evnet`"],
    );
}

#[test]
fn types_exist_once() {
    with_query("type A { b: Evnt }", &["line 3, column 13: there is no type `Evnt`"]);
    with_query("type A { b: [AWSDatetime!] }", &["line 3, column 14: there is no type `AWSDatetime`"]);
    with_query("type A { b(c: Filter): Int }", &["line 3, column 15: there is no type `Filter`"]);
    with_query("type A implements Node { b: Int }", &["line 3, column 19: there is no type `Node`"]);
    with_query("union A = Event | Place", &["line 3, column 19: there is no type `Place`"]);
    with_query("type Event { id: ID }", &["line 3, column 6: the type `Event` is defined twice"]);
    with_query("type A { b: Int\n  b: ID }", &["line 4, column 3: `A` has two fields `b`"]);
    with_query("extend type Event { at: Int }", &[]);
}

#[test]
fn inputs_come_in_and_types_go_out() {
    with_query("type A { b(c: Event): Int }", &["line 3, column 15: `c` cannot be of the type `Event`"]);
    with_query("input A { b: Event }", &["line 3, column 14: `b` cannot be of the type `Event`"]);
    with_query("input A { b: Int }\ntype C { d: A }", &["line 4, column 13: `d` cannot be of the type `A`"]);
}

const MUTATION: &str = "type Mutation { create(title: String): Event all: [Event] }\n";

#[track_caller]
fn subscription(field: &str, expected: &[&str]) {
    with_query(&format!("{MUTATION}type Subscription {{\n  {field}\n}}"), expected);
}

#[test]
fn subscriptions_wait_for_mutations() {
    subscription("created: Event @aws_subscribe(mutations: [\"create\"])", &[]);
    subscription(
        "created: Event @aws_subscribe(mutations: [\"create\", \"crate\"])",
        &["line 5, column 55: `created` waits for `crate`, which is no mutation"],
    );
    subscription(
        "created: Event @aws_subcribe(mutations: [])",
        &["line 5, column 19: AppSync has no directive `@aws_subcribe`"],
    );
}

#[test]
fn subscriptions_have_the_type_of_their_mutation() {
    let of = |of: &str| format!("created: {of} @aws_subscribe(mutations: [\"create\"])");
    subscription(&of("Event!"), &[]);
    for wrong in ["String", "[Event]"] {
        let message = format!("`created` is of the type {wrong}, but its mutation `create` answers Event");
        let column = 3 + of(wrong).find("\"create\"").unwrap();
        subscription(&of(wrong), &[&format!("line 5, column {column}: {message}")]);
    }
}

#[test]
fn arguments_of_subscriptions_are_fields_of_the_answer() {
    let template = |resolvers: &str| {
        let field = "created(title: String, name: String): Event @aws_subscribe(mutations: [\"create\"])";
        let definition = format!("{QUERY}{MUTATION}type Subscription {{ {field} }}");
        let resolver = |of: &str, field: &str| {
            format!(
                "  {of}: {{Type: AWS::AppSync::Resolver, DependsOn: Schema, Properties: {{ApiId: !GetAtt Api.ApiId,
    TypeName: {of}, FieldName: {field}, DataSourceName: !GetAtt None.Name}}}}\n"
            )
        };
        let chosen: String = resolvers
            .split_whitespace()
            .filter_map(|it| it.split_once('.'))
            .map(|(of, it)| resolver(of, it))
            .collect();
        format!(
            "{}  None: {{Type: AWS::AppSync::DataSource, Properties: {{ApiId: !GetAtt Api.ApiId, Name: n, Type: NONE}}}}\n{chosen}",
            super::appsync_schema::template("AuthenticationType: API_KEY", &definition)
        )
    };
    messages(
        &template("Mutation.create"),
        &[
            "line 4, column 29: `created` can be asked for by `title`, but `Event`, which `create` answers, has no such field",
        ],
    );
    messages(&template("Mutation.create Subscription.created"), &[]);
    // The resolvers are elsewhere.
    messages(&template(""), &[]);
}

#[test]
fn directives_are_for_modes_of_the_api() {
    let check = |api: &str, more: &str, expected: &[&str]| {
        messages(&template(api, &format!("{QUERY}{more}")), expected)
    };
    let key = "AuthenticationType: API_KEY";
    check(key, "type A @aws_api_key { b: Int @aws_api_key @aws_iam }", &[]);
    check(
        key,
        "type A { b: Int @aws_iam }",
        &["line 3, column 18: `@aws_iam` is for AWS_IAM, but the API has API_KEY"],
    );
    check(
        key,
        "type A @aws_oidc { b: Int }",
        &["line 3, column 9: `@aws_oidc` is for OPENID_CONNECT, but the API has API_KEY"],
    );
    let computed = "AuthenticationType: !If [C, API_KEY, AWS_IAM]";
    let conditions = |api: &str| template(api, &format!("{QUERY}type A {{ b: Int @aws_iam }}"));
    messages(&format!("{}Conditions: {{C: !Equals [a, !Ref AWS::Region]}}", conditions(computed)), &[]);
    let pools =
        "AuthenticationType: AMAZON_COGNITO_USER_POOLS, UserPoolConfig: {UserPoolId: p, AwsRegion: r}";
    check(pools, "type A { b: Int @aws_auth(cognito_groups: [\"x\"]) }", &[]);
    check(
        &format!("{pools}, AdditionalAuthenticationProviders: [{{AuthenticationType: API_KEY}}]"),
        "type A { b: Int @aws_auth(cognito_groups: [\"x\"]) }",
        &["line 3, column 18: `@aws_auth` counts only where AMAZON_COGNITO_USER_POOLS is the only mode"],
    );
}

#[test]
fn schemas_that_are_not_known_here() {
    for elsewhere in ["DefinitionS3Location: s3://bucket/key", "Definition: !Sub 'type ${AWS::Region}'"] {
        messages(
            &format!(
                "  Api: {{Type: AWS::AppSync::GraphQLApi, Properties: {{Name: a, AuthenticationType: API_KEY}}}}
  Schema: {{Type: AWS::AppSync::GraphQLSchema, Properties: {{ApiId: !GetAtt Api.ApiId, {elsewhere}}}}}"
            ),
            &[],
        );
    }
}

#[test]
fn no_text_makes_it_panic() {
    let source = "schema { query: Q } \"\"\"ü\"\"\" type Q implements A & B @x(y: [{z: \"1\"}]) { a(b: [C!]! = -1.5): D # e\n }";
    for (end, _) in source.char_indices() {
        let _ = crate::graphql::parse(&source[..end]);
        let _ = crate::graphql::parse(&source[end..]);
    }
    assert!(crate::graphql::parse(&format!("type Q {{ a(b: C = {}", "[".repeat(100_000))).is_err());
}
