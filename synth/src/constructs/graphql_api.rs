//! [`GraphqlApi`]: an AppSync GraphQL API, its schema in a file, its callers with a key or a signature.
//!
//! What answers its fields are resolvers, constructs of their own. User pools, OpenID Connect and Lambda authorizers,
//! merged and private APIs, caches and domains are left to L1.

use stackwright_cfn::appsync as l1;
use stackwright_cfn::appsync::graphql_api as types;
use stackwright_cfn::{iam, logs};
use stackwright_core::{Arn, Construct, LogicalId, Problem, Scope, Value, join};

use super::alarm::{Alarm, Alarms};
use super::physical_name::physical_name;
use super::{Adjustments, policy};
use crate::SourceFile;
use crate::grant::{Grant, assumed_by};

/// How callers of a GraphQL API show that they may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationMode {
    /// With a key, which an [`ApiKey`](super::ApiKey) makes.
    ApiKey,
    /// With a signature by credentials that were granted a field ([`GraphqlApiHandle::call`]).
    Iam,
}

impl From<AuthorizationMode> for types::AuthenticationType {
    fn from(mode: AuthorizationMode) -> Self {
        match mode {
            AuthorizationMode::ApiKey => Self::ApiKey,
            AuthorizationMode::Iam => Self::AwsIam,
        }
    }
}

/// A GraphQL API with X-Ray traces, logs of failed fields, an alarm on failures, and limits on what a query may ask.
///
/// The mode in [`GraphqlApi::new`] is that of all types and fields that carry no directive; where the schema says
/// `@aws_iam` or `@aws_api_key`, the modes of the directives count instead. A mode needs its directive on a field and
/// on the type that the field gives.
///
/// ```
/// use stackwright::prelude::*;
///
/// # const SCHEMA: SourceFile = SourceFile { name: "schema.graphql", text: "type Query { time: AWSDateTime }" };
/// let declared = stackwright::declare("Demo", |stack| {
///     // SCHEMA is `source_file!("agenda/schema.graphql")`.
///     let api = stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::ApiKey).or(AuthorizationMode::Iam));
///     let key = stack.add("Key", ApiKey::new(api));
///     stack.add("Announce", Function::new("agenda-stream-to-appsync")
///         .env("GRAPHQL_URL", api.url())
///         .allow(api.call("Mutation", "announce")));
///     stack.add("GraphqlUrl", Output::new(api.url()));
///     stack.add("ApiKey", Output::new(key.value()));
/// });
/// ```
///
/// Source: [AWS::AppSync::GraphQLApi](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-graphqlapi.html).
#[derive(Debug)]
pub struct GraphqlApi {
    /// The schema, in GraphQL's schema definition language.
    pub schema: SourceFile,
    /// How callers show that they may call types and fields without a directive.
    pub default: AuthorizationMode,
    /// How else they may show it, where a directive says so.
    pub others: Vec<AuthorizationMode>,
    /// How deep a query may nest, 1 to 75 levels.
    pub depth: u32,
    /// How many resolvers a query may run, 1 to 10,000.
    pub resolvers: u32,
    /// For how many days logs are kept, a value that CloudWatch Logs knows.
    pub log_days: u32,
    /// The alarm on failed requests.
    pub alarms: Alarms,
    adjustments: Adjustments<l1::GraphQLApi>,
}

impl GraphqlApi {
    /// An API of this schema and default mode: queries of up to 20 levels (what tools need that ask an API for its
    /// schema) and 100 resolvers, logs kept for 30 days.
    #[must_use]
    pub fn new(schema: SourceFile, default: AuthorizationMode) -> Self {
        Self {
            schema,
            default,
            others: Vec::new(),
            depth: 20,
            resolvers: 100,
            log_days: 30,
            alarms: Alarms::default(),
            adjustments: Adjustments::default(),
        }
    }

    /// Taking callers by this mode too, for the types and fields whose directives say so.
    #[must_use]
    pub fn or(mut self, mode: AuthorizationMode) -> Self {
        self.others.push(mode);
        self
    }

    /// Refusing queries that nest deeper than this many levels.
    #[must_use]
    pub const fn depth_limit(mut self, levels: u32) -> Self {
        self.depth = levels;
        self
    }

    /// Refusing queries that run more than this many resolvers.
    #[must_use]
    pub const fn resolver_limit(mut self, resolvers: u32) -> Self {
        self.resolvers = resolvers;
        self
    }

    /// Keeping logs for this many days.
    #[must_use]
    pub const fn logs_for(mut self, days: u32) -> Self {
        self.log_days = days;
        self
    }

    /// With an alarm on failed requests that tells somebody, or without.
    #[must_use]
    pub fn alarms(mut self, alarms: Alarms) -> Self {
        self.alarms = alarms;
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::GraphQLApi) -> l1::GraphQLApi + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    fn resource(&mut self, scope: &Scope<'_>, logs_role: iam::RoleHandle) -> l1::GraphQLApi {
        // Queries and their variables stay out of the logs: they hold what users wrote.
        let logs = types::LogConfig::new(logs_role.arn(), types::FieldLogLevel::Error);
        let default = types::AuthenticationType::from(self.default);
        let others = self.others.iter().copied().map(types::AuthenticationType::from);
        let others: Vec<_> = others.map(types::AdditionalAuthenticationProvider::new).collect();
        let mut api = l1::GraphQLApi::new(default, physical_name(scope))
            .log_config(logs.exclude_verbose_content(true))
            .xray_enabled(true)
            .query_depth_limit(self.depth)
            .resolver_count_limit(self.resolvers);
        if !others.is_empty() {
            api = api.additional_authentication_providers(others);
        }
        std::mem::take(&mut self.adjustments).apply(api)
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let mut known = vec![self.default];
        for mode in &self.others {
            if known.contains(mode) {
                let problem = Problem::new(format!("the authorization mode `{mode:?}` is named twice"));
                scope.report(problem.hint("`.or(…)` names each mode beside the default one, once"));
            }
            known.push(*mode);
        }
    }

    fn takes(&self, mode: AuthorizationMode) -> bool {
        self.default == mode || self.others.contains(&mode)
    }
}

impl Construct for GraphqlApi {
    type Handle = GraphqlApiHandle;

    fn declare(mut self, scope: &mut Scope<'_>) -> GraphqlApiHandle {
        self.check(scope);
        let role = scope.part("LogsRole", iam::Role::new(assumed_by("appsync.amazonaws.com")));
        let api = self.resource(scope, role).declare(scope);
        declare_logs(scope, api, role, self.log_days);
        let schema = scope.part("Schema", |scope: &mut Scope<'_>| declare_schema(scope, api, self.schema));
        self.alarms.declare(scope, "FailuresAlarm", Alarm::graphql_failures(api.api_id()));
        GraphqlApiHandle { api, schema, takes_keys: self.takes(AuthorizationMode::ApiKey) }
    }
}

fn declare_schema(
    scope: &mut Scope<'_>,
    api: l1::GraphQLApiHandle,
    SourceFile { name, text }: SourceFile,
) -> l1::GraphQLSchemaHandle {
    scope.read_from("Definition", name);
    l1::GraphQLSchema::new(api.api_id()).definition(text).declare(scope)
}

/// AppSync writes to the group of this name and no other; declared, it has a retention, and AppSync need not make it.
fn declare_logs(scope: &mut Scope<'_>, api: l1::GraphQLApiHandle, role: iam::RoleHandle, days: u32) {
    let name = join(["/aws/appsync/apis/".into(), api.api_id()]);
    let group = logs::LogGroup::new().log_group_name(name).retention_in_days(days);
    let group = scope.part("Logs", group);
    let write = Grant::new(["logs:CreateLogStream", "logs:PutLogEvents"], group.arn());
    policy::declare(scope, "LogsPolicy", role, &[write]);
}

/// Refers to a GraphQL API.
#[derive(Clone, Copy, Debug)]
pub struct GraphqlApiHandle {
    api: l1::GraphQLApiHandle,
    schema: l1::GraphQLSchemaHandle,
    takes_keys: bool,
}

impl GraphqlApiHandle {
    /// Where queries and mutations are posted: `https://…/graphql`.
    #[must_use]
    pub fn url(self) -> Value<String> {
        self.api.graphql_url()
    }

    /// Where subscriptions connect: `wss://…/graphql`.
    #[must_use]
    pub fn realtime_url(self) -> Value<String> {
        self.api.realtime_url()
    }

    /// What the Content-Security-Policy of a page that queries must allow: `https://…`.
    #[must_use]
    pub fn origin(self) -> Value<String> {
        join(["https://".into(), self.url().split("/").select(2)])
    }

    /// What the Content-Security-Policy of a page that subscribes must allow: `wss://…`.
    #[must_use]
    pub fn realtime_origin(self) -> Value<String> {
        join(["wss://".into(), self.realtime_url().split("/").select(2)])
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> Value<String> {
        self.api.api_id()
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        self.api.arn()
    }

    /// Asking for one field of `Query`, `Mutation` or `Subscription`, signed.
    #[must_use]
    pub fn call(self, type_name: &str, field: &str) -> Grant {
        Grant::new(["appsync:GraphQL"], self.arn().and(&format!("/types/{type_name}/fields/{field}")))
    }

    /// Its schema, for what must wait until its fields are there.
    #[must_use]
    pub fn schema(self) -> LogicalId {
        self.schema.into()
    }

    pub(crate) const fn takes_keys(self) -> bool {
        self.takes_keys
    }
}
