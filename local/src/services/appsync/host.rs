//! What APIs need of others: tables, functions, permissions, signatures, and somebody to tell.
//! Resolves nothing.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::SystemTime;

use axum::body::Bytes;
use futures_util::FutureExt as _;
use serde_json::Value;
use stackwright_graphql::{
    CognitoIdentity, DynamodbCall, Graphql, Happening, Host, Iam, Invoked, LambdaCall, OpenConnection,
    Signed, SourceError, Wanted,
};
use stackwright_identity::{Caller as Signer, Guest};
use stackwright_lambda::InvokeError;
use stackwright_signature::{Claim, Payload, realtime_request};

use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::random::Random;
use crate::services::lambda::{self, Refused};
use crate::services::{delivery, dynamodb};

/// The name that AppSync gives its sessions of data sources' roles.
const SESSION: &str = "APPSYNC_ASSUME_ROLE";

/// GraphQL APIs, and the roles of their data sources.
#[derive(Debug)]
pub(crate) struct Apis {
    pub(super) graphql: Graphql,
    pub(super) roles: Roles,
}

impl Apis {
    /// The connections that are open, each with the name of its API.
    pub(crate) fn connections(&self, cloud: &Cloud) -> Vec<(String, OpenConnection)> {
        let all = self.graphql.connections().into_iter();
        all.map(|connection| (known_as(cloud, &connection.api), connection)).collect()
    }

    /// Ends all connections.
    pub(crate) async fn shutdown(&self) {
        self.graphql.shutdown().await;
    }
}

/// The roles of data sources, by API and name.
#[derive(Debug, Default)]
pub(super) struct Roles(RwLock<HashMap<String, HashMap<String, String>>>);

impl Roles {
    pub(super) fn define(&self, api: &str, roles: HashMap<String, String>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(api.to_owned(), roles);
    }

    pub(super) fn remove(&self, api: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(api);
    }

    fn of(&self, api: &str, data_source: &str) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(api)?.get(data_source).cloned()
    }
}

/// No APIs, for a cloud, and for nobody once that is gone.
pub(crate) fn start(cloud: &Weak<Cloud>, random: &Arc<Random>) -> Apis {
    let [tables, functions, permitting, verifying, telling] = [(); 5].map(|()| cloud.clone());
    let random = Arc::clone(random);
    let host = Host::new()
        .dynamodb(move |call| table(tables.upgrade(), call).boxed())
        .lambda(move |call| function(functions.upgrade(), call).boxed())
        .permitting(move |wanted| permitting.upgrade().is_some_and(|cloud| may(&cloud, &wanted)))
        .verifying(move |signed| signer(&*verifying.upgrade()?, &signed))
        .telling(move |happening| {
            if let Some(cloud) = telling.upgrade() {
                tell(&cloud, happening);
            }
        })
        .numbering(move || random.uuid());
    Apis { graphql: Graphql::start(host), roles: Roles::default() }
}

async fn table(cloud: Option<Arc<Cloud>>, call: DynamodbCall) -> Result<Value, SourceError> {
    let cloud = cloud.ok_or_else(stopped)?;
    let caller = session(&cloud, &call.api, &call.data_source)?;
    dynamodb::perform(&cloud, &caller, call.action, call.body).await.map_err(|error| {
        SourceError::new(error.kind, error.message).with_reasons(error.body["CancellationReasons"].clone())
    })
}

async fn function(cloud: Option<Arc<Cloud>>, call: LambdaCall) -> Result<Invoked, SourceError> {
    let cloud = cloud.ok_or_else(stopped)?;
    let caller = session(&cloud, &call.api, &call.data_source)?;
    let payload = Bytes::from(call.payload.to_string());
    if call.is_event {
        lambda::invoke_later(&cloud, &caller, &call.function_arn, payload, &[])
            .map_err(|refused| error(&refused))?;
        return Ok(Invoked { payload: Value::Null, function_error: None });
    }
    let answer = lambda::invoke(&cloud, &caller, &call.function_arn, payload, &[]).await;
    let answer = answer.map_err(|refused| error(&refused))?;
    Ok(Invoked {
        payload: serde_json::from_slice(&answer.payload).unwrap_or_default(),
        function_error: answer.function_error.map(|error| error.to_string()),
    })
}

/// A session of the role of a data source, which has to trust AppSync.
fn session(cloud: &Cloud, api: &str, data_source: &str) -> Result<Caller, SourceError> {
    let denied = |message: String| SourceError::new("AccessDeniedException", message);
    let role = cloud.graphql.roles.of(api, data_source);
    let role = role.ok_or_else(|| denied(format!("the data source `{data_source}` has no role")))?;
    let source = arn(cloud, api);
    let context = delivery::context(&source);
    let wish = Wish { action: "sts:AssumeRole", resource: &role, context: &context };
    cloud
        .authorise(&Caller::service("appsync.amazonaws.com"), wish)
        .map_err(|refusal| denied(refusal.to_string()))?;
    Ok(Caller::session(&role, SESSION).on_behalf_of(source))
}

fn error(refused: &Refused) -> SourceError {
    let kind = match refused {
        Refused::Denied(_) => "AccessDeniedException",
        Refused::Engine(InvokeError::Unknown(_)) => "ResourceNotFoundException",
        Refused::Fault(429) | Refused::Engine(InvokeError::Throttled { .. }) => "TooManyRequestsException",
        Refused::Engine(InvokeError::PayloadTooLarge { .. }) => "RequestTooLargeException",
        Refused::Engine(_) | Refused::Fault(_) => "ServiceException",
    };
    SourceError::new(kind, refused.to_string())
}

fn stopped() -> SourceError {
    SourceError::new("ServiceUnavailable", "everything is being stopped")
}

/// Whether somebody may have a field of a root type.
fn may(cloud: &Cloud, wanted: &Wanted<'_>) -> bool {
    let Wanted { caller, api, type_name, field } = wanted;
    let signer = cloud.identity.holder(&caller.access_key_id, caller.session_token.as_deref());
    let caller = signer.map_or_else(Caller::anonymous, |signer| crate::identity::caller(cloud, signer));
    let resource = format!("{}/types/{type_name}/fields/{field}", arn(cloud, api));
    // The request itself is noted where it came in, and may be for several fields.
    cloud.may(&caller, Wish { action: "appsync:GraphQL", resource: &resource, context: &[] }).is_ok()
}

/// Who signed a realtime message. Clients that know a custom domain sign its whole path.
fn signer(cloud: &Cloud, signed: &Signed) -> Option<Iam> {
    let headers = signed.headers.as_object()?;
    let prefixes = [String::new(), format!("/_aws/appsync/{}", signed.api)];
    prefixes.iter().find_map(|prefix| {
        let parts = realtime_request(&format!("{prefix}{}", signed.path), headers)?;
        let claim = Claim::of(&parts).ok().flatten()?;
        if !cloud.settings.enforces_iam {
            return Some(somebody(cloud, Some(&claim)));
        }
        claim.in_time(SystemTime::now(), claim.usual_tolerance()).ok()?;
        let payload = Payload::Bytes(signed.body.as_bytes());
        cloud.identity.signer(&claim, |secret| claim.verify(secret, &parts, payload)).ok()?;
        Some(somebody(cloud, Some(&claim)))
    })
}

/// Whoever has the keys of a claim; without IAM strangers are the account's root.
pub(super) fn somebody(cloud: &Cloud, claim: Option<&Claim>) -> Iam {
    let (key, token) = claim
        .map_or((String::new(), None), |claim| (claim.access_key_id.clone(), claim.session_token.clone()));
    let signer = cloud.identity.holder(&key, token.as_deref());
    let signer = signer.unwrap_or_else(|| Signer::Root { account: cloud.settings.account.clone() });
    Iam {
        account_id: signer.account().to_owned(),
        user_arn: signer.arn(),
        username: signer.user_id(),
        access_key_id: key,
        session_token: token,
        cognito: signer.session().and_then(|session| session.guest.as_ref()).map(cognito),
    }
}

fn cognito(guest: &Guest) -> CognitoIdentity {
    CognitoIdentity {
        pool_id: guest.pool_id.clone(),
        identity_id: guest.identity_id.clone(),
        auth_type: "unauthenticated".to_owned(),
        auth_provider: String::new(),
    }
}

fn tell(cloud: &Cloud, happening: Happening) {
    let known = |api: &str| known_as(cloud, api);
    let connection = |api: &str, connection: String, event: String| What::Connection {
        api: known(api),
        connection,
        event,
    };
    cloud.tell(match happening {
        Happening::Answered { api, method, status, operation, reason, took } => What::Request {
            to: known(&api),
            method,
            path: operation
                .map_or_else(|| "/graphql".to_owned(), |operation| format!("/graphql {operation}")),
            status,
            reason,
            duration: took,
        },
        Happening::Connected { api, connection: name } => connection(&api, name, "opened".to_owned()),
        Happening::Subscribed { api, connection: name, field } => {
            connection(&api, name, format!("subscribed to {field}"))
        }
        Happening::Disconnected { api, connection: name, reason } => {
            connection(&api, name, format!("closed: {reason}"))
        }
        Happening::Published { subscribers: 0, oversized: 0, .. } => return,
        Happening::Published { api, mutation, subscribers, oversized } => {
            published(known(&api), &mutation, subscribers, oversized)
        }
        Happening::Logged { api, resolver, line } => {
            What::Log { function: format!("{} {resolver}", known(&api)), request_id: None, line }
        }
    });
}

fn published(api: String, mutation: &str, told: usize, oversized: usize) -> What {
    let told = if told == 1 { "1 subscription".to_owned() } else { format!("{told} subscriptions") };
    let lost = match oversized {
        0 => String::new(),
        lost => format!("; {lost} got nothing, the message being too large"),
    };
    What::Event { bus: api, event: format!("{mutation} → {told}{lost}") }
}

/// `Stack/LogicalId` of an API.
pub(super) fn known_as(cloud: &Cloud, id: &str) -> String {
    cloud.known_as(&arn(cloud, id))
}

fn arn(cloud: &Cloud, id: &str) -> String {
    cloud.place("").arn("appsync", &format!("apis/{id}"))
}
