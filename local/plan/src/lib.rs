//! A template evaluated: what is to be there, with every reference answered.
//! Creates nothing and asks nobody: no IO, no clock. What a resource is called and has is for its creator to say.
//!
//! It happens in two steps. [`Outline::of`] takes the template, the parameters' values and the [`Surroundings`]; it
//! finds what is wrong before anything is there, decides the conditions, and puts the resources in an order in which
//! each comes after what it needs. [`Outline::create`] then goes through them: each is handed over with its
//! properties answered, and the creator's [`Created`] answers the references of those that come after. The result
//! is a [`Plan`].
//!
//! ```
//! use serde_json::json;
//! use stackwright_plan::{Created, Outline, Surroundings, physical_name};
//! use stackwright_template::{Expr, LogicalId, Resource, Template};
//!
//! let mut queue = Resource { kind: "AWS::SQS::Queue".into(), ..Resource::default() };
//! queue.set_property("KmsMasterKeyId", Expr::reference("Key"));
//! let key = Resource { kind: "AWS::KMS::Key".into(), ..Resource::default() };
//! let mut template = Template::default();
//! template.resources.push(LogicalId::new("Jobs"), queue);
//! template.resources.push(LogicalId::new("Key"), key);
//!
//! let surroundings = Surroundings::of_stack("Office");
//! let outline = Outline::of(&template, &[].into(), &surroundings).unwrap();
//! let plan = outline.create(|resource| {
//!     Ok::<_, String>(Created::named(physical_name("Office", resource.id.as_str(), &resource.kind)))
//! });
//! let resources = plan.unwrap().resources;
//! assert_eq!(resources[1].resource.id.as_str(), "Jobs");
//! assert_eq!(resources[1].resource.properties["KmsMasterKeyId"], json!(resources[0].created.reference));
//! ```
//!
//! Not there, and said so with the place: transforms other than `AWS::LanguageExtensions`, and of that `Fn::ForEach`;
//! `Fn::Cidr`, `Fn::Transform`; dynamic references (`{{resolve:…}}`). Not looked at: `Rules`, `Metadata`, creation and
//! update policies, and the branch of a `Fn::If` that is not taken. Values are as the template has them: a creator
//! must take `"30"` where a number is wanted, as CloudFormation does, since a parameter's value is always a text.
//!
//! Source: [intrinsic function reference](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).

mod conditions;
mod evaluation;
mod facts;
mod functions;
mod nearest;
mod order;
mod outline;
mod parameters;
mod physical_name;
mod plan;
mod problem;
mod surroundings;

pub use outline::Outline;
pub use physical_name::physical_name;
pub use plan::{Created, Output, Plan, Planned, Resource};
pub use problem::{Cause, Place, Problem};
pub use surroundings::Surroundings;
