//! Which pages may read what function URLs and HTTP APIs answer: origins as browsers write them.
//!
//! Source: [function URLs](https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html), [HTTP
//! APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html). REST APIs have CORS in their
//! methods, and it is not looked at.

use stackwright_template::{Expr, LogicalId};

use super::{given, is_true};
use crate::finding::Finding;
use crate::index::Index;

/// Types that answer pages, and the property that says which.
const ANSWERING: [(&str, &str); 2] =
    [("AWS::Lambda::Url", "Cors"), ("AWS::ApiGatewayV2::Api", "CorsConfiguration")];

/// Every function URL and HTTP API.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (kind, property) in ANSWERING {
        for (id, resource) in index.of_type(kind) {
            let Some(cors) = given(resource, property) else { continue };
            let place = format!("Properties.{property}.AllowOrigins");
            origins(id, cors, &place, findings);
        }
    }
}

fn origins(id: LogicalId, cors: &Expr, place: &str, findings: &mut Vec<Finding>) {
    let origins = cors.field("AllowOrigins").and_then(Expr::as_list).unwrap_or_default();
    // With credentials a browser wants to see its page's origin named.
    if is_true(cors.field("AllowCredentials")) && origins.iter().any(|origin| origin.as_text() == Some("*")) {
        let message = format!("`{id}` takes credentials from every origin; no browser sends them to `*`");
        let hint = "name the origins of the pages, or leave AllowCredentials out";
        findings.push(Finding::of_resource(id, place, message).hint(hint));
    }
    for (at, origin) in origins.iter().enumerate() {
        if let Some((message, hint)) = origin.as_text().and_then(malformed) {
            findings.push(Finding::of_resource(id, format!("{place}[{at}]"), message).hint(hint));
        }
    }
}

/// What is wrong with an origin, and how to mend it.
fn malformed(origin: &str) -> Option<(String, String)> {
    if matches!(origin, "*" | "null") || origin.contains("{{resolve:") {
        return None;
    }
    let Some((scheme, host)) = origin.split_once("://") else {
        let message = format!("{origin:?} is no origin: it has no scheme");
        return Some((message, format!("write `https://{}`", origin.trim_end_matches('/'))));
    };
    let (host, _) = host.split_once(['/', '?', '#'])?;
    let message =
        format!("{origin:?} is no origin: a browser sends scheme, host and port, and nothing after");
    Some((message, format!("write `{scheme}://{host}`")))
}
