//! IAM policies: whether a principal may do an action to a resource, in one account, and by which statement.
//! Knows no service: which action, resource and context keys a call has is for the caller to say.
//!
//! ```
//! use serde_json::json;
//! use stackwright_policy::{Policy, Principal, Request};
//!
//! let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes";
//! let policy = Policy::of_identity(&json!({
//!     "Version": "2012-10-17",
//!     "Statement": [{ "Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": table }]
//! }))?;
//! let writer = Principal::session("arn:aws:iam::111122223333:role/Writer", "word-count");
//!
//! let put = Request::new(writer.clone(), "dynamodb:PutItem", table);
//! assert!(put.decide(std::slice::from_ref(&policy), &[]).is_allowed());
//!
//! let scan = Request::new(writer, "dynamodb:Scan", table);
//! assert_eq!(
//!     scan.decide(&[policy], &[]).to_string(),
//!     "User: arn:aws:sts::111122223333:assumed-role/Writer/word-count is not authorized to perform: dynamodb:Scan \
//!      on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/Notes \
//!      because no identity-based policy allows the dynamodb:Scan action"
//! );
//! # Ok::<(), stackwright_policy::PolicyError>(())
//! ```
//!
//! Policies are JSON with plain strings: references are resolved before. An explicit deny anywhere decides; otherwise
//! one statement that allows is enough, be it of an identity or of the resource. A service has no identity policies, so
//! the resource must allow it. A resource policy that names an account leaves it to the account's identity policies,
//! as on AWS, and allows nobody by itself.
//!
//! Values of policy variables are compared literally, `*` and `?` in them included, and a value with a variable that the
//! request lacks matches nothing. `NotPrincipal` spares a principal that it names by any of its ARNs or its account.
//!
//! Not there: other accounts, permissions boundaries, session and service control policies, `BinaryEquals`, and any
//! context key that the caller does not give. That `sts:AssumeRole` asks both sides is for the caller: the trust policy
//! is read as the resource's.
//!
//! Sources: [policy elements](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html),
//! [evaluation logic](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html),
//! [messages](https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).

mod comparison;
mod condition;
mod decision;
mod error;
mod grant;
mod operator;
mod parse;
mod policy;
mod principal;
mod request;
mod text;

pub use decision::{Decision, StatementPlace, Verdict};
pub use error::{Fault, PolicyError};
pub use grant::Grant;
pub use policy::{Kind, Policy};
pub use principal::Principal;
pub use request::Request;
