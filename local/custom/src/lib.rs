//! CloudFormation's custom resources: a request to a function, and the answer that it puts to a URL.
//! Knows no template and invokes nothing: it makes the event, waits for the answer and reads it.
//!
//! ```
//! use serde_json::json;
//! use stackwright_custom::{CustomResources, Demand, Order};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let resources = CustomResources::at("http://127.0.0.1:4566/_aws/cloudformation/responses/");
//! let waiting = resources.order(Order {
//!     demand: Demand::Create,
//!     stack_id: "arn:aws:cloudformation:us-east-1:000000000000:stack/Notes/1".into(),
//!     logical_id: "SiteFiles".into(),
//!     kind: "Custom::SiteFiles".into(),
//!     properties: json!({ "ServiceToken": "arn:aws:lambda:…", "ServiceTimeout": 300, "Count": 3 }),
//! })?;
//! assert_eq!(waiting.event()["ResourceProperties"]["Count"], "3");
//! // Invoke the function with the event, and wait for what it answers.
//! # let url = waiting.event()["ResponseURL"].as_str().unwrap_or_default().to_owned();
//! # let token = url.rsplit('/').next().unwrap_or_default();
//! # let answer = json!({"Status": "SUCCESS", "PhysicalResourceId": "site", "StackId": waiting.event()["StackId"],
//! #     "RequestId": waiting.event()["RequestId"], "LogicalResourceId": "SiteFiles", "Data": {"Files": 2}});
//! # let request = axum::extract::Request::put(&url).body(answer.to_string().into())?;
//! # assert_eq!(resources.respond(token, request).await.status(), 200);
//! let made = waiting.outcome().await?;
//! assert_eq!((made.physical_id.as_str(), &made.attributes["Files"]), ("site", &json!(2)));
//! # Ok(())
//! # }
//! ```
//!
//! Not there: functions behind an SNS topic. The URL is not presigned by S3: its last part is a secret of one request
//! instead, and any content type may be put.
//!
//! Source: [custom resources](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html).

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answer;
mod error;
mod order;
mod resources;

pub use answer::Made;
pub use error::CustomError;
pub use order::{Demand, Order};
pub use resources::{CustomResources, Waiting};
