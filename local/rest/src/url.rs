//! Function URLs: a function's own address, without an API in between.
//! Checks no signatures and streams nothing: what a function streams is answered when it is whole.
//!
//! Source: [function URLs](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use crate::caller::{Caller, Identity, Sender};
use crate::cors::{self, Cors, Wildcard};
use crate::definitions::Definitions;
use crate::incoming::{self, Incoming, Unread};
use crate::payload::{self, Payload};
use crate::reply;
use crate::settings::Settings;
use crate::world::{Failure, Invocation, Permission, UnderWay, World};
use crate::{ids, moment};

/// What IAM says to somebody who has signed and may not, and to everybody where a public URL has no permission.
const NOT_AUTHORISED: &str = "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/// Headers of functions that are sent under another name.
const REMAPPED: [&str; 4] = ["authorization", "date", "server", "www-authenticate"];

/// A function URL.
#[derive(Clone, Debug)]
pub struct FunctionUrl {
    /// The region of its address.
    pub region: String,
    /// The ARN of the function, or of an alias.
    pub function: String,
    /// Who may call it.
    pub auth: UrlAuth,
    /// What other origins may do; nothing that the function does not say itself if there is none.
    pub cors: Option<Cors>,
}

/// Who may call a function URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlAuth {
    /// Everybody whom the function's policy lets in.
    None,
    /// Whom IAM allows it.
    Iam,
}

impl UrlAuth {
    fn name(self) -> &'static str {
        match self {
            UrlAuth::None => "NONE",
            UrlAuth::Iam => "AWS_IAM",
        }
    }
}

/// Function URLs, and how to call them.
#[derive(Debug)]
pub struct FunctionUrls {
    urls: Definitions<FunctionUrl>,
    settings: Settings,
    world: World,
}

/// Why a request is not answered by the function.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    error_type: &'static str,
    body: String,
    /// What whoever runs the function is told.
    reason: Option<String>,
}

/// A request to a URL.
#[derive(Debug)]
struct Call<'a> {
    id: &'a str,
    url: &'a FunctionUrl,
    incoming: Incoming,
    request_id: String,
}

impl FunctionUrls {
    /// No URLs yet, with the limits of Lambda.
    #[must_use]
    pub fn new(world: World) -> FunctionUrls {
        FunctionUrls::with(world, Settings::of_urls())
    }

    /// No URLs yet, with limits of one's own.
    #[must_use]
    pub fn with(world: World, settings: Settings) -> FunctionUrls {
        FunctionUrls { urls: Definitions::new(), settings, world }
    }

    /// Adds a URL, or replaces the one of this id: requests under way end as they began.
    pub fn define(&self, id: impl Into<String>, url: FunctionUrl) {
        self.urls.put(id.into(), url);
    }

    /// Removes a URL.
    pub fn remove(&self, id: &str) {
        self.urls.remove(id);
    }

    /// Answers a request, whose path is the one after the URL.
    pub async fn answer(&self, id: &str, request: Request, sender: impl Sender) -> Response<Body> {
        let (incoming, body) = Incoming::of(request);
        let under_way = UnderWay::to(id, &incoming);
        let outcome = match self.urls.find(id) {
            Some(url) => {
                let request_id = (self.world.unique_id)();
                self.respond(Call { id, url: &url, incoming, request_id }, body, sender).await
            }
            None => {
                let refusal =
                    Refusal::message(StatusCode::NOT_FOUND, "ResourceNotFoundException", "Not Found");
                (refusal.response(), Some(format!("there is no function URL `{id}`")))
            }
        };
        under_way.answered(&self.world, None, outcome)
    }

    async fn respond(
        &self,
        mut call: Call<'_>,
        body: Body,
        sender: impl Sender,
    ) -> (Response<Body>, Option<String>) {
        let cors = call.url.cors.as_ref();
        if let Some(cors) = cors.filter(|_| cors::is_preflight(&call.incoming)) {
            let mut response = Response::new(Body::empty());
            response.headers_mut().extend(cors.for_preflight(&call.incoming, Wildcard::Echoed));
            sign(&mut response, &call.request_id);
            return (response, None);
        }
        let (mut response, reason) = match self.pass(&mut call, body, sender).await {
            Ok(response) => (response, None),
            Err(refusal) => (refusal.response(), refusal.reason),
        };
        // What the function says itself stays, also where it says the same: browsers refuse both together, and they
        // shall do so here too.
        let own = cors.map(|cors| cors.for_answer(&call.incoming, Wildcard::Echoed)).unwrap_or_default();
        for (name, value) in &own {
            response.headers_mut().append(name.clone(), value.clone());
        }
        sign(&mut response, &call.request_id);
        (response, reason)
    }

    async fn pass(
        &self,
        call: &mut Call<'_>,
        body: Body,
        sender: impl Sender,
    ) -> Result<Response<Body>, Refusal> {
        let read = incoming::read(body, self.settings.body, self.settings.reading).await;
        call.incoming.body = read.map_err(|why| self.unread(why))?;
        let identity = self.authorise(call, sender)?;
        let invocation = Invocation {
            function: call.url.function.clone(),
            source_arn: None,
            payload: self.event(call, identity.as_ref()).to_string().into(),
        };
        let answer = tokio::time::timeout(self.settings.integration, (self.world.invoke)(invocation)).await;
        let answer =
            answer.map_err(|_| Refusal::internal("the function did not answer in time".to_owned()))?;
        let payload = answer.map_err(|failure| self.failed(&failure))?;
        let mut response = reply::response(&payload).map_err(Refusal::internal)?;
        remap(&mut response);
        let trace = ids::trace(&call.request_id, moment::millis((self.world.now)()));
        set(&mut response, "x-amzn-trace-id", &trace);
        Ok(response)
    }

    /// Who may call, and is known by a signature. Lambda asks twice: for the URL, and for the function through it.
    fn authorise(&self, call: &Call<'_>, sender: impl Sender) -> Result<Option<Identity>, Refusal> {
        let caller = match call.url.auth {
            // Nobody is asked who they are.
            UrlAuth::None => Caller::Anonymous,
            UrlAuth::Iam => sender.caller(&call.incoming.body),
        };
        let identity = match (call.url.auth, caller) {
            (UrlAuth::None, _) => None,
            (UrlAuth::Iam, Caller::Signed(identity)) => Some(identity),
            (UrlAuth::Iam, Caller::Anonymous) => return Err(Refusal::forbidden("Forbidden")),
            (UrlAuth::Iam, Caller::Rejected(rejection)) => {
                let body = json!({ "message": rejection.message }).to_string();
                let error_type = rejection.kind.error_type();
                return Err(Refusal { status: StatusCode::FORBIDDEN, error_type, body, reason: None });
            }
        };
        let auth = ("lambda:FunctionUrlAuthType", call.url.auth.name().to_owned());
        let via = ("lambda:InvokedViaFunctionUrl", "true".to_owned());
        for (action, key) in [("lambda:InvokeFunctionUrl", auth), ("lambda:InvokeFunction", via)] {
            let permission = Permission {
                caller: identity.clone(),
                action,
                resource: call.url.function.clone(),
                source: call.incoming.source,
                context: vec![key],
            };
            (self.world.authorise)(&permission)
                .map_err(|message| Refusal { reason: Some(message), ..Refusal::forbidden(NOT_AUTHORISED) })?;
        }
        Ok(identity)
    }

    fn event(&self, call: &Call<'_>, identity: Option<&Identity>) -> Value {
        let domain = format!("{}.lambda-url.{}.on.aws", call.id, call.url.region);
        let payload = Payload {
            incoming: &call.incoming,
            path: &call.incoming.path,
            route_key: "$default",
            stage: "$default",
            account: identity.map_or("anonymous", |identity| &identity.account),
            api: call.id,
            domain: &domain,
            request_id: &call.request_id,
            at: (self.world.now)(),
            authorizer: identity.map(payload::signed_by),
            path_parameters: &[],
            variables: &BTreeMap::new(),
        };
        let mut event = payload.event();
        if let (Some(_), Some(headers)) = (identity, event["headers"].as_object_mut()) {
            // A signature is for Lambda, not for the function.
            headers.remove("authorization");
        }
        event
    }

    fn unread(&self, why: Unread) -> Refusal {
        match why {
            Unread::TooLarge => self.too_large(),
            Unread::TooSlow => {
                Refusal::message(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", "Request Timeout")
            }
            Unread::BrokenOff => {
                Refusal::message(StatusCode::BAD_REQUEST, "BadRequestException", "Bad Request")
            }
        }
    }

    fn too_large(&self) -> Refusal {
        let limit = self.settings.body;
        let message = format!("Request must be smaller than {limit} bytes for the InvokeFunction operation");
        let body = json!({ "Type": "User", "message": message }).to_string();
        let (status, error_type) = (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException");
        Refusal { status, error_type, body, reason: None }
    }

    fn failed(&self, failure: &Failure) -> Refusal {
        match failure {
            Failure::TooLarge => self.too_large(),
            Failure::Throttled => Refusal {
                status: StatusCode::TOO_MANY_REQUESTS,
                error_type: "TooManyRequestsException",
                body: r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#.to_owned(),
                reason: Some(failure.to_string()),
            },
            Failure::NotPermitted => {
                Refusal { reason: Some(failure.to_string()), ..Refusal::forbidden(NOT_AUTHORISED) }
            }
            _ => Refusal::internal(failure.to_string()),
        }
    }
}

impl Refusal {
    fn message(status: StatusCode, error_type: &'static str, message: &str) -> Refusal {
        let body = json!({ "Message": message }).to_string();
        Refusal { status, error_type, body, reason: None }
    }

    fn forbidden(message: &str) -> Refusal {
        Refusal::message(StatusCode::FORBIDDEN, "AccessDeniedException", message)
    }

    /// The function failed, or its answer makes no response.
    fn internal(reason: String) -> Refusal {
        let (status, body) = (StatusCode::BAD_GATEWAY, "Internal Server Error".to_owned());
        Refusal { status, error_type: "InternalServerException", body, reason: Some(reason) }
    }

    fn response(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        set(&mut response, "content-type", "application/json");
        set(&mut response, "x-amzn-errortype", self.error_type);
        response
    }
}

fn remap(response: &mut Response<Body>) {
    for name in REMAPPED {
        if let Some(value) = response.headers_mut().remove(name) {
            let name = HeaderName::try_from(format!("x-amzn-remapped-{name}"));
            name.ok().and_then(|name| response.headers_mut().insert(name, value));
        }
    }
}

fn sign(response: &mut Response<Body>, request_id: &str) {
    set(response, "x-amzn-requestid", request_id);
}

fn set(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
