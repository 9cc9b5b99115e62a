//! All HTTP APIs of a region: the way of a request through one of them.
//! Opens no port: requests are handed to it.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;

use super::authorizer::{self, Said};
use super::definition::{Authorization, HttpApi, PayloadVersion};
use super::exchange::{self, Exchange};
use crate::caller::{Caller, Sender};
use crate::cors::{self, Wildcard};
use crate::definitions::Definitions;
use crate::incoming::{self, Incoming, Unread};
use crate::memory::Memory;
use crate::settings::Settings;
use crate::world::{Failure, Invocation, Permission, UnderWay, World};
use crate::{ids, payload, reply};

/// HTTP APIs, and how to call them.
#[derive(Debug)]
pub struct HttpApis {
    apis: Definitions<HttpApi>,
    authorizers: Memory<Said>,
    settings: Settings,
    world: World,
}

/// Why a request is not answered by a function.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    message: &'static str,
    /// What whoever runs the API is told.
    reason: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: u16, message: &'static str) -> Refusal {
        Refusal { status, message, reason: None }
    }

    /// A fault of the API, of which callers are told nothing.
    pub(super) fn internal(reason: &str) -> Refusal {
        Refusal { reason: Some(reason.to_owned()), ..Refusal::new(500, "Internal Server Error") }
    }
}

impl HttpApis {
    /// No APIs yet, with the limits of API Gateway.
    #[must_use]
    pub fn new(world: World) -> HttpApis {
        HttpApis::with(world, Settings::of_apis())
    }

    /// No APIs yet, with limits of one's own.
    #[must_use]
    pub fn with(world: World, settings: Settings) -> HttpApis {
        HttpApis { apis: Definitions::new(), authorizers: Memory::new(), settings, world }
    }

    /// Adds an API, or replaces the one of this id: requests under way end as they began. What authorisers said is
    /// forgotten.
    pub fn define(&self, id: impl Into<String>, api: HttpApi) {
        self.apis.put(id.into(), api);
        self.authorizers.clear();
    }

    /// Whether there is an API of this id.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.apis.find(id).is_some()
    }

    /// Removes an API.
    pub fn remove(&self, id: &str) {
        self.apis.remove(id);
    }

    /// Answers a request, whose path is the one after the API's address: it begins with the stage's name unless the
    /// stage is `$default`.
    pub async fn answer(&self, api_id: &str, request: Request, sender: impl Sender) -> Response<Body> {
        let (incoming, body) = Incoming::of(request);
        let under_way = UnderWay::to(api_id, &incoming);
        let api = self.apis.find(api_id).filter(|api| api.default_endpoint);
        let stage = api
            .as_ref()
            .and_then(|api| exchange::stage(api, &incoming.path))
            .map(|(name, ..)| name.to_owned());
        let outcome = match &api {
            Some(api) => self.respond(api, api_id, incoming, body, sender).await,
            None => (refused(404, "Not Found"), Some(format!("there is no API `{api_id}` at this address"))),
        };
        under_way.answered(&self.world, stage, outcome)
    }

    async fn respond(
        &self,
        api: &HttpApi,
        api_id: &str,
        incoming: Incoming,
        body: Body,
        sender: impl Sender,
    ) -> (Response<Body>, Option<String>) {
        let request_id = (self.world.unique_id)();
        let cors = api.cors.as_ref();
        let own = cors.map(|cors| cors.for_answer(&incoming, Wildcard::Literal)).unwrap_or_default();
        let mut reason = None;
        let mut response = if let Some(cors) = cors.filter(|_| cors::is_preflight(&incoming)) {
            let headers = cors.for_preflight(&incoming, Wildcard::Literal);
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            *response.headers_mut() = headers;
            response
        } else {
            let passed = self.pass(api, api_id, &request_id, incoming, body, sender).await;
            let mut response = passed.unwrap_or_else(|refusal| {
                reason = refusal.reason;
                refused(refusal.status, refusal.message)
            });
            if cors.is_some() {
                replace_cors(&mut response, own);
            }
            response
        };
        set(&mut response, "apigw-requestid", &ids::extended(&request_id));
        (response, reason)
    }

    async fn pass(
        &self,
        api: &HttpApi,
        api_id: &str,
        request_id: &str,
        mut incoming: Incoming,
        body: Body,
        sender: impl Sender,
    ) -> Result<Response<Body>, Refusal> {
        let read = incoming::read(body, self.settings.body, self.settings.reading).await;
        incoming.body = read.map_err(unread)?;
        let path = incoming.path.clone();
        let (stage_name, stage, below) = exchange::stage(api, &path).ok_or_else(not_found)?;
        let (route, parameters) =
            exchange::route(api, incoming.method.as_str(), below).ok_or_else(not_found)?;
        let mut exchange = Exchange {
            api,
            api_id,
            stage_name,
            stage,
            incoming,
            route,
            parameters,
            domain: format!("{api_id}.execute-api.{}.amazonaws.com", api.region),
            request_id,
            at: (self.world.now)(),
            authorizer: None,
        };
        self.authorise(&mut exchange, sender).await?;
        self.invoke(&exchange).await
    }

    async fn authorise(&self, exchange: &mut Exchange<'_>, sender: impl Sender) -> Result<(), Refusal> {
        match &exchange.route.authorization {
            Authorization::None => Ok(()),
            Authorization::Iam => {
                let Caller::Signed(identity) = sender.caller(&exchange.incoming.body) else {
                    return Err(Refusal::new(403, "Forbidden"));
                };
                exchange.authorizer = Some(payload::signed_by(&identity));
                let permission = Permission {
                    caller: Some(identity),
                    action: "execute-api:Invoke",
                    resource: exchange.method_arn(),
                    source: exchange.incoming.source,
                    context: Vec::new(),
                };
                (self.world.authorise)(&permission)
                    .map_err(|message| Refusal { reason: Some(message), ..Refusal::new(403, "Forbidden") })
            }
            Authorization::Function(authorizer) => {
                let limit = self.settings.integration;
                authorizer::check(exchange, authorizer, &self.authorizers, &self.world, limit).await
            }
        }
    }

    async fn invoke(&self, exchange: &Exchange<'_>) -> Result<Response<Body>, Refusal> {
        let route = exchange.route;
        let event = match route.payload {
            PayloadVersion::One => exchange.event_1(),
            PayloadVersion::Two => exchange.payload().event(),
        };
        let invocation = Invocation {
            function: route.function.clone(),
            source_arn: Some(exchange.source_arn()),
            payload: event.to_string().into(),
        };
        let limit = route.timeout.map_or(self.settings.integration, |own| own.min(self.settings.integration));
        let answer = tokio::time::timeout(limit, (self.world.invoke)(invocation)).await;
        let answer = answer.map_err(|_| unavailable("the function did not answer in time".to_owned()))?;
        let payload = answer.map_err(|failure| failed(&failure))?;
        let response = match route.payload {
            PayloadVersion::One => reply::response_1(&payload),
            PayloadVersion::Two => reply::response(&payload),
        };
        response.map_err(|what| Refusal::internal(&format!("malformed answer: {what}")))
    }
}

fn not_found() -> Refusal {
    Refusal::new(404, "Not Found")
}

fn unread(why: Unread) -> Refusal {
    match why {
        Unread::TooLarge => Refusal::new(413, "Request Entity Too Large"),
        Unread::TooSlow => Refusal::new(408, "Request Timeout"),
        Unread::BrokenOff => Refusal::new(400, "Bad Request"),
    }
}

fn unavailable(reason: String) -> Refusal {
    Refusal { reason: Some(reason), ..Refusal::new(503, "Service Unavailable") }
}

fn failed(failure: &Failure) -> Refusal {
    match failure {
        Failure::Throttled => unavailable(failure.to_string()),
        Failure::TooLarge => Refusal { reason: Some(failure.to_string()), ..unread(Unread::TooLarge) },
        _ => Refusal::internal(&failure.to_string()),
    }
}

/// What the function says of other origins does not count where the API says something.
fn replace_cors(response: &mut Response<Body>, own: axum::http::HeaderMap) {
    let headers = response.headers_mut();
    let theirs = headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
    for name in theirs.cloned().collect::<Vec<_>>() {
        headers.remove(name);
    }
    headers.extend(own);
}

fn refused(status: u16, message: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(json!({ "message": message }).to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut response, "content-type", "application/json");
    response
}

fn set(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
