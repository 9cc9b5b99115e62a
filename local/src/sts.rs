//! STS: who a caller is.
//! Gives no credentials out.

use axum::response::Response;

use crate::cloud::Cloud;
use crate::exchange::Exchange;
use crate::xml;

/// Answers a request in the query protocol.
pub(crate) fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let account = &cloud.settings.account;
    let arn = xml::escaped(&exchange.caller.principal.to_string());
    xml::answer(
        200,
        format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><UserId>{account}</UserId><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}
