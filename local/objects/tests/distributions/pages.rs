use std::sync::Arc;

use axum::extract::Request;
use axum::http::Method;
use axum::response::IntoResponse as _;
use stackwright_objects::{Behaviour, Distribution, ErrorPage, Origin, PathPattern};

use crate::viewer::{Viewer, behaviour, bucket, distribution};

#[tokio::test]
async fn objects_are_served_by_their_path() {
    let viewer = Viewer::of(distribution()).await;
    viewer.get("/index.html").await.says(200, "<p>home");
    viewer.get("/docs/index.html").await.says(200, "<p>docs");
    viewer.get("/js/a%20b.js?v=1").await.says(200, "run()");
    let answer = viewer.get("/index.html").await;
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("text/html", "no-cache"));
    assert_eq!((answer.header("server"), answer.header("x-cache")), ("AmazonS3", "Miss from cloudfront"));
    assert!(answer.header("via").ends_with(".cloudfront.net (CloudFront)"));
    assert_eq!(answer.header("x-amz-request-id"), "");
}

#[tokio::test]
async fn the_root_object_is_at_the_root_only() {
    let viewer = Viewer::of(distribution()).await;
    viewer.get("/").await.says(200, "<p>home");
    viewer.get("/?q=1").await.says(200, "<p>home");
    assert_eq!(viewer.get("/docs/").await.status, 403);
    assert_eq!(viewer.get("/docs").await.status, 403);
    let viewer = Viewer::of(Distribution { default_root_object: None, ..distribution() }).await;
    assert_eq!(viewer.get("/").await.status, 403);
}

#[tokio::test]
async fn what_is_missing_is_denied_unless_the_bucket_may_be_listed() {
    let viewer = Viewer::of(distribution()).await;
    let answer = viewer.get("/none.html").await;
    assert_eq!((answer.status, answer.header("x-cache")), (403, "Error from cloudfront"));
    assert!(answer.text.contains("<Code>AccessDenied</Code>"), "{}", answer.text);
    let origin = Origin::Bucket {
        bucket: "site-files".to_owned(),
        path: String::new(),
        access: stackwright_objects::Access::full(),
    };
    let origins = [("files".to_owned(), origin)].into();
    let viewer = Viewer::of(Distribution { origins, ..distribution() }).await;
    let answer = viewer.get("/none.html").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("<Code>NoSuchKey</Code>"), "{}", answer.text);
}

#[tokio::test]
async fn no_path_leads_out_of_the_bucket() {
    let viewer = Viewer::of(distribution()).await;
    viewer.objects.define("other").unwrap();
    for path in ["/../other/x", "/%2e%2e/other/x", "/..%2fother/x", "/docs/../index.html", "//index.html"] {
        assert_eq!(viewer.get(path).await.status, 403, "{path}");
    }
    // A parameter that would mean something to S3.
    viewer.get("/index.html?acl").await.says(200, "<p>home");
    assert_eq!(viewer.get("/%ff").await.status, 400);
}

#[tokio::test]
async fn methods_are_let_through_as_declared() {
    let viewer = Viewer::of(distribution()).await;
    viewer.send("HEAD /", &[]).await.says(200, "");
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = viewer.send(&format!("{method} /index.html"), &[]).await;
        assert_eq!((answer.status, answer.header("server")), (403, "CloudFront"));
        assert!(answer.text.contains("not configured to allow the HTTP request method"));
    }
    viewer.get("/index.html").await.says(200, "<p>home");
}

#[tokio::test]
async fn conditions_and_ranges_reach_the_bucket() {
    let viewer = Viewer::of(distribution()).await;
    let tag = viewer.get("/").await.header("etag").to_owned();
    let answer = viewer.send("GET /", &[&format!("if-none-match: {tag}")]).await;
    answer.says(304, "");
    assert_eq!((answer.header("etag"), answer.header("x-cache")), (tag.as_str(), "Miss from cloudfront"));
    let answer = viewer.send("GET /", &["range: bytes=0-2"]).await;
    answer.says(206, "<p>");
    assert_eq!(answer.header("content-range"), "bytes 0-2/7");
}

#[tokio::test]
async fn an_unknown_distribution_is_told() {
    let viewer = Viewer::of(distribution()).await;
    viewer.distributions.remove("d1");
    assert_eq!(viewer.get("/").await.status, 403);
}

fn page(code: u16, page: &str, status: Option<u16>) -> ErrorPage {
    ErrorPage { code, page: page.to_owned(), status }
}

#[tokio::test]
async fn pages_stand_in_for_errors() {
    let error_pages = vec![page(403, "/404.html", Some(404))];
    let viewer = Viewer::of(Distribution { error_pages, ..distribution() }).await;
    let answer = viewer.get("/none").await;
    answer.says(404, "<p>not here");
    assert_eq!(
        (answer.header("x-cache"), answer.header("content-type")),
        ("Error from cloudfront", "text/html")
    );
    viewer.send("HEAD /none", &[]).await.says(404, "");
    viewer.get("/index.html").await.says(200, "<p>home");

    let error_pages = vec![page(403, "/404.html", None)];
    let viewer = Viewer::of(Distribution { error_pages, ..distribution() }).await;
    viewer.get("/none").await.says(403, "<p>not here");
}

#[tokio::test]
async fn every_path_of_an_application_is_its_page() {
    let error_pages = vec![page(403, "/index.html", Some(200))];
    let viewer = Viewer::of(Distribution { error_pages, ..distribution() }).await;
    let answer = viewer.send("GET /any/route", &["if-none-match: \"x\"", "range: bytes=0-0"]).await;
    answer.says(200, "<p>home");
    assert_eq!(answer.header("x-cache"), "Error from cloudfront");
}

#[tokio::test]
async fn a_page_that_is_missing_too_changes_nothing() {
    let error_pages = vec![page(403, "/gone.html", Some(200))];
    let viewer = Viewer::of(Distribution { error_pages, ..distribution() }).await;
    let answer = viewer.get("/none").await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("<Code>AccessDenied</Code>"));
}

#[tokio::test]
async fn the_first_behaviour_that_matches_counts() {
    let origins = [("files".to_owned(), bucket("")), ("second".to_owned(), bucket("/v2"))].into();
    let behaviours = vec![
        (PathPattern::new("docs/*"), behaviour("files")),
        (PathPattern::new("*/index.html"), behaviour("second")),
        (PathPattern::new("/lost/*"), behaviour("unknown")),
    ];
    let viewer = Viewer::of(Distribution { origins, behaviours, ..distribution() }).await;
    viewer.get("/docs/index.html").await.says(200, "<p>docs");
    viewer.get("/").await.says(200, "<p>home");
    assert_eq!(viewer.get("/x/index.html").await.status, 403);
    assert_eq!(viewer.get("/lost/x").await.status, 502);
}

#[tokio::test]
async fn a_path_can_go_to_a_service() {
    let service = Origin::Service {
        path: "/prod".to_owned(),
        answer: Arc::new(|request: Request| {
            Box::pin(async move { format!("{} {}", request.method(), request.uri()).into_response() })
        }),
    };
    let origins = [("files".to_owned(), bucket("")), ("api".to_owned(), service)].into();
    let methods = vec![Method::GET, Method::POST];
    let behaviours = vec![(PathPattern::new("/api/*"), Behaviour { methods, ..behaviour("api") })];
    let viewer = Viewer::of(Distribution { origins, behaviours, ..distribution() }).await;
    viewer.send("POST /api/notes?a=1", &[]).await.says(200, "POST /prod/api/notes?a=1");
    assert_eq!(viewer.send("DELETE /api/notes", &[]).await.status, 403);
    viewer.get("/").await.says(200, "<p>home");
}
