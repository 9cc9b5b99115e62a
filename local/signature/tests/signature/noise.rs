//! Whatever stands in a request, it is answered.

use std::time::{Duration, SystemTime};

use http::{HeaderValue, Request};
use stackwright_signature::{Claim, Payload, Protocol};

const PIECES: [&str; 24] = [
    "AWS4-HMAC-SHA256 ",
    "AWS4-ECDSA-P256-SHA256 ",
    "AWS ",
    "Credential=",
    "SignedHeaders=",
    "Signature=",
    ",",
    ", ",
    "=",
    "/",
    "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request",
    "host;x-amz-date",
    ";;",
    "20150830T123600Z",
    "99991231T235959Z",
    "00000101T000000Z",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&",
    "X-Amz-Credential=A%2F20150830%2Fr%2Fs3%2Faws4_request&",
    "X-Amz-Date=20150830T123600Z&",
    "X-Amz-Signature=ab&X-Amz-SignedHeaders=host&",
    "X-Amz-Expires=604800&",
    "%",
    "%zz",
    "+",
];

/// A few pieces that mean something, and a byte here and there that does not.
fn noise(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.usize(0..9) {
        bytes.extend_from_slice(PIECES[random.usize(..PIECES.len())].as_bytes());
        if random.u8(..) < 16 {
            bytes.push(random.u8(..));
        }
    }
    bytes
}

/// Everything that can be asked of a request.
fn ask(request: &http::request::Parts) -> bool {
    let claim = match Claim::of(request) {
        Ok(Some(claim)) => claim,
        Ok(None) => return false,
        Err(error) => {
            for protocol in [Protocol::Json, Protocol::RestJson, Protocol::Query, Protocol::S3] {
                assert!(!error.code(protocol).is_empty() && !error.message(protocol).is_empty());
            }
            return false;
        }
    };
    for now in [SystemTime::UNIX_EPOCH, SystemTime::now()] {
        let _ = claim.in_time(now, Duration::from_secs(300));
    }
    for payload in [Payload::Unread, Payload::Bytes(b"x"), Payload::Sha256([0; 32])] {
        assert!(claim.verify("secret", request, payload).is_err());
    }
    true
}

#[test]
fn any_header_and_any_query() {
    let mut random = fastrand::Rng::with_seed(4);
    let mut claims = 0;
    for _ in 0..20_000 {
        let query: String =
            noise(&mut random).into_iter().filter(u8::is_ascii_graphic).map(char::from).collect();
        let Ok(mut request) = Request::get(format!("/..//%2e?{query}")).body(()) else { continue };
        for name in
            ["authorization", "x-amz-date", "date", "host", "x-amz-security-token", "x-amz-content-sha256"]
        {
            if let Ok(value) = HeaderValue::from_bytes(&noise(&mut random)) {
                request.headers_mut().insert(name, value);
            }
        }
        claims += usize::from(ask(&request.into_parts().0));
    }
    assert!(claims > 0, "no noise came near a signature");
}

#[test]
fn a_claim_with_noise_in_every_place() {
    let mut random = fastrand::Rng::with_seed(5);
    let whole = b"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";
    for _ in 0..20_000 {
        let mut header = whole.to_vec();
        let place = random.usize(..header.len());
        header[place] = random.u8(32..);
        let Ok(header) = HeaderValue::from_bytes(&header) else { continue };
        let request =
            Request::post("/").header("x-amz-date", "20150830T123600Z").header("authorization", header);
        ask(&request.body(()).unwrap().into_parts().0);
    }
}
