use std::sync::{Arc, Mutex};

use stackwright_objects::Access;

use crate::client::Client;

/// What a request asks for, before it is refused everything but what is allowed.
async fn asked(
    line: &str,
    headers: &[&str],
    body: &'static str,
    allowed: &'static [&str],
) -> (Vec<String>, u16) {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let access = Access::by(move |permission| {
        told.lock().unwrap().push(format!("{} {}", permission.action, permission.resource));
        match allowed.contains(&permission.action) {
            true => Ok(()),
            false => Err(format!("no {}", permission.action)),
        }
    });
    let answer = Client { access, ..client }.send(line, headers, body).await;
    let asked = asked.lock().unwrap().clone();
    (asked, answer.status)
}

async fn check(line: &str, expected: &str) {
    let (asked, status) = asked(line, &[], "", &[]).await;
    assert_eq!((asked, status), (vec![expected.to_owned()], 403), "{line}");
}

#[tokio::test]
async fn every_operation_asks_for_its_action() {
    check("GET /", "s3:ListAllMyBuckets *").await;
    check("PUT /new", "s3:CreateBucket arn:aws:s3:::new").await;
    check("DELETE /box", "s3:DeleteBucket arn:aws:s3:::box").await;
    check("HEAD /box", "s3:ListBucket arn:aws:s3:::box").await;
    check("GET /box", "s3:ListBucket arn:aws:s3:::box").await;
    check("GET /box?list-type=2", "s3:ListBucket arn:aws:s3:::box").await;
    check("GET /box?versions", "s3:ListBucketVersions arn:aws:s3:::box").await;
    check("GET /box?location", "s3:GetBucketLocation arn:aws:s3:::box").await;
    check("GET /box?versioning", "s3:GetBucketVersioning arn:aws:s3:::box").await;
    check("GET /box?uploads", "s3:ListBucketMultipartUploads arn:aws:s3:::box").await;
    check("GET /box/x/y%20z", "s3:GetObject arn:aws:s3:::box/x/y z").await;
    check("HEAD /box/a", "s3:GetObject arn:aws:s3:::box/a").await;
    check("PUT /box/a", "s3:PutObject arn:aws:s3:::box/a").await;
    check("POST /box/a?uploads", "s3:PutObject arn:aws:s3:::box/a").await;
    check("PUT /box/a?partNumber=1&uploadId=u", "s3:PutObject arn:aws:s3:::box/a").await;
    check("POST /box/a?uploadId=u", "s3:PutObject arn:aws:s3:::box/a").await;
    check("GET /box/a?uploadId=u", "s3:ListMultipartUploadParts arn:aws:s3:::box/a").await;
    check("DELETE /box/a?uploadId=u", "s3:AbortMultipartUpload arn:aws:s3:::box/a").await;
    check("DELETE /box/a", "s3:DeleteObject arn:aws:s3:::box/a").await;
}

#[tokio::test]
async fn a_copy_asks_for_both_ends() {
    let source = ["x-amz-copy-source: /box/a"];
    let (asked, status) = asked("PUT /box/b", &source, "", &["s3:PutObject"]).await;
    assert_eq!((asked[1].as_str(), status), ("s3:GetObject arn:aws:s3:::box/a", 403));
}

#[tokio::test]
async fn each_of_many_deletions_is_asked_for() {
    let document = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    let crc = ["x-amz-sdk-checksum-algorithm: CRC32"];
    let (asked, status) = asked("POST /box?delete", &crc, document, &[]).await;
    assert_eq!(asked, ["s3:DeleteObject arn:aws:s3:::box/a", "s3:DeleteObject arn:aws:s3:::box/b"]);
    assert_eq!(status, 200);
}

#[tokio::test]
async fn who_may_not_list_is_not_told_what_is_missing() {
    let (asked, status) = asked("GET /box/none", &[], "", &["s3:GetObject"]).await;
    assert_eq!((asked[1].as_str(), status), ("s3:ListBucket arn:aws:s3:::box", 403));
}

#[tokio::test]
async fn a_denial_gives_its_reason() {
    let access = Access::by(|permission| Err(format!("not {}", permission.action)));
    let answer = Client { access, ..Client::new() }.get("/box/a").await;
    answer.is(403, "AccessDenied");
    assert_eq!(answer.element("Message"), "not s3:GetObject");
}

#[tokio::test]
async fn a_bucket_of_another_owner_is_not_touched() {
    let client = Client::new();
    let put = async |owner: &str| {
        client.send("PUT /box/a", &[&format!("x-amz-expected-bucket-owner: {owner}")], "1").await
    };
    put("111111111111").await.is(403, "AccessDenied");
    assert_eq!(put("000000000000").await.status, 200);
}
