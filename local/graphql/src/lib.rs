//! AppSync's GraphQL APIs: a schema, its resolvers and its subscriptions, executed here.
//! Knows no template, no IAM and no other engine: tables, functions and permissions are lent by whoever starts it.
//!
//! ```
//! use axum::body::Body;
//! use axum::http::Request;
//! use stackwright_graphql::{ApiKey, Caller, DataSource, DataSourceKind, Definition, Graphql, Handling, Host, Kind, Resolver};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let graphql = Graphql::start(Host::new());
//! let code = "
//!     export function request(ctx) { return { payload: `Hello, ${ctx.args.name}` }; }
//!     export function response(ctx) { return ctx.result; }";
//! let problems = graphql.define("greetings", Definition {
//!     schema: "type Query { greet(name: String!): String }".to_owned(),
//!     keys: vec![ApiKey { key: "da2-x".to_owned(), expires: u64::MAX }],
//!     data_sources: vec![DataSource { name: "None".to_owned(), kind: DataSourceKind::None }],
//!     resolvers: vec![Resolver {
//!         type_name: "Query".to_owned(),
//!         field: "greet".to_owned(),
//!         kind: Kind::Unit { data_source: "None".to_owned() },
//!         handling: Handling::Javascript(code.to_owned()),
//!     }],
//!     ..Definition::default()
//! });
//! assert!(problems.is_empty());
//! let request = Request::post("/graphql").body(Body::from(r#"{"query": "{ greet(name: \"Ada\") }"}"#))?;
//! let response = graphql.post("greetings", request, Caller::ApiKey("da2-x".to_owned())).await;
//! let body = axum::body::to_bytes(response.into_body(), 1 << 20).await?;
//! assert_eq!(&body[..], br#"{"data":{"greet":"Hello, Ada"}}"#);
//! # Ok(())
//! # }
//! ```
//!
//! Not there:
//! - mapping templates (VTL), data sources other than NONE, AMAZON_DYNAMODB and AWS_LAMBDA: [`Graphql::define`] says so;
//! - callers with tokens: Cognito user pools, OpenID Connect, Lambda authorizers; nobody is let in that way;
//! - caching, batches of more than one for Lambda functions, merged APIs, conflict detection, `GET /graphql`;
//! - `extensions.setSubscriptionInvalidationFilter` and the rest of `extensions`, but for `setSubscriptionFilter`.
//!
//! Source: [AppSync's developer guide](https://docs.aws.amazon.com/appsync/latest/devguide/what-is-appsync.html).

mod access;
mod api;
mod caller;
mod code;
mod definition;
mod document;
mod execution;
mod fault;
mod gathered;
mod graphql;
mod host;
mod http;
mod input;
mod introspection;
mod node;
mod output;
mod problem;
mod realtime;
mod request;
mod resolve;
mod scalars;
mod schema;
mod selection;
mod source;

pub use caller::{Caller, CognitoIdentity, Iam};
pub use definition::{
    ApiKey, DataSource, DataSourceKind, Definition, Function, Handling, Introspection, Kind, Mode, Resolver,
};
pub use graphql::Graphql;
pub use host::{DynamodbCall, Happening, Host, Invoked, LambdaCall, Limits, Signed, SourceError, Wanted};
pub use problem::{About, Problem};
pub use realtime::OpenConnection;
