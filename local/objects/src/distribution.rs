//! What a CloudFront distribution is: where things come from, and which requests are for what.
//! Answers nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use futures_util::future::BoxFuture;

use crate::access::Access;
use crate::headers_policy::HeadersPolicy;
use crate::path_pattern::PathPattern;

/// A distribution.
///
/// See [its configuration](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html).
#[derive(Clone, Debug)]
pub struct Distribution {
    /// What is answered at `/`, such as `index.html`; nowhere else.
    pub default_root_object: Option<String>,
    /// Where things come from, by id.
    pub origins: BTreeMap<String, Origin>,
    /// In their order: the first whose pattern matches the path counts.
    pub behaviours: Vec<(PathPattern, Behaviour)>,
    /// For all other paths.
    pub default_behaviour: Behaviour,
    /// What is answered in place of errors.
    pub error_pages: Vec<ErrorPage>,
}

/// What happens to requests of some paths.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The id of its origin.
    pub origin: String,
    /// The methods that are let through.
    pub methods: Vec<Method>,
    /// What its responses get and lose.
    pub headers: Option<Arc<HeadersPolicy>>,
}

/// Where things come from.
#[derive(Clone)]
pub enum Origin {
    /// A bucket, of these buckets.
    Bucket {
        /// Its name.
        bucket: String,
        /// What is put before the path, such as `/site`; often nothing.
        path: String,
        /// What the distribution may do there: what the bucket's policy lets CloudFront do.
        access: Access,
    },
    /// An API, say: it gets the request with this before its path.
    Service {
        /// What is put before the path, such as `/prod`; often nothing.
        path: String,
        /// Answers requests.
        answer: Arc<Service>,
    },
}

/// Answers a request.
pub type Service = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Bucket { bucket, path, .. } => write!(f, "bucket {bucket}{path}"),
            Origin::Service { path, .. } => write!(f, "service {path}"),
        }
    }
}

/// A page in place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPage {
    /// The status it is for, such as 404.
    pub code: u16,
    /// Its path, such as `/index.html`.
    pub page: String,
    /// The status of the response; that of the error if there is none.
    pub status: Option<u16>,
}

impl Distribution {
    /// The behaviour for a path, which is decoded and begins with `/`.
    pub(crate) fn behaviour(&self, path: &str) -> &Behaviour {
        let first = self.behaviours.iter().find(|(pattern, _)| pattern.matches(path));
        first.map_or(&self.default_behaviour, |(_, behaviour)| behaviour)
    }

    pub(crate) fn error_page(&self, status: u16) -> Option<&ErrorPage> {
        self.error_pages.iter().find(|page| page.code == status)
    }
}
