//! STS: who am I, and sessions of roles.
//! Hands out nothing to users, web identities or SAML: there are none here.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Response, StatusCode};
use time::OffsetDateTime;

use crate::caller::{Caller, Session};
use crate::fault::{Fault, response};
use crate::keys::{Credentials, Keys};

/// Whether this caller may take on a role, by its own policies and by the role's trust policy: then the longest session
/// that the role has (`MaxSessionDuration`).
pub type Trust = Arc<dyn Fn(&Caller, &Assumption) -> Option<Duration> + Send + Sync>;

/// A role that somebody wants to take on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The role.
    pub role_arn: String,
    /// What the caller wants to be called.
    pub session_name: String,
    /// What trust policies call `sts:ExternalId`.
    pub external_id: Option<String>,
}

/// The service.
#[derive(Clone)]
pub struct Sts {
    keys: Arc<Keys>,
    trust: Trust,
}

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const INVALID: &str = "ValidationError";
/// Seconds of a session if nothing is said, and the longest that a session may take on for another role.
const HOUR: u64 = 3600;
/// What would change what a session may do; refused rather than forgotten.
const UNSUPPORTED: [&str; 6] =
    ["Policy", "PolicyArns.", "Tags.", "TransitiveTagKeys.", "SerialNumber", "TokenCode"];

impl Sts {
    /// Hands out these keys.
    #[must_use]
    pub fn new(keys: Arc<Keys>, trust: Trust) -> Sts {
        Sts { keys, trust }
    }

    /// Answers a request of the query protocol whose signature is right. `form` is the body of a `POST`, or the query
    /// of a `GET`.
    #[must_use]
    pub fn answer(&self, caller: &Caller, form: &str, request_id: &str, now: SystemTime) -> Response<String> {
        let form: Form = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let action = form.get("Action").map(String::as_str).unwrap_or_default();
        let result = match action {
            "GetCallerIdentity" => Ok(identity(caller)),
            "AssumeRole" => self.assume_role(caller, &form, now),
            _ => Err(Fault::bad("InvalidAction", unknown(action, &form))),
        };
        match result {
            Ok(result) => response(StatusCode::OK, "text/xml", success(action, &result, request_id)),
            Err(fault) => response(fault.status, "text/xml", failure(&fault, request_id)),
        }
    }

    fn assume_role(&self, caller: &Caller, form: &Form, now: SystemTime) -> Result<String, Fault> {
        refuse_unsupported(form)?;
        let assumption = assumption(form)?;
        let lifetime = lifetime(form)?;
        let longest = (self.trust)(caller, &assumption).ok_or_else(|| denied(caller, &assumption))?;
        within_limits(caller, lifetime, longest)?;
        let session = Session::new(assumption.role_arn, assumption.session_name);
        Ok(assumed(&session, &self.keys.issue(&session, lifetime, now)))
    }
}

impl fmt::Debug for Sts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sts").field("keys", &self.keys).finish_non_exhaustive()
    }
}

type Form = BTreeMap<String, String>;

fn refuse_unsupported(form: &Form) -> Result<(), Fault> {
    let is_unsupported = |name: &&String| {
        UNSUPPORTED.iter().any(|unsupported| match unsupported.strip_suffix('.') {
            Some(list) => name.split('.').next() == Some(list),
            None => name == unsupported,
        })
    };
    match form.keys().find(is_unsupported) {
        Some(name) => Err(Fault::bad(INVALID, format!("{name} is not supported here"))),
        None => Ok(()),
    }
}

fn assumption(form: &Form) -> Result<Assumption, Fault> {
    let role_arn = required(form, "RoleArn", "roleArn")?;
    let session_name = required(form, "RoleSessionName", "roleSessionName")?;
    let is_name = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    let constraint = match session_name.len() {
        0..=1 => "Member must have length greater than or equal to 2",
        65.. => "Member must have length less than or equal to 64",
        _ if !session_name.chars().all(is_name) => {
            r"Member must satisfy regular expression pattern: [\w+=,.@-]*"
        }
        _ => {
            let external_id = form.get("ExternalId").cloned();
            return Ok(Assumption { role_arn, session_name, external_id });
        }
    };
    Err(Fault::constraint(INVALID, "roleSessionName", Some(&session_name), constraint))
}

fn required(form: &Form, name: &str, member: &str) -> Result<String, Fault> {
    let missing = || Fault::constraint(INVALID, member, None, "Member must not be null");
    form.get(name).cloned().ok_or_else(missing)
}

fn lifetime(form: &Form) -> Result<Duration, Fault> {
    let Some(text) = form.get("DurationSeconds") else { return Ok(Duration::from_secs(HOUR)) };
    let constraint = match text.parse::<u64>() {
        Ok(seconds @ 900..=43_200) => return Ok(Duration::from_secs(seconds)),
        Ok(0..900) => "Member must have value greater than or equal to 900",
        Ok(_) => "Member must have value less than or equal to 43200",
        Err(_) => "Member must be a number",
    };
    Err(Fault::constraint(INVALID, "durationSeconds", Some(text), constraint))
}

fn within_limits(caller: &Caller, lifetime: Duration, longest: Duration) -> Result<(), Fault> {
    let message = if lifetime > longest {
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    } else if caller.session().is_some() && lifetime.as_secs() > HOUR {
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    } else {
        return Ok(());
    };
    Err(Fault::bad(INVALID, message))
}

fn denied(caller: &Caller, assumption: &Assumption) -> Fault {
    let (caller, role) = (caller.arn(), &assumption.role_arn);
    Fault {
        status: StatusCode::FORBIDDEN,
        code: "AccessDenied",
        message: format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"),
    }
}

fn unknown(action: &str, form: &Form) -> String {
    let version = form.get("Version").map(String::as_str).unwrap_or_default();
    format!("Could not find operation {action} for version {version}")
}

fn identity(caller: &Caller) -> String {
    elements(&[("Arn", &caller.arn()), ("UserId", &caller.user_id()), ("Account", caller.account())])
}

fn assumed(session: &Session, credentials: &Credentials) -> String {
    let user = elements(&[("AssumedRoleId", &session.user_id()), ("Arn", &session.arn())]);
    let credentials = elements(&[
        ("AccessKeyId", &credentials.access_key_id),
        ("SecretAccessKey", &credentials.secret_access_key),
        ("SessionToken", &credentials.session_token),
        ("Expiration", &moment(credentials.expiration)),
    ]);
    format!("<AssumedRoleUser>{user}</AssumedRoleUser><Credentials>{credentials}</Credentials>")
}

/// Such as `2026-11-21T20:15:00Z`.
fn moment(moment: SystemTime) -> String {
    let moment = OffsetDateTime::from(moment);
    let (date, time) = (moment.date(), moment.time());
    format!("{date}T{:02}:{:02}:{:02}Z", time.hour(), time.minute(), time.second())
}

fn success(action: &str, result: &str, request_id: &str) -> String {
    let metadata = elements(&[("RequestId", request_id)]);
    format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata>{metadata}</ResponseMetadata></{action}Response>"
    )
}

fn failure(fault: &Fault, request_id: &str) -> String {
    let error = elements(&[("Type", "Sender"), ("Code", fault.code), ("Message", &fault.message)]);
    let id = elements(&[("RequestId", request_id)]);
    format!("<ErrorResponse xmlns=\"{NAMESPACE}\"><Error>{error}</Error>{id}</ErrorResponse>")
}

fn elements(values: &[(&str, &str)]) -> String {
    values.iter().fold(String::new(), |mut xml, (name, value)| {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        // Writing to a string cannot fail.
        let _ = write!(xml, "<{name}>{value}</{name}>");
        xml
    })
}
