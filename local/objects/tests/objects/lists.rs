use crate::client::Client;

async fn client() -> Client {
    let client = Client::new();
    client.put(&[("a.txt", "1"), ("b/1", "22"), ("b/2", "333"), ("c/1", "4"), ("d", "5")]).await;
    client
}

#[tokio::test]
async fn a_list_tells_of_objects() {
    let client = client().await;
    let list = client.get("/box?list-type=2&prefix=b/").await;
    assert_eq!((list.all("Key").as_str(), list.all("Size").as_str()), ("b/1 b/2", "2 3"));
    assert_eq!((list.element("KeyCount"), list.element("MaxKeys")), ("2", "1000"));
    assert_eq!((list.element("Name"), list.element("IsTruncated")), ("box", "false"));
    assert!(list.all("ETag").starts_with("&quot;b6d767d2f8ed5d21a44b0e5886680cb9&quot;"));
    assert_eq!(list.all("StorageClass"), "STANDARD STANDARD");
    assert_eq!(list.element("Owner"), "");
    assert!(client.get("/box?list-type=2&fetch-owner=true").await.text.contains("<Owner><ID>"));
}

#[tokio::test]
async fn pages_follow_each_other_by_token() {
    let (client, mut path, mut pages) =
        (client().await, "/box?list-type=2&delimiter=/&max-keys=2".to_owned(), Vec::new());
    loop {
        let list = client.get(&path).await;
        pages.push(format!("{} | {}", list.all("Key"), list.all("Prefix").trim()));
        if list.element("IsTruncated") == "false" {
            break;
        }
        let token = list.element("NextContinuationToken");
        path = format!("/box?list-type=2&delimiter=/&max-keys=2&continuation-token={token}");
    }
    assert_eq!(pages, ["a.txt | b/", "d | c/"]);
    let started = client.get("/box?list-type=2&start-after=b/1&max-keys=2").await;
    assert_eq!(started.all("Key"), "b/2 c/1");
    assert_eq!(started.element("StartAfter"), "b/1");
}

#[tokio::test]
async fn the_first_version_has_markers() {
    let client = client().await;
    let list = client.get("/box?delimiter=/&max-keys=2").await;
    assert_eq!((list.element("NextMarker"), list.element("IsTruncated")), ("b/", "true"));
    let list = client.get("/box?delimiter=/&max-keys=2&marker=b/").await;
    assert_eq!((list.all("Key").as_str(), list.element("IsTruncated")), ("d", "false"));
    let list = client.get("/box?max-keys=2").await;
    assert_eq!((list.all("Key").as_str(), list.element("NextMarker")), ("a.txt b/1", ""));
    assert!(list.text.contains("<Owner><ID>"));
}

#[tokio::test]
async fn awkward_keys_are_encoded_if_asked_for() {
    let client = Client::new();
    client.put(&[("a%20b%2Bc", "1"), ("%C3%A9%0D/x~", "2")]).await;
    let list = client.get("/box?list-type=2&encoding-type=url").await;
    assert_eq!((list.all("Key").as_str(), list.element("EncodingType")), ("a+b%2Bc %C3%A9%0D/x%7E", "url"));
    assert_eq!(client.keys().await, "a b+c é&#xD;/x~");
    client.get("/box?list-type=2&encoding-type=base64").await.is(400, "InvalidArgument");
}

#[tokio::test]
async fn every_object_is_its_only_version() {
    let list = client().await.get("/box?versions&max-keys=2").await;
    assert_eq!(list.all("VersionId"), "null null");
    assert_eq!((list.element("NextKeyMarker"), list.all("IsLatest").as_str()), ("b/1", "true true"));
}

#[tokio::test]
async fn numbers_of_keys() {
    let client = client().await;
    let none = client.get("/box?list-type=2&max-keys=0").await;
    assert_eq!((none.element("KeyCount"), none.element("IsTruncated")), ("0", "false"));
    assert_eq!(client.get("/box?list-type=2&max-keys=5000").await.element("MaxKeys"), "1000");
    for bad in ["-1", "x", "2147483648"] {
        client.get(&format!("/box?list-type=2&max-keys={bad}")).await.is(400, "InvalidArgument");
    }
    client.get("/box?list-type=2&continuation-token=%21").await.is(400, "InvalidArgument");
}
