//! Keys and sessions, and the services that hand them out: STS and Cognito's identity pools.
//! Knows no policies: whether a role may be taken on is asked of whoever knows them. Checks no signatures.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use stackwright_identity::{KeyError, KeyPair, Keys, Session};
//!
//! let keys = Keys::new("000000000000", KeyPair::new("AKIALOCAL", "secret"), 4);
//! let role = "arn:aws:iam::000000000000:role/service/Greeter";
//! let now = SystemTime::now();
//! let credentials = keys.issue(&Session::new(role, "greet"), Duration::from_secs(900), now);
//!
//! let token = Some(credentials.session_token.as_str());
//! let key = keys.lookup(&credentials.access_key_id, token, now)?;
//! assert_eq!(key.secret_access_key, credentials.secret_access_key);
//! assert_eq!(key.caller.arn(), "arn:aws:sts::000000000000:assumed-role/Greeter/greet");
//! let later = now + Duration::from_secs(901);
//! assert_eq!(keys.lookup(&credentials.access_key_id, token, later), Err(KeyError::Expired));
//! # Ok::<(), KeyError>(())
//! ```
//!
//! No session is kept: its token says who has it and until when, sealed with a key of ours, as on AWS. So any number
//! of guests costs nothing.
//!
//! Not there: users and their keys, session policies and tags, MFA, web identities and SAML in STS; logins, the basic
//! (classic) flow and the policy that narrows what guests may do in Cognito.
//!
//! Sources: [STS](https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html),
//! [Cognito identity pools](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/Welcome.html).

mod caller;
mod fault;
mod identities;
mod keys;
mod seal;
mod sts;

pub use caller::{Caller, Guest, Session, role_id};
pub use identities::{GuestTrust, Identities, Pool};
pub use keys::{Credentials, Key, KeyError, KeyPair, Keys};
pub use sts::{Assumption, Sts, Trust};
