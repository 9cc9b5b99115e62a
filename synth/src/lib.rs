//! A CDK for Rust: declare AWS infrastructure in Rust, synthesise CloudFormation.
//!
//! This crate is the language. It does no IO, has no async and no AWS SDK; `stackwright-cli` writes, packages and
//! runs what is declared here.
//!
//! Four nouns and one verb:
//! - A **construct** is a plain value that says what is wanted: [`Table`](constructs::Table),
//!   [`Function`](constructs::Function), any L1 of [`cfn`], any `fn(&mut Scope<'_>)`.
//! - A **scope** gives it a name: [`Scope::add`] is the only verb, and the path of names is the logical id.
//! - A **handle** is what `add` returns: `Copy`, typed, and all that references need.
//! - A **grant** and a **trigger** are values that a function is given: what it may do, what runs it.
//!
//! ```
//! use stackwright::prelude::*;
//!
//! fn declare(stack: &mut Scope<'_>) {
//!     let (notes, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::NewImage));
//!
//!     stack.add("WordCount", Function::new("notes-word-count")
//!         .env("TABLE_NAME", notes.name())
//!         .allow(notes.update())
//!         .on(changes.inserted_or_modified().batch(100).retry(3)));
//! }
//!
//! let synthesis = Stack::new("Notes", declare).synthesise();
//! assert!(synthesis.problems.is_empty(), "{:?}", synthesis.problems);
//! println!("{}", synthesis.template.to_yaml().unwrap());
//! ```

pub mod constructs;
mod grant;
mod program;
mod source_file;
mod synthesis;
mod tags;
mod trigger;

pub use grant::{Grant, RequestCondition, Statement, assumed_by, document, policy};
pub use program::check_together;
pub use source_file::SourceFile;
pub use stackwright_cfn as cfn;
pub use stackwright_core::{
    Architecture, Arn, Asset, Condition, ConditionHandle, Conditional, Construct, Declarations, Declared,
    DeletionPolicy, Export, Expr, Folder, Json, LogicalId, Map, Mapping, Origin, Output, Parameter, Problem,
    RawResource, Resource, Scope, Template, Value, Waiting, account, conditions, declare, join, partition,
    region, stack_name, url_suffix,
};
pub use stackwright_template::Resource as ResourceEntry;
pub use synthesis::{Stack, Synthesis};
pub use trigger::{Trigger, Wiring};

/// What a file of declarations usually needs.
pub mod prelude {
    pub use crate::constructs::*;
    pub use crate::{
        Architecture, Arn, Condition, Construct, Export, Grant, Mapping, Output, Parameter, RawResource,
        Resource, Scope, SourceFile, Stack, Value, cfn, conditions, join, source_file,
    };
}
