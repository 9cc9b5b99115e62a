//! [`Issuer`]: who signs the tickets with which users of Notifications sign in, as a service of the app's would.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

pub(crate) struct Issuer(Ed25519KeyPair);

impl Issuer {
    /// The issuer whose key is given to the stack.
    pub(crate) fn new() -> Issuer {
        Issuer::with_seed(1)
    }

    /// Somebody else who would like to be.
    pub(crate) fn forging() -> Issuer {
        Issuer::with_seed(2)
    }

    fn with_seed(seed: u8) -> Issuer {
        Issuer(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    /// What tickets are checked with: the `x` of a JWK.
    pub(crate) fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key())
    }

    /// A ticket of a user, good for so many seconds from now.
    pub(crate) fn ticket(&self, user: &str, seconds: i64) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let expiry = i64::try_from(now).unwrap() + seconds;
        let header = part(&json!({ "alg": "EdDSA", "typ": "JWT" }));
        let signed = format!("{header}.{}", part(&json!({ "sub": user, "exp": expiry })));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes())))
    }
}

fn part(claims: &Value) -> String {
    URL_SAFE_NO_PAD.encode(claims.to_string())
}
