use crate::client::{Client, settings};
use stackwright_objects::Settings;

#[tokio::test]
async fn buckets_are_made_listed_and_deleted() {
    let client = Client::new();
    let made = client.send("PUT /new-bucket", &[], "").await;
    assert_eq!((made.status, made.header("location")), (200, "/new-bucket"));
    let list = client.get("/").await;
    assert_eq!(list.all("Name"), "box new-bucket");
    assert_eq!(list.all("CreationDate"), "2026-11-21T18:30:00.000Z 2026-11-21T18:30:00.000Z");
    assert_eq!(client.send("DELETE /new-bucket", &[], "").await.status, 204);
    client.get("/new-bucket?list-type=2").await.is(404, "NoSuchBucket");
}

#[tokio::test]
async fn lists_of_buckets_come_in_pages() {
    let client = Client::new();
    for name in ["a-1", "a-2", "b-1"] {
        client.objects.define(name).unwrap();
    }
    let first = client.get("/?prefix=a-&max-buckets=1").await;
    assert_eq!((first.all("Name").as_str(), first.element("ContinuationToken")), ("a-1", "a-1"));
    let rest = client.get("/?prefix=a-&max-buckets=1&continuation-token=a-1").await;
    assert_eq!((rest.all("Name").as_str(), rest.element("ContinuationToken")), ("a-2", ""));
}

#[tokio::test]
async fn a_bucket_with_objects_stays() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    client.send("DELETE /box", &[], "").await.is(409, "BucketNotEmpty");
    assert!(!client.objects.remove("box"));
    client.send("DELETE /box/a", &[], "").await;
    assert!(client.objects.remove("box"));
    assert!(!client.objects.has("box"));
}

#[tokio::test]
async fn a_bucket_defined_again_keeps_its_objects() {
    let client = Client::new();
    client.put(&[("a", "1")]).await;
    client.objects.define("box").unwrap();
    client.get("/box/a").await.says(200, "1");
}

#[tokio::test]
async fn what_is_made_twice_depends_on_the_region() {
    let client = Client::new();
    assert_eq!(client.send("PUT /box", &[], "").await.status, 200);
    let client = Client::with(Settings { region: "eu-west-1".to_owned(), ..settings() });
    let here = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    client.send("PUT /box", &[], here).await.is(409, "BucketAlreadyOwnedByYou");
    assert_eq!(client.send("PUT /other", &[], here).await.status, 200);
    client.send("PUT /third", &[], "").await.is(400, "IllegalLocationConstraintException");
    client
        .send("PUT /third", &[], here.replace("eu", "us"))
        .await
        .is(400, "IllegalLocationConstraintException");
    client.send("PUT /third", &[], "<Create").await.is(400, "MalformedXML");
    client.send("PUT /Third", &[], here).await.is(400, "InvalidBucketName");
}

#[tokio::test]
async fn buckets_tell_of_themselves() {
    let client = Client::with(Settings { region: "eu-west-1".to_owned(), ..settings() });
    let head = client.send("HEAD /box", &[], "").await;
    assert_eq!((head.status, head.header("x-amz-bucket-region")), (200, "eu-west-1"));
    client.send("HEAD /none", &[], "").await.says(404, "");
    assert!(client.get("/box?location").await.text.contains(">eu-west-1</LocationConstraint>"));
    assert!(Client::new().get("/box?location").await.text.contains("></LocationConstraint>"));
    assert!(client.get("/box?versioning").await.text.contains("<VersioningConfiguration xmlns="));
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let client = Client::new();
    for (line, name) in [
        ("GET /box?acl", "acl"),
        ("PUT /box?policy", "policy"),
        ("GET /box/key?tagging", "tagging"),
        ("PUT /box?versioning", "versioning"),
        ("GET /box/key?partNumber=1", "partNumber"),
        ("POST /box", "POST of a form"),
    ] {
        let answer = client.send(line, &[], "").await;
        answer.is(501, "NotImplemented");
        assert!(answer.element("Message").ends_with(&format!(": {name}")), "{}", answer.text);
    }
    client.send("PATCH /box/key", &[], "").await.is(405, "MethodNotAllowed");
    client.send("POST /", &[], "").await.is(405, "MethodNotAllowed");
    client.get("/box/%ff").await.is(400, "InvalidURI");
    client.get(&format!("/box/{}", "a".repeat(1025))).await.is(400, "KeyTooLongError");
}
