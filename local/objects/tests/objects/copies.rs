use crate::client::{Answer, Client};

async fn copy(client: &Client, headers: &[&str]) -> Answer {
    client.send("PUT /box/copy", headers, "").await
}

async fn client() -> Client {
    let client = Client::new();
    client.send("PUT /box/a%20b", &["content-type: text/css", "x-amz-meta-colour: blue"], "hello").await;
    client
}

#[tokio::test]
async fn a_copy_is_like_its_source() {
    let client = client().await;
    for source in ["/box/a%20b", "box/a%20b", "box%2Fa%20b", "/box/a%20b?versionId=null"] {
        let answer = copy(&client, &[&format!("x-amz-copy-source: {source}")]).await;
        assert_eq!(answer.element("ETag"), "&quot;5d41402abc4b2a76b9719d911017c592&quot;", "{}", answer.text);
        let read = client.get("/box/copy").await;
        read.says(200, "hello");
        assert_eq!((read.header("content-type"), read.header("x-amz-meta-colour")), ("text/css", "blue"));
        client.send("DELETE /box/copy", &[], "").await;
    }
}

#[tokio::test]
async fn a_copy_may_have_other_headers() {
    let client = client().await;
    let source = "x-amz-copy-source: /box/a%20b";
    let headers = [source, "x-amz-metadata-directive: REPLACE", "content-type: text/plain"];
    assert_eq!(copy(&client, &headers).await.status, 200);
    let read = client.get("/box/copy").await;
    assert_eq!((read.header("content-type"), read.header("x-amz-meta-colour")), ("text/plain", ""));
    copy(&client, &[source, "x-amz-metadata-directive: MERGE"]).await.is(400, "InvalidArgument");
}

#[tokio::test]
async fn a_copy_onto_itself_must_change_something() {
    let client = client().await;
    let source = "x-amz-copy-source: /box/a%20b";
    client.send("PUT /box/a%20b", &[source], "").await.is(400, "InvalidRequest");
    let replace = "x-amz-metadata-directive: REPLACE";
    assert_eq!(client.send("PUT /box/a%20b", &[source, replace], "").await.status, 200);
    assert_eq!(client.get("/box/a%20b").await.header("content-type"), "binary/octet-stream");
}

#[tokio::test]
async fn sources_must_be_there_and_as_they_are_said_to_be() {
    let client = client().await;
    copy(&client, &["x-amz-copy-source: /box/none"]).await.is(404, "NoSuchKey");
    copy(&client, &["x-amz-copy-source: /none/a"]).await.is(404, "NoSuchBucket");
    copy(&client, &["x-amz-copy-source: /box"]).await.is(400, "InvalidArgument");
    let source = "x-amz-copy-source: /box/a%20b";
    copy(&client, &[source, "x-amz-copy-source-if-match: \"x\""]).await.is(412, "PreconditionFailed");
    copy(&client, &[source, "x-amz-copy-source-if-none-match: *"]).await.is(412, "PreconditionFailed");
    copy(&client, &[source, "x-amz-acl: public-read"]).await.is(400, "AccessControlListNotSupported");
    client.get("/box/copy").await.is(404, "NoSuchKey");
}
