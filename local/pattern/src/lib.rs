//! Event patterns: which events a rule of EventBridge, or a filter of a Lambda event source, lets through.
//! Knows no bus and no queue: it compares one JSON value with one pattern.
//!
//! ```
//! use serde_json::json;
//! use stackwright_pattern::Pattern;
//!
//! let pattern = Pattern::parse(r#"{ "source": ["shop"], "detail": { "total": [{ "numeric": [">", 100] }] } }"#)?;
//! assert!(pattern.matches(&json!({ "source": "shop", "detail": { "total": 120, "currency": "EUR" } })));
//! assert!(!pattern.matches(&json!({ "source": "shop", "detail": { "total": 99 } })));
//!
//! let error = Pattern::parse(r#"{ "detail": { "total": [{ "above": 100 }] } }"#).unwrap_err();
//! assert!(error.to_string().starts_with("detail.total[0]: no matcher is called `above`"));
//! # Ok::<(), stackwright_pattern::PatternError>(())
//! ```
//!
//! All fields of a pattern must hold, and for each field one of its values. A field of the event that is an array holds
//! if one of its elements does; two fields below one array must hold in the same element. The one exception is
//! `exists: false`, which asks that no element anywhere has the field.
//!
//! DynamoDB's records need nothing of their own: `{"N": "5"}` is a string to a filter, as on AWS, so `numeric` never
//! holds there.
//!
//! Not there: field names with dots as short for nested fields; addresses in other notations as equal strings; one
//! element of an array for fields both beside and inside a `$or`. A queue's message body, a string, is for the caller
//! to parse if the filter looks into it.
//!
//! Sources: [event patterns](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html),
//! [their operators](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html),
//! [filters of event sources](https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html).

mod error;
mod matcher;
mod parse;
mod pattern;
mod wildcard;

pub use error::{Fault, PatternError};
pub use pattern::Pattern;
