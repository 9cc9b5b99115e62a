use crate::client::Client;

#[tokio::test]
async fn an_object_is_read_as_it_was_put() {
    let client = Client::new();
    let headers = [
        "content-type: text/html; charset=utf-8",
        "cache-control: no-cache",
        "content-disposition: inline",
        "content-language: de",
        "x-amz-meta-colour: blue",
    ];
    let put = client.send("PUT /box/a/b.html", &headers, "<p>hi").await;
    assert_eq!((put.status, put.header("etag")), (200, "\"7b0520ade19584190aa7a13ba0491068\""), "{put:?}");
    for method in ["GET", "HEAD"] {
        let answer = client.send(&format!("{method} /box/a/b.html"), &[], "").await;
        answer.says(200, if method == "GET" { "<p>hi" } else { "" });
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            assert_eq!(answer.header(name), value);
        }
        assert_eq!(answer.header("content-length"), "5");
        assert_eq!(answer.header("etag"), put.header("etag"));
        assert_eq!(answer.header("last-modified"), "Sat, 21 Nov 2026 18:30:00 GMT");
        assert_eq!(answer.header("accept-ranges"), "bytes");
        assert_eq!(answer.header("server"), "AmazonS3");
    }
}

#[tokio::test]
async fn metadata_may_be_any_text() {
    let client = Client::new();
    client.send("PUT /box/a", &["x-amz-meta-name: Zoë", "expires: never"], "1").await;
    let answer = client.get("/box/a").await;
    assert_eq!(answer.headers["x-amz-meta-name"].as_bytes(), "Zoë".as_bytes());
    assert_eq!(answer.header("expires"), "never");
}

#[tokio::test]
async fn without_a_type_it_is_bytes() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    assert_eq!(client.get("/box/a").await.header("content-type"), "binary/octet-stream");
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let client = Client::new();
    let answer = client.get("/box/no").await;
    answer.is(404, "NoSuchKey");
    assert_eq!((answer.element("Key"), answer.element("Resource")), ("no", "/box/no"));
    client.get("/none/no").await.is(404, "NoSuchBucket");
    client.send("HEAD /box/no", &[], "").await.says(404, "");
    client.put(&[("a", "1")]).await;
    client.get("/box/a?versionId=null").await.says(200, "1");
    client.get("/box/a?versionId=other").await.is(400, "InvalidArgument");
}

#[tokio::test]
async fn keys_are_any_text() {
    let client = Client::new();
    for key in ["a%20b", "a+b", "%C3%A9/%26%3C%3E", "../up", "%2e%2e/up", "a//b", "/a", "a/", "a%2Fb%3Fc%23d"]
    {
        client.put(&[(key, key)]).await;
    }
    client.get("/box/a%2Bb").await.says(200, "a+b");
    client.get("/box/a%20b").await.says(200, "a%20b");
    client.get("/box/%2E%2E/up").await.says(200, "%2e%2e/up");
    client.get("/box//a").await.says(200, "/a");
    assert_eq!(client.keys().await, "../up /a a b a+b a/ a//b a/b?c#d é/&amp;&lt;&gt;");
}

async fn check_range(header: &str, status: u16, text: &str, content_range: &str) {
    let client = Client::new();
    client.put(&[("a", "0123456789")]).await;
    let answer = client.send("GET /box/a", &[&format!("range: {header}")], "").await;
    answer.says(status, text);
    assert_eq!(answer.header("content-range"), content_range);
    assert_eq!(answer.header("content-length"), text.len().to_string());
}

#[tokio::test]
async fn ranges() {
    check_range("bytes=2-4", 206, "234", "bytes 2-4/10").await;
    check_range("bytes=7-", 206, "789", "bytes 7-9/10").await;
    check_range("bytes=-2", 206, "89", "bytes 8-9/10").await;
    check_range("bytes=0-1,3-4", 200, "0123456789", "").await;
    let client = Client::new();
    client.put(&[("a", "0123456789")]).await;
    let answer = client.send("GET /box/a", &["range: bytes=10-"], "").await;
    answer.is(416, "InvalidRange");
    assert_eq!(answer.element("ActualObjectSize"), "10");
}

async fn check_condition(headers: &[&str], status: u16) {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    let answer = client.send("GET /box/a", headers, "").await;
    assert_eq!(answer.status, status, "{headers:?}");
    if status == 304 {
        assert_eq!(
            (answer.text.as_str(), answer.header("etag")),
            ("", "\"c4ca4238a0b923820dcc509a6f75849b\"")
        );
    }
}

#[tokio::test]
async fn conditions() {
    const TAG: &str = "\"c4ca4238a0b923820dcc509a6f75849b\"";
    let (matches, none_match) = (format!("if-match: {TAG}"), format!("if-none-match: \"x\", W/{TAG}"));
    let before = "Sat, 21 Nov 2026 18:29:59 GMT";
    let then = "Sat, 21 Nov 2026 18:30:00 GMT";
    check_condition(&[&matches], 200).await;
    check_condition(&["if-match: \"x\""], 412).await;
    check_condition(&[&none_match], 304).await;
    check_condition(&["if-none-match: *"], 304).await;
    check_condition(&["if-none-match: \"x\""], 200).await;
    check_condition(&[&format!("if-modified-since: {then}")], 304).await;
    check_condition(&[&format!("if-modified-since: {before}")], 200).await;
    check_condition(&[&format!("if-unmodified-since: {before}")], 412).await;
    check_condition(&[&format!("if-unmodified-since: {then}")], 200).await;
    check_condition(&["if-modified-since: some day"], 200).await;
    // A tag counts more than a date.
    check_condition(&[&matches, &format!("if-unmodified-since: {before}")], 200).await;
    check_condition(&["if-none-match: \"x\"", &format!("if-modified-since: {then}")], 200).await;
}

#[tokio::test]
async fn a_part_is_for_who_has_the_rest() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    let read = async |condition: &str| {
        client.send("GET /box/a", &["range: bytes=0-0", &format!("if-range: {condition}")], "").await.status
    };
    assert_eq!(read("\"c4ca4238a0b923820dcc509a6f75849b\"").await, 206);
    assert_eq!(read("\"x\"").await, 200);
    assert_eq!(read("Sat, 21 Nov 2026 18:30:00 GMT").await, 206);
    assert_eq!(read("Sat, 21 Nov 2026 18:29:59 GMT").await, 200);
}

#[tokio::test]
async fn a_request_may_choose_headers_of_its_answer() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    let path =
        "/box/a?response-content-type=text%2Fplain&response-content-disposition=attachment%3B+filename%3Dx";
    let answer = client.get(path).await;
    assert_eq!(answer.header("content-type"), "text/plain");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=x");
}

#[tokio::test]
async fn checksums_are_told_to_who_asks() {
    let client = Client::new();
    client.put(&[("a", "123456789")]).await;
    assert_eq!(client.get("/box/a").await.header("x-amz-checksum-crc64nvme"), "");
    let asks = "x-amz-checksum-mode: ENABLED";
    let answer = client.send("GET /box/a", &[asks], "").await;
    assert_eq!(answer.header("x-amz-checksum-crc64nvme"), "rosUhgp5mIg=");
    assert_eq!(answer.header("x-amz-checksum-type"), "FULL_OBJECT");
    let part = client.send("GET /box/a", &[asks, "range: bytes=0-1"], "").await;
    assert_eq!(part.header("x-amz-checksum-crc64nvme"), "");
}
