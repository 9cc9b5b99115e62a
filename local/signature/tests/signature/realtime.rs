//! The signed headers of requests that nobody made.

use serde_json::{Map, Value, json};
use stackwright_signature::{Claim, Payload, SignatureError, realtime_request};

fn headers(signature: &str) -> Map<String, Value> {
    let headers = json!({
        "accept": "application/json, text/javascript",
        "content-encoding": "amz-1.0",
        "content-type": "application/json; charset=UTF-8",
        "host": "abc.appsync-api.us-east-1.amazonaws.com",
        "x-amz-date": "20150830T123600Z",
        "Authorization": format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/appsync/aws4_request, \
             SignedHeaders=accept;content-encoding;content-type;host;x-amz-date, Signature={signature}"
        ),
    });
    headers.as_object().unwrap().clone()
}

#[test]
fn a_connection() {
    // Signed by botocore's SigV4Auth for POST /graphql/connect with the body `{}` and the secret `secret`.
    let headers = headers("c840b6df7905308552d8a1050b33e87a98a6d90eee925f309e4019d7b1a0587c");
    let request = realtime_request("/graphql/connect", &headers).unwrap();
    let claim = Claim::of(&request).unwrap().unwrap();
    assert_eq!(claim.verify("secret", &request, Payload::Bytes(b"{}")), Ok(()));
    let elsewhere = realtime_request("/graphql", &headers).unwrap();
    for (request, body) in [(&request, "{ }"), (&elsewhere, "{}")] {
        let answer = claim.verify("secret", request, Payload::Bytes(body.as_bytes()));
        assert!(matches!(answer, Err(SignatureError::Mismatch(_))));
    }
}

#[test]
fn headers_that_are_none() {
    let headers =
        json!({ "x-api-key": "da2-x", "two words": "x", "host": 5, "a": "b\nc", "Authorization": null });
    let request = realtime_request("/graphql/connect", headers.as_object().unwrap()).unwrap();
    assert_eq!(request.headers.len(), 1);
    assert_eq!(Claim::of(&request), Ok(None));
    assert!(realtime_request("no path", &Map::new()).is_none());
}
