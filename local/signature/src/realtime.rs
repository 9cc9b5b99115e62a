//! The requests whose headers AppSync's realtime clients sign, though they never make them.
//! Opens no connection and reads no frame.

use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde_json::{Map, Value};

/// The request that was signed: `POST` to this path, with these headers. Its body is `{}` for the connection itself
/// (path `/graphql/connect`), and the text in `payload.data` for a subscription (path `/graphql`).
///
/// `headers` is the object in the parameter `header` of the connection, or in `payload.extensions.authorization` of a
/// subscription. What cannot be a header is left out, and so is not signed by anybody; `None` if the path is no path.
///
/// Source: [building a real-time client](https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html).
#[must_use]
pub fn realtime_request(path: &str, headers: &Map<String, Value>) -> Option<Parts> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::POST;
    parts.uri = path.parse::<Uri>().ok()?;
    parts.headers = headers
        .iter()
        .filter_map(|(name, value)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value.as_str()?).ok()?))
        })
        .collect();
    Some(parts)
}
