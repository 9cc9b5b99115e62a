//! Cognito's identity pools: keys for guests.
//! Knows no logins: everybody is a guest, by the enhanced flow.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::caller::{Guest, Session};
use crate::fault::{Fault, response};
use crate::keys::Keys;
use crate::seal;

/// Whether a role's trust policy lets a guest take it on.
pub type GuestTrust = Arc<dyn Fn(&str, &Guest) -> bool + Send + Sync>;

/// An identity pool: `AWS::Cognito::IdentityPool` and its role attachment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// `AllowUnauthenticatedIdentities`: whether there are guests.
    pub allows_guests: bool,
    /// `AllowClassicFlow`: whether guests may ask for a token to show to STS.
    pub allows_classic_flow: bool,
    /// The ARN of the role `unauthenticated`.
    pub guest_role: Option<String>,
}

/// The service, with all its pools.
pub struct Identities {
    keys: Arc<Keys>,
    trust: GuestTrust,
    pools: RwLock<BTreeMap<String, Pool>>,
    identities: AtomicU64,
}

/// How long a guest's key is good: an hour.
const LIFETIME: Duration = Duration::from_secs(3600);
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const INVALID: &str = "InvalidParameterException";

impl Identities {
    /// No pools yet. Keys for guests are of these.
    #[must_use]
    pub fn new(keys: Arc<Keys>, trust: GuestTrust) -> Identities {
        Identities { keys, trust, pools: RwLock::default(), identities: AtomicU64::new(0) }
    }

    /// Makes a pool, or changes it; its id is `region:uuid`. Identities stay those of the pool.
    pub fn define(&self, pool_id: impl Into<String>, pool: Pool) {
        self.pools.write().unwrap_or_else(PoisonError::into_inner).insert(pool_id.into(), pool);
    }

    /// Takes a pool away.
    pub fn remove(&self, pool_id: &str) {
        self.pools.write().unwrap_or_else(PoisonError::into_inner).remove(pool_id);
    }

    /// Answers a request, signed or not: `operation` is the header `X-Amz-Target` without `AWSCognitoIdentityService.`.
    #[must_use]
    pub fn answer(&self, operation: &str, body: &[u8], now: SystemTime) -> Response<String> {
        const KIND: &str = "application/x-amz-json-1.1";
        match self.result(operation, body, now) {
            Ok(result) => response(StatusCode::OK, KIND, result.to_string()),
            Err(fault) => {
                let body = json!({ "__type": fault.code, "message": fault.message });
                let mut response = response(fault.status, KIND, body.to_string());
                response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(fault.code));
                response
            }
        }
    }

    fn result(&self, operation: &str, body: &[u8], now: SystemTime) -> Result<Value, Fault> {
        let act = match operation {
            "GetId" => Identities::id,
            "GetCredentialsForIdentity" => Identities::credentials,
            "GetOpenIdToken" => Identities::token,
            _ => {
                let message = format!("{operation} is not supported here");
                return Err(Fault::bad("UnknownOperationException", message));
            }
        };
        let request: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|error| Fault::bad("SerializationException", error.to_string()))?;
        if request.get("Logins").and_then(Value::as_object).is_some_and(|logins| !logins.is_empty()) {
            let message = "Token is not from a supported provider of this identity pool.";
            return Err(Fault::bad(NOT_AUTHORIZED, message));
        }
        act(self, &request, now)
    }

    fn id(&self, request: &Map<String, Value>, _: SystemTime) -> Result<Value, Fault> {
        let pool_id = required(request, "IdentityPoolId", "identityPoolId")?;
        self.open_pool(pool_id)?;
        let number = self.identities.fetch_add(1, Ordering::Relaxed);
        let random = self.keys.seal().derived("identity", &number.to_be_bytes());
        let mut own = [0; 8];
        own.copy_from_slice(&random[..8]);
        let region = pool_id.split(':').next().unwrap_or_default();
        Ok(json!({ "IdentityId": format!("{region}:{}", identity(pool_id, own)) }))
    }

    fn credentials(&self, request: &Map<String, Value>, now: SystemTime) -> Result<Value, Fault> {
        let guest = self.guest(required(request, "IdentityId", "identityId")?)?;
        if request.contains_key("CustomRoleArn") {
            return Err(Fault::bad(INVALID, "CustomRoleArn is not allowed without Logins"));
        }
        let role = self.open_pool(&guest.pool_id)?.guest_role.filter(|role| (self.trust)(role, &guest));
        let role = role.ok_or_else(|| {
            let message = "Invalid identity pool configuration. Check assigned IAM roles for this pool.";
            Fault::bad("InvalidIdentityPoolConfigurationException", message)
        })?;
        let identity_id = guest.identity_id.clone();
        let session =
            Session { role_arn: role, name: "CognitoIdentityCredentials".to_owned(), guest: Some(guest) };
        let credentials = self.keys.issue(&session, LIFETIME, now);
        let expiration = credentials.expiration.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Ok(json!({
            "IdentityId": identity_id,
            "Credentials": {
                "AccessKeyId": credentials.access_key_id,
                "SecretKey": credentials.secret_access_key,
                "SessionToken": credentials.session_token,
                "Expiration": expiration,
            },
        }))
    }

    /// The first step of the classic flow; its second would be STS's `AssumeRoleWithWebIdentity`.
    fn token(&self, request: &Map<String, Value>, _: SystemTime) -> Result<Value, Fault> {
        let guest = self.guest(required(request, "IdentityId", "identityId")?)?;
        let message = if self.open_pool(&guest.pool_id)?.allows_classic_flow {
            "Basic (classic) flow is not supported here, please use enhanced flow."
        } else {
            "Basic (classic) flow is not enabled, please use enhanced flow."
        };
        Err(Fault::bad(INVALID, message))
    }

    /// A pool that has guests.
    fn open_pool(&self, pool_id: &str) -> Result<Pool, Fault> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.get(pool_id);
        let pool =
            pool.ok_or_else(|| Fault::bad(NOT_FOUND, format!("IdentityPool '{pool_id}' not found.")))?;
        if pool.allows_guests {
            return Ok(pool.clone());
        }
        let message = "Unauthenticated access is not supported for this identity pool.";
        Err(Fault::bad(NOT_AUTHORIZED, message))
    }

    /// Whose identity this is, by the half of its id that follows from the pool.
    fn guest(&self, identity_id: &str) -> Result<Guest, Fault> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.keys().find(|pool_id| is_of(pool_id, identity_id));
        let not_found = || Fault::bad(NOT_FOUND, format!("Identity '{identity_id}' not found."));
        let pool_id = pool.ok_or_else(not_found)?.clone();
        Ok(Guest { pool_id, identity_id: identity_id.to_owned() })
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identities").field("pools", &self.pools).finish_non_exhaustive()
    }
}

fn required<'a>(request: &'a Map<String, Value>, name: &str, member: &str) -> Result<&'a str, Fault> {
    let constraint = "Member must not be null";
    let missing = || Fault::constraint("ValidationException", member, None, constraint);
    request.get(name).and_then(Value::as_str).ok_or_else(missing)
}

/// An id with a half of its own and a half that follows from both it and the pool: nobody has to remember identities,
/// and those that browsers remember outlive the process.
fn identity(pool_id: &str, own: [u8; 8]) -> Uuid {
    let mut own = own;
    // The version of a UUID stands among these.
    own[6] = (own[6] & 0x0f) | 0x40;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&own);
    bytes[8..].copy_from_slice(&seal::hash(&[pool_id.as_bytes(), &own])[..8]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn is_of(pool_id: &str, identity_id: &str) -> bool {
    let Some((region, uuid)) = identity_id.split_once(':') else { return false };
    let Ok(uuid) = Uuid::try_parse(uuid) else { return false };
    let mut own = [0; 8];
    own.copy_from_slice(&uuid.as_bytes()[..8]);
    pool_id.starts_with(region) && identity(pool_id, own) == uuid
}
