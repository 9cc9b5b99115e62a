//! Tests of AppSync resolvers, functions and data sources.

use super::{check, messages};

const API: &str =
    "  Api: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: a, AuthenticationType: API_KEY}}
  Schema: {Type: AWS::AppSync::GraphQLSchema, Properties: {ApiId: !GetAtt Api.ApiId,
    Definition: 'type Query { event: Int } type Mutation { create: Int }'}}
  Nothing: {Type: AWS::AppSync::DataSource, Properties: {ApiId: !GetAtt Api.ApiId, Name: nothing, Type: NONE}}
  Step: {Type: AWS::AppSync::FunctionConfiguration, Properties: {ApiId: !GetAtt Api.ApiId, Name: step,
    DataSourceName: !GetAtt Nothing.Name}}
  Foreign: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: f, AuthenticationType: API_KEY}}
  Other: {Type: AWS::AppSync::DataSource, Properties: {ApiId: !GetAtt Foreign.ApiId, Name: other, Type: NONE}}
  Stray: {Type: AWS::AppSync::FunctionConfiguration, Properties: {ApiId: !GetAtt Foreign.ApiId, Name: stray,
    DataSourceName: !GetAtt Other.Name}}\n";

/// The API, and a resolver of a field with these properties.
fn resolver(id: &str, field: &str, properties: &str) -> String {
    let (of, field) = field.split_once('.').unwrap();
    format!(
        "  {id}: {{Type: AWS::AppSync::Resolver, DependsOn: Schema, Properties: {{ApiId: !GetAtt Api.ApiId,
    TypeName: {of}, FieldName: {field}, {properties}}}}}\n"
    )
}

const UNIT: &str = "DataSourceName: !GetAtt Nothing.Name";

#[track_caller]
fn one(field: &str, properties: &str, expected: &[&str]) {
    messages(&format!("{API}{}", resolver("R", field, properties)), expected);
}

#[test]
fn resolvers_are_for_fields_of_the_schema() {
    one("Query.event", UNIT, &[]);
    one("Qeury.event", UNIT, &["`Schema` has no type `Qeury`"]);
    check(
        &format!("Resources:\n{API}{}", resolver("R", "Query.evnet", UNIT)),
        &["the type `Query` of `Schema` has no field `evnet`
  --> resource R.Properties.FieldName
  hint: did you mean `event`?"],
    );
    one("Query.!Ref AWS::Region", UNIT, &[]);
}

#[test]
fn a_field_has_one_resolver() {
    let second =
        |field: &str| format!("{API}{}{}", resolver("R", "Query.event", UNIT), resolver("S", field, UNIT));
    messages(&second("Mutation.create"), &[]);
    messages(&second("Query.event"), &["`S` and `R` are resolvers of the same field"]);
}

#[test]
fn resolvers_wait_for_the_schema() {
    let early = resolver("R", "Query.event", UNIT).replace("DependsOn: Schema, ", "");
    check(
        &format!("Resources:\n{API}{early}"),
        &["`R` does not wait for `Schema`, so its field may not be there yet
  --> resource R.DependsOn
  hint: add `Schema` to DependsOn"],
    );
}

#[test]
fn data_sources_belong_to_the_api() {
    one(
        "Query.event",
        "DataSourceName: !GetAtt Other.Name",
        &["`R` names `Other`, which belongs to another API"],
    );
    one(
        "Query.event",
        "DataSourceName: !Ref Nothing",
        &["`!Ref Nothing` is the ARN of `Nothing`, not its Name"],
    );
    one("Query.event", "DataSourceName: nothign", &["the API of `R` has no data source \"nothign\""]);
    one("Query.event", "DataSourceName: other", &["the API of `R` has no data source \"other\""]);
    one(
        "Query.event",
        "DataSourceName: nothing",
        &["`R` does not wait for `Nothing`, so it may not be there yet"],
    );
    let waiting =
        resolver("R", "Query.event", "DataSourceName: nothing").replace("Schema,", "[Schema, Nothing],");
    messages(&format!("{API}{waiting}"), &[]);
    let nested =
        "  Sources: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://example.org/t'}}\n";
    messages(&format!("{API}{nested}{}", resolver("R", "Query.event", "DataSourceName: more")), &[]);
}

#[test]
fn pipelines_name_functions_of_the_api() {
    let pipeline = |function: &str| format!("Kind: PIPELINE, PipelineConfig: {{Functions: [{function}]}}");
    one("Query.event", &pipeline("!GetAtt Step.FunctionId"), &[]);
    one("Query.event", &pipeline("abcdefgh"), &[]);
    one("Query.event", &pipeline("!Ref Step"), &["`!Ref Step` is the ARN of `Step`, not its FunctionId"]);
    one(
        "Query.event",
        &pipeline("!GetAtt Stray.FunctionId"),
        &["`R` names `Stray`, which belongs to another API"],
    );
}

#[test]
fn kinds_of_resolvers() {
    one("Query.event", "Kind: UNIT", &["`R` needs `DataSourceName`"]);
    one("Query.event", "Kind: PIPELINE", &["`R` is a pipeline and needs `PipelineConfig`"]);
    one(
        "Query.event",
        "PipelineConfig: {Functions: [!GetAtt Step.FunctionId]}",
        &["`R` has a pipeline, but is a resolver of one data source"],
    );
}

#[test]
fn code_is_checked_where_it_is() {
    let runtime = "Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}";
    let code = |code: &str| format!("{UNIT}, {runtime}, Code: {code}");
    one("Query.event", &code("'export function request() {} export function response() {}'"), &[]);
    one("Query.event", &code("!Sub 'while ${AWS::Region}'"), &[]);
    one("Query.event", &code("'{{resolve:ssm:code}}'"), &[]);
    one("Query.event", &format!("{UNIT}, {runtime}, CodeS3Location: s3://bucket/key"), &[]);
    check(
        &format!(
            "Resources:\n{API}{}",
            resolver("R", "Query.event", &code("'export function request() { return a++ }'"))
        ),
        &[
            "the code exports no `response`
  --> resource R.Properties.Code
  hint: write `export function request(ctx) {…}` and `export function response(ctx) {…}`",
            "line 1, column 37: AppSync has no `++`
  --> resource R.Properties.Code
  hint: write `+= 1`",
        ],
    );
    let long =
        format!("'export function request() {{}} export function response() {{}} // {}'", "x".repeat(32_768));
    one("Query.event", &code(&long), &["`Code` must have 1 to 32768 characters, not 32830"]);
    let step = format!(
        "  F: {{Type: AWS::AppSync::FunctionConfiguration, Properties: {{ApiId: !GetAtt Api.ApiId, Name: f, {}}}}}\n",
        code("'export function request() {} throw 1'")
    );
    messages(
        &format!("{API}{step}"),
        &["the code exports no `response`", "line 1, column 30: AppSync has no `throw`"],
    );
}

#[test]
fn code_has_a_runtime() {
    let code = "Code: 'export function request() {} export function response() {}'";
    one("Query.event", &format!("{UNIT}, {code}"), &["`R` has code, but no `Runtime`"]);
    one(
        "Query.event",
        &format!("{UNIT}, Runtime: {{Name: APPSYNC_JS, RuntimeVersion: 1.0.0}}"),
        &["`R` has a runtime, but no code"],
    );
    one(
        "Query.event",
        &format!("{UNIT}, RequestMappingTemplate: '$util.x()', ResponseMappingTemplate: '{{}}'"),
        &[],
    );
}

#[test]
fn handlers_of_channels() {
    let namespace = |code: &str| {
        format!(
            "  Events: {{Type: AWS::AppSync::Api, Properties: {{Name: e}}}}
  N: {{Type: AWS::AppSync::ChannelNamespace, Properties: {{ApiId: !GetAtt Events.ApiId, Name: n, CodeHandlers: '{code}'}}}}"
        )
    };
    messages(&namespace("export function onPublish(ctx) { return ctx.events }"), &[]);
    messages(
        &namespace("export async function onPublish(ctx) {}"),
        &["line 1, column 8: AppSync has no asynchronous functions"],
    );
}

#[test]
fn data_sources_have_what_their_type_needs() {
    let source = |properties: &str| {
        format!(
            "  Api: {{Type: AWS::AppSync::GraphQLApi, Properties: {{Name: a, AuthenticationType: API_KEY}}}}
  S: {{Type: AWS::AppSync::DataSource, Properties: {{ApiId: !GetAtt Api.ApiId, Name: s, {properties}}}}}"
        )
    };
    let role = "ServiceRoleArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/r'";
    let table = "DynamoDBConfig: {TableName: t, AwsRegion: !Ref AWS::Region}";
    messages(&source(&format!("Type: AMAZON_DYNAMODB, {table}, {role}")), &[]);
    messages(&source("Type: NONE"), &[]);
    messages(&source("Type: HTTP, HttpConfig: {Endpoint: 'https://example.org'}"), &[]);
    let needs = |what: &str| format!("`S` is a data source of the type AMAZON_DYNAMODB and needs `{what}`");
    messages(&source(&format!("Type: AMAZON_DYNAMODB, {table}")), &[&needs("ServiceRoleArn")]);
    messages(&source("Type: AMAZON_DYNAMODB"), &[&needs("DynamoDBConfig"), &needs("ServiceRoleArn")]);
}
