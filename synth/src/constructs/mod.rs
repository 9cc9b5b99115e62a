//! L2 constructs: what is wanted of AWS in the words one thinks in, with what production needs by default.
//!
//! Each is a plain value; each makes L1 resources that `.with(…)` can still change.

mod access_logs;
mod alarm;
mod api_key;
mod asynchronous;
mod authorizer;
mod changes;
mod cors;
mod data_source;
mod event_bus;
mod event_pattern;
mod event_source;
mod function;
mod function_url;
mod graphql_api;
mod identity_pool;
mod invocation;
mod logged_errors;
mod physical_name;
mod policy;
mod queue;
mod queue_trigger;
mod resolver;
mod rest_api;
mod rest_paths;
mod rule;
mod site;
mod stage_options;
mod table;
mod table_handle;
mod websocket_api;

pub use alarm::{Alarm, Alarms};
pub use api_key::{ApiKey, ApiKeyHandle};
pub(crate) use asynchronous::{Asynchronous, Patience};
pub use authorizer::{Authorization, AuthorizerHandle, RequestAuthorizer};
pub use changes::{Changes, StartAt, StreamTrigger};
pub use cors::Cors;
pub use data_source::{DataSource, DataSourceHandle, TableDataSource};
pub use event_bus::{EventBus, EventBusHandle};
pub use event_pattern::EventPattern;
pub use function::{Function, FunctionHandle};
pub use function_url::{FunctionUrl, FunctionUrlHandle};
pub use graphql_api::{AuthorizationMode, GraphqlApi, GraphqlApiHandle};
pub use identity_pool::{IdentityPool, IdentityPoolHandle};
pub use queue::{DeadLetters, Queue, QueueHandle};
pub use queue_trigger::QueueTrigger;
pub use resolver::{PipelineResolver, Resolver, ResolverFunction, ResolverFunctionHandle};
pub use rest_api::{Method, RestApi, RestApiHandle};
pub use rule::{Rule, RuleHandle, RuleToQueue};
pub use site::{Site, SiteHandle};
pub use table::{Attribute, Billing, Index, Projection, StreamingTable, Table, View, binary, number, string};
pub use table_handle::{IndexHandle, TableHandle};
pub use websocket_api::{RouteTrigger, WebSocketApi, WebSocketApiHandle};

/// Changes to the L1 that an L2 makes, for what the L2 has no word for.
pub(crate) struct Adjustments<R>(Vec<Box<dyn FnOnce(R) -> R>>);

impl<R> Default for Adjustments<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R> Adjustments<R> {
    pub(crate) fn push(&mut self, change: impl FnOnce(R) -> R + 'static) {
        self.0.push(Box::new(change));
    }

    pub(crate) fn apply(self, resource: R) -> R {
        self.0.into_iter().fold(resource, |resource, change| change(resource))
    }
}

impl<R> std::fmt::Debug for Adjustments<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} adjustments", self.0.len())
    }
}
