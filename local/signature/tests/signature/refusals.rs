//! Claims that are none, and what AWS says of them.

use stackwright_signature::{Claim, Payload, Protocol, SignatureError};

use crate::request;

const SCOPE: &str = "AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request";

fn in_header(authorization: &str) -> Result<Option<Claim>, SignatureError> {
    let date = "x-amz-date: 20150830T123600Z";
    Claim::of(&request(&format!("POST /\nhost: localhost\n{date}\nauthorization: {authorization}")))
}

fn in_query(query: &str) -> Result<Option<Claim>, SignatureError> {
    Claim::of(&request(&format!("GET /?{query}")))
}

#[track_caller]
fn check(answer: Result<Option<Claim>, SignatureError>, code: &str, message: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.code(Protocol::Json), code);
    assert_eq!(error.to_string(), message);
}

#[test]
fn nothing_signed() {
    for token in ["Bearer x", "Basic dTpw", "allow", "", "AWS4"] {
        assert_eq!(in_header(token), Ok(None), "{token}");
    }
    assert_eq!(in_query("X-Amz-Signature=00"), Ok(None));
    assert_eq!(in_query("x=1"), Ok(None));
}

#[test]
fn missing_parts() {
    check(
        in_header("AWS4-HMAC-SHA256 Signature=00"),
        "IncompleteSignatureException",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'SignedHeaders' parameter.",
    );
    check(
        Claim::of(&request("GET /\nauthorization: AWS4-HMAC-SHA256")),
        "IncompleteSignatureException",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a \
         'X-Amz-Date' or a 'Date' header.",
    );
    check(
        in_query("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&X-Amz-Date=20150830T123600Z"),
        "IncompleteSignatureException",
        "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include \
         'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
    );
}

#[test]
fn other_ways_of_signing() {
    let words = "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). ";
    check(in_header("AWS4-ECDSA-P256-SHA256 Credential=x"), "IncompleteSignatureException", words);
    check(in_query("X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"), "IncompleteSignatureException", words);
    let version_2 = [
        in_header("AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg="),
        in_query(
            "AWSAccessKeyId=AKIDEXAMPLE&Signature=frJIUN8DYpKDtOLCwo%2F%2FyllqDzg%3D&Expires=1795298919",
        ),
    ];
    for error in version_2.map(Result::unwrap_err) {
        assert_eq!((error.code(Protocol::S3), error.status(Protocol::S3).as_u16()), ("InvalidRequest", 400));
    }
}

#[track_caller]
fn check_credential(credential: &str, code: &str, message: &str) {
    let header = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=00");
    check(in_header(&header), code, message);
}

#[test]
fn credentials_of_another_shape() {
    check_credential(
        "AKIDEXAMPLE/20150830/us-east-1/sqs",
        "IncompleteSignatureException",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
         'AKIDEXAMPLE/20150830/us-east-1/sqs'",
    );
    check_credential(
        "AKIDEXAMPLE/20150830/us-east-1/sqs/aws3_request",
        "InvalidSignatureException",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3_request'.",
    );
    check_credential(
        "AKIDEXAMPLE/20150831/us-east-1/sqs/aws4_request",
        "InvalidSignatureException",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20150831' != '20150830', from '20150830T123600Z'.",
    );
}

#[test]
fn another_region_or_service_if_asked() {
    let header = format!("AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=00");
    let claim = in_header(&header).unwrap().unwrap();
    assert_eq!(claim.scoped_to("us-east-1", "sqs"), Ok(()));
    assert_eq!(
        claim.scoped_to("eu-west-1", "sts").unwrap_err().to_string(),
        "Credential should be scoped to a valid region, not 'us-east-1'. \
         Credential should be scoped to correct service: 'sts'."
    );
}

#[test]
fn a_signature_in_both_places() {
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SCOPE}&X-Amz-Signature=00&X-Amz-SignedHeaders=host&\
         X-Amz-Date=20150830T123600Z"
    );
    let header = format!("AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=00");
    let both = format!("GET /?{query}\nx-amz-date: 20150830T123600Z\nauthorization: {header}");
    assert_eq!(Claim::of(&request(&both)), Err(SignatureError::Ambiguous));
    let longer = in_query(&format!("{query}&X-Amz-Expires=604801")).unwrap_err();
    assert_eq!(longer.code(Protocol::S3), "AuthorizationQueryParametersError");
    assert_eq!(longer.to_string(), "X-Amz-Expires must be less than a week (in seconds) that is 604800");
}

#[test]
fn what_has_to_be_signed() {
    let header = format!("AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=x-amz-date, Signature=00");
    let request = request(&format!("POST /\nx-amz-date: 20150830T123600Z\nauthorization: {header}"));
    let claim = Claim::of(&request).unwrap().unwrap();
    assert_eq!(claim.verify("", &request, Payload::Bytes(b"")), Err(SignatureError::HostNotSigned));
}

#[test]
fn another_body_than_declared() {
    let header = format!("AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=00");
    let request = request(&format!(
        "PUT /\nx-amz-date: 20150830T123600Z\nx-amz-content-sha256: 00\nauthorization: {header}"
    ));
    let claim = Claim::of(&request).unwrap().unwrap();
    let error = claim.verify("", &request, Payload::Bytes(b"body")).unwrap_err();
    assert_eq!(error.code(Protocol::S3), "XAmzContentSHA256Mismatch");
    assert_eq!(error.status(Protocol::S3), 400);
    assert!(matches!(claim.verify("", &request, Payload::Unread), Err(SignatureError::Mismatch(_))));
}

#[test]
fn a_mismatch_shows_what_should_have_been_signed() {
    let header = format!("AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=zz");
    let request = request(&format!(
        "POST /a%20b?b=2&a=1\nhost: localhost\nx-amz-date: 20150830T123600Z\nauthorization: {header}"
    ));
    let claim = Claim::of(&request).unwrap().unwrap();
    let error = claim.verify("secret", &request, Payload::Bytes(b"")).unwrap_err();
    let message = error.message(Protocol::Query);
    assert!(
        message.contains("been\n'POST\n/a%2520b\na=1&b=2\nhost:localhost\n\nhost\ne3b0c442"),
        "{message}"
    );
    assert!(
        message.contains("been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/sqs/aws4_request\n")
    );
    assert_eq!(error.code(Protocol::Query), "SignatureDoesNotMatch");
    assert_eq!(error.code(Protocol::RestJson), "InvalidSignatureException");
    assert_eq!(error.status(Protocol::Json), 400);
    assert_eq!(error.status(Protocol::RestJson), 403);
}

#[test]
fn keys_and_tokens_in_each_protocol() {
    let codes = |error: SignatureError| {
        [Protocol::Json, Protocol::Query, Protocol::S3].map(|protocol| error.code(protocol))
    };
    assert_eq!(
        codes(SignatureError::Missing),
        ["MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDenied"]
    );
    assert_eq!(
        codes(SignatureError::UnknownKey),
        ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"]
    );
    assert_eq!(
        codes(SignatureError::ExpiredToken),
        ["ExpiredTokenException", "ExpiredToken", "ExpiredToken"]
    );
    assert_eq!(SignatureError::Missing.message(Protocol::RestJson), "Missing Authentication Token");
    assert_eq!(SignatureError::Missing.message(Protocol::Json), "Request is missing Authentication Token");
}
