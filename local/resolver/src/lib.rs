//! APPSYNC_JS: runs the code of AppSync resolvers and functions, bounded in time and memory.
//! Knows no schema and calls nothing: it turns a context into a request, and a result into a value.
//!
//! The engine is QuickJS. What AppSync adds to JavaScript, `@aws-appsync/utils` and its `dynamodb` module, is in
//! `src/modules`, written in JavaScript as well. What AppSync takes away (loops without bounds, `async`, `try`) is not
//! refused here but by `stackwright-check`, before anything runs.
//!
//! ```
//! use serde_json::json;
//! use stackwright_resolver::{Limits, Script, World};
//!
//! let code = "
//!     import { util } from '@aws-appsync/utils';
//!     export function request(ctx) {
//!         return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }) };
//!     }
//!     export function response(ctx) {
//!         return ctx.result;
//!     }";
//! let script = Script::load(code, World::of_this_machine(), Limits::default())?;
//! let outcome = script.request(&json!({ "args": { "id": 7 } }))?;
//! assert_eq!(outcome.value, json!({ "operation": "GetItem", "key": { "id": { "N": "7" } } }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not there, and said so when called: time zones by name, `util.xml`, `util.rds`, OpenSearch transforms, and of
//! `extensions` all but `setSubscriptionFilter`.
//!
//! Source: [AppSync's JavaScript runtime](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-util-reference-js.html).

pub mod dynamodb;
mod modules;
mod outcome;
mod script;
mod world;

pub use outcome::{Failure, Outcome, ResolverError};
pub use script::{Limits, LoadError, Script};
pub use world::World;
