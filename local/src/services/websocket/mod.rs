//! API Gateway's WebSocket APIs: sockets from templates, upgrades, and `@connections`.
//! What becomes of a connection is the engine's.

mod api;
mod definition;
mod host;
mod integration;

use std::sync::{Arc, Weak};
use std::time::Duration;

use stackwright_plan::{Created, Resource};
use stackwright_sockets::Sockets;

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::random::Random;
use crate::services::Answer;
use crate::settings::Timers;
use crate::stack::{Piece, Stack};

pub(crate) use api::{answer, is_management, management};

/// How long clients may take to close with us when everything is stopped.
const FAREWELL: Duration = Duration::from_millis(300);

const API: &str = "AWS::ApiGatewayV2::Api";

/// No APIs yet, for a cloud.
pub(crate) fn start(cloud: &Weak<Cloud>, timers: &Timers, random: &Arc<Random>) -> Sockets {
    Sockets::start(host::of(cloud, timers, random))
}

/// Closes all connections, and waits for clients to close as well, but not for those that are slow or gone.
pub(crate) async fn stop(sockets: &Sockets) {
    drop(tokio::time::timeout(FAREWELL, sockets.shutdown()).await);
}

/// APIs of version 2: their protocol is WebSocket or HTTP.
pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    let id = place.id(resource.id.as_str(), 10);
    let own = || Ok(Created::named(place.id(resource.id.as_str(), 7)));
    Some(match resource.kind.as_str() {
        API => properties.text("ProtocolType").map_err(String::from).map(|protocol| {
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

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    for api in definition::apis(stack, problems) {
        cloud.sockets.define(api);
    }
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == API {
        // It may be an API of HTTP.
        cloud.sockets.remove(piece.reference());
    }
}

/// Whether an API of that id is one of sockets; others are of HTTP.
pub(crate) fn is_socket_api(cloud: &Cloud, id: &str) -> bool {
    cloud.sockets.api(id).is_some()
}
