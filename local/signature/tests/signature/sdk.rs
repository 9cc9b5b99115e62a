//! What the SDK's signer signs is accepted, and nothing else.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http::Request;
use http::request::Parts;
use stackwright_signature::{Claim, Payload, SignatureError};

const SECRET: &str = "secret/of the+key";

/// How a service has its requests signed.
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

fn signed(settings: SigningSettings, service: &str, mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    let is_url = matches!(settings.signature_location, SignatureLocation::QueryParams);
    let identity = Credentials::new("ASIAEXAMPLE", SECRET, Some("token=/+".into()), None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name(service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160))
        .settings(settings)
        .build()
        .unwrap();
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = match service {
        "s3" if is_url => SignableBody::UnsignedPayload,
        _ => SignableBody::Bytes(request.body()),
    };
    let signable =
        SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers, body).unwrap();
    let (instructions, _) = sign(signable, &SigningParams::V4(params)).unwrap().into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request
}

fn built(method: &str, path: &str, body: &str) -> Request<Vec<u8>> {
    Request::builder()
        .method(method)
        .uri(format!("http://127.0.0.1:4000{path}"))
        .header("host", "127.0.0.1:4000")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-meta-note", "  two   words ")
        .body(body.as_bytes().to_vec())
        .unwrap()
}

/// The request as a server has it: without the address.
fn received(request: Request<Vec<u8>>) -> (Parts, Vec<u8>) {
    let (mut parts, body) = request.into_parts();
    parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
    (parts, body)
}

#[track_caller]
fn check(service: &str, method: &str, path: &str, body: &str) {
    let (parts, body) = received(signed(settings(service), service, built(method, path, body)));
    let claim = Claim::of(&parts).unwrap().unwrap();
    assert_eq!(claim.access_key_id, "ASIAEXAMPLE");
    assert_eq!(claim.session_token.as_deref(), Some("token=/+"));
    assert_eq!((claim.scope.region.as_str(), claim.scope.service.as_str()), ("eu-west-1", service));
    assert_eq!(claim.verify(SECRET, &parts, Payload::Bytes(&body)), Ok(()));
    check_changed(&claim, parts, &body);
}

/// Whatever is changed on its way, it is noticed.
#[track_caller]
fn check_changed(claim: &Claim, parts: Parts, body: &[u8]) {
    let is_refused = |parts: &Parts, body: &[u8]| {
        let answer = claim.verify(SECRET, parts, Payload::Bytes(body));
        assert!(matches!(answer, Err(SignatureError::Mismatch(_) | SignatureError::Content { .. })));
    };
    is_refused(&parts, &[body, b"!"].concat());
    let mut changed = parts.clone();
    changed.headers.insert("x-amz-meta-note", "two word".parse().unwrap());
    is_refused(&changed, body);
    let mut changed = parts.clone();
    changed.method = "DELETE".parse().unwrap();
    is_refused(&changed, body);
    let mut changed = parts;
    changed.uri = format!("{}x", changed.uri).parse().unwrap();
    is_refused(&changed, body);
}

#[test]
fn calls_of_services() {
    check("dynamodb", "POST", "/", r#"{"TableName":"notes"}"#);
    check("sqs", "POST", "/000000000000/dead", "Action=SendMessage&MessageBody=a+b");
    check("lambda", "POST", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1/invocations", "{}");
    check("lambda", "GET", "/2015-03-31/functions/?MaxItems=5&Marker=a%2Fb%3D", "");
    check("execute-api", "POST", "/_aws/execute-api/abc/prod/@connections/L0SM9cOFvHcCIhw%3D", "hello");
    check("execute-api", "GET", "/prod/notes?b=2&a=%20x&a=1&empty&A=1&%C3%A9=%7E", "");
    check("appsync", "POST", "/graphql", r#"{"query":"{ a }"}"#);
}

#[test]
fn objects() {
    check("s3", "PUT", "/bucket/folder/a%20b%2Bc%C3%A9.txt", "content");
    check("s3", "GET", "/bucket//twice//./x", "");
    check("s3", "GET", "/bucket?list-type=2&prefix=a%2Fb&continuation-token=x%3D%3D", "");
    check("s3", "PUT", "/bucket/~tilde%281%29%27%21%2A", "");
}

#[track_caller]
fn check_presigned(service: &str, path: &str) {
    let mut settings = settings(service);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    let request = Request::get(format!("http://127.0.0.1:4000{path}")).header("host", "127.0.0.1:4000");
    let (parts, _) = received(signed(settings, service, request.body(Vec::new()).unwrap()));
    let claim = Claim::of(&parts).unwrap().unwrap();
    assert_eq!(claim.verify(SECRET, &parts, Payload::Unread), Ok(()));
    let mut changed = parts;
    changed.uri = format!("{}&x=1", changed.uri).parse().unwrap();
    let answer = claim.verify(SECRET, &changed, Payload::Unread);
    assert!(matches!(answer, Err(SignatureError::Mismatch(_))));
}

#[test]
fn presigned_urls() {
    check_presigned("execute-api", "/prod");
    check_presigned("execute-api", "/prod?user=a%20b&room=%C3%A9");
    check_presigned("s3", "/bucket/a%20b.txt?response-content-type=text%2Fplain");
}
