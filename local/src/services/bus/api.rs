//! EventBridge's JSON protocol: events put, buses and rules looked at.
//! Changes nothing: rules come from templates.

use axum::response::Response;
use serde_json::Value;

use crate::access::Wish;
use crate::cloud::Cloud;
use crate::exchange::Exchange;

/// Answers a request.
pub(crate) async fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let request = match serde_json::from_slice::<Value>(&exchange.body) {
        Ok(request @ Value::Object(_)) => request,
        _ => return exchange.error(400, "SerializationException", "the body is no JSON object"),
    };
    let action = format!("events:{}", exchange.action());
    for resource in cloud.buses.resources(&request) {
        let wish = Wish { action: &action, resource: &resource, context: &[] };
        if let Err(denied) = cloud.authorise(&exchange.caller, wish) {
            return exchange.error(400, "AccessDeniedException", &denied.to_string());
        }
    }
    match cloud.buses.execute(exchange.action(), request) {
        Ok(answer) => exchange.json(200, &answer),
        Err(error) => exchange.error(error.status, &error.kind, &error.message),
    }
}
