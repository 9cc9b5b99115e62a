//! [`ApiKey`]: a key by which a GraphQL API knows its callers.
//!
//! It tells pages apart from chance, not users from each other: whoever reads the page has it.

use stackwright_cfn::appsync as l1;
use stackwright_core::{Construct, Problem, Scope, Value};

use super::{Adjustments, GraphqlApiHandle};

/// A key of a GraphQL API that takes keys. An API can have several, so that one can follow another.
///
/// ```
/// use stackwright::prelude::*;
///
/// # const SCHEMA: SourceFile = SourceFile { name: "schema.graphql", text: "type Query { time: AWSDateTime }" };
/// let declared = stackwright::declare("Demo", |stack| {
///     let expires = stack.add("ApiKeyExpires", Parameter::number());
///     let api = stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::ApiKey));
///     let key = stack.add("Key", ApiKey::new(api).expiring(expires.value()));
///     stack.add("ApiKey", Output::new(key.value()));
/// });
/// ```
///
/// Source: [AWS::AppSync::ApiKey](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-apikey.html).
#[derive(Debug)]
pub struct ApiKey {
    /// The API that takes it.
    pub api: GraphqlApiHandle,
    /// The second since 1970 when it expires.
    pub expires: Option<Value<i64>>,
    adjustments: Adjustments<l1::ApiKey>,
}

impl ApiKey {
    /// A key that lives for seven days, as AWS has it: the language has no clock to say more.
    #[must_use]
    pub fn new(api: GraphqlApiHandle) -> Self {
        Self { api, expires: None, adjustments: Adjustments::default() }
    }

    /// Living until this second since 1970, from one day to 365 days ahead; AWS rounds it down to the hour. A
    /// parameter lets each deployment say when.
    #[must_use]
    pub fn expiring(mut self, second: impl Into<Value<i64>>) -> Self {
        self.expires = Some(second.into());
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::ApiKey) -> l1::ApiKey + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for ApiKey {
    type Handle = ApiKeyHandle;

    fn declare(self, scope: &mut Scope<'_>) -> ApiKeyHandle {
        if !self.api.takes_keys() {
            let problem = Problem::new("the GraphQL API takes no keys");
            scope.report(problem.hint("declare it with `.or(AuthorizationMode::ApiKey)`"));
        }
        let mut key = l1::ApiKey::new(self.api.id());
        if let Some(second) = self.expires {
            key = key.expires(Value::<f64>::from_expr(second.into_expr()));
        }
        ApiKeyHandle(self.adjustments.apply(key).declare(scope))
    }
}

/// Refers to a key of a GraphQL API.
#[derive(Clone, Copy, Debug)]
pub struct ApiKeyHandle(l1::ApiKeyHandle);

impl ApiKeyHandle {
    /// The key itself, which callers send as `x-api-key`.
    #[must_use]
    pub fn value(self) -> Value<String> {
        self.0.api_key()
    }
}
