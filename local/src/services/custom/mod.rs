//! Custom resources: a function of the template's owner makes them.
//! What they are is that function's business.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use stackwright_plan::{Created, Resource};
use tokio::runtime::Handle;

use crate::cloud::Cloud;
use crate::exchange::json_response;
use crate::stack::Stack;

/// Whether a function makes resources of that type.
pub(crate) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

pub(crate) fn create(
    _: &Arc<Cloud>,
    _: &Handle,
    stack: &Stack,
    resource: &Resource,
) -> Result<Created, String> {
    Ok(Created::named(stack.place.name(resource.id.as_str(), &resource.kind)))
}

pub(crate) async fn respond(_: &Arc<Cloud>, _: Request) -> Response {
    json_response(404, &serde_json::Value::Null)
}
