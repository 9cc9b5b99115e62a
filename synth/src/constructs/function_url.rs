//! [`FunctionUrl`]: an HTTPS address of a function, without an API before it.
//!
//! Aliases and streamed answers are left to L1.

use stackwright_cfn::lambda as l1;
use stackwright_cfn::lambda::{permission, url as types};
use stackwright_core::{Construct, Scope, Value, join};

use super::alarm::{Alarm, Alarms};
use super::cors::Cors;
use super::{Adjustments, FunctionHandle, Method};
use crate::grant::Grant;

/// The headers that a page sends which signs its requests with Signature Version 4.
const SIGNED_HEADERS: [&str; 4] =
    ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/// A URL that runs a function for whoever signs requests with credentials that may ([`FunctionUrlHandle::invoke`]).
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let site = stack.add("Site", Site::new("web/demo"));
///     let function = stack.add("PutEvent", Function::new("agenda-put-event"));
///     let url = stack.add("Url", FunctionUrl::new(function)
///         .cors(Cors::origin(site.url()).methods([Method::Post])));
///     stack.add("FunctionUrl", Output::new(url.url()));
/// });
/// ```
///
/// Source: [control access to function URLs](https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
#[derive(Debug)]
pub struct FunctionUrl {
    /// What it runs.
    pub function: FunctionHandle,
    /// Whether requests need no signature.
    pub public: bool,
    /// Which pages may call it from other origins; none by default.
    pub cors: Option<Cors>,
    /// The alarm on answers of 500 and above.
    pub alarms: Alarms,
    adjustments: Adjustments<l1::Url>,
}

impl FunctionUrl {
    /// A URL of this function that takes signed requests only.
    #[must_use]
    pub fn new(function: FunctionHandle) -> Self {
        Self {
            function,
            public: false,
            cors: None,
            alarms: Alarms::default(),
            adjustments: Adjustments::default(),
        }
    }

    /// Taking requests of anybody, unsigned: the function decides whom it serves.
    #[must_use]
    pub const fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Lets pages of other origins call it; what they need to sign their requests with is allowed too.
    #[must_use]
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// With an alarm on failures that tells somebody, or without.
    #[must_use]
    pub fn alarms(mut self, alarms: Alarms) -> Self {
        self.alarms = alarms;
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Url) -> l1::Url + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    fn resource(&self) -> l1::Url {
        let kind = if self.public { types::AuthType::None } else { types::AuthType::AwsIam };
        let url = l1::Url::new(kind, self.function.arn());
        match &self.cors {
            Some(cors) => url.cors(self.answer_to_pages(cors)),
            None => url,
        }
    }

    fn answer_to_pages(&self, cors: &Cors) -> types::Cors {
        let methods = match cors.methods.as_slice() {
            [] => vec![types::AllowMethod::Any],
            some => some.iter().copied().map(types::AllowMethod::from).collect(),
        };
        let mut headers = cors.headers.clone();
        if !self.public {
            headers.extend(SIGNED_HEADERS.iter().filter(|header| !cors.headers.contains(header)));
        }
        types::Cors::new()
            .allow_origins([cors.origin.clone()])
            .allow_methods(methods)
            .allow_headers(headers)
            .max_age(cors.max_age_seconds)
    }
}

impl From<Method> for types::AllowMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::Get,
            Method::Post => Self::Post,
            Method::Put => Self::Put,
            Method::Patch => Self::Patch,
            Method::Delete => Self::Delete,
            Method::Head => Self::Head,
        }
    }
}

impl Construct for FunctionUrl {
    type Handle = FunctionUrlHandle;

    fn declare(self, scope: &mut Scope<'_>) -> FunctionUrlHandle {
        let (function, public) = (self.function, self.public);
        let resource = self.resource();
        let url = self.adjustments.apply(resource).declare(scope);
        if public {
            open(scope, function);
        }
        self.alarms.declare(scope, "FailuresAlarm", Alarm::url_failures(function.name()));
        FunctionUrlHandle { url, function, public }
    }
}

/// Anybody may call the URL, and through the URL, not otherwise, run the function: since October 2025 both are asked.
fn open(scope: &mut Scope<'_>, function: FunctionHandle) {
    let call = l1::Permission::new("lambda:InvokeFunctionUrl", function.arn(), "*");
    scope.part("PublicUrl", call.function_url_auth_type(permission::FunctionUrlAuthType::None));
    let run = l1::Permission::new("lambda:InvokeFunction", function.arn(), "*");
    scope.part("PublicFunction", run.invoked_via_function_url(true));
}

/// Refers to a function's URL.
#[derive(Clone, Copy, Debug)]
pub struct FunctionUrlHandle {
    url: l1::UrlHandle,
    function: FunctionHandle,
    public: bool,
}

impl FunctionUrlHandle {
    /// The URL: `https://….lambda-url.<region>.on.aws/`.
    #[must_use]
    pub fn url(self) -> Value<String> {
        self.url.function_url()
    }

    /// What the Content-Security-Policy of a page that calls must allow: the URL without its last slash.
    #[must_use]
    pub fn origin(self) -> Value<String> {
        join(["https://".into(), self.url().split("/").select(2)])
    }

    /// Running the function through the URL, not otherwise.
    #[must_use]
    pub fn invoke(self) -> Grant {
        let kind = if self.public { "NONE" } else { "AWS_IAM" };
        let call = Grant::new(["lambda:InvokeFunctionUrl"], self.function.arn());
        let run = Grant::new(["lambda:InvokeFunction"], self.function.arn());
        call.only_if("StringEquals", "lambda:FunctionUrlAuthType", kind).and(run.only_if(
            "Bool",
            "lambda:InvokedViaFunctionUrl",
            "true",
        ))
    }
}
