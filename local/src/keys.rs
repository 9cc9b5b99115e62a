//! [`Keys`]: the credentials that were given out, and whose they are.
//! Decides nothing about what they are good for.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use stackwright_signature::{Claim, SignatureError};

use crate::caller::Caller;
use crate::random::Random;
use crate::ready::Credentials;

/// All credentials, by the id of the access key.
#[derive(Debug)]
pub(crate) struct Keys {
    root: Credentials,
    known: RwLock<HashMap<String, Key>>,
}

#[derive(Clone, Debug)]
struct Key {
    secret: String,
    token: Option<String>,
    caller: Caller,
}

impl Keys {
    /// Those of the account's root alone.
    pub(crate) fn new(random: &Random, account: &str) -> Keys {
        let root = Credentials {
            access_key_id: format!("AKIA{}", text(random, BASE32, 16)),
            secret_access_key: text(random, BASE64, 40),
            session_token: None,
        };
        let keys = Keys { root: root.clone(), known: RwLock::default() };
        keys.put(&root, Caller::root(account));
        keys
    }

    /// Those that may do everything.
    pub(crate) fn root(&self) -> Credentials {
        self.root.clone()
    }

    /// New ones, for whoever that is.
    pub(crate) fn issue(&self, random: &Random, caller: Caller) -> Credentials {
        let issued = Credentials {
            access_key_id: format!("ASIA{}", text(random, BASE32, 16)),
            secret_access_key: text(random, BASE64, 40),
            session_token: Some(text(random, BASE64, 100)),
        };
        self.put(&issued, caller);
        issued
    }

    /// Whose the key of a claim is, if the signature is made with it.
    pub(crate) fn caller(
        &self,
        claim: &Claim,
        verify: impl FnOnce(&str) -> Result<(), SignatureError>,
    ) -> Result<Caller, SignatureError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let key = known.get(&claim.access_key_id).cloned().ok_or(SignatureError::UnknownKey)?;
        drop(known);
        verify(&key.secret)?;
        if claim.session_token != key.token {
            return Err(SignatureError::WrongToken);
        }
        Ok(Caller { access_key: Some(claim.access_key_id.clone()), ..key.caller })
    }

    fn put(&self, keys: &Credentials, caller: Caller) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let (secret, token) = (keys.secret_access_key.clone(), keys.session_token.clone());
        known.insert(keys.access_key_id.clone(), Key { secret, token, caller });
    }
}

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn text(random: &Random, digits: &[u8], length: usize) -> String {
    let digit = |byte: u8| char::from(digits[usize::from(byte) % digits.len()]);
    (0..length).map(|_| random.bytes::<1>()[0]).map(digit).collect()
}
