//! Keys: the account's own, and those of sessions.
//! Keeps no list of sessions: a token says what there is to know.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Session};
use crate::seal::{self, Seal};

/// All keys that somebody may sign with.
pub struct Keys {
    account: String,
    root: KeyPair,
    seal: Seal,
    issued: AtomicU64,
}

/// A key without an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// Such as `AKIAIOSFODNN7EXAMPLE`.
    pub access_key_id: String,
    /// What is signed with.
    pub secret_access_key: String,
}

/// The key of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// `ASIA` and 16 letters and digits.
    pub access_key_id: String,
    /// What is signed with: 40 characters.
    pub secret_access_key: String,
    /// What has to come with each request.
    pub session_token: String,
    /// When the session is over, in whole seconds.
    pub expiration: SystemTime,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What is signed with.
    pub secret_access_key: String,
    /// Who signs with it.
    pub caller: Caller,
}

/// Why there is no such key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nobody has a key with this id; also a session's without its token.
    #[error("the access key id is unknown")]
    Unknown,
    /// The token is not one of ours, or is that of another key.
    #[error("the session token is not that of the access key id")]
    WrongToken,
    /// The session is over.
    #[error("the session is over")]
    Expired,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Token {
    key: String,
    /// Seconds since 1970.
    until: u64,
    session: Session,
}

impl KeyPair {
    /// A key and its secret.
    #[must_use]
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> KeyPair {
        KeyPair { access_key_id: access_key_id.into(), secret_access_key: secret_access_key.into() }
    }
}

impl Keys {
    /// The keys of an account; `root` may do everything. With the same seed the same keys are issued.
    #[must_use]
    pub fn new(account: impl Into<String>, root: KeyPair, seed: u64) -> Keys {
        Keys { account: account.into(), root, seal: Seal::new(seed), issued: AtomicU64::new(0) }
    }

    /// A key for a session, good for so long from now.
    #[must_use]
    pub fn issue(&self, session: &Session, lifetime: Duration, now: SystemTime) -> Credentials {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let letters = seal::letters(&self.seal.derived("key", &number.to_be_bytes()));
        let access_key_id = format!("ASIA{}", &letters[..16]);
        let until = seconds(now) + lifetime.as_secs();
        let token = Token { key: access_key_id.clone(), until, session: session.clone() };
        Credentials {
            secret_access_key: self.secret(&access_key_id),
            session_token: self.seal.close(&serde_json::to_vec(&token).unwrap_or_default()),
            access_key_id,
            expiration: UNIX_EPOCH + Duration::from_secs(until),
        }
    }

    /// The key that a request says it is signed with. That it is so its signature has to show.
    ///
    /// # Errors
    /// Keys and tokens that were not issued here, and sessions that are over.
    pub fn lookup(&self, access_key_id: &str, token: Option<&str>, now: SystemTime) -> Result<Key, KeyError> {
        match token.filter(|token| !token.is_empty()) {
            None if access_key_id == self.root.access_key_id => Ok(Key {
                secret_access_key: self.root.secret_access_key.clone(),
                caller: Caller::Root { account: self.account.clone() },
            }),
            None => Err(KeyError::Unknown),
            Some(token) => self.session(access_key_id, token, now),
        }
    }

    fn session(&self, access_key_id: &str, token: &str, now: SystemTime) -> Result<Key, KeyError> {
        let text = self.seal.open(token).ok_or(KeyError::WrongToken)?;
        let token: Token = serde_json::from_slice(&text).map_err(|_| KeyError::WrongToken)?;
        if token.key != access_key_id {
            return Err(KeyError::WrongToken);
        }
        if token.until < seconds(now) {
            return Err(KeyError::Expired);
        }
        Ok(Key { secret_access_key: self.secret(access_key_id), caller: Caller::Session(token.session) })
    }

    /// A secret follows from the id, so nobody has to remember it.
    fn secret(&self, access_key_id: &str) -> String {
        seal::secret(&self.seal.derived("secret", access_key_id.as_bytes()))
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.seal
    }
}

/// Without the secrets.
impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Keys").field("account", &self.account).finish_non_exhaustive()
    }
}

fn seconds(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
