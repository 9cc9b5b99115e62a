//! What an HTTP API consists of.
//! Answers nothing, and has no id: that is given where it is defined.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cors::Cors;
use crate::source::Source;

/// An HTTP API.
#[derive(Clone, Debug)]
pub struct HttpApi {
    /// The region of its ARNs and of its domain name.
    pub region: String,
    /// Its account, twelve digits.
    pub account: String,
    /// Its stages, by name. `$default` is the one whose name is in no path.
    pub stages: BTreeMap<String, Stage>,
    /// Its routes.
    pub routes: Vec<Route>,
    /// What other origins may do. Without it preflights are requests like others.
    pub cors: Option<Cors>,
    /// Whether it answers at its own address at all.
    pub default_endpoint: bool,
}

/// A stage.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Its variables.
    pub variables: BTreeMap<String, String>,
}

/// Which requests go to a function.
#[derive(Clone, Debug)]
pub struct Route {
    /// Such as `GET /notes/{id}`, `ANY /{proxy+}` or `$default`.
    pub key: String,
    /// Who may send them.
    pub authorization: Authorization,
    /// The function's ARN.
    pub function: String,
    /// What the function gets.
    pub payload: PayloadVersion,
    /// `TimeoutInMillis`, where it is shorter than the engine's limit.
    pub timeout: Option<Duration>,
}

/// A form of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadVersion {
    /// `1.0`, nearly that of REST APIs.
    One,
    /// `2.0`, that of function URLs.
    Two,
}

/// Who may send a request.
#[derive(Clone, Debug)]
pub enum Authorization {
    /// Anybody.
    None,
    /// Whom IAM allows `execute-api:Invoke`.
    Iam,
    /// Whom a function lets in.
    Function(Authorizer),
}

/// A function that decides who may send a request.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// Its id: with it answers are remembered.
    pub id: String,
    /// The function's ARN.
    pub function: String,
    /// What it gets.
    pub payload: PayloadVersion,
    /// Whether it says `isAuthorized` rather than a policy; only with payload 2.0.
    pub simple: bool,
    /// What must be there, or a request is refused without asking.
    pub identity: Vec<Source>,
    /// How long its answer holds for the same identity; never unless declared.
    pub remembered: Duration,
}

impl HttpApi {
    /// An API without stages and routes.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>) -> HttpApi {
        HttpApi {
            region: region.into(),
            account: account.into(),
            stages: BTreeMap::new(),
            routes: Vec::new(),
            cors: None,
            default_endpoint: true,
        }
    }
}

impl Route {
    /// A route that everybody may take.
    #[must_use]
    pub fn new(key: impl Into<String>, function: impl Into<String>, payload: PayloadVersion) -> Route {
        let (key, function) = (key.into(), function.into());
        Route { key, authorization: Authorization::None, function, payload, timeout: None }
    }

    /// The method and the path; none for `$default`.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        self.key.split_once(' ')
    }

    /// The path; all of them for `$default`.
    pub(super) fn path(&self) -> &str {
        self.parts().map_or("/{proxy+}", |(_, path)| path)
    }
}
