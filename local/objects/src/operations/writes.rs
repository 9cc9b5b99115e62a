//! Objects, put and deleted.
//! Keeps no versions: what is replaced or deleted is gone.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::access::Permission;
use crate::bucket::Bucket;
use crate::conditions::Conditions;
use crate::headers::{self, Kept};
use crate::object::{About, Object, etag};
use crate::operations::{Asked, check_version, set, set_checksum, set_encryption};
use crate::payload::{Announced, Incoming, Received, receive};
use crate::refusal::Refusal;
use crate::xml::Element;

/// Keys in one request.
const MOST_KEYS: usize = 1000;

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
    pub(super) async fn put_object(&self, body: &mut Incoming) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:PutObject")?;
        let kept = headers::kept(&self.call.headers)?;
        let announced = Announced::read(&self.call.headers)?;
        let settings = &self.buckets.settings;
        let sink = bucket.sink(settings).await?;
        let received = receive(body, &announced, sink, settings.largest_object).await?;
        let object = self.object(kept, received);
        let object = bucket.put(object, &Conditions::read(&self.call.headers))?;
        let mut response = StatusCode::OK.into_response();
        let headers = response.headers_mut();
        set(headers, "etag", &object.about.quoted_etag());
        set_checksum(headers, &object.about.checksum);
        set_encryption(headers);
        Ok(response)
    }

    /// An object of the request's key, put at once.
    pub(super) fn object(&self, headers: Kept, received: Received) -> Object {
        let Received { content, md5, checksum } = received;
        let (key, modified) = (self.call.key.clone(), self.buckets.settings.now());
        let (length, etag) = (content.length(), etag(&md5));
        Object { about: About { key, length, etag, modified, headers, checksum }, content }
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
    pub(super) fn delete_object(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:DeleteObject")?;
        check_version(self.call.query.text("versionId"))?;
        bucket.delete(&self.call.key, &Conditions::read(&self.call.headers))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
    pub(super) async fn delete_objects(&self, body: &mut Incoming) -> Result<Response, Refusal> {
        let bucket = self.buckets.find(&self.call.bucket)?;
        let announced = Announced::read(&self.call.headers)?;
        if !announced.is_verifiable() {
            let message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
            return Err(Refusal::invalid_request(message));
        }
        let wish = body.document(&announced).await?.ok_or_else(Refusal::malformed_xml)?;
        let objects: Vec<_> = wish.named("Object").collect();
        if objects.is_empty() || objects.len() > MOST_KEYS {
            return Err(Refusal::malformed_xml());
        }
        let is_quiet = wish.text_of("Quiet") == Some("true");
        let results = objects.into_iter().filter_map(|object| self.delete_one(&bucket, object, is_quiet));
        Ok(Element::new("DeleteResult").all(results).into_response())
    }

    /// What there is to say of one of many.
    fn delete_one(&self, bucket: &Bucket, object: &Element, is_quiet: bool) -> Option<Element> {
        let key = object.text_of("Key").unwrap_or_default();
        match self.try_delete(bucket, object, key) {
            Ok(()) if is_quiet => None,
            Ok(()) => Some(Element::new("Deleted").with("Key", key)),
            Err(refusal) => Some(refusal.of_key(key)),
        }
    }

    fn try_delete(&self, bucket: &Bucket, object: &Element, key: &str) -> Result<(), Refusal> {
        self.allow(&Permission::on_object("s3:DeleteObject", &bucket.name, key))?;
        check_version(object.text_of("VersionId"))?;
        bucket.delete(key, &Conditions::on_tag(object.text_of("ETag")))
    }
}
