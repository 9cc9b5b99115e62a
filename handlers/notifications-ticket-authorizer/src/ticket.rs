//! A ticket: a compact JWT that says whose connection it is for, and until when.
//! One algorithm, chosen here and not by the ticket: no `none`, and no key that is taken for a password.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handler_kit::since_epoch;
use notifications_orders::{NoUser, UserId};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How far the clock of whoever issues tickets may be ahead.
const AHEAD: Duration = Duration::from_secs(60);

/// Why a ticket is not good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// There is none.
    #[error("there is no ticket")]
    Missing,
    /// The key to check it with is none.
    #[error("`TICKET_KEY` is no Ed25519 public key in base64url")]
    Key,
    /// It does not consist of three parts in base64url, two of which are JSON objects of a JWT.
    #[error("the ticket is no compact JWT")]
    Form,
    /// It names another algorithm, or an extension that must be understood.
    #[error("the ticket is not signed with EdDSA alone")]
    Algorithm,
    /// It was not signed with the other half of the key, or was changed since.
    #[error("the signature is not by the owner of the key")]
    Signature,
    /// It does not say until when it is good.
    #[error("`exp` is missing")]
    Endless,
    /// It was good once.
    #[error("the ticket has expired")]
    Expired,
    /// It will be good.
    #[error("the ticket is not valid yet")]
    Early,
    /// It names who shall take it, and nobody here has a name.
    #[error("the ticket is for another audience")]
    Audience,
    /// It does not say whose it is.
    #[error("`sub` is no user: {0}")]
    User(#[from] NoUser),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<Value>,
    exp: Option<f64>,
    nbf: Option<f64>,
    aud: Option<Value>,
}

/// The user of a ticket, if it is good at that time.
/// <https://www.rfc-editor.org/rfc/rfc7519>, <https://www.rfc-editor.org/rfc/rfc8037>
pub fn verify(ticket: Option<&str>, key: &str, now: SystemTime) -> Result<UserId, Invalid> {
    let ticket = ticket.filter(|ticket| !ticket.is_empty()).ok_or(Invalid::Missing)?;
    let key = decode(key).filter(|key| key.len() == 32).ok_or(Invalid::Key)?;
    let claims = read(ticket, &key)?;
    judge(&claims, now)?;
    Ok(UserId::from_field(claims.sub.as_ref())?)
}

/// The claims of a ticket, once its signature is known to be good.
fn read(ticket: &str, key: &[u8]) -> Result<Claims, Invalid> {
    let (signed, signature) = ticket.rsplit_once('.').ok_or(Invalid::Form)?;
    let (header, claims) = signed.split_once('.').ok_or(Invalid::Form)?;
    let header: Header = parse(header)?;
    if header.alg != "EdDSA" || header.crit.is_some() {
        return Err(Invalid::Algorithm);
    }
    let signature = decode(signature).ok_or(Invalid::Form)?;
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(signed.as_bytes(), &signature).map_err(|_| Invalid::Signature)?;
    parse(claims)
}

fn judge(claims: &Claims, now: SystemTime) -> Result<(), Invalid> {
    let now = since_epoch(now);
    if claims.exp.ok_or(Invalid::Endless)? <= now.as_secs_f64() {
        return Err(Invalid::Expired);
    }
    if claims.nbf.is_some_and(|begin| begin > (now + AHEAD).as_secs_f64()) {
        return Err(Invalid::Early);
    }
    claims.aud.as_ref().map_or(Ok(()), |_| Err(Invalid::Audience))
}

fn parse<T: DeserializeOwned>(part: &str) -> Result<T, Invalid> {
    let json = decode(part).ok_or(Invalid::Form)?;
    serde_json::from_slice(&json).map_err(|_| Invalid::Form)
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}
