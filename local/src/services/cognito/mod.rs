//! Cognito's identity pools: guests of a page get credentials for an hour.
//! Users and their passwords are not there.

use std::sync::Arc;

use axum::response::Response;
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::exchange::Exchange;
use crate::place::Place;
use crate::properties::Properties;
use crate::services::Answer;

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        "AWS::Cognito::IdentityPool" => {
            let made_up = || place.name(resource.id.as_str(), &resource.kind);
            let pool = format!("{}:{}", place.region, place.uuid(resource.id.as_str()));
            let name = properties.optional_text("IdentityPoolName").map_err(String::from);
            name.map(|name| Created::named(pool).with("Name", name.unwrap_or_else(made_up)))
        }
        "AWS::Cognito::IdentityPoolRoleAttachment" => Ok(Created::named(place.uuid(resource.id.as_str()))),
        _ => return None,
    })
}

pub(crate) async fn answer(_: &Arc<Cloud>, exchange: &Exchange) -> Response {
    exchange.error(501, "NotImplemented", "")
}

pub(crate) fn preflight() -> Response {
    crate::exchange::json_response(501, &serde_json::Value::Null)
}
