//! What a handshake tells of its client: headers, query and address.
//! Judges nothing of it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Query, Request};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, UPGRADE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

/// Names that HTTP/1.1 clients write with capitals, which are lost on the way to here.
const CAPITALISED: [&str; 15] = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Cookie",
    "Origin",
    "Pragma",
    "Referer",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "User-Agent",
    "X-Amzn-Trace-Id",
];

/// A client at its handshake.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    pub(crate) identity: Identity,
}

/// Who a connection belongs to, as far as API Gateway tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The address of the client.
    pub source_ip: IpAddr,
    /// Its `User-Agent`, if it sent one.
    pub user_agent: Option<String>,
    /// Who signed the handshake, on routes that need a signature.
    pub signer: Option<Signer>,
}

/// Who signed a handshake: an extension of its request, put there by whoever has checked the signature and that the
/// signer may do `execute-api:Invoke`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Such as `arn:aws:sts::000000000000:assumed-role/guests/CognitoIdentityCredentials`; `userArn` in events.
    pub arn: String,
    /// The signer's account; `accountId` in events.
    pub account: String,
}

impl Client {
    /// Reads a request. Its address is the extension `ConnectInfo<SocketAddr>`; this machine's without it.
    pub(crate) fn of(request: &Request, domain: &str, trace: String) -> Client {
        let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let source_ip = address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let user_agent = request.headers().get(USER_AGENT);
        let user_agent = user_agent.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let query = Query::try_from_uri(request.uri()).map_or_else(|_| Vec::new(), |Query(pairs)| pairs);
        let headers = headers(request.headers(), domain, trace, source_ip);
        let signer = request.extensions().get::<Signer>().cloned();
        Client { headers, query, identity: Identity { source_ip, user_agent, signer } }
    }

    /// The last value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let is_it = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers.iter().rev().find(is_it).map(|(_, value)| value.as_str())
    }

    /// The last value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Puts the fields of events that tell of the client: parameters only if there are any.
    pub(crate) fn describe(&self, event: &mut Map<String, Value>) {
        event.insert("headers".to_owned(), last(&self.headers));
        event.insert("multiValueHeaders".to_owned(), all(&self.headers));
        if !self.query.is_empty() {
            event.insert("queryStringParameters".to_owned(), last(&self.query));
            event.insert("multiValueQueryStringParameters".to_owned(), all(&self.query));
        }
    }
}

/// The client's headers as API Gateway hands them on: its own name as host, and what its front adds.
fn headers(sent: &HeaderMap, domain: &str, trace: String, source_ip: IpAddr) -> Vec<(String, String)> {
    let added = [
        ("Host", domain.to_owned()),
        ("X-Amzn-Trace-Id", sent_trace(sent).unwrap_or(trace)),
        ("X-Forwarded-For", source_ip.to_string()),
        ("X-Forwarded-Port", "443".to_owned()),
        ("X-Forwarded-Proto", "https".to_owned()),
    ];
    let own = sent.iter().filter(|(name, _)| is_handed_on(name));
    let own =
        own.map(|(name, value)| (capitalised(name), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    own.chain(added.map(|(name, value)| (name.to_owned(), value))).collect()
}

fn sent_trace(sent: &HeaderMap) -> Option<String> {
    sent.get("x-amzn-trace-id")?.to_str().ok().map(str::to_owned)
}

fn is_handed_on(name: &HeaderName) -> bool {
    let replaced = ["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"];
    ![CONNECTION, CONTENT_LENGTH, HOST, UPGRADE].contains(name) && !replaced.contains(&name.as_str())
}

fn capitalised(name: &HeaderName) -> String {
    let known = CAPITALISED.iter().find(|known| known.eq_ignore_ascii_case(name.as_str()));
    known.map_or_else(|| name.to_string(), |known| (*known).to_owned())
}

fn last(pairs: &[(String, String)]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect::<Map<_, _>>()
        .into()
}

fn all(pairs: &[(String, String)]) -> Value {
    let mut lists = Map::new();
    for (name, value) in pairs {
        let list = lists.entry(name.as_str()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(value.as_str().into());
        }
    }
    lists.into()
}
