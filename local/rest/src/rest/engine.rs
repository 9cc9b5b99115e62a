//! All REST APIs of a region: the way of a request through one of them.
//! Opens no port: requests are handed to it.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};

use super::authorizer::{self, Said};
use super::definition::{Api, Authorization, Integration, Method};
use super::exchange::{Exchange, Route};
use super::fault::{Fault, Form, ResponseType};
use super::{answer, mock, respond, validation};
use crate::caller::{Caller, Rejection, RejectionKind, Sender};
use crate::definitions::Definitions;
use crate::incoming::{self, Incoming, Unread};
use crate::memory::Memory;
use crate::path;
use crate::settings::Settings;
use crate::world::{Failure, Invocation, Permission, UnderWay, World};

/// REST APIs, and how to call them.
#[derive(Debug)]
pub struct Rest {
    apis: Definitions<Api>,
    authorizers: Memory<Said>,
    settings: Settings,
    world: World,
}

impl Rest {
    /// No APIs yet, with the limits of API Gateway.
    #[must_use]
    pub fn new(world: World) -> Rest {
        Rest::with(world, Settings::of_apis())
    }

    /// No APIs yet, with limits of one's own.
    #[must_use]
    pub fn with(world: World, settings: Settings) -> Rest {
        Rest { apis: Definitions::new(), authorizers: Memory::new(), settings, world }
    }

    /// Adds an API, or replaces the one of this id: requests under way end as they began. What
    /// authorisers said is forgotten.
    pub fn define(&self, id: impl Into<String>, api: Api) {
        self.apis.put(id.into(), api);
        self.authorizers.clear();
    }

    /// Removes an API.
    pub fn remove(&self, id: &str) {
        self.apis.remove(id);
    }

    /// Answers a request, whose path is the one below the stage.
    pub async fn answer(
        &self,
        api: &str,
        stage: &str,
        request: Request,
        sender: impl Sender,
    ) -> Response<Body> {
        let (incoming, body) = Incoming::of(request);
        let under_way = UnderWay::to(api, &incoming);
        let outcome = self.respond(api, stage, incoming, body, sender).await;
        under_way.answered(&self.world, Some(stage.to_owned()), outcome)
    }

    async fn respond(
        &self,
        api_id: &str,
        stage_name: &str,
        incoming: Incoming,
        body: Body,
        sender: impl Sender,
    ) -> (Response<Body>, Option<String>) {
        let Some(api) = self.apis.find(api_id).filter(|api| api.default_endpoint) else {
            return (forbidden(), Some(format!("there is no API `{api_id}` at this address")));
        };
        let Some(stage) = api.stages.get(stage_name) else {
            return (forbidden(), Some(format!("the API has no stage `{stage_name}`")));
        };
        let mut exchange = Exchange {
            api: &api,
            api_id,
            stage,
            stage_name,
            incoming,
            request_id: (self.world.unique_id)(),
            at: (self.world.now)(),
            route: None,
            identity: None,
            authorizer: None,
            api_key: None,
        };
        let outcome = self.pass(&mut exchange, body, sender).await;
        let (mut response, reason) = match outcome {
            Ok(response) => (response, None),
            Err(fault) => (respond::response(&exchange, &fault), fault.reason),
        };
        respond::sign(&exchange, &mut response);
        (response, reason)
    }

    /// The way of a request: its route, who sent it, its key, what it must have, its integration.
    async fn pass(
        &self,
        exchange: &mut Exchange<'_>,
        body: Body,
        sender: impl Sender,
    ) -> Result<Response<Body>, Fault> {
        let read = incoming::read(body, self.settings.body, self.settings.reading).await;
        exchange.incoming.body = read.map_err(unread)?;
        let method = route(exchange).ok_or_else(|| {
            let incoming = &exchange.incoming;
            unknown(format!("there is no method {} {}", incoming.method, incoming.path))
        })?;
        self.authorise(exchange, method, sender).await?;
        if method.api_key_required {
            open(exchange)?;
        }
        validation::check(exchange, &method.requirements)?;
        match &method.integration {
            Integration::Mock(mock) => mock::response(exchange, mock),
            Integration::Function { arn, timeout } => self.invoke(exchange, arn, *timeout).await,
        }
    }

    async fn authorise(
        &self,
        exchange: &mut Exchange<'_>,
        method: &Method,
        sender: impl Sender,
    ) -> Result<(), Fault> {
        match &method.authorization {
            Authorization::None if exchange.api.has_policy => self.ask_iam(exchange),
            Authorization::None => Ok(()),
            Authorization::Iam => {
                match sender.caller(&exchange.incoming.body) {
                    Caller::Anonymous => return Err(unknown("the request is not signed".to_owned())),
                    Caller::Rejected(rejection) => return Err(rejected(&rejection)),
                    Caller::Signed(identity) => exchange.identity = Some(identity),
                }
                self.ask_iam(exchange)
            }
            Authorization::Custom(authorizer) => {
                let limit = self.settings.integration;
                authorizer::check(exchange, authorizer, &self.authorizers, &self.world, limit).await
            }
        }
    }

    fn ask_iam(&self, exchange: &Exchange<'_>) -> Result<(), Fault> {
        let permission = Permission {
            caller: exchange.identity.clone(),
            action: "execute-api:Invoke",
            resource: exchange.method_arn(),
            source: exchange.incoming.source,
            context: Vec::new(),
        };
        (self.world.authorise)(&permission)
            .map_err(|message| Fault::new(ResponseType::AccessDenied, &message).in_form(Form::Capital))
    }

    async fn invoke(
        &self,
        exchange: &Exchange<'_>,
        arn: &str,
        timeout: Option<Duration>,
    ) -> Result<Response<Body>, Fault> {
        let limit = timeout.map_or(self.settings.integration, |own| own.min(self.settings.integration));
        let invocation = Invocation {
            function: with_variables(arn, &exchange.stage.variables),
            source_arn: Some(exchange.source_arn()),
            payload: exchange.event().to_string().into(),
        };
        let answer = tokio::time::timeout(limit, (self.world.invoke)(invocation)).await;
        let payload = answer.map_err(|_| timed_out())?.map_err(|failure| failed(&failure))?;
        let mut response = answer::response(exchange, &payload)?;
        if !response.headers().contains_key("x-amzn-trace-id") {
            respond::set(&mut response, "x-amzn-trace-id", &exchange.trace());
        }
        Ok(response)
    }
}

/// The ARN of a function that a stage's variables name in part, `…:function:${stageVariables.name}`.
fn with_variables(arn: &str, variables: &BTreeMap<String, String>) -> String {
    let replaced = |arn: String, (name, value): (&String, &String)| {
        arn.replace(&format!("${{stageVariables.{name}}}"), value)
    };
    variables.iter().fold(arn.to_owned(), replaced)
}

/// Finds where a request goes, if it goes anywhere. Resources without methods are only parts of paths.
fn route<'a>(exchange: &mut Exchange<'a>) -> Option<&'a Method> {
    let resources = exchange.api.resources.iter().filter(|resource| !resource.methods.is_empty());
    let (resource, parameters) = path::best(resources, |resource| &resource.path, &exchange.incoming.path)?;
    let methods = &resource.methods;
    let method = methods.get(exchange.incoming.method.as_str()).or_else(|| methods.get("ANY"))?;
    exchange.route = Some(Route { resource, parameters });
    Some(method)
}

/// Looks for the request's API key among those of its stage.
fn open(exchange: &mut Exchange<'_>) -> Result<(), Fault> {
    let sent = exchange.incoming.header("x-api-key");
    let opens = |key: &&super::ApiKey| {
        Some(&key.value) == sent.as_ref() && key.stages.iter().any(|stage| stage == exchange.stage_name)
    };
    let key = exchange.api.keys.iter().find(opens);
    exchange.api_key = Some(key.ok_or_else(|| Fault::new(ResponseType::InvalidApiKey, "Forbidden"))?);
    Ok(())
}

/// A path or method that is not there, or a signature: API Gateway does not say which.
fn unknown(reason: String) -> Fault {
    let fault = Fault::new(ResponseType::MissingAuthenticationToken, "Missing Authentication Token");
    Fault { reason: Some(reason), ..fault }
}

fn rejected(rejection: &Rejection) -> Fault {
    let kind = match rejection.kind {
        RejectionKind::Signature => ResponseType::InvalidSignature,
        RejectionKind::Expired => ResponseType::ExpiredToken,
        RejectionKind::Unknown => ResponseType::AccessDenied,
    };
    Fault { error_type: Some(rejection.kind.error_type()), ..Fault::new(kind, &rejection.message) }
}

fn unread(why: Unread) -> Fault {
    match why {
        Unread::TooLarge => Fault::new(ResponseType::RequestTooLarge, "Request Too Long"),
        Unread::TooSlow => {
            Fault { status: Some(408), ..Fault::new(ResponseType::Default4xx, "Request Timeout") }
        }
        Unread::BrokenOff => Fault::new(ResponseType::Default4xx, "Bad Request"),
    }
}

fn timed_out() -> Fault {
    let fault = Fault::new(ResponseType::IntegrationTimeout, "Endpoint request timed out");
    let reason = "Execution failed due to a timeout error".to_owned();
    Fault { reason: Some(reason), ..fault.in_form(Form::Spaced) }
}

/// What callers are told of a function that gave no answer: nothing but that.
fn failed(failure: &Failure) -> Fault {
    let kind = ResponseType::Default5xx;
    match failure {
        Failure::FunctionError(_) => {
            Fault::internal(kind, 502, format!("Lambda execution failed: {failure}"))
        }
        Failure::TooLarge => Fault {
            reason: Some(failure.to_string()),
            ..Fault::new(ResponseType::RequestTooLarge, "Request Too Long")
        },
        Failure::NotPermitted | Failure::Throttled | Failure::Unavailable(_) => {
            let reason = format!("Execution failed due to configuration error: {failure}");
            Fault::internal(kind, 500, reason)
        }
    }
}

/// What stands where no API is.
fn forbidden() -> Response<Body> {
    let mut response = Response::new(Body::from(r#"{"message":"Forbidden"}"#));
    *response.status_mut() = StatusCode::FORBIDDEN;
    respond::set(&mut response, "content-type", "application/json");
    respond::set(&mut response, "x-amzn-errortype", "ForbiddenException");
    response
}
