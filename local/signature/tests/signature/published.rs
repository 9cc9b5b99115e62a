//! Examples that AWS publishes: of its test suite for signers, and of S3's documentation.

use stackwright_signature::{Claim, Payload, SignatureError};

use crate::request;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SECRET_OF_S3: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[track_caller]
fn check(secret: &str, body: &str, text: &str) {
    let request = request(text);
    let claim = Claim::of(&request).unwrap().unwrap();
    assert_eq!(claim.verify(secret, &request, Payload::Bytes(body.as_bytes())), Ok(()));
    let wrong = claim.verify("another secret", &request, Payload::Bytes(body.as_bytes()));
    assert!(matches!(wrong, Err(SignatureError::Mismatch(_))));
}

#[track_caller]
fn check_suite(start: &str, headers: &str, signature: &str) {
    let names = match headers {
        "" => "host;x-amz-date",
        headers if headers.contains("my-header2") => "host;my-header1;my-header2;x-amz-date",
        _ => "host;my-header1;x-amz-date",
    };
    check(
        SECRET,
        "",
        &format!(
            "{start}\nhost: example.amazonaws.com\nx-amz-date: 20150830T123600Z{headers}\nauthorization: \
             AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders={names}, Signature={signature}"
        ),
    );
}

#[test]
fn the_test_suite() {
    let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    check_suite("GET /", "", vanilla);
    check_suite("GET //", "", vanilla);
    check_suite("GET /./", "", vanilla);
    check_suite("GET /example/..", "", vanilla);
    check_suite("POST /", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    let sorted = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500";
    check_suite("GET /?Param2=value2&Param1=value1", "", sorted);
    check_suite("GET /?Param1=value1&Param2=value2", "", sorted);
    let trimmed = "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736";
    check_suite("GET /", "\nmy-header1: value1\nmy-header2: \"a   b   c\"", trimmed);
}

#[test]
fn a_header_sent_several_times() {
    check_suite(
        "GET /",
        "\nmy-header1: value2\nmy-header1: value2\nmy-header1: value1",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    );
}

#[track_caller]
fn check_s3(start: &str, body: &str, headers: &str, names: &str, signature: &str) {
    let host =
        if start.contains("examplebucket") { "s3.amazonaws.com" } else { "examplebucket.s3.amazonaws.com" };
    check(
        SECRET_OF_S3,
        body,
        &format!(
            "{start}\nhost: {host}\nx-amz-date: 20130524T000000Z\n{headers}\nauthorization: \
             AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders={names},Signature={signature}"
        ),
    );
}

#[test]
fn reading_and_writing_objects() {
    check_s3(
        "GET /test.txt",
        "",
        &format!("range: bytes=0-9\nx-amz-content-sha256: {EMPTY}"),
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
    check_s3(
        "PUT /test%24file.text",
        "Welcome to Amazon S3.",
        "date: Fri, 24 May 2013 00:00:00 GMT\nx-amz-storage-class: REDUCED_REDUNDANCY\nx-amz-content-sha256: \
         44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
    check_s3(
        "GET /?lifecycle",
        "",
        &format!("x-amz-content-sha256: {EMPTY}"),
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    );
    check_s3(
        "GET /?max-keys=2&prefix=J",
        "",
        &format!("x-amz-content-sha256: {EMPTY}"),
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
}

#[test]
fn a_stream_of_signed_chunks_by_its_headers() {
    check_s3(
        "PUT /examplebucket/chunkObject.txt",
        "",
        "x-amz-storage-class: REDUCED_REDUNDANCY\nx-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\n\
         content-encoding: aws-chunked\nx-amz-decoded-content-length: 66560\ncontent-length: 66824",
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
         x-amz-storage-class",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    );
}

#[test]
fn a_presigned_url() {
    check(
        SECRET_OF_S3,
        "whatever: S3's URLs sign no body",
        "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1\
         %2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=\
         aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
         host: examplebucket.s3.amazonaws.com",
    );
}
