use crate::client::Client;

#[tokio::test]
async fn a_put_replaces_all_of_an_object() {
    let client = Client::new();
    client.send("PUT /box/a", &["x-amz-meta-colour: blue", "content-type: text/css"], "one").await;
    client.put(&[("a", "two")]).await;
    let answer = client.get("/box/a").await;
    answer.says(200, "two");
    assert_eq!(
        (answer.header("x-amz-meta-colour"), answer.header("content-type")),
        ("", "binary/octet-stream")
    );
}

#[tokio::test]
async fn conditions_of_puts() {
    let client = Client::new();
    let put = async |header: &str| client.send("PUT /box/a", &[header], "x").await;
    put("if-match: \"y\"").await.is(404, "NoSuchKey");
    assert_eq!(put("if-none-match: *").await.status, 200);
    put("if-none-match: *").await.is(412, "PreconditionFailed");
    put("if-match: \"y\"").await.is(412, "PreconditionFailed");
    assert_eq!(put("if-match: \"9dd4e461268c8034f5c8564e155c67a6\"").await.status, 200);
    put("if-none-match: \"y\"").await.is(501, "NotImplemented");
}

#[tokio::test]
async fn of_many_puts_of_a_new_key_one_succeeds() {
    let client = Client::new();
    let puts = (0..20).map(|n| client.send("PUT /box/a", &["if-none-match: *"], n.to_string()));
    let answers = futures_util::future::join_all(puts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test]
async fn headers_that_would_be_forgotten_are_refused() {
    let client = Client::new();
    let put = async |header: &str| client.send("PUT /box/a", &[header], "x").await;
    put("x-amz-acl: public-read").await.is(400, "AccessControlListNotSupported");
    put("x-amz-tagging: a=b").await.is(501, "NotImplemented");
    put("x-amz-server-side-encryption: aws:kms").await.is(501, "NotImplemented");
    put(&format!("x-amz-meta-long: {}", "x".repeat(2048))).await.is(400, "MetadataTooLarge");
    client.get("/box/a").await.is(404, "NoSuchKey");
    assert_eq!(put("x-amz-acl: bucket-owner-full-control").await.status, 200);
    assert_eq!(put("x-amz-server-side-encryption: AES256").await.status, 200);
}

#[tokio::test]
async fn an_object_is_deleted_once_or_twice() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    client.send("DELETE /box/a", &["if-match: \"y\""], "").await.is(412, "PreconditionFailed");
    client.send("DELETE /box/a", &[], "").await.says(204, "");
    client.send("DELETE /box/a", &[], "").await.says(204, "");
    client.get("/box/a").await.is(404, "NoSuchKey");
    client.send("DELETE /none/a", &[], "").await.is(404, "NoSuchBucket");
}

/// Sends a list of keys to delete, with its CRC.
async fn delete(client: &Client, document: &str) -> crate::client::Answer {
    let chunk = format!("{:x}\r\n{document}\r\n0\r\n\r\n", document.len());
    let headers =
        ["x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer: x-amz-checksum-crc32"];
    client.send("POST /box?delete", &headers, chunk).await
}

#[tokio::test]
async fn many_objects_are_deleted_at_once() {
    let client = Client::new();
    client.put(&[("a", "1"), ("b&c", "2"), ("d", "3")]).await;
    let answer = delete(
        &client,
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object>\
         <Object><Key>b&amp;c</Key><VersionId>null</VersionId></Object><Object><Key>none</Key></Object></Delete>",
    )
    .await;
    assert_eq!((answer.status, answer.all("Key").as_str()), (200, "a b&amp;c none"));
    assert_eq!(client.keys().await, "d");
}

#[tokio::test]
async fn only_failures_are_told_quietly() {
    let client = Client::new();
    client.put(&[("a", "1"), ("b", "2")]).await;
    let objects = "<Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>x</VersionId></Object>";
    let answer = delete(&client, &format!("<Delete><Quiet>true</Quiet>{objects}</Delete>")).await;
    assert_eq!(
        (answer.status, answer.all("Key").as_str(), answer.element("Code")),
        (200, "b", "InvalidArgument")
    );
    assert_eq!(client.keys().await, "b");
}

#[tokio::test]
async fn lists_of_keys_that_make_no_sense_delete_nothing() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    for document in ["<Delete>", "<Delete/>", "{}", "\u{0}"] {
        delete(&client, document).await.is(400, "MalformedXML");
    }
    let many = "<Object><Key>a</Key></Object>".repeat(1001);
    delete(&client, &format!("<Delete>{many}</Delete>")).await.is(400, "MalformedXML");
    let unchecked =
        client.send("POST /box?delete", &[], "<Delete><Object><Key>a</Key></Object></Delete>").await;
    unchecked.is(400, "InvalidRequest");
    assert_eq!(client.keys().await, "a");
}
