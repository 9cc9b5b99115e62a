//! [`Entrance`]: a request at an API, a function's URL or a distribution, noted as a call when it is answered.
//! Lets nobody in: what is asked for decides that.

use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use stackwright_rest::OfFunction;
use stackwright_signature::Claim;

use crate::arrows::OUTSIDE;
use crate::cloud::Cloud;
use crate::identity;

/// The name of the distribution that passes a request on to its origin.
#[derive(Clone, Debug)]
pub(crate) struct Via(pub(crate) String);

/// Where a request came in, and from where.
#[derive(Debug)]
pub(crate) struct Entrance {
    from: String,
    to: String,
    action: String,
    /// Whether it turns senders away itself. What a distribution answers is its origin's.
    is_guarded: bool,
}

impl Entrance {
    /// The entrance that a path below `/_aws/` leads to, if there is one.
    pub(crate) fn of(cloud: &Cloud, parts: &Parts) -> Option<Entrance> {
        let (service, id) = path(parts.uri.path())?;
        // Browsers ask whether they may, nobody else.
        if parts.method == Method::OPTIONS {
            return None;
        }
        let action = match service {
            "appsync" => "appsync:GraphQL",
            "execute-api" => "execute-api:Invoke",
            "lambda-url" => "lambda:InvokeFunctionUrl",
            _ => parts.method.as_str(),
        };
        let to = cloud.nodes().entered(id)?.name.clone();
        let is_guarded = service != "cloudfront";
        Some(Entrance { from: sender(cloud, parts), to, action: action.to_owned(), is_guarded })
    }

    /// Notes it, unless the sender was turned away. A function that says no was called.
    pub(crate) fn passed(self, cloud: &Cloud, response: &Response) {
        let status = response.status();
        let says_no = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        if says_no && self.is_guarded && response.extensions().get::<OfFunction>().is_none() {
            return;
        }
        if status.is_server_error() {
            cloud.traffic.failed(&self.from, &self.to);
        }
        cloud.note_call((Some(self.from), Some(self.to)), &self.action);
    }
}

/// The service and the id that a path begins with. What is done to connections is a call of its own.
fn path(path: &str) -> Option<(&str, &str)> {
    let (service, rest) = path.strip_prefix("/_aws/")?.split_once('/')?;
    let id = rest.split('/').next()?;
    let is_entrance = matches!(service, "appsync" | "execute-api" | "lambda-url" | "cloudfront");
    (is_entrance && !rest.contains("/@connections/")).then_some((service, id))
}

/// The part that sent it, as it says itself: whether that is true is for others.
fn sender(cloud: &Cloud, parts: &Parts) -> String {
    if let Some(Via(distribution)) = parts.extensions.get() {
        return distribution.clone();
    }
    let claim = Claim::of(parts).ok().flatten();
    let function = claim.and_then(|claim| identity::function(cloud, &claim));
    function.map_or_else(|| OUTSIDE.to_owned(), |function| function.path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, expected: Option<(&str, &str)>) {
        assert_eq!(path(given), expected, "{given}");
    }

    #[test]
    fn apis_urls_and_distributions_are_entrances() {
        check("/_aws/execute-api/a1/prod/notes", Some(("execute-api", "a1")));
        check("/_aws/appsync/b1/graphql", Some(("appsync", "b1")));
        check("/_aws/lambda-url/c1/", Some(("lambda-url", "c1")));
        check("/_aws/cloudfront/d1/index.html", Some(("cloudfront", "d1")));
        check("/_aws/execute-api/a1/prod/@connections/L0SM9c=", None);
        check("/_aws/cloudformation/responses/1", None);
        check("/pages/index.html", None);
    }
}
