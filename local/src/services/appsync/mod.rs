//! AppSync: GraphQL APIs from templates, their requests and their subscriptions.
//! What a query comes to is the engine's.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::properties::Properties;
use crate::services::Answer;

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        "AWS::AppSync::GraphQLApi" => Ok(api(place, resource)),
        "AWS::AppSync::GraphQLSchema" => properties
            .text("ApiId")
            .map_err(String::from)
            .map(|api| Created::named(format!("{api}GraphQLSchema"))),
        "AWS::AppSync::ApiKey" => part(place, &properties, |api| {
            let key = format!("da2-{}", place.id(resource.id.as_str(), 26));
            let arn = place.arn("appsync", &format!("apis/{api}/apikeys/{key}"));
            Created::named(arn.clone()).with("Arn", arn).with("ApiKey", key.clone()).with("ApiKeyId", key)
        }),
        "AWS::AppSync::DataSource" => named(&properties, "Name", |api, name| {
            let arn = place.arn("appsync", &format!("apis/{api}/datasources/{name}"));
            Created::named(arn.clone()).with("DataSourceArn", arn).with("Name", name)
        }),
        "AWS::AppSync::Resolver" => named(&properties, "TypeName", |api, parent| {
            let field = properties.optional_text("FieldName").ok().flatten().unwrap_or_default();
            let arn = place.arn("appsync", &format!("apis/{api}/types/{parent}/resolvers/{field}"));
            let created = Created::named(arn.clone()).with("ResolverArn", arn);
            created.with("TypeName", parent).with("FieldName", field)
        }),
        "AWS::AppSync::FunctionConfiguration" => named(&properties, "Name", |api, name| {
            let id = place.id(resource.id.as_str(), 26);
            let arn = place.arn("appsync", &format!("apis/{api}/functions/{id}"));
            let source = properties.optional_text("DataSourceName").ok().flatten().unwrap_or_default();
            let created = Created::named(arn.clone()).with("FunctionArn", arn).with("FunctionId", id);
            created.with("Name", name).with("DataSourceName", source)
        }),
        _ => return None,
    })
}

fn api(place: &Place, resource: &Resource) -> Created {
    let id = place.id(resource.id.as_str(), 26);
    let host = |kind: &str| format!("{id}.{kind}.{}.amazonaws.com", place.region);
    let (queries, realtime) = (host("appsync-api"), host("appsync-realtime-api"));
    let arn = place.arn("appsync", &format!("apis/{id}"));
    Created::named(arn.clone())
        .with("Arn", arn)
        .with("ApiId", id.clone())
        .with("GraphQLUrl", format!("https://{queries}/graphql"))
        .with("GraphQLDns", queries)
        .with("RealtimeUrl", format!("wss://{realtime}/graphql"))
        .with("RealtimeDns", realtime)
        .with("GraphQLEndpointArn", place.arn("appsync", &format!("endpoints/graphql-api/{id}")))
}

fn part(_: &Place, properties: &Properties<'_>, make: impl Fn(&str) -> Created) -> Result<Created, String> {
    Ok(make(&properties.text("ApiId")?))
}

/// A part of an API with a name of its own.
fn named(
    properties: &Properties<'_>,
    name: &str,
    make: impl Fn(&str, String) -> Created,
) -> Result<Created, String> {
    Ok(make(&properties.text("ApiId")?, properties.text(name)?))
}

pub(crate) async fn answer(_: &Arc<Cloud>, _: &str, _: Request) -> Response {
    crate::exchange::json_response(501, &serde_json::Value::Null)
}
