//! SQS's JSON protocol, and a word to those who speak the older one.
//! Changes no policies: they come from templates.

use axum::response::Response;
use serde_json::Value;

use crate::access::Wish;
use crate::cloud::Cloud;
use crate::exchange::{Exchange, set};
use crate::xml;

/// Answers a request in the JSON protocol.
pub(crate) async fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let Ok(request @ Value::Object(_)) = serde_json::from_slice::<Value>(&exchange.body) else {
        let kind = "com.amazon.coral.service#SerializationException";
        return refuse(exchange, 400, kind, "MalformedInput", "the body is no JSON object");
    };
    // Batches are granted as what they are batches of.
    let action = format!("sqs:{}", exchange.action().trim_end_matches("Batch"));
    let resource = cloud.queues.resource(&request);
    let wish = Wish { action: &action, resource: &resource, context: &[] };
    if let Err(denied) = cloud.authorise(&exchange.caller, wish) {
        let kind = "com.amazon.coral.service#AccessDeniedException";
        return refuse(exchange, 403, kind, "AccessDenied", &denied.to_string());
    }
    if request.pointer("/Attributes/Policy").is_some() {
        let kind = "com.amazonaws.sqs#UnsupportedOperation";
        let message = "policies of queues come from templates here, as `AWS::SQS::QueuePolicy`";
        return refuse(exchange, 400, kind, "AWS.SimpleQueueService.UnsupportedOperation", message);
    }
    let caller = exchange.caller.principal.to_string();
    match cloud.queues.execute(exchange.action(), request, &caller).await {
        Ok(answer) => exchange.json(200, &answer),
        Err(error) => {
            cloud.note_failure(&exchange.caller, wish);
            let mut response = exchange.json(error.status, &error.body);
            set(&mut response, "x-amzn-query-error", &error.query_error);
            response
        }
    }
}

/// An error under both of its names.
fn refuse(exchange: &Exchange, status: u16, kind: &str, code: &str, message: &str) -> Response {
    let mut response = exchange.error(status, kind, message);
    set(&mut response, "x-amzn-query-error", &format!("{code};Sender"));
    response
}

/// Whether a form, in a body or a URL, is a request to SQS as SDKs sent it until 2023.
pub(crate) fn is_form(form: &str) -> bool {
    form.split('&').any(|field| field == "Version=2012-11-05")
}

/// Says what to do about it.
pub(crate) fn refuse_form() -> Response {
    let message = "SQS speaks its JSON protocol here, as SDKs do since November 2023 (boto3 1.28.82, AWS CLI 1.29.82): \
                   this request is in the query protocol";
    xml::query_error(400, "UnsupportedProtocol", message)
}
