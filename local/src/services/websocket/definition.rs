//! The WebSocket APIs of a stack, put together from the resources that describe them.
//! Looks at no function, and not at APIs of HTTP.

use std::collections::BTreeMap;

use stackwright_sockets::{Api, Authorizer, IdentitySource, Integration, Route, Stage};

use super::API;
use super::integration;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::lambda::function_name;
use crate::stack::{Piece, Stack};

const STAGE: &str = "AWS::ApiGatewayV2::Stage";
const ROUTE: &str = "AWS::ApiGatewayV2::Route";
const ROUTE_RESPONSE: &str = "AWS::ApiGatewayV2::RouteResponse";
const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";
const AUTHORIZER: &str = "AWS::ApiGatewayV2::Authorizer";

const CONNECT: &str = "$connect";
const DEFAULT: &str = "$default";

/// The APIs of a stack, as far as they can be put together; what cannot is among the problems.
pub(super) fn apis(stack: &Stack, problems: &mut Vec<Problem>) -> Vec<Api> {
    let mut parts = Parts::default();
    stack.each(API, problems, |piece| parts.api(piece));
    stack.each(STAGE, problems, |piece| parts.stage(piece));
    stack.each(INTEGRATION, problems, |piece| parts.integration(piece));
    stack.each(AUTHORIZER, problems, |piece| parts.authorizer(piece));
    stack.each(ROUTE, problems, |piece| parts.route(piece));
    parts.apis.into_values().collect()
}

/// What is known so far: routes come last, as they refer to the others.
#[derive(Default)]
struct Parts<'a> {
    apis: BTreeMap<&'a str, Api>,
    integrations: BTreeMap<&'a str, Integration>,
    authorizers: BTreeMap<&'a str, Authorizer>,
}

impl<'a> Parts<'a> {
    fn api(&mut self, piece: Piece<'a>) -> Result<(), String> {
        let properties = piece.properties();
        if !is_of_sockets(piece) {
            return Ok(());
        }
        let selection = properties.text("RouteSelectionExpression")?;
        let api = Api {
            id: piece.reference().to_owned(),
            region: piece.stack.place.region.clone(),
            account: piece.stack.place.account.clone(),
            stages: BTreeMap::new(),
            selection: selection.parse().map_err(|error| format!("`RouteSelectionExpression`: {error}"))?,
            routes: BTreeMap::new(),
        };
        self.apis.insert(piece.reference(), api);
        match properties.flag("DisableExecuteApiEndpoint")? {
            true => Err("`DisableExecuteApiEndpoint` is set, but the API is served all the same: custom domains are not"
                .to_owned()),
            false => Ok(()),
        }
    }

    fn stage(&mut self, piece: Piece<'a>) -> Result<(), String> {
        let Some(api) = self.api_of(piece)? else { return Ok(()) };
        let properties = piece.properties();
        let is_deployed = properties.flag("AutoDeploy")? || properties.value("DeploymentId").is_some();
        if !is_deployed {
            return Err(
                "the stage has no `DeploymentId` and does not deploy by itself: nothing is there".to_owned()
            );
        }
        let variables = properties.map_of_texts("StageVariables")?.into_iter().collect();
        api.stages.insert(properties.text("StageName")?, Stage { variables });
        Ok(())
    }

    fn integration(&mut self, piece: Piece<'a>) -> Result<(), String> {
        if self.api_of(piece)?.is_some() {
            self.integrations.insert(piece.reference(), integration::read(piece)?);
        }
        Ok(())
    }

    fn authorizer(&mut self, piece: Piece<'a>) -> Result<(), String> {
        if self.api_of(piece)?.is_some() {
            self.authorizers.insert(piece.reference(), authorizer(piece)?);
        }
        Ok(())
    }

    fn route(&mut self, piece: Piece<'a>) -> Result<(), String> {
        if self.api_of(piece)?.is_none() {
            return Ok(());
        }
        let properties = piece.properties();
        let key = properties.text("RouteKey")?;
        let mut route = Route::default();
        let outcome = self.complete(&mut route, &key, piece);
        if outcome.is_err() {
            // It fails each time rather than let anybody do what it was not meant for.
            route.integration = None;
        }
        if let Some(api) = self.api_of(piece)? {
            api.routes.insert(key, route);
        }
        outcome?;
        let unsupported = [
            ("ApiKeyRequired", "API keys are not asked for"),
            ("RequestModels", "messages are not held against models"),
        ];
        let given = unsupported.iter().find(|(name, _)| is_asked_for(&properties, name));
        given.map_or(Ok(()), |(name, what)| {
            Err(format!("the route is there, but `{name}` does nothing: {what}"))
        })
    }

    fn complete(&self, route: &mut Route, key: &str, piece: Piece<'_>) -> Result<(), String> {
        let properties = piece.properties();
        route.integration = self.target(&properties)?;
        self.guard(route, key, &properties)?;
        route.is_two_way = is_two_way(piece)?;
        Ok(())
    }

    /// What runs: `integrations/abc1234`.
    fn target(&self, properties: &Properties<'_>) -> Result<Option<Integration>, String> {
        let Some(target) = properties.optional_text("Target")? else { return Ok(None) };
        let id = target.strip_prefix("integrations/").unwrap_or(&target);
        let integration = self.integrations.get(id).cloned();
        integration
            .map(Some)
            .ok_or_else(|| format!("`Target` is `{target}`, an integration that does not run here"))
    }

    /// Puts whoever has to let a client in before its route.
    fn guard(&self, route: &mut Route, key: &str, properties: &Properties<'_>) -> Result<(), String> {
        let kind = properties.optional_text("AuthorizationType")?.unwrap_or_else(|| "NONE".to_owned());
        if kind != "NONE" && key != CONNECT {
            return Err(format!("`AuthorizationType` is `{kind}`, and must be `NONE` but on `{CONNECT}`"));
        }
        match kind.as_str() {
            "NONE" => {}
            "AWS_IAM" => route.is_signed = true,
            "CUSTOM" => {
                let id = properties.text("AuthorizerId")?;
                let authorizer = self.authorizers.get(id.as_str()).cloned();
                route.authorizer = Some(
                    authorizer.ok_or_else(|| format!("`AuthorizerId` is `{id}`, which does not run here"))?,
                );
            }
            other => {
                let message = "and must be `NONE`, `AWS_IAM` or `CUSTOM`";
                return Err(format!("`AuthorizationType` is `{other}`, {message}"));
            }
        }
        Ok(())
    }

    /// The API that something belongs to; none if that is one of HTTP.
    fn api_of(&mut self, piece: Piece<'_>) -> Result<Option<&mut Api>, String> {
        let id = piece.properties().text("ApiId")?;
        let mut apis = piece.stack.of_kind(API);
        match apis.find(|api| api.reference() == id) {
            Some(_) => Ok(self.apis.get_mut(id.as_str())),
            None => {
                Err(format!("`ApiId` is `{id}`, which is no API of this stack: others are not added to here"))
            }
        }
    }
}

fn is_of_sockets(api: Piece<'_>) -> bool {
    api.properties().value("ProtocolType").is_some_and(|protocol| protocol == "WEBSOCKET")
}

fn is_asked_for(properties: &Properties<'_>, name: &str) -> bool {
    properties.value(name).is_some_and(|value| value != false && value != "false")
}

/// Whether answers go back: the route says so, and has a response to say it with.
fn is_two_way(route: Piece<'_>) -> Result<bool, String> {
    let expression = route.properties().optional_text("RouteResponseSelectionExpression")?;
    match expression.as_deref() {
        None => return Ok(false),
        Some(DEFAULT) => {}
        Some(other) => {
            return Err(format!("`RouteResponseSelectionExpression` is `{other}`, and must be `{DEFAULT}`"));
        }
    }
    let is_its = |response: &Piece<'_>| {
        let of = |name| response.properties().optional_text(name).ok().flatten();
        of("RouteId").as_deref() == Some(route.reference())
            && of("RouteResponseKey").as_deref() == Some(DEFAULT)
    };
    Ok(route.stack.of_kind(ROUTE_RESPONSE).any(|response| is_its(&response)))
}

fn authorizer(piece: Piece<'_>) -> Result<Authorizer, String> {
    let properties = piece.properties();
    match properties.text("AuthorizerType")?.as_str() {
        "REQUEST" => {}
        other => {
            return Err(format!("`AuthorizerType` is `{other}`, and must be `REQUEST` on a WebSocket API"));
        }
    }
    if properties.value("AuthorizerCredentialsArn").is_some() {
        return Err(
            "`AuthorizerCredentialsArn` is set, but authorizers are invoked by API Gateway alone here"
                .to_owned(),
        );
    }
    let sources = properties.texts("IdentitySource")?;
    let sources: Result<Vec<IdentitySource>, _> = sources.iter().map(|source| source.parse()).collect();
    Ok(Authorizer {
        id: piece.reference().to_owned(),
        function: function(piece, &properties.text("AuthorizerUri")?),
        identity_sources: sources.map_err(|error| error.to_string())?,
    })
}

/// The ARN of the function in API Gateway's URI of one.
pub(super) fn function(piece: Piece<'_>, uri: &str) -> String {
    piece.stack.place.arn("lambda", &format!("function:{}", function_name(uri)))
}
