//! Who calls: what they bring, and who they are once it was looked at.
//! Verifies no signature: that is done by whoever lends `verify`, or by the listener in front.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::definition::{Definition, Mode};

/// What a caller brings to prove who they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Caller {
    /// An API key, good or bad.
    ApiKey(String),
    /// A signature, which is good.
    Iam(Box<Iam>),
    /// Something that does not prove anything: a signature that is not good, a token.
    Unknown,
    /// Nothing.
    None,
}

/// Somebody who signed a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Iam {
    /// `000000000000`.
    pub account_id: String,
    /// The ARN of the user, or of the session of a role.
    pub user_arn: String,
    /// The unique id, as in `ctx.identity.username`: `AROA…:session`.
    pub username: String,
    /// Whose credentials these are: for whoever answers whether they may.
    pub access_key_id: String,
    /// The token that belongs to temporary credentials.
    pub session_token: Option<String>,
    /// The Cognito identity behind them, if there is one.
    pub cognito: Option<CognitoIdentity>,
}

/// A Cognito identity whose temporary credentials signed a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CognitoIdentity {
    /// The pool.
    pub pool_id: String,
    /// The identity.
    pub identity_id: String,
    /// `authenticated` or `unauthenticated`.
    pub auth_type: String,
    /// Who vouched for it; empty for guests.
    pub auth_provider: String,
}

/// A caller who was let in.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) mode: Mode,
    pub(crate) iam: Option<Iam>,
    /// `ctx.identity`.
    pub(crate) value: Value,
}

/// Why a caller is not let in, as AppSync says it.
pub(crate) const MISSING: &str = "Valid authorization header not provided.";
pub(crate) const REFUSED: &str = "You are not authorized to make this call.";
pub(crate) const DENIED: &str = "Permission denied";

impl Identity {
    /// Lets a caller in, or says why not.
    pub(crate) fn of(
        caller: Caller,
        api: &Definition,
        source_ip: &[String],
    ) -> Result<Identity, &'static str> {
        let allows = |mode| api.default_mode == mode || api.additional_modes.contains(&mode);
        match caller {
            Caller::ApiKey(key) if allows(Mode::ApiKey) => {
                let is_good = api.keys.iter().any(|known| known.key == key && known.expires > now());
                let identity = Identity { mode: Mode::ApiKey, iam: None, value: Value::Null };
                is_good.then_some(identity).ok_or(REFUSED)
            }
            Caller::Iam(iam) if allows(Mode::Iam) => {
                let value = iam.value(source_ip);
                Ok(Identity { mode: Mode::Iam, iam: Some(*iam), value })
            }
            Caller::Unknown => Err(REFUSED),
            Caller::ApiKey(_) | Caller::Iam(_) | Caller::None => Err(MISSING),
        }
    }
}

impl Iam {
    fn value(&self, source_ip: &[String]) -> Value {
        let cognito =
            |field: fn(&CognitoIdentity) -> &String| self.cognito.as_ref().map(|one| field(one).as_str());
        json!({
            "accountId": self.account_id,
            "cognitoIdentityPoolId": cognito(|one| &one.pool_id),
            "cognitoIdentityId": cognito(|one| &one.identity_id),
            "sourceIp": source_ip,
            "username": self.username,
            "userArn": self.user_arn,
            "cognitoIdentityAuthType": cognito(|one| &one.auth_type),
            "cognitoIdentityAuthProvider": cognito(|one| &one.auth_provider),
        })
    }
}

/// In seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs())
}
