//! Keys that sign requests: whose they are, and the services that give them out, STS and Cognito's identity pools.
//! What a caller may do is for its policies.

use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::response::Response;
use stackwright_identity::{
    Assumption, Caller as Signer, Guest, Identities, KeyError, KeyPair, Keys, Session, Sts,
};
use stackwright_signature::{Claim, SignatureError};

use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::exchange::Exchange;
use crate::random::Random;
use crate::ready::Credentials;
use crate::services::lambda::Known;

/// Processes of functions live as long as the run, and are not given new keys.
const LIFE_OF_A_FUNCTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long a session of a role lasts unless the role says otherwise.
const LONGEST_SESSION: Duration = Duration::from_secs(60 * 60);

const COGNITO: &str = "cognito-identity.amazonaws.com";

/// Who has which keys.
#[derive(Debug)]
pub(crate) struct Identity {
    root: Credentials,
    keys: Arc<Keys>,
    sts: Sts,
    /// The pools whose guests get keys.
    pub(crate) pools: Identities,
}

impl Identity {
    /// With keys for the account's root, and nobody else so far.
    pub(crate) fn new(random: &Random, account: &str, cloud: &Weak<Cloud>) -> Identity {
        let root = Credentials {
            access_key_id: format!("AKIA{}", random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
            secret_access_key: random
                .text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40),
            session_token: None,
        };
        let pair = KeyPair::new(root.access_key_id.as_str(), root.secret_access_key.as_str());
        let keys = Arc::new(Keys::new(account, pair, u64::from_le_bytes(random.bytes())));
        let (asked, visited) = (cloud.clone(), cloud.clone());
        let sts = Sts::new(
            Arc::clone(&keys),
            Arc::new(move |signer: &Signer, wanted: &Assumption| {
                may_assume(&asked.upgrade()?, signer, wanted)
            }),
        );
        let pools = Identities::new(
            Arc::clone(&keys),
            Arc::new(move |role: &str, guest: &Guest| {
                visited.upgrade().is_some_and(|cloud| trusts(&cloud, role, guest))
            }),
        );
        Identity { root, keys, sts, pools }
    }

    /// The keys that may do everything.
    pub(crate) fn root(&self) -> Credentials {
        self.root.clone()
    }

    /// Keys for a function, as a session of its role.
    pub(crate) fn of_function(&self, role: &str, function: &str) -> Credentials {
        let issued = self.keys.issue(&Session::new(role, function), LIFE_OF_A_FUNCTION, SystemTime::now());
        Credentials {
            access_key_id: issued.access_key_id,
            secret_access_key: issued.secret_access_key,
            session_token: Some(issued.session_token),
        }
    }

    /// Whose the keys of a claim are, if the signature was made with them.
    pub(crate) fn signer(
        &self,
        claim: &Claim,
        verify: impl FnOnce(&str) -> Result<(), SignatureError>,
    ) -> Result<Signer, SignatureError> {
        let key = self.keys.lookup(&claim.access_key_id, claim.session_token.as_deref(), SystemTime::now());
        let key = key.map_err(|error| match error {
            KeyError::Unknown => SignatureError::UnknownKey,
            KeyError::WrongToken => SignatureError::WrongToken,
            KeyError::Expired => SignatureError::ExpiredToken,
        })?;
        verify(&key.secret_access_key)?;
        Ok(key.caller)
    }

    /// Whose key that is, if it is one and not too old; no signature has shown it.
    pub(crate) fn holder(&self, access_key_id: &str, token: Option<&str>) -> Option<Signer> {
        self.keys.lookup(access_key_id, token, SystemTime::now()).ok().map(|key| key.caller)
    }

    /// Answers a request to STS.
    pub(crate) fn answer(&self, exchange: &Exchange) -> Response {
        let signer = signer_of(&exchange.caller);
        self.sts.answer(&signer, &exchange.form(), &exchange.request_id, SystemTime::now()).map(Body::from)
    }
}

/// The function whose keys a claim names, whether or not the signature was made with them.
pub(crate) fn function(cloud: &Cloud, claim: &Claim) -> Option<Arc<Known>> {
    let signer = cloud.identity.holder(&claim.access_key_id, claim.session_token.as_deref())?;
    caller(cloud, signer).function
}

/// Whoever signed, as somebody whom policies are about.
pub(crate) fn caller(cloud: &Cloud, signer: Signer) -> Caller {
    match signer {
        Signer::Root { account } => Caller::root(&account),
        Signer::Session(session) => {
            let function =
                cloud.functions.known(&session.name).filter(|known| known.role == session.role_arn);
            let of_role = || Caller::session(&session.role_arn, &session.name);
            let caller = function.map_or_else(of_role, |known| Caller::function(&known));
            Caller { guest: session.guest, ..caller }
        }
    }
}

fn signer_of(caller: &Caller) -> Signer {
    match &caller.role {
        Some(role) => {
            let name = caller.principal.to_string();
            Signer::Session(Session::new(role, name.rsplit('/').next().unwrap_or_default()))
        }
        None => Signer::Root { account: caller.account.clone() },
    }
}

/// The caller's policies are asked, and whom the role trusts. One of them is enough here; on AWS a role that does not
/// trust the caller or its account is not taken on, whatever the caller's policies say.
fn may_assume(cloud: &Arc<Cloud>, signer: &Signer, wanted: &Assumption) -> Option<Duration> {
    let external: Vec<(&str, &str)> =
        wanted.external_id.iter().map(|id| ("sts:ExternalId", id.as_str())).collect();
    let wish = Wish { action: "sts:AssumeRole", resource: &wanted.role_arn, context: &external };
    cloud.authorise(&caller(cloud, signer.clone()), wish).ok().map(|()| LONGEST_SESSION)
}

fn trusts(cloud: &Arc<Cloud>, role: &str, guest: &Guest) -> bool {
    let keys = [":aud", ":amr", ":sub"].map(|key| format!("{COGNITO}{key}"));
    let values = [guest.pool_id.as_str(), "unauthenticated", guest.identity_id.as_str()];
    let context: Vec<(&str, &str)> = keys.iter().map(String::as_str).zip(values).collect();
    let wish = Wish { action: "sts:AssumeRoleWithWebIdentity", resource: role, context: &context };
    cloud.authorise(&Caller::federated(COGNITO), wish).is_ok()
}
