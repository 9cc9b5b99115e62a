//! Requests as CloudFormation sends them, against an S3 endpoint and the URL that waits for the answer.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use handler_kit::{Aws, Deadline, Handler as _};
use handler_testing::{Buckets, Letter, Mailbox};
use serde_json::{Value, json};
use site_deployer::SiteDeployer;

const CREATE: &str = include_str!("events/create.json");

struct Stack {
    buckets: Buckets,
    mailbox: Mailbox,
    handler: SiteDeployer,
    site: Folder,
}

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Stack {
    /// A stack with an empty bucket, and a site of those files.
    async fn start(files: &[(&str, &str)]) -> Stack {
        let (buckets, mailbox) = (Buckets::start(3).await, Mailbox::start().await);
        buckets.create("site");
        let site = Folder::with(files);
        let handler = SiteDeployer::new(&Aws::local(buckets.url()), &site.0);
        Stack { buckets, mailbox, handler, site }
    }

    /// Sends a request, and returns the letter that answers it.
    async fn send(&self, event: Value) -> Letter {
        self.send_until(event, Deadline::after(Duration::from_secs(60))).await
    }

    async fn send_until(&self, event: Value, deadline: Deadline) -> Letter {
        self.handler.handle(event, deadline).await.unwrap();
        self.mailbox.letters().pop().unwrap()
    }

    async fn check_failed(&self, event: Value, reason: &str) {
        let letter = self.send(event).await;
        assert_eq!(letter.body["Status"], "FAILED");
        let told = letter.body["Reason"].as_str().unwrap();
        assert!(told.contains(reason), "`{told}` does not say `{reason}`");
    }

    fn event(&self, kind: &str) -> Value {
        let mut event: Value = serde_json::from_str(CREATE).unwrap();
        event["RequestType"] = json!(kind);
        event["ResponseURL"] = json!(self.mailbox.url());
        if kind != "Create" {
            event["PhysicalResourceId"] = json!("site");
        }
        event
    }

    fn text(&self, key: &str) -> String {
        self.buckets.objects("site")[key].text.clone()
    }

    fn keys(&self) -> Vec<String> {
        self.buckets.objects("site").into_keys().collect()
    }
}

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let name = format!("site-deployer-{}-{:?}", std::process::id(), std::thread::current().id());
        let folder = Folder(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).unwrap();
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[tokio::test]
async fn a_site_is_published() {
    let stack =
        Stack::start(&[("index.html", "<p>hi"), ("js/app.js", "run()"), ("logo.svg", "<svg/>")]).await;
    let letter = stack.send(stack.event("Create")).await;
    assert_eq!(letter.body["Status"], "SUCCESS");
    assert_eq!(stack.keys(), ["index.html", "js/app.js", "logo.svg"]);

    let objects = stack.buckets.objects("site");
    let kinds = |key: &str| (objects[key].content_type.as_str(), objects[key].cache_control.as_str());
    assert_eq!(kinds("index.html"), ("text/html; charset=utf-8", "no-cache"));
    assert_eq!(kinds("js/app.js"), ("text/javascript; charset=utf-8", "no-cache"));
    assert_eq!(kinds("logo.svg"), ("image/svg+xml", "public, max-age=3600"));
    assert_eq!(stack.text("js/app.js"), "run()");
}

#[tokio::test]
async fn the_answer_is_what_cloudformation_expects() {
    let stack = Stack::start(&[("index.html", "<p>hi")]).await;
    let letter = stack.send(stack.event("Create")).await;
    let event = stack.event("Create");
    let expected = json!({
        "Status": "SUCCESS",
        "Reason": "1 files",
        "PhysicalResourceId": "site",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": "PageFiles",
    });
    assert_eq!(letter.body, expected);
    assert_eq!(letter.content_type.as_deref(), Some(""));
    assert!(!letter.signed);
}

#[tokio::test]
async fn templates_get_the_values_of_the_stack() {
    let files = [
        ("config.js.hbs", "export const url = {{json config.webSocketUrl}};\n"),
        ("index.html.hbs", "<title>{{config.title}}</title>"),
    ];
    let stack = Stack::start(&files).await;
    stack.send(stack.event("Create")).await;
    assert_eq!(stack.keys(), ["config.js", "index.html"]);
    let url = "wss://abc123.execute-api.us-east-1.amazonaws.com/dev";
    assert_eq!(stack.text("config.js"), format!("export const url = \"{url}\";\n"));
    assert_eq!(stack.text("index.html"), "<title>Visitors &amp; friends</title>");
    assert_eq!(stack.buckets.objects("site")["config.js"].content_type, "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn pages_come_after_all_that_they_name() {
    let names = ["a.html", "b.css", "index.html", "m.js", "z.png"].map(|name| (name, "x"));
    let stack = Stack::start(&names).await;
    stack.send(stack.event("Create")).await;
    let order = stack.buckets.order();
    let first_page = order.iter().position(|key| key.ends_with(".html")).unwrap();
    assert_eq!(first_page, 3, "{order:?}");
}

#[tokio::test]
async fn an_update_deletes_what_is_no_longer_there_over_all_pages_of_the_list() {
    let stack = Stack::start(&[("index.html", "new"), ("a/b.js", "new")]).await;
    for n in 0..10 {
        stack.buckets.put("site", &format!("old/{n}.js"));
    }
    stack.buckets.put("site", "index.html");
    assert_eq!(stack.send(stack.event("Update")).await.body["Status"], "SUCCESS");
    assert_eq!(stack.keys(), ["a/b.js", "index.html"]);
    assert_eq!(stack.text("index.html"), "new");
    assert!(stack.buckets.lists() > 3, "{} lists", stack.buckets.lists());
}

#[tokio::test]
async fn a_repeated_request_ends_in_the_same_bucket() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    for kind in ["Create", "Create", "Update"] {
        assert_eq!(stack.send(stack.event(kind)).await.body["PhysicalResourceId"], "site");
        assert_eq!(stack.keys(), ["index.html"]);
    }
}

#[tokio::test]
async fn a_delete_empties_the_bucket() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    stack.send(stack.event("Create")).await;
    stack.buckets.put("site", "uploaded-by-hand");
    assert_eq!(stack.send(stack.event("Delete")).await.body["Status"], "SUCCESS");
    assert!(stack.keys().is_empty());
}

#[tokio::test]
async fn a_delete_of_what_never_was_succeeds() {
    let stack = Stack::start(&[]).await;
    let mut event = stack.event("Delete");
    event["ResourceProperties"]["Bucket"] = json!("no-such-bucket");
    assert_eq!(stack.send(event.clone()).await.body["Status"], "SUCCESS");
    event["ResourceProperties"] = json!({});
    event["PhysicalResourceId"] = json!("PageFiles");
    let letter = stack.send(event).await;
    assert_eq!(
        (&letter.body["Status"], &letter.body["PhysicalResourceId"]),
        (&json!("SUCCESS"), &json!("PageFiles"))
    );
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    stack.buckets.put("site", "old.html");
    for kind in ["Create", "Update", "Delete"] {
        stack.send(stack.event(kind)).await;
    }
    stack.buckets.calls().check(include_str!("../src/lib.rs"), &[("property Bucket", "site")]);
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_answered_all_the_same() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    let url = stack.mailbox.url();
    stack.check_failed(json!({ "ResponseURL": url }), "`RequestType` is null").await;
    stack
        .check_failed(json!({"ResponseURL": url, "RequestType": "Explode"}), "`RequestType` is \"Explode\"")
        .await;
    stack
        .check_failed(json!({"ResponseURL": url, "RequestType": "Create"}), "property `Bucket` is null")
        .await;
    let mut event = stack.event("Create");
    event["ResourceProperties"]["Config"] = json!("?");
    stack.check_failed(event, "property `Config` is \"?\"").await;
    assert!(stack.keys().is_empty());
}

#[tokio::test]
async fn an_event_with_nobody_to_answer_is_dropped() {
    let stack = Stack::start(&[]).await;
    for event in [json!(null), json!([]), json!({"RequestType": "Create"})] {
        stack.handler.handle(event, Deadline::after(Duration::from_secs(60))).await.unwrap();
    }
    assert!(stack.mailbox.letters().is_empty());
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    let mut event = stack.event("Create");
    event["ResourceProperties"]["Bucket"] = json!("no-such-bucket");
    stack.check_failed(event, "NoSuchBucket").await;

    stack.buckets.put("site", "precious");
    stack.buckets.protect("precious");
    stack.check_failed(stack.event("Delete"), "could not be deleted").await;

    stack.site.write("config.js.hbs", "{{json config.missing}}");
    stack.check_failed(stack.event("Create"), "template `config.js.hbs` cannot be rendered").await;
}

#[tokio::test]
async fn a_bundle_without_a_site_never_empties_the_bucket() {
    let stack = Stack::start(&[]).await;
    stack.buckets.put("site", "index.html");
    stack.check_failed(stack.event("Update"), "has no files").await;
    assert_eq!(stack.keys(), ["index.html"]);

    let handler = SiteDeployer::new(&Aws::local(stack.buckets.url()), "/no/such/folder");
    let stack = Stack { handler, ..stack };
    stack
        .check_failed(stack.event("Update"), "the folder `/no/such/folder` of the bundle cannot be read")
        .await;
}

#[tokio::test]
async fn the_end_of_the_functions_time_is_told_before_it_comes() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    let letter = stack.send_until(stack.event("Create"), Deadline::after(Duration::from_secs(1))).await;
    assert_eq!(letter.body["Status"], "FAILED");
    assert!(letter.body["Reason"].as_str().unwrap().contains("not enough time"));
}

#[tokio::test]
async fn every_attempt_to_tell_fits_in_before_the_deadline() {
    // Take connections and never say a word.
    let [bucket, mailbox] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let url = |silent: &TcpListener| format!("http://{}", silent.local_addr().unwrap());
    let stack = Stack::start(&[("index.html", "x")]).await;
    let handler = SiteDeployer::new(&Aws::local(url(&bucket)), &stack.site.0);
    let mut event = stack.event("Create");
    event["ResponseURL"] = json!(url(&mailbox));
    let (start, time) = (Instant::now(), Duration::from_secs(8));
    let lost = handler.handle(event, Deadline::after(time)).await;
    assert_eq!(lost.unwrap_err().to_string(), "there was no answer within 2 s");
    assert!(start.elapsed() < time, "{:?}", start.elapsed());
    // Every attempt is a connection of its own: none was left out.
    mailbox.set_nonblocking(true).unwrap();
    assert_eq!(mailbox.incoming().map_while(Result::ok).count(), 3);
}

#[tokio::test]
async fn the_answer_is_sent_again_if_it_was_not_taken() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    stack.mailbox.refuse(2);
    assert_eq!(stack.send(stack.event("Create")).await.body["Status"], "SUCCESS");

    stack.mailbox.refuse(3);
    let lost = stack.handler.handle(stack.event("Update"), Deadline::after(Duration::from_secs(60))).await;
    assert_eq!(lost.unwrap_err().to_string(), "the answer was 503");
}

#[tokio::test]
async fn a_long_reason_is_cut_to_what_cloudformation_takes() {
    let stack = Stack::start(&[("index.html", "x")]).await;
    let mut event = stack.event("Create");
    event["ResourceProperties"]["Config"] = json!("ä".repeat(5_000));
    let letter = stack.send(event).await;
    assert!(letter.body.to_string().len() < 4_096);
}
