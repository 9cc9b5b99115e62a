//! [`DataSource`] and [`TableDataSource`]: what a GraphQL API's resolvers ask.
//!
//! Functions, queues, HTTP services and databases as sources are left to L1.

use stackwright_cfn::appsync as l1;
use stackwright_cfn::appsync::data_source as types;
use stackwright_cfn::iam;
use stackwright_core::{Construct, Problem, Scope, Value, region};

use super::{Adjustments, GraphqlApiHandle, TableHandle, policy};
use crate::grant::{Grant, assumed_by};

/// A source that asks nobody: the resolver itself makes the answer.
///
/// ```
/// use stackwright::prelude::*;
///
/// # const SCHEMA: SourceFile = SourceFile { name: "schema.graphql", text: "type Query { time: AWSDateTime }" };
/// let declared = stackwright::declare("Demo", |stack| {
///     let events = stack.add("Events", Table::new(number("user_id")).sorted_by(number("id")));
///     let api = stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::Iam));
///     let nothing = stack.add("Nothing", DataSource::none(api));
///     let source = stack.add("EventsSource", DataSource::table(api, events).allow(events.get()));
/// });
/// ```
///
/// Source: [AWS::AppSync::DataSource](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-datasource.html).
#[derive(Debug)]
pub struct DataSource {
    /// The API whose resolvers ask it.
    pub api: GraphqlApiHandle,
    adjustments: Adjustments<l1::DataSource>,
}

impl DataSource {
    /// The source of resolvers that need none.
    #[must_use]
    pub fn none(api: GraphqlApiHandle) -> Self {
        Self { api, adjustments: Adjustments::default() }
    }

    /// A table as a source; what its resolvers may do with it is granted with [`TableDataSource::allow`].
    #[must_use]
    pub fn table(api: GraphqlApiHandle, table: TableHandle) -> TableDataSource {
        TableDataSource { api, table, grants: Vec::new(), adjustments: Adjustments::default() }
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::DataSource) -> l1::DataSource + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

/// A table that resolvers ask, by a role of its own that may do what was granted and nothing else.
#[derive(Debug)]
pub struct TableDataSource {
    /// The API whose resolvers ask it.
    pub api: GraphqlApiHandle,
    /// The table.
    pub table: TableHandle,
    /// What resolvers may do.
    pub grants: Vec<Grant>,
    adjustments: Adjustments<l1::DataSource>,
}

impl TableDataSource {
    /// Lets its resolvers do something.
    #[must_use]
    pub fn allow(mut self, grant: Grant) -> Self {
        self.grants.push(grant);
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::DataSource) -> l1::DataSource + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for DataSource {
    type Handle = DataSourceHandle;

    fn declare(self, scope: &mut Scope<'_>) -> DataSourceHandle {
        let source = self.adjustments.apply(resource(scope, self.api, types::Type::None)).declare(scope);
        DataSourceHandle { source, api: self.api }
    }
}

impl Construct for TableDataSource {
    type Handle = DataSourceHandle;

    fn declare(self, scope: &mut Scope<'_>) -> DataSourceHandle {
        if self.grants.is_empty() {
            let problem = Problem::new("resolvers may do nothing with the table");
            scope.report(problem.hint("grant what they do: `.allow(table.get())`"));
        }
        let role = scope.part("Role", iam::Role::new(assumed_by("appsync.amazonaws.com")));
        policy::declare(scope, "Policy", role, &self.grants);
        let source = resource(scope, self.api, types::Type::AmazonDynamodb)
            .dynamodb_config(types::DynamoDBConfig::new(region(), self.table.name()))
            .service_role_arn(role.arn());
        let source = self.adjustments.apply(source).declare(scope);
        DataSourceHandle { source, api: self.api }
    }
}

/// A logical id is always a name that AppSync takes, unless it begins with a digit; then the schema's check says so.
fn resource(scope: &Scope<'_>, api: GraphqlApiHandle, kind: types::Type) -> l1::DataSource {
    l1::DataSource::new(api.id(), scope.id().as_str(), kind)
}

/// Refers to a data source of a GraphQL API.
#[derive(Clone, Copy, Debug)]
pub struct DataSourceHandle {
    source: l1::DataSourceHandle,
    api: GraphqlApiHandle,
}

impl DataSourceHandle {
    /// Its name.
    #[must_use]
    pub fn name(self) -> Value<String> {
        self.source.name()
    }

    /// The API it belongs to.
    #[must_use]
    pub const fn api(self) -> GraphqlApiHandle {
        self.api
    }
}
