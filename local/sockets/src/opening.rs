//! How a connection opens: the handshake is held while authorizer and `$connect` decide.
//! Talks to no client: it is done when the handshake is answered.

use std::sync::Arc;
use std::time::SystemTime;

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::answer::Permit;
use crate::api::{Api, CONNECT};
use crate::authorizer::Authorizer;
use crate::client::Client;
use crate::connection::Opened;
use crate::conversation;
use crate::engine::Engine;
use crate::event::{Occasion, Subject};
use crate::handshake::Handshake;
use crate::happening::What;
use crate::host::InvokeError;
use crate::integration::{Failure, Place};
use crate::refusal::{self, FORBIDDEN, INTERNAL};

/// What API Gateway says to clients who do not sign where they have to.
const UNSIGNED: &str = "Missing Authentication Token";

/// What a function says to be answered with 401.
const UNAUTHORIZED: &str = "Unauthorized";

/// A client that asks to be connected.
pub(crate) struct Visit {
    pub(crate) api: Arc<Api>,
    pub(crate) stage: String,
    pub(crate) client: Client,
    pub(crate) id: String,
    pub(crate) at: SystemTime,
}

/// What a client that may enter brings along.
struct Admission {
    authorizer: Option<Map<String, Value>>,
    protocol: Option<HeaderValue>,
}

/// Why a client may not enter, and what it is answered.
struct Refused {
    reason: String,
    response: Response,
}

impl Visit {
    /// Decides, answers, and has the conversation begin. Goes on if the client goes away in between: what `$connect`
    /// has begun, `$disconnect` is to end.
    pub(crate) async fn decide(
        self,
        engine: Arc<Engine>,
        handshake: Handshake,
        reply: oneshot::Sender<Response>,
    ) {
        let begun = Instant::now();
        match self.admit(&engine).await {
            Err(Refused { reason, response }) => {
                let status = response.status().as_u16();
                let _gone = reply.send(response);
                let what = What::Refused { status, reason, duration: begun.elapsed() };
                engine.tell(&self.api.id, Some(&self.id), what);
            }
            Ok(Admission { authorizer, protocol }) => {
                let (response, upgrade) = handshake.accepted(protocol);
                let connection = engine.enter(self.opened(authorizer));
                let _gone = reply.send(response);
                engine.tell(
                    &connection.api,
                    Some(&connection.id),
                    What::Connected { duration: begun.elapsed() },
                );
                tokio::spawn(conversation::live(engine, connection, upgrade));
            }
        }
    }

    async fn admit(&self, engine: &Engine) -> Result<Admission, Refused> {
        let occasion = Occasion::new(&engine.host);
        let Some(route) = self.api.routes.get(CONNECT) else {
            return Ok(Admission { authorizer: None, protocol: None });
        };
        if route.is_signed && self.client.identity.signer.is_none() {
            let reason = "the request is not signed".to_owned();
            return Err(self.refused(StatusCode::FORBIDDEN, UNSIGNED, reason, &occasion));
        }
        let authorizer = match &route.authorizer {
            Some(authorizer) => Some(self.authorize(engine, authorizer, &occasion).await?),
            None => None,
        };
        let event = self.subject(authorizer.as_ref()).connect(&self.client, &occasion);
        let place = self.place(engine, format!("{}/{CONNECT}", self.stage));
        let answer = place.run(route, event).await;
        let answer = answer.map_err(|failure| self.failed(&failure, failure.status(), &occasion))?;
        if answer.is_success() {
            return Ok(Admission { authorizer, protocol: answer.protocol });
        }
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = answer.body.filter(|_| route.is_two_way).unwrap_or_default();
        let reason = format!("`{CONNECT}` answered {}", answer.status);
        Err(Refused { reason, response: (status, body).into_response() })
    }

    /// What an authorizer that allows says of the client.
    async fn authorize(
        &self,
        engine: &Engine,
        authorizer: &Authorizer,
        occasion: &Occasion,
    ) -> Result<Map<String, Value>, Refused> {
        let event = self.subject(None).authorize(&self.client, occasion);
        if let Some(missing) =
            authorizer.identity_sources.iter().find(|source| !source.is_in(&self.client, &event))
        {
            let reason = format!("the request lacks an identity source of the authorizer: {missing:?}");
            return Err(self.refused(StatusCode::UNAUTHORIZED, UNAUTHORIZED, reason, occasion));
        }
        let place = self.place(engine, format!("authorizers/{}", authorizer.id));
        let payload = place.invoke(&authorizer.function, event).await;
        let permit = payload.and_then(|payload| Permit::read(&payload).map_err(Failure::Malformed));
        let permit = permit.map_err(|failure| self.unauthorized(&failure, occasion))?;
        let resource = self.api.arn(&format!("{}/{CONNECT}", self.stage));
        if (engine.host.judge)(&permit.policy, &resource) {
            return Ok(permit.context);
        }
        let reason = format!("the authorizer's policy does not allow execute-api:Invoke on {resource}");
        Err(self.refused(StatusCode::FORBIDDEN, FORBIDDEN, reason, occasion))
    }

    /// An authorizer that fails with the message `Unauthorized` says that the client is; others are broken.
    fn unauthorized(&self, failure: &Failure, occasion: &Occasion) -> Refused {
        match failure {
            Failure::Invoke(InvokeError::Failed(message)) if message == UNAUTHORIZED => {
                let reason = "the authorizer says so".to_owned();
                self.refused(StatusCode::UNAUTHORIZED, UNAUTHORIZED, reason, occasion)
            }
            failure => self.failed(failure, StatusCode::INTERNAL_SERVER_ERROR, occasion),
        }
    }

    fn failed(&self, failure: &Failure, status: StatusCode, occasion: &Occasion) -> Refused {
        self.refused(status, INTERNAL, failure.to_string(), occasion)
    }

    fn refused(&self, status: StatusCode, message: &str, reason: String, occasion: &Occasion) -> Refused {
        let response = refusal::of_handshake(status, message, &self.id, &occasion.request);
        Refused { reason, response }
    }

    fn place<'a>(&'a self, engine: &'a Engine, part: String) -> Place<'a> {
        Place { host: &engine.host, api: &self.api, part }
    }

    fn subject<'a>(&'a self, authorizer: Option<&'a Map<String, Value>>) -> Subject<'a> {
        Subject {
            api: &self.api,
            stage: &self.stage,
            connection: &self.id,
            connected_at: self.at,
            identity: &self.client.identity,
            authorizer,
        }
    }

    fn opened(self, authorizer: Option<Map<String, Value>>) -> Opened {
        let Visit { api, stage, client, id, at } = self;
        Opened { id, api: api.id.clone(), stage, identity: client.identity, connected_at: at, authorizer }
    }
}
