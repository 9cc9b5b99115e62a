//! API Gateway's REST APIs, and function URLs.
//! How requests become events is the engine's.

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
    let short = place.id(resource.id.as_str(), 6);
    let with_id = |attribute: &str| Ok(Created::named(short.clone()).with(attribute, short.clone()));
    Some(match resource.kind.as_str() {
        "AWS::ApiGateway::RestApi" => {
            let id = place.id(resource.id.as_str(), 10);
            let root = place.id(&format!("{}/root", resource.id), 10);
            Ok(Created::named(id.clone()).with("RestApiId", id).with("RootResourceId", root))
        }
        "AWS::ApiGateway::Resource" => with_id("ResourceId"),
        "AWS::ApiGateway::Deployment" => with_id("DeploymentId"),
        "AWS::ApiGateway::Authorizer" => with_id("AuthorizerId"),
        "AWS::ApiGateway::RequestValidator" => with_id("RequestValidatorId"),
        "AWS::ApiGateway::Stage" => properties.text("StageName").map_err(String::from).map(Created::named),
        "AWS::ApiGateway::Method" | "AWS::ApiGateway::GatewayResponse" | "AWS::ApiGateway::Model" => {
            Ok(Created::named(short))
        }
        "AWS::Lambda::Url" => properties.text("TargetFunctionArn").map_err(String::from).map(|function| {
            let id = place.id(resource.id.as_str(), 32);
            let url = format!("https://{id}.lambda-url.{}.on.aws/", place.region);
            let name = crate::services::lambda::function_name(&function);
            let arn = place.arn("lambda", &format!("function:{name}"));
            Created::named(arn.clone()).with("FunctionArn", arn).with("FunctionUrl", url)
        }),
        _ => return None,
    })
}

pub(crate) async fn answer(_: &Arc<Cloud>, _: &str, _: Request) -> Response {
    crate::exchange::json_response(501, &serde_json::Value::Null)
}

pub(crate) async fn function_url(_: &Arc<Cloud>, _: &str, _: Request) -> Response {
    crate::exchange::json_response(501, &serde_json::Value::Null)
}
