use axum::http::{HeaderName, HeaderValue, Method};
use stackwright_objects::{AddedHeader, Behaviour, Cors, Distribution, HeadersPolicy};

use crate::viewer::{Answer, Viewer, with_policy};

fn header(name: &'static str, value: &'static str, overrides: bool) -> AddedHeader {
    AddedHeader { name: HeaderName::from_static(name), value: HeaderValue::from_static(value), overrides }
}

#[tokio::test]
async fn headers_are_added_replaced_and_removed() {
    let headers = vec![
        header("content-security-policy", "default-src 'self'", true),
        header("cache-control", "max-age=1", true),
        header("content-type", "text/plain", false),
    ];
    let removed = vec!["Server".to_owned(), "x-amz-server-side-encryption".to_owned()];
    let viewer = Viewer::of(with_policy(HeadersPolicy { headers, removed, cors: None })).await;
    for path in ["/", "/none"] {
        let answer = viewer.get(path).await;
        assert_eq!(answer.header("content-security-policy"), "default-src 'self'");
        assert_eq!((answer.header("cache-control"), answer.header("server")), ("max-age=1", ""));
    }
    let answer = viewer.get("/").await;
    assert_eq!(
        (answer.header("content-type"), answer.header("x-amz-server-side-encryption")),
        ("text/html", "")
    );
}

#[tokio::test]
async fn policies_of_aws_are_known() {
    let secure = HeadersPolicy::managed("67f7725c-6f97-4210-82d7-5512b31e9d03").unwrap();
    let answer = Viewer::of(with_policy(secure)).await.get("/").await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    let open = HeadersPolicy::managed("60669652-455b-4ae9-85a4-c4c02393f86c").unwrap();
    let answer = Viewer::of(with_policy(open)).await.send("GET /", &["origin: https://a.test"]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(HeadersPolicy::managed("00000000"), None);
}

fn cors() -> Cors {
    Cors {
        allow_origins: vec!["https://a.test".to_owned(), "https://*.b.test".to_owned()],
        allow_methods: vec!["GET".to_owned(), "PUT".to_owned()],
        allow_headers: vec!["x-colour".to_owned()],
        expose_headers: vec!["etag".to_owned()],
        allow_credentials: false,
        max_age: Some(600),
        overrides: true,
    }
}

async fn send(cors: Cors, line: &str, headers: &[&str]) -> Answer {
    let mut distribution = with_policy(HeadersPolicy { cors: Some(cors), ..HeadersPolicy::default() });
    distribution.default_behaviour.methods.push(Method::OPTIONS);
    Viewer::of(distribution).await.send(line, headers).await
}

async fn check_origin(cors: Cors, origin: &str, allowed: &str) {
    let answer = send(cors, "GET /", &[&format!("origin: {origin}")]).await;
    answer.says(200, "<p>home");
    assert_eq!(answer.header("access-control-allow-origin"), allowed);
    let exposed = if allowed.is_empty() { "" } else { "etag" };
    assert_eq!(answer.header("access-control-expose-headers"), exposed);
}

#[tokio::test]
async fn origins_are_allowed_one_by_one_or_all() {
    check_origin(cors(), "https://a.test", "https://a.test").await;
    check_origin(cors(), "https://x.b.test", "https://x.b.test").await;
    check_origin(cors(), "https://b.test", "").await;
    check_origin(cors(), "https://a.test.evil.test", "").await;
    let all = Cors { allow_origins: vec!["*".to_owned()], ..cors() };
    check_origin(all.clone(), "https://c.test", "*").await;
    check_origin(Cors { allow_credentials: true, ..all }, "https://c.test", "https://c.test").await;
    assert_eq!(send(cors(), "GET /", &[]).await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn preflights_are_answered() {
    let asks = "access-control-request-method: PUT";
    let answer = send(cors(), "OPTIONS /", &["origin: https://a.test", asks]).await;
    answer.says(200, "");
    assert_eq!(answer.header("access-control-allow-origin"), "https://a.test");
    assert_eq!(answer.header("access-control-allow-methods"), "GET, PUT");
    assert_eq!(answer.header("access-control-allow-headers"), "x-colour");
    assert_eq!(answer.header("access-control-max-age"), "600");
    assert_eq!(answer.header("vary"), "Origin");
    let answer = send(cors(), "OPTIONS /", &["origin: https://evil.test", asks]).await;
    assert_eq!(answer.header("access-control-allow-methods"), "");
    let all = Cors { allow_methods: vec!["ALL".to_owned()], ..cors() };
    let answer = send(all, "OPTIONS /", &["origin: https://a.test", asks]).await;
    assert!(answer.header("access-control-allow-methods").contains("DELETE"));
}

#[tokio::test]
async fn a_policy_is_of_its_behaviour() {
    let policy = HeadersPolicy { headers: vec![header("x-added", "1", true)], ..HeadersPolicy::default() };
    let secured = with_policy(policy).default_behaviour;
    let plain = Behaviour { headers: None, ..secured.clone() };
    let behaviours = vec![(stackwright_objects::PathPattern::new("/docs/*"), secured)];
    let distribution = Distribution { behaviours, default_behaviour: plain, ..crate::viewer::distribution() };
    let viewer = Viewer::of(distribution).await;
    assert_eq!(viewer.get("/docs/index.html").await.header("x-added"), "1");
    assert_eq!(viewer.get("/index.html").await.header("x-added"), "");
}
