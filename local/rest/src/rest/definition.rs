//! What a REST API consists of, and what stands where in it.
//! Answers nothing, and has no id: that is given where it is defined.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::fault::ResponseType;
use super::schema::Schema;
use crate::source::Source;
use crate::velocity::Template;

/// A REST API as it is deployed.
#[derive(Clone, Debug)]
pub struct Api {
    /// The region of its ARNs and of its domain name.
    pub region: String,
    /// Its account, twelve digits.
    pub account: String,
    /// Its stages, by name.
    pub stages: BTreeMap<String, Stage>,
    /// What stands at which path.
    pub resources: Vec<Resource>,
    /// Its gateway responses. Types that are not there have their defaults.
    pub gateway_responses: BTreeMap<ResponseType, GatewayResponse>,
    /// What is handed over as base64 and back, such as `image/png`, `image/*` and `*/*`.
    pub binary_media_types: Vec<String>,
    /// Whether it answers at its own address at all: without that it answers 403.
    pub default_endpoint: bool,
    /// Whether it has a policy, so that IAM is asked about everybody.
    pub has_policy: bool,
    /// API keys that its usage plans let in.
    pub keys: Vec<ApiKey>,
}

/// A stage.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Its variables.
    pub variables: BTreeMap<String, String>,
    /// The id of its deployment, for events.
    pub deployment: String,
}

/// A path and its methods.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its id, for events.
    pub id: String,
    /// The whole path, such as `/notes/{id}`.
    pub path: String,
    /// Its methods by verb, upper case; `ANY` stands for all that are not there.
    pub methods: BTreeMap<String, Method>,
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub struct Method {
    /// Who may send it.
    pub authorization: Authorization,
    /// Whether it needs an API key.
    pub api_key_required: bool,
    /// What is asked of it.
    pub requirements: Requirements,
    /// What answers it.
    pub integration: Integration,
}

impl Method {
    /// A method that everybody may call.
    #[must_use]
    pub fn new(integration: Integration) -> Method {
        Method {
            authorization: Authorization::None,
            api_key_required: false,
            requirements: Requirements::default(),
            integration,
        }
    }
}

/// Who may send a request.
#[derive(Clone, Debug)]
pub enum Authorization {
    /// Anybody.
    None,
    /// Whom IAM allows `execute-api:Invoke`.
    Iam,
    /// Whom a function lets in.
    Custom(Authorizer),
}

/// A function that decides who may send a request.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// Its id: with it answers are remembered.
    pub id: String,
    /// The function's ARN.
    pub function: String,
    /// What it is told.
    pub kind: AuthorizerKind,
    /// How long its answer holds for the same identity; 5 minutes unless declared, zero for never.
    pub remembered: Duration,
}

/// What an authoriser is told of a request.
#[derive(Clone, Debug)]
pub enum AuthorizerKind {
    /// A token, from a header.
    Token {
        /// The header, usually `Authorization`.
        header: String,
        /// What the whole token must look like; others are refused without asking.
        expression: Option<String>,
    },
    /// The request. These must be there, or it is refused without asking.
    Request(Vec<Source>),
}

/// What a request validator asks of a request.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// Headers, query parameters and path parameters that must be there and not be empty.
    pub parameters: Vec<Source>,
    /// Whether the body is looked at: by content type, what it must look like. Bodies of other types are not, and
    /// without any model a body must be JSON.
    pub body: Option<BTreeMap<String, Schema>>,
}

/// What answers a request.
#[derive(Clone, Debug)]
pub enum Integration {
    /// `AWS_PROXY`: a function, which gets the request as payload 1.0.
    Function {
        /// Its ARN, in which `${stageVariables.…}` stands for a variable of the stage.
        arn: String,
        /// `TimeoutInMillis`, where it is shorter than the engine's limit.
        timeout: Option<Duration>,
    },
    /// `MOCK`: API Gateway itself.
    Mock(Mock),
}

/// An answer without anybody behind it.
#[derive(Clone, Debug, Default)]
pub struct Mock {
    /// Templates by content type of the request; each makes an object whose `statusCode` selects a response.
    pub request_templates: BTreeMap<String, Template>,
    /// What becomes of requests whose content type has no template.
    pub passthrough: Passthrough,
    /// Responses, of which one is chosen.
    pub responses: Vec<MockResponse>,
}

/// What becomes of a body that no template is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passthrough {
    /// It is taken as it is.
    #[default]
    WhenNoMatch,
    /// It is taken as it is if there are no templates at all, else it is refused.
    WhenNoTemplates,
    /// It is refused.
    Never,
}

/// One of a mock's responses.
#[derive(Clone, Debug)]
pub struct MockResponse {
    /// Its status.
    pub status: u16,
    /// A regular expression that the whole status of the request template must match; none for all others.
    pub selection: Option<String>,
    /// Headers and where their values are from: `'a text in quotes'`, `context.…` or `stageVariables.…`.
    pub headers: BTreeMap<String, String>,
    /// Bodies by content type.
    pub templates: BTreeMap<String, Template>,
}

/// What is answered where no integration did.
#[derive(Clone, Debug, Default)]
pub struct GatewayResponse {
    /// Its status, where it is not the type's own.
    pub status: Option<u16>,
    /// Headers and where their values are from, as for [`MockResponse::headers`], and `method.request.…`.
    pub headers: BTreeMap<String, String>,
    /// Bodies by content type. Only variables are replaced in them.
    pub templates: BTreeMap<String, String>,
}

/// A key of a usage plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// What clients send as `x-api-key`.
    pub value: String,
    /// The stages that it opens.
    pub stages: Vec<String>,
}

impl Api {
    /// An API without stages and resources.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>) -> Api {
        Api {
            region: region.into(),
            account: account.into(),
            stages: BTreeMap::new(),
            resources: Vec::new(),
            gateway_responses: BTreeMap::new(),
            binary_media_types: Vec::new(),
            default_endpoint: true,
            has_policy: false,
            keys: Vec::new(),
        }
    }

    /// Its variables are what templates call `$stageVariables`: an object of texts, or null without any.
    pub(crate) fn variables(stage: &Stage) -> Value {
        if stage.variables.is_empty() { Value::Null } else { serde_json::json!(stage.variables) }
    }

    /// Whether a content type is one of the binary ones; its parameters do not count.
    pub(crate) fn is_binary(&self, content_type: Option<&str>) -> bool {
        let kind = content_type.unwrap_or_default().split([';', ',']).next().unwrap_or_default().trim();
        let family = kind.split('/').next().unwrap_or_default();
        self.binary_media_types.iter().any(|binary| {
            let whole_family = binary.strip_suffix("/*");
            binary == "*/*"
                || binary.eq_ignore_ascii_case(kind)
                || whole_family.is_some_and(|of| of.eq_ignore_ascii_case(family))
        })
    }
}
