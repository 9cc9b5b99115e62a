//! Whole templates, ours and one in the manner of the AWS CDK: nothing is left to answer.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use stackwright_plan::{Created, Outline, Plan, Resource, Surroundings, physical_name};
use stackwright_template::Template;

/// Every attribute that the templates ask for, of whatever type.
const ATTRIBUTES: [&str; 14] = [
    "ApiId",
    "ApiKey",
    "Arn",
    "AuthorizerId",
    "DomainName",
    "FunctionUrl",
    "GraphQLUrl",
    "Id",
    "Name",
    "QueueName",
    "RealtimeUrl",
    "RegionalDomainName",
    "RootResourceId",
    "StreamArn",
];

fn create(resource: &Resource) -> Result<Created, String> {
    let name = physical_name("Test", resource.id.as_str(), &resource.kind);
    let attribute = |name: &str| match name.ends_with("Url") {
        true => format!("https://{}.{name}/", resource.id),
        false => format!("{}.{name}", resource.id),
    };
    let created = Created::named(name);
    Ok(ATTRIBUTES.iter().fold(created, |created, name| created.with(name, attribute(name))))
}

fn read(path: &str) -> Template {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Template::read(&fs::read_to_string(path).unwrap()).unwrap()
}

fn plan(template: &Template, values: &[(&str, &str)]) -> Plan {
    let values: BTreeMap<String, String> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let surroundings = Surroundings::of_stack("Test");
    let outline =
        Outline::of(template, &values, &surroundings).unwrap_or_else(|problems| panic!("{problems:#?}"));
    outline.create(create).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Functions that stand in a value, and texts with `${…}` of something that the template could have answered.
fn unanswered(value: &Value, names: &[String], found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| {
            if key == "Ref" || key.starts_with("Fn::") {
                found.push(value.to_string());
            }
            unanswered(field, names, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| unanswered(item, names, found)),
        Value::String(text) if names.iter().any(|name| text.contains(name)) => found.push(text.clone()),
        _ => {}
    }
}

/// All exists that no condition keeps out; all is answered; what is waited for comes first.
fn check(template: &Template, values: &[(&str, &str)]) -> Plan {
    let plan = plan(template, values);
    let ids = template.resources.ids().chain(template.parameters.ids());
    let mut names: Vec<String> = ids.flat_map(|id| [format!("${{{id}}}"), format!("${{{id}.")]).collect();
    names.push("${AWS::".into());
    let mut found = Vec::new();
    for planned in &plan.resources {
        unanswered(&Value::Object(planned.resource.properties.clone()), &names, &mut found);
    }
    plan.outputs.iter().for_each(|output| unanswered(&json!(output.value), &names, &mut found));
    assert_eq!(found, [""; 0]);

    let exists = |condition| plan.conditions[&condition];
    let expected = template.resources.iter().filter(|(_, resource)| resource.condition.is_none_or(exists));
    assert_eq!(plan.resources.len(), expected.count());
    let position = |id| plan.resources.iter().position(|planned| planned.resource.id == id);
    for (id, resource) in template.resources.iter() {
        for needed in resource.depends_on.iter().filter(|needed| position(**needed).is_some()) {
            assert!(position(id).is_none() || position(*needed) < position(id), "{id} before {needed}");
        }
    }
    plan
}

fn ours(name: &str) -> Template {
    read(&format!("../../tests/templates/{name}.template.yaml"))
}

fn output<'a>(plan: &'a Plan, id: &str) -> &'a str {
    &plan.outputs.iter().find(|output| output.id.as_str() == id).unwrap().value
}

fn reference<'a>(plan: &'a Plan, id: &str) -> &'a str {
    &plan.resource(id).unwrap().created.reference
}

#[test]
fn visitor_counter() {
    let plan = check(&ours("VisitorCounter"), &[("TablePrefix", "second-")]);
    let table = &plan.resource("Connections").unwrap().resource;
    assert_eq!(table.properties["TableName"], "second-ConnectionIDs");
    let function = &plan.resource("StreamProcessor").unwrap().resource;
    let variables = &function.properties["Environment"]["Variables"];
    let host = format!("{}.execute-api.us-east-1.amazonaws.com", reference(&plan, "Api"));
    let stage = reference(&plan, "ApiStage");
    assert_eq!(variables["CALLBACK_URL"], format!("https://{host}/{stage}"));
    assert_eq!(variables["CONNECTIONS_TABLE"], reference(&plan, "Connections"));
    assert_eq!(output(&plan, "WebSocketUrl"), format!("wss://{host}/{stage}"));
}

#[test]
fn notifications_with_and_without_signing_in() {
    let open = check(&ours("Notifications"), &[]);
    let key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let closed = check(&ours("Notifications"), &[("TicketKey", key)]);
    assert!(open.conditions.values().all(|holds| !holds));
    assert!(closed.conditions.values().all(|holds| *holds));
    let on_connect = |plan: &Plan| {
        let mut routes = plan.resources.iter().map(|planned| &planned.resource.properties);
        routes.find(|route| route.get("RouteKey") == Some(&json!("$connect"))).cloned().unwrap()
    };
    assert_eq!(on_connect(&open)["AuthorizationType"], "NONE");
    assert_eq!(on_connect(&open).get("AuthorizerId"), None);
    assert_eq!(on_connect(&closed)["AuthorizationType"], "CUSTOM");
    assert!(on_connect(&closed)["AuthorizerId"].is_string());
}

#[test]
fn the_other_systems() {
    check(&ours("Agenda"), &[]);
    check(&ours("Notes"), &[]);
    check(&ours("Chat"), &[]);
}

const ASSETS: [(&str, &str); 3] = [
    ("AssetParameters4f0cS3Bucket9A1B", "assets"),
    ("AssetParameters4f0cS3VersionKey2C3D", "4f0c/||code.zip"),
    ("AssetParameters4f0cArtifactHash5E6F", "4f0c"),
];

#[test]
fn one_of_the_aws_cdk() {
    let plan = check(&read("tests/fixtures/Cdk.template.json"), &ASSETS);
    let code = |id: &str| plan.resource(id).unwrap().resource.properties["Code"].clone();
    let bucket = "cdk-hnb659fds-assets-000000000000-us-east-1";
    assert_eq!(code("OnOrder3C4D"), json!({ "S3Bucket": bucket, "S3Key": "4f0c8a3b.zip" }));
    assert_eq!(code("OldStyle7A8B"), json!({ "S3Bucket": "assets", "S3Key": "4f0c/code.zip" }));

    let policy = &plan.resource("OnOrderServiceRoleDefaultPolicy9A0B").unwrap().resource;
    let statements = &policy.properties["PolicyDocument"]["Statement"];
    assert_eq!(statements[1]["Resource"], json!(["Orders1A2B.Arn", "Orders1A2B.Arn/index/*"]));
    let api = reference(&plan, "Api5C6D");
    assert_eq!(
        statements[2]["Resource"],
        format!("arn:aws:execute-api:us-east-1:000000000000:{api}/*/*/@connections/*")
    );
    let table = reference(&plan, "Orders1A2B");
    assert_eq!(plan.exports().collect::<Vec<_>>(), [("Test:ExportsOutputRefOrders1A2B", table)]);
    assert!(plan.resource("AlarmTopic3E4F").is_none());
    let function = &plan.resource("OnOrder3C4D").unwrap().resource.properties;
    assert_eq!(function["Environment"]["Variables"], json!({ "TABLE_NAME": table }));
}

#[test]
fn one_of_the_aws_cdk_with_what_its_conditions_keep_out() {
    let mut values = ASSETS.to_vec();
    values.push(("AlarmAddress", "someone@example.com"));
    let plan = check(&read("tests/fixtures/Cdk.template.json"), &values);
    assert_eq!(output(&plan, "AlarmTopicArn"), reference(&plan, "AlarmTopic3E4F"));
    let function = &plan.resource("OnOrder3C4D").unwrap().resource.properties;
    assert_eq!(function["Environment"]["Variables"]["ALARM"], "someone@example.com");
}
