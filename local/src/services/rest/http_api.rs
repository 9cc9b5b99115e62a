//! HTTP APIs of templates: the APIs of version 2 that are not WebSocket APIs.
//! Only functions stand behind their routes.

use std::collections::BTreeMap;
use std::sync::Arc;

use stackwright_rest::http::{Authorization, HttpApi, PayloadVersion, Route, Stage as ApiStage};

use super::{authorizer, cross_origin, function, method, refuse};
use crate::cloud::Cloud;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::stack::{Piece, Stack};

pub(super) const KIND: &str = "AWS::ApiGatewayV2::Api";
const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";

pub(super) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    let mut apis = BTreeMap::new();
    stack.each(KIND, problems, |piece| {
        let properties = piece.properties();
        if properties.optional_text("ProtocolType")?.as_deref() != Some("HTTP") {
            return Ok(());
        }
        apis.insert(piece.reference().to_owned(), api(cloud, piece)?);
        refuse(&properties, &["Body", "BodyS3Location", "CredentialsArn"])
    });
    stack.each("AWS::ApiGatewayV2::Route", problems, |piece| {
        let properties = piece.properties();
        let Some(api) = apis.get_mut(&properties.text("ApiId")?) else { return Ok(()) };
        api.routes.push(route(stack, &properties)?);
        Ok(())
    });
    stack.each("AWS::ApiGatewayV2::Stage", problems, |piece| {
        let properties = piece.properties();
        let Some(api) = apis.get_mut(&properties.text("ApiId")?) else { return Ok(()) };
        let variables = properties.map_of_texts("StageVariables")?.into_iter().collect();
        api.stages.insert(piece.reference().to_owned(), ApiStage { variables });
        Ok(())
    });
    apis.into_iter().for_each(|(id, api)| cloud.apis.http.define(id, api));
}

/// An API, with the route and the stage that `Target` has made for it.
fn api(cloud: &Cloud, piece: Piece<'_>) -> Result<HttpApi, String> {
    let properties = piece.properties();
    let place = &piece.stack.place;
    let mut api = HttpApi::new(&place.region, &place.account);
    api.default_endpoint = !properties.flag("DisableExecuteApiEndpoint")?;
    api.cors = cross_origin::read(&cloud.addresses, &properties.inside("CorsConfiguration")?)?;
    if let Some(target) = properties.optional_text("Target")? {
        let key = properties.optional_text("RouteKey")?.unwrap_or_else(|| "$default".to_owned());
        api.routes.push(Route::new(key, function(&target)?, PayloadVersion::Two));
        api.stages.insert("$default".to_owned(), ApiStage::default());
    }
    Ok(api)
}

fn route(stack: &Stack, properties: &Properties<'_>) -> Result<Route, String> {
    refuse(properties, &["RequestParameters"])?;
    let target = properties.text("Target")?;
    let id = target.strip_prefix("integrations/").unwrap_or(&target);
    let integration = stack.of_kind(INTEGRATION).find(|piece| piece.reference() == id);
    let integration = integration
        .ok_or_else(|| format!("`Target` is `{target}`, and this stack has no such integration"))?
        .properties();
    let (function, payload) = behind(&integration)?;
    Ok(Route {
        authorization: authorization(stack, properties)?,
        timeout: method::timeout(&integration)?,
        ..Route::new(properties.text("RouteKey")?, function, payload)
    })
}

/// The function of an integration, and the form of its events.
fn behind(integration: &Properties<'_>) -> Result<(String, PayloadVersion), String> {
    let kind = integration.text("IntegrationType")?;
    if kind != "AWS_PROXY" {
        return Err(format!("integrations of the type `{kind}` do not run here"));
    }
    refuse(
        integration,
        &["IntegrationSubtype", "CredentialsArn", "RequestParameters", "ResponseParameters", "ConnectionId"],
    )?;
    let payload = authorizer::payload(integration, "PayloadFormatVersion")?;
    Ok((function(&integration.text("IntegrationUri")?)?, payload))
}

fn authorization(stack: &Stack, properties: &Properties<'_>) -> Result<Authorization, String> {
    match properties.optional_text("AuthorizationType")?.as_deref() {
        None | Some("NONE") => Ok(Authorization::None),
        Some("AWS_IAM") => Ok(Authorization::Iam),
        Some("CUSTOM") => {
            Ok(Authorization::Function(authorizer::of_route(stack, &properties.text("AuthorizerId")?)?))
        }
        Some(other) => Err(format!("authorisation by `{other}` does not run here")),
    }
}
