use std::fs;
use std::path::{Path, PathBuf};

use stackwright_objects::{Objects, Settings};

use crate::client::{Client, settings};

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("stackwright-objects-{}-{name}", std::process::id());
        Folder(std::env::temp_dir().join(name))
    }

    fn client(&self) -> Client {
        Client::with(self.settings())
    }

    fn settings(&self) -> Settings {
        Settings { folder: Some(self.0.clone()), ..settings() }
    }

    fn files(&self, of: &str) -> usize {
        fs::read_dir(self.0.join("box").join(of)).map_or(0, Iterator::count)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[tokio::test]
async fn objects_are_there_again() {
    let folder = Folder::new("again");
    let key = format!("{}/é.txt", "long".repeat(100)).replace('é', "%C3%A9");
    {
        let client = folder.client();
        client.put(&[("a", "old"), ("a", "new"), ("gone", "x"), (&key, "deep")]).await;
        client.send("PUT /box/b", &["content-type: text/css", "x-amz-meta-colour: blue"], "css").await;
        client.send("DELETE /box/gone", &[], "").await;
        client.send("PUT /other-bucket", &[], "").await;
    }
    let client = folder.client();
    client.get("/box/a").await.says(200, "new");
    client.get(&format!("/box/{key}")).await.says(200, "deep");
    client.get("/box/gone").await.is(404, "NoSuchKey");
    let read = client.get("/box/b").await;
    assert_eq!((read.header("content-type"), read.header("x-amz-meta-colour")), ("text/css", "blue"));
    assert_eq!(read.header("last-modified"), "Sat, 21 Nov 2026 18:30:00 GMT");
    assert_eq!(client.get("/").await.all("Name"), "box other-bucket");
    assert_eq!((folder.files("objects"), folder.files("contents")), (3, 3));
}

#[tokio::test]
async fn ids_may_be_those_of_an_earlier_run() {
    let folder = Folder::new("seeded");
    for key in ["a", "b", "c"] {
        folder.client().put(&[(key, key)]).await;
    }
    let client = folder.client();
    for key in ["a", "b", "c"] {
        client.get(&format!("/box/{key}")).await.says(200, key);
    }
}

#[tokio::test]
async fn what_a_killed_process_left_is_removed() {
    let folder = Folder::new("killed");
    folder.client().put(&[("a", "1")]).await;
    fs::write(folder.0.join("box/contents/half"), "ha").unwrap();
    fs::write(folder.0.join("box/objects/half.new"), "{").unwrap();
    fs::create_dir_all(folder.0.join("half-made/objects")).unwrap();
    let client = folder.client();
    client.get("/box/a").await.says(200, "1");
    assert_eq!((folder.files("objects"), folder.files("contents")), (1, 1));
    assert_eq!(client.get("/").await.all("Name"), "box");
    client.objects.define("half-made").unwrap();
    assert_eq!(client.send("PUT /half-made/a", &[], "1").await.status, 200);
}

#[tokio::test]
async fn what_fails_or_is_replaced_leaves_no_file() {
    let folder = Folder::new("failed");
    let client = folder.client();
    client.put(&[("a", "1"), ("a", "2"), ("b", "3")]).await;
    client.send("PUT /box/a", &["content-md5: XUFAKrxLKna5cZ2REBfFkg=="], "x").await.is(400, "BadDigest");
    client.send("PUT /box/a", &["if-none-match: *"], "x").await.is(412, "PreconditionFailed");
    client.send("PUT /box/a", &[], "x".repeat(2000)).await.is(400, "EntityTooLarge");
    client.send("DELETE /box/b", &[], "").await;
    assert_eq!((folder.files("objects"), folder.files("contents")), (1, 1));
    client.send("DELETE /box/a", &[], "").await;
    assert_eq!(client.send("DELETE /box", &[], "").await.status, 204);
    assert!(!folder.0.join("box").exists());
}

#[tokio::test]
async fn parts_are_files_until_they_are_an_object() {
    let folder = Folder::new("parts");
    let client = folder.client();
    let begun = client.send("POST /box/big?uploads", &[], "").await;
    let id = begun.element("UploadId");
    client.send(&format!("PUT /box/big?partNumber=1&uploadId={id}"), &[], "hello").await;
    assert_eq!(folder.files("contents"), 1);
    let part = "<Part><PartNumber>1</PartNumber><ETag>5d41402abc4b2a76b9719d911017c592</ETag></Part>";
    let document = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
    let done = client.send(&format!("POST /box/big?uploadId={id}"), &[], document).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!((folder.files("objects"), folder.files("contents")), (1, 1));
    drop(client);
    folder.client().get("/box/big").await.says(200, "hello");
}

#[tokio::test]
async fn a_reader_gets_to_the_end_of_what_is_replaced() {
    let folder = Folder::new("reader");
    let client = folder.client();
    client.put(&[("a", "before")]).await;
    let request = axum::extract::Request::builder().uri("/box/a").body(axum::body::Body::empty()).unwrap();
    let response = client.objects.answer(request, &client.access).await;
    client.put(&[("a", "after")]).await;
    let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
    assert_eq!(body, "before");
    client.get("/box/a").await.says(200, "after");
}

#[test]
fn a_folder_that_cannot_be_read_is_told() {
    let folder = Some(Path::new("/dev/null/buckets").to_owned());
    let error = Objects::open(Settings { folder, ..Settings::default() }).unwrap_err();
    assert!(error.to_string().starts_with("folder /dev/null/buckets for buckets: "), "{error}");
    let error = Objects::open(Settings::default()).unwrap().define("No").unwrap_err();
    assert!(error.to_string().starts_with("bucket name `No`: 3 to 63"), "{error}");
}
