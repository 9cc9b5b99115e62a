//! All buckets together, and the protocol in front of them.
//! Does not check signatures: a request comes here when it is known whose it is.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;

use crate::access::Access;
use crate::bucket::{Bucket, is_name};
use crate::call::Call;
use crate::operation::Operation;
use crate::operations::Asked;
use crate::payload::Incoming;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::shelf::{Index, Shelf};

/// Buckets. Clones are the same buckets.
#[derive(Clone, Debug)]
pub struct Objects(Arc<Buckets>);

/// Why there are no buckets to be had.
#[derive(Debug, thiserror::Error)]
#[error("folder {} for buckets: {source}", folder.display())]
pub struct OpenError {
    /// The folder asked for.
    pub folder: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Why there is no such bucket.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// S3 allows no such name.
    #[error(
        "bucket name `{0}`: 3 to 63 of `a-z`, `0-9`, `.` and `-`, with a letter or digit at both ends, no `..`, and no \
         IP address"
    )]
    Name(String),
    /// Its folder cannot be made.
    #[error("folder of bucket `{name}`: {source}")]
    Folder {
        /// The bucket's name.
        name: String,
        /// Why.
        source: io::Error,
    },
}

impl Objects {
    /// Buckets with the objects that their folder has.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read, or has what these buckets did not write.
    pub fn open(settings: Settings) -> Result<Objects, OpenError> {
        let found = match &settings.folder {
            Some(folder) => {
                Shelf::all(folder).map_err(|source| OpenError { folder: folder.clone(), source })?
            }
            None => Vec::new(),
        };
        let bucket = |(name, created, shelf, objects): (String, u64, Shelf, Index)| {
            (name.clone(), Arc::new(Bucket::new(&name, created, shelf, objects)))
        };
        let all = Mutex::new(found.into_iter().map(bucket).collect());
        Ok(Objects(Arc::new(Buckets { settings, all })))
    }

    /// Makes a bucket unless it is there: then it keeps what it has.
    ///
    /// # Errors
    ///
    /// If it may not have that name, or cannot be written to the folder.
    pub fn define(&self, bucket: &str) -> Result<(), BucketError> {
        if !is_name(bucket) {
            return Err(BucketError::Name(bucket.to_owned()));
        }
        let made = self.0.make(bucket);
        made.map(drop).map_err(|source| BucketError::Folder { name: bucket.to_owned(), source })
    }

    /// Removes a bucket if it is empty, and says whether it is gone: a bucket with objects stays, as one does that
    /// CloudFormation fails to delete.
    pub fn remove(&self, bucket: &str) -> bool {
        match self.0.find(bucket) {
            Ok(found) => self.0.delete(&found).is_ok(),
            Err(_) => true,
        }
    }

    /// Whether there is such a bucket: then a path that begins with its name is S3's.
    #[must_use]
    pub fn has(&self, bucket: &str) -> bool {
        self.0.find(bucket).is_ok()
    }

    /// Answers a request of S3's API, path-style: `/bucket/key`. What the caller may do is asked of `access`.
    pub async fn answer(&self, request: Request, access: &Access) -> Response {
        let (parts, body) = request.into_parts();
        let mut incoming = Incoming::new(body, &parts.headers, self.0.settings.patience);
        let request_id = (self.0.settings.unique_id)();
        let mut response = match self.perform(&parts, &mut incoming, access).await {
            Ok(response) => response,
            Err(refusal) => {
                incoming.drain(self.0.settings.largest_object).await;
                refusal.into_response(parts.uri.path(), &request_id)
            }
        };
        sign(response.headers_mut(), &request_id);
        if parts.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    /// Where ids come from, for who answers in front of these buckets.
    pub(crate) fn unique_id(&self) -> Arc<dyn Fn() -> String + Send + Sync> {
        Arc::clone(&self.0.settings.unique_id)
    }

    async fn perform(
        &self,
        parts: &Parts,
        incoming: &mut Incoming,
        access: &Access,
    ) -> Result<Response, Refusal> {
        let call = Call::read(parts)?;
        let operation = Operation::of(&call)?;
        Asked { buckets: &self.0, call: &call, access }.perform(operation, incoming).await
    }
}

fn sign(headers: &mut HeaderMap, request_id: &str) {
    headers.insert("server", HeaderValue::from_static("AmazonS3"));
    for name in ["x-amz-request-id", "x-amz-id-2"] {
        if let Ok(value) = HeaderValue::from_str(request_id) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// What the clones share.
#[derive(Debug)]
pub(crate) struct Buckets {
    pub(crate) settings: Settings,
    all: Mutex<BTreeMap<String, Arc<Bucket>>>,
}

impl Buckets {
    pub(crate) fn find(&self, bucket: &str) -> Result<Arc<Bucket>, Refusal> {
        self.all().get(bucket).cloned().ok_or_else(|| Refusal::no_such_bucket(bucket))
    }

    /// All of them, by name.
    pub(crate) fn list(&self) -> Vec<Arc<Bucket>> {
        self.all().values().cloned().collect()
    }

    /// Makes a bucket, and says whether it is new.
    pub(crate) fn make(&self, name: &str) -> io::Result<bool> {
        let mut all = self.all();
        if all.contains_key(name) {
            return Ok(false);
        }
        let created = self.settings.now();
        let shelf = Shelf::make(self.settings.folder.as_deref(), name, created)?;
        all.insert(name.to_owned(), Arc::new(Bucket::new(name, created, shelf, Index::new())));
        Ok(true)
    }

    pub(crate) fn delete(&self, bucket: &Bucket) -> Result<(), Refusal> {
        // Until it is forgotten, none of its name may be made: they would share a folder.
        let mut all = self.all();
        bucket.delete_empty()?;
        all.remove(&bucket.name);
        Ok(())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Bucket>>> {
        // Nothing panics in the middle of a change.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
