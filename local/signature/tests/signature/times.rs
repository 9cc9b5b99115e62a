//! When a signature is good.

use std::time::{Duration, SystemTime};

use stackwright_signature::{Claim, Protocol, SignatureError};

use crate::request;

/// 2015-08-30, 12:36.
const SIGNED: Duration = Duration::from_secs(1_440_938_160);

#[track_caller]
fn claim(service: &str, query: Option<u64>) -> Claim {
    let scope = format!("AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request");
    let text = match query {
        None => format!(
            "GET /\nx-amz-date: 20150830T123600Z\nauthorization: AWS4-HMAC-SHA256 Credential={scope}, \
             SignedHeaders=host, Signature=00"
        ),
        Some(seconds) => format!(
            "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date=20150830T123600Z&\
             X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
        ),
    };
    Claim::of(&request(&text)).unwrap().unwrap()
}

fn after(claim: &Claim, seconds: i64) -> Result<(), SignatureError> {
    let signed = SystemTime::UNIX_EPOCH + SIGNED;
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let now = if seconds < 0 { signed - distance } else { signed + distance };
    claim.in_time(now, claim.usual_tolerance())
}

#[test]
fn clocks_may_differ_by_minutes() {
    let claim = claim("dynamodb", None);
    assert_eq!(claim.signed_at, SystemTime::UNIX_EPOCH + SIGNED);
    assert_eq!(after(&claim, 300), Ok(()));
    assert_eq!(after(&claim, -300), Ok(()));
    let late = after(&claim, 301).unwrap_err();
    let words = "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)";
    assert_eq!(late.to_string(), words);
    assert_eq!(late.code(Protocol::Json), "InvalidSignatureException");
    let early = after(&claim, -301).unwrap_err();
    let words = "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \
                 (20150830T123059Z + 5 min.)";
    assert_eq!(early.to_string(), words);
}

#[test]
fn s3_is_more_patient() {
    let claim = claim("s3", None);
    assert_eq!(after(&claim, 900), Ok(()));
    let late = after(&claim, 901).unwrap_err();
    assert_eq!(late.code(Protocol::S3), "RequestTimeTooSkewed");
    assert_eq!(late.status(Protocol::S3), 403);
}

#[test]
fn presigned_urls_have_a_life_of_their_own() {
    let claim = claim("s3", Some(3600));
    assert_eq!(after(&claim, 3600), Ok(()));
    let late = after(&claim, 3601).unwrap_err();
    assert_eq!(late.code(Protocol::S3), "AccessDenied");
    assert_eq!(late.message(Protocol::S3), "Request has expired");
    assert!(matches!(after(&claim, -901), Err(SignatureError::Skewed(_))));
}

#[test]
fn dates_of_http() {
    let claim = |date: &str| {
        Claim::of(&request(&format!(
            "GET /\ndate: {date}\nauthorization: AWS4-HMAC-SHA256 \
             Credential=A/20150830/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00"
        )))
    };
    for date in ["Sun, 30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 2015 14:36:00 +0200", "20150830T123600Z"] {
        assert_eq!(claim(date).unwrap().unwrap().signed_at, SystemTime::UNIX_EPOCH + SIGNED, "{date}");
    }
    for date in [
        "20150830T1236Z",
        "2015-08-30T12:36:00Z",
        "20150230T123600Z",
        "20150830T243600Z",
        "soon",
        "+0150830T123600Z",
    ] {
        let words = format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        );
        assert_eq!(claim(date).unwrap_err().to_string(), words);
    }
}
