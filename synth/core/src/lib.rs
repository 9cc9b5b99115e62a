//! The core of the language: [`Value`]s, names, [`Scope`]s, [`Construct`]s and [`Problem`]s.
//!
//! No AWS service is known here, nothing does IO, and nothing fails half-way: what is wrong is collected.

mod asset;
mod construct;
mod entries;
mod export;
mod name;
mod problem;
mod props;
mod resource;
mod scope;
mod value;
mod whole;

pub use asset::{Architecture, Asset, Folder};
pub use construct::Construct;
pub use entries::{
    Condition, ConditionHandle, Mapping, MappingHandle, Output, Parameter, ParameterHandle, conditions,
};
pub use export::Export;
pub use problem::{Origin, Problem};
pub use props::Props;
pub use resource::{Declared, RawHandle, RawResource, Resource};
pub use scope::{Declarations, Scope, declare};
pub use stackwright_template::{DeletionPolicy, Expr, LogicalId, Template};
pub use value::{Arn, Json, Map, Value, account, join, partition, region, stack_name, url_suffix};
pub use whole::{Conditional, Waiting};
