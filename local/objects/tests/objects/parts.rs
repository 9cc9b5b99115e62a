use crate::client::{Answer, Client};

struct Upload {
    client: Client,
    id: String,
}

impl Upload {
    async fn begin(headers: &[&str]) -> Upload {
        let client = Client::new();
        let answer = client.send("POST /box/big?uploads", headers, "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Upload { client, id: answer.element("UploadId").to_owned() }
    }

    async fn put(&self, number: &str, headers: &[&str], text: &str) -> Answer {
        let line = format!("PUT /box/big?partNumber={number}&uploadId={}", self.id);
        self.client.send(&line, headers, text.to_owned()).await
    }

    async fn complete(&self, headers: &[&str], parts: &[(u16, &str)]) -> Answer {
        let part = |(number, tag): &(u16, &str)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
        };
        let parts: String = parts.iter().map(part).collect();
        let document = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        self.client.send(&format!("POST /box/big?uploadId={}", self.id), headers, document).await
    }

    async fn request(&self, method: &str) -> Answer {
        self.client.send(&format!("{method} /box/big?uploadId={}", self.id), &[], "").await
    }
}

const HELLO: &str = "\"5d41402abc4b2a76b9719d911017c592\"";
const WORLD: &str = "7d793037a0760186574b0282f2f435e7";

#[tokio::test]
async fn parts_become_an_object() {
    let upload = Upload::begin(&["content-type: text/css", "x-amz-meta-colour: blue"]).await;
    assert_eq!(upload.put("2", &[], "world").await.header("etag"), format!("\"{WORLD}\""));
    assert_eq!(upload.put("1", &[], "draft").await.status, 200);
    assert_eq!(upload.put("1", &[], "hello").await.header("etag"), HELLO);
    upload.client.get("/box/big").await.is(404, "NoSuchKey");

    let done = upload.complete(&["host: s3.test"], &[(1, HELLO), (2, WORLD)]).await;
    assert_eq!(done.element("Location"), "http://s3.test/box/big", "{}", done.text);
    let read = upload.client.get("/box/big").await;
    read.says(200, "helloworld");
    assert_eq!(read.header("etag"), "\"065947336a2f2a95ba8899f3675c3be6-2\"");
    assert_eq!((read.header("content-type"), read.header("x-amz-meta-colour")), ("text/css", "blue"));
    upload.request("GET").await.is(404, "NoSuchUpload");
}

#[tokio::test]
async fn parts_are_listed() {
    let upload = Upload::begin(&[]).await;
    for number in ["3", "1", "10000"] {
        upload.put(number, &[], "hello").await;
    }
    let list = upload.request("GET").await;
    assert_eq!((list.all("PartNumber").as_str(), list.all("Size").as_str()), ("1 3 10000", "5 5 5"));
    let path = format!("/box/big?uploadId={}&max-parts=1&part-number-marker=1", upload.id);
    let page = upload.client.get(&path).await;
    assert_eq!((page.all("PartNumber").as_str(), page.element("IsTruncated")), ("3", "true"));
    assert_eq!(page.element("NextPartNumberMarker"), "3");
}

#[tokio::test]
async fn uploads_are_listed_until_they_are_over() {
    let upload = Upload::begin(&[]).await;
    let other = upload.client.send("POST /box/a?uploads", &[], "").await;
    let list = upload.client.get("/box?uploads").await;
    assert_eq!(list.all("Key"), "a big");
    let page = upload.client.get("/box?uploads&max-uploads=1").await;
    assert_eq!((page.all("Key").as_str(), page.element("NextKeyMarker")), ("a", "a"));
    assert_eq!(page.element("NextUploadIdMarker"), other.element("UploadId"));
    assert_eq!(upload.client.get("/box?uploads&key-marker=a").await.all("Key"), "big");
    assert_eq!(upload.client.get("/box?uploads&prefix=b").await.all("Key"), "big");
    assert_eq!(upload.request("DELETE").await.status, 204);
    upload.request("DELETE").await.is(404, "NoSuchUpload");
    upload.put("1", &[], "hello").await.is(404, "NoSuchUpload");
    assert_eq!(upload.client.get("/box?uploads").await.all("Key"), "a");
}

#[tokio::test]
async fn what_is_completed_must_be_there() {
    let upload = Upload::begin(&[]).await;
    upload.put("1", &[], "hello").await;
    upload.put("2", &[], "by").await;
    upload.put("3", &[], "world").await;
    let by = "df3f079de6961496f0460dcfdbf9bca3";
    upload.complete(&[], &[]).await.is(400, "MalformedXML");
    upload.complete(&[], &[(1, WORLD)]).await.is(400, "InvalidPart");
    upload.complete(&[], &[(1, HELLO), (4, WORLD)]).await.is(400, "InvalidPart");
    upload.complete(&[], &[(3, WORLD), (1, HELLO)]).await.is(400, "InvalidPartOrder");
    upload.complete(&[], &[(1, HELLO), (1, HELLO)]).await.is(400, "InvalidPartOrder");
    upload.complete(&[], &[(1, HELLO), (2, by), (3, WORLD)]).await.is(400, "EntityTooSmall");
    upload.client.send("POST /box/other?uploadId=none", &[], "<a/>").await.is(404, "NoSuchUpload");
    // The last may be small, and not all need be taken.
    assert_eq!(upload.complete(&[], &[(1, HELLO), (2, by)]).await.status, 200);
    upload.client.get("/box/big").await.says(200, "helloby");
}

#[tokio::test]
async fn parts_have_numbers_and_limits() {
    let upload = Upload::begin(&[]).await;
    for number in ["0", "10001", "x", "-1"] {
        upload.put(number, &[], "hello").await.is(400, "InvalidArgument");
    }
    assert_eq!(upload.put("1", &[], &"x".repeat(600)).await.status, 200);
    upload.put("2", &[], &"x".repeat(600)).await.is(400, "EntityTooLarge");
    assert_eq!(upload.put("1", &[], &"x".repeat(700)).await.status, 200);
}

#[tokio::test]
async fn a_checksum_of_parts_or_of_the_whole() {
    let asks = "x-amz-checksum-mode: ENABLED";
    let upload = Upload::begin(&["x-amz-checksum-algorithm: CRC32"]).await;
    let part = upload.put("1", &["x-amz-checksum-crc32: NhCmhg=="], "hello").await;
    assert_eq!(part.header("x-amz-checksum-crc32"), "NhCmhg==");
    upload.put("1", &["x-amz-checksum-crc32: AAAAAA=="], "hello").await.is(400, "BadDigest");
    upload
        .put("1", &["x-amz-checksum-sha1: qvTGHdzF6KLavt4PO0gs2a6pQ00="], "hello")
        .await
        .is(400, "InvalidRequest");
    assert_eq!(upload.complete(&[], &[(1, HELLO)]).await.element("ChecksumType"), "COMPOSITE");
    let read = upload.client.send("GET /box/big", &[asks], "").await;
    assert!(read.header("x-amz-checksum-crc32").ends_with("-1"), "{read:?}");

    let whole = ["x-amz-checksum-algorithm: CRC32", "x-amz-checksum-type: FULL_OBJECT"];
    let upload = Upload::begin(&whole).await;
    upload.put("1", &[], "hello").await;
    upload.complete(&["x-amz-checksum-crc32: AAAAAA=="], &[(1, HELLO)]).await.is(400, "BadDigest");
    let done = upload.complete(&["x-amz-checksum-crc32: NhCmhg=="], &[(1, HELLO)]).await;
    assert_eq!((done.element("ChecksumCRC32"), done.element("ChecksumType")), ("NhCmhg==", "FULL_OBJECT"));
}

#[tokio::test]
async fn algorithms_that_cannot_be_had_are_refused() {
    let client = Client::new();
    let begin = async |headers: &[&str]| client.send("POST /box/big?uploads", headers, "").await;
    begin(&["x-amz-checksum-algorithm: MD4"]).await.is(400, "InvalidRequest");
    let sha = ["x-amz-checksum-algorithm: SHA256", "x-amz-checksum-type: FULL_OBJECT"];
    begin(&sha).await.is(400, "InvalidRequest");
    let crc = ["x-amz-checksum-algorithm: CRC64NVME", "x-amz-checksum-type: COMPOSITE"];
    begin(&crc).await.is(400, "InvalidRequest");
}

#[tokio::test]
async fn parts_are_copied_from_objects() {
    let upload = Upload::begin(&[]).await;
    upload.client.put(&[("source", "0123456789")]).await;
    let source = "x-amz-copy-source: /box/source";
    let first = upload.put("1", &[source, "x-amz-copy-source-range: bytes=0-4"], "").await;
    let first = first.element("ETag").replace("&quot;", "");
    let second = upload.put("2", &[source], "").await.element("ETag").replace("&quot;", "");
    upload.put("3", &[source, "x-amz-copy-source-range: bytes=10-12"], "").await.is(416, "InvalidRange");
    upload.put("3", &[source, "x-amz-copy-source-range: all"], "").await.is(400, "InvalidArgument");
    assert_eq!(upload.complete(&[], &[(1, &first), (2, &second)]).await.status, 200);
    upload.client.get("/box/big").await.says(200, "012340123456789");
}
