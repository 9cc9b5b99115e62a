//! AppSync: GraphQL APIs from templates, their requests and their subscriptions.
//! What a query comes to is the engine's.

mod api;
mod definition;
mod host;

use std::collections::HashMap;
use std::sync::Arc;

use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::Answer;
use crate::stack::{Piece, Stack};

pub(crate) use api::answer;
pub(crate) use host::{Apis, start};

const API: &str = "AWS::AppSync::GraphQLApi";
const SCHEMA: &str = "AWS::AppSync::GraphQLSchema";
const KEY: &str = "AWS::AppSync::ApiKey";
const DATA_SOURCE: &str = "AWS::AppSync::DataSource";
const RESOLVER: &str = "AWS::AppSync::Resolver";
const FUNCTION: &str = "AWS::AppSync::FunctionConfiguration";

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        API => Ok(named_by_id(place, resource)),
        SCHEMA => properties
            .text("ApiId")
            .map_err(String::from)
            .map(|api| Created::named(format!("{api}GraphQLSchema"))),
        KEY => properties.text("ApiId").map_err(String::from).map(|api| {
            let key = format!("da2-{}", place.id(resource.id.as_str(), 26));
            let arn = place.arn("appsync", &format!("apis/{api}/apikeys/{key}"));
            Created::named(arn.clone()).with("Arn", arn).with("ApiKey", key.clone()).with("ApiKeyId", key)
        }),
        DATA_SOURCE => named(&properties, "Name", |api, name| {
            let arn = place.arn("appsync", &format!("apis/{api}/datasources/{name}"));
            Created::named(arn.clone()).with("DataSourceArn", arn).with("Name", name)
        }),
        RESOLVER => named(&properties, "TypeName", |api, parent| {
            let field = properties.optional_text("FieldName").ok().flatten().unwrap_or_default();
            let arn = place.arn("appsync", &format!("apis/{api}/types/{parent}/resolvers/{field}"));
            let created = Created::named(arn.clone()).with("ResolverArn", arn);
            created.with("TypeName", parent).with("FieldName", field)
        }),
        FUNCTION => named(&properties, "Name", |api, name| {
            let id = place.id(resource.id.as_str(), 26);
            let arn = place.arn("appsync", &format!("apis/{api}/functions/{id}"));
            let source = properties.optional_text("DataSourceName").ok().flatten().unwrap_or_default();
            let created = Created::named(arn.clone()).with("FunctionArn", arn).with("FunctionId", id);
            created.with("Name", name).with("DataSourceName", source)
        }),
        _ => return None,
    })
}

fn named_by_id(place: &Place, resource: &Resource) -> Created {
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

/// A part of an API with a name of its own.
fn named(
    properties: &Properties<'_>,
    name: &str,
    make: impl Fn(&str, String) -> Created,
) -> Result<Created, String> {
    Ok(make(&properties.text("ApiId")?, properties.text(name)?))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    for piece in stack.of_kind(API) {
        match definition::read(piece, problems) {
            Ok(definition) => {
                let id = piece.attribute("ApiId");
                cloud.graphql.roles.define(id, roles(piece));
                let found = cloud.graphql.graphql.define(id, definition);
                problems.extend(found.into_iter().map(|found| definition::problem(piece, found)));
            }
            Err(message) => problems.push(piece.problem(message)),
        }
    }
    for kind in [SCHEMA, KEY, DATA_SOURCE, RESOLVER, FUNCTION] {
        stack.each(kind, problems, has_its_api);
    }
}

/// The roles of the data sources of an API, by their names.
fn roles(api: Piece<'_>) -> HashMap<String, String> {
    let role = |piece: Piece<'_>| {
        let text = |name| piece.properties().optional_text(name).ok().flatten();
        Some((text("Name")?, text("ServiceRoleArn")?))
    };
    definition::parts(api, DATA_SOURCE).filter_map(role).collect()
}

/// What belongs to an API of another stack would be lost without a word.
fn has_its_api(part: Piece<'_>) -> Result<(), String> {
    let id = part.properties().text("ApiId")?;
    match part.stack.of_kind(API).any(|api| api.attribute("ApiId") == id) {
        true => Ok(()),
        false => Err(format!("`ApiId` is `{id}`, which is no API of this stack")),
    }
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == API {
        cloud.graphql.graphql.remove(piece.attribute("ApiId"));
        cloud.graphql.roles.remove(piece.attribute("ApiId"));
    }
}
