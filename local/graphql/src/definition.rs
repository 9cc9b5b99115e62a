//! What an API is made of: its schema, who may call it, its data sources and its resolvers.
//! Plain values: nothing is checked before they are handed to [`Graphql::define`](crate::Graphql::define).

use std::collections::BTreeMap;

/// An API, as a template declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// The schema, in GraphQL's schema language as AppSync takes it.
    pub schema: String,
    /// How callers prove who they are where the schema does not say otherwise.
    pub default_mode: Mode,
    /// The other ways.
    pub additional_modes: Vec<Mode>,
    /// The API's keys.
    pub keys: Vec<ApiKey>,
    /// What resolvers ask.
    pub data_sources: Vec<DataSource>,
    /// The steps of pipelines.
    pub functions: Vec<Function>,
    /// How fields come to their values.
    pub resolvers: Vec<Resolver>,
    /// How deep a query may nest; 0 is no limit (AppSync's most is 75).
    pub depth_limit: usize,
    /// How many resolvers a request may run; 0 is AppSync's most, 10,000.
    pub resolver_limit: usize,
    /// Whether `__schema` and `__type` are answered.
    pub introspection: Introspection,
    /// `ctx.env` of resolvers.
    pub environment: BTreeMap<String, String>,
}

/// Whether the schema may be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Introspection {
    /// It may.
    #[default]
    Enabled,
    /// It may not.
    Disabled,
}

/// An authorization mode.
///
/// Source: [configuring authorization](https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `API_KEY`.
    #[default]
    ApiKey,
    /// `AWS_IAM`.
    Iam,
    /// `AMAZON_COGNITO_USER_POOLS`. Its tokens cannot be verified here: nobody gets in this way.
    CognitoUserPools,
    /// `OPENID_CONNECT`. Its tokens cannot be verified here: nobody gets in this way.
    OpenidConnect,
    /// `AWS_LAMBDA`. Its authorizer is not asked here: nobody gets in this way.
    Lambda,
}

impl Mode {
    /// The mode that CloudFormation calls this.
    #[must_use]
    pub fn named(name: &str) -> Option<Mode> {
        match name {
            "API_KEY" => Some(Mode::ApiKey),
            "AWS_IAM" => Some(Mode::Iam),
            "AMAZON_COGNITO_USER_POOLS" => Some(Mode::CognitoUserPools),
            "OPENID_CONNECT" => Some(Mode::OpenidConnect),
            "AWS_LAMBDA" => Some(Mode::Lambda),
            _ => None,
        }
    }

    /// What CloudFormation calls the mode.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::ApiKey => "API_KEY",
            Mode::Iam => "AWS_IAM",
            Mode::CognitoUserPools => "AMAZON_COGNITO_USER_POOLS",
            Mode::OpenidConnect => "OPENID_CONNECT",
            Mode::Lambda => "AWS_LAMBDA",
        }
    }
}

/// A key of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The key itself: `da2-…`.
    pub key: String,
    /// Until when it is good, in seconds since 1970.
    pub expires: u64,
}

/// Something that resolvers ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSource {
    /// Its name, by which resolvers and functions refer to it.
    pub name: String,
    /// What it is.
    pub kind: DataSourceKind,
}

/// What a data source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSourceKind {
    /// `NONE`: answers with the request's `payload`.
    None,
    /// `AMAZON_DYNAMODB`: a table.
    Dynamodb {
        /// The table's name.
        table: String,
    },
    /// `AWS_LAMBDA`: a function.
    Lambda {
        /// The function's ARN.
        function_arn: String,
    },
    /// Any other type, which is not to be had here.
    Other(String),
}

/// A step of pipelines: `AWS::AppSync::FunctionConfiguration`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its id, by which pipelines refer to it.
    pub id: String,
    /// The data source it asks.
    pub data_source: String,
    /// How it asks.
    pub handling: Handling,
}

/// How a field comes to its value: `AWS::AppSync::Resolver`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// The type the field belongs to: `Mutation`.
    pub type_name: String,
    /// The field.
    pub field: String,
    /// Whom it asks.
    pub kind: Kind,
    /// How it asks.
    pub handling: Handling,
}

/// Whom a resolver asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `UNIT`: one data source.
    Unit {
        /// The data source's name.
        data_source: String,
    },
    /// `PIPELINE`: functions, one after the other.
    Pipeline {
        /// Their ids.
        functions: Vec<String>,
    },
}

/// What makes a request of a context, and a value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Code of the runtime `APPSYNC_JS`.
    Javascript(String),
    /// Nothing: the Lambda function gets the context and answers with the value.
    Direct,
    /// Mapping templates, which are not run here.
    Velocity,
}
