//! A viewer of one distribution, `d1`, in front of a bucket with a small site.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use stackwright_objects::{
    Access, Behaviour, Distribution, Distributions, HeadersPolicy, Objects, Origin, Settings,
};

pub(crate) struct Viewer {
    pub(crate) objects: Objects,
    pub(crate) distributions: Distributions,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// What an origin access control lets a distribution do: read objects, not list them.
pub(crate) fn reading() -> Access {
    Access::by(|permission| match permission.action {
        "s3:GetObject" => Ok(()),
        action => Err(format!("cloudfront.amazonaws.com is not authorized to perform: {action}")),
    })
}

pub(crate) fn bucket(path: &str) -> Origin {
    Origin::Bucket { bucket: "site-files".to_owned(), path: path.to_owned(), access: reading() }
}

pub(crate) fn behaviour(origin: &str) -> Behaviour {
    Behaviour { origin: origin.to_owned(), methods: vec![Method::GET, Method::HEAD], headers: None }
}

/// The bucket at every path, `index.html` at the root.
pub(crate) fn distribution() -> Distribution {
    Distribution {
        default_root_object: Some("index.html".to_owned()),
        origins: [("files".to_owned(), bucket(""))].into(),
        behaviours: Vec::new(),
        default_behaviour: behaviour("files"),
        error_pages: Vec::new(),
    }
}

/// The same with a policy for all responses.
pub(crate) fn with_policy(policy: HeadersPolicy) -> Distribution {
    let headers = Some(Arc::new(policy));
    Distribution { default_behaviour: Behaviour { headers, ..behaviour("files") }, ..distribution() }
}

impl Viewer {
    pub(crate) async fn of(distribution: Distribution) -> Viewer {
        let objects = Objects::open(Settings::default()).unwrap();
        objects.define("site-files").unwrap();
        let distributions = Distributions::new(objects.clone());
        distributions.define("d1", distribution);
        let viewer = Viewer { objects, distributions };
        for (key, kind, text) in [
            ("index.html", "text/html", "<p>home"),
            ("docs/index.html", "text/html", "<p>docs"),
            ("404.html", "text/html", "<p>not here"),
            ("js/a%20b.js", "text/javascript", "run()"),
            ("v2/index.html", "text/html", "<p>home 2"),
        ] {
            viewer.put(key, kind, text).await;
        }
        viewer
    }

    pub(crate) async fn put(&self, key: &str, kind: &str, text: &'static str) {
        let request = Request::builder().method("PUT").uri(format!("/site-files/{key}"));
        let request = request.header("content-type", kind).header("x-frame-options", "ignored");
        let request = request.header("cache-control", "no-cache").body(Body::from(text)).unwrap();
        assert_eq!(self.objects.answer(request, &Access::full()).await.status(), 200);
    }

    pub(crate) async fn send(&self, line: &str, headers: &[&str]) -> Answer {
        let (method, uri) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        let response = self.distributions.answer("d1", request.body(Body::empty()).unwrap()).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[]).await
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn says(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.text.as_str()), (status, text));
    }
}
