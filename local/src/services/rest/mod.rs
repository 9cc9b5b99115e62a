//! API Gateway's REST APIs and HTTP APIs, and function URLs.
//! How requests become events is the engine's; sockets are the neighbour's.

mod answer;
mod authorizer;
mod cross_origin;
mod host;
mod http_api;
mod key;
mod method;
mod model;
mod rest_api;
mod sender;
mod url;

use std::sync::Arc;

use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::Answer;
use crate::stack::{Piece, Stack};

pub(crate) use answer::{answer, function_url};
pub(crate) use host::{Apis, start};

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
        "AWS::ApiGateway::ApiKey" => with_id("APIKeyId"),
        "AWS::ApiGateway::UsagePlan" | "AWS::ApiGateway::UsagePlanKey" => with_id("Id"),
        "AWS::ApiGateway::Stage" => properties.text("StageName").map_err(String::from).map(Created::named),
        "AWS::ApiGateway::Model" => {
            let name = properties.optional_text("Name").map_err(String::from);
            name.map(|name| Created::named(name.unwrap_or(short)))
        }
        "AWS::ApiGateway::Method" | "AWS::ApiGateway::GatewayResponse" => Ok(Created::named(short)),
        url::KIND => url::create(place, resource),
        _ => return None,
    })
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    rest_api::realise(cloud, stack, problems);
    http_api::realise(cloud, stack, problems);
    url::realise(cloud, stack, problems);
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    match piece.kind {
        rest_api::KIND => cloud.apis.rest.remove(piece.reference()),
        http_api::KIND => cloud.apis.http.remove(piece.reference()),
        url::KIND => cloud.apis.urls.remove(url::id(piece)),
        _ => {}
    }
}

/// The function of an integration or an authoriser, whose URI has its ARN inside.
fn function(uri: &str) -> Result<String, String> {
    let inner = uri.split_once("/functions/").map_or(uri, |(_, inner)| inner);
    let arn = inner.strip_suffix("/invocations").unwrap_or(inner);
    match arn.starts_with("arn:") && arn.contains(":lambda:") && !arn.contains('/') {
        true => Ok(arn.to_owned()),
        false => Err(format!("`{uri}` is no URI of a function, and nothing else is integrated here")),
    }
}

/// What a template asks for and nothing here does.
fn refuse(properties: &Properties<'_>, names: &[&str]) -> Result<(), String> {
    match names.iter().find(|name| properties.value(name).is_some()) {
        Some(name) => Err(format!("`{name}` does nothing here")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-west-1:000000000000:function:greet";

    fn check(uri: &str, expected: Option<&str>) {
        assert_eq!(function(uri).ok().as_deref(), expected, "{uri}");
    }

    #[test]
    fn functions_are_named_by_uri_or_arn() {
        let uri = |arn: &str| {
            format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations")
        };
        check(&uri(ARN), Some(ARN));
        check(ARN, Some(ARN));
        let staged = "arn:aws:lambda:eu-west-1:000000000000:function:${stageVariables.function}";
        check(&uri(staged), Some(staged));
    }

    #[test]
    fn everything_else_is_refused() {
        check("https://example.com", None);
        check("arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem", None);
        let streamed = format!(
            "arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/{ARN}/response-streaming-invocations"
        );
        check(&streamed, None);
    }
}
