//! API Gateway's WebSocket APIs: sockets from templates, upgrades, and `@connections`.
//! What becomes of a connection is the engine's.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::properties::Properties;
use crate::services::Answer;

/// APIs of version 2: their protocol is WebSocket or HTTP.
pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    let id = place.id(resource.id.as_str(), 10);
    let own = || Ok(Created::named(place.id(resource.id.as_str(), 7)));
    Some(match resource.kind.as_str() {
        "AWS::ApiGatewayV2::Api" => properties.text("ProtocolType").map_err(String::from).map(|protocol| {
            let scheme = if protocol == "WEBSOCKET" { "wss" } else { "https" };
            let endpoint = format!("{scheme}://{id}.execute-api.{}.amazonaws.com", place.region);
            Created::named(id.clone()).with("ApiId", id).with("ApiEndpoint", endpoint)
        }),
        "AWS::ApiGatewayV2::Stage" => properties.text("StageName").map_err(String::from).map(Created::named),
        "AWS::ApiGatewayV2::Deployment" => own().map(|created: Created| {
            let deployment = created.reference.clone();
            created.with("DeploymentId", deployment)
        }),
        "AWS::ApiGatewayV2::Authorizer" => own().map(|created: Created| {
            let authorizer = created.reference.clone();
            created.with("AuthorizerId", authorizer)
        }),
        "AWS::ApiGatewayV2::Route"
        | "AWS::ApiGatewayV2::RouteResponse"
        | "AWS::ApiGatewayV2::Integration"
        | "AWS::ApiGatewayV2::IntegrationResponse"
        | "AWS::ApiGatewayV2::Model" => own(),
        _ => return None,
    })
}

pub(crate) fn is_socket_api(_: &Cloud, _: &str) -> bool {
    false
}

pub(crate) async fn management(_: &Arc<Cloud>, _: Option<&str>, _: Request) -> Response {
    crate::exchange::json_response(501, &serde_json::Value::Null)
}

pub(crate) async fn upgrade(_: &Arc<Cloud>, _: &str, _: Request) -> Response {
    crate::exchange::json_response(501, &serde_json::Value::Null)
}
