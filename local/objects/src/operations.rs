//! The operations of S3, one by one: what is allowed, what is done, what is answered.
//! Reads no request line: which operation it is has been decided.

mod buckets;
mod copies;
mod lists;
mod parts;
mod reads;
mod uploads;
mod writes;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

use crate::access::{Access, Permission};
use crate::bucket::Bucket;
use crate::call::Call;
use crate::checksum::Checksum;
use crate::headers::text;
use crate::objects::Buckets;
use crate::operation::Operation;
use crate::payload::Incoming;
use crate::refusal::Refusal;

/// A request whose operation is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) buckets: &'a Buckets,
    pub(crate) call: &'a Call,
    pub(crate) access: &'a Access,
}

impl Asked<'_> {
    pub(crate) async fn perform(
        self,
        operation: Operation,
        body: &mut Incoming,
    ) -> Result<Response, Refusal> {
        self.check_owner()?;
        match operation {
            Operation::ListBuckets => self.list_buckets(),
            Operation::CreateBucket => self.create_bucket(body).await,
            Operation::DeleteBucket => self.delete_bucket(),
            Operation::HeadBucket => self.head_bucket(),
            Operation::GetBucketLocation => self.bucket_location(),
            Operation::GetBucketVersioning => self.bucket_versioning(),
            Operation::ListObjects => self.list_objects(),
            Operation::ListObjectsV2 => self.list_objects_v2(),
            Operation::ListObjectVersions => self.list_versions(),
            Operation::ListMultipartUploads => self.list_uploads(),
            Operation::DeleteObjects => self.delete_objects(body).await,
            Operation::GetObject => self.read_object(false).await,
            Operation::HeadObject => self.read_object(true).await,
            Operation::PutObject => self.put_object(body).await,
            Operation::CopyObject => self.copy_object().await,
            Operation::DeleteObject => self.delete_object(),
            Operation::CreateMultipartUpload => self.create_upload(),
            Operation::UploadPart => self.upload_part(body).await,
            Operation::UploadPartCopy => self.upload_part_copy().await,
            Operation::CompleteMultipartUpload => self.complete_upload(body).await,
            Operation::AbortMultipartUpload => self.abort_upload(),
            Operation::ListParts => self.list_parts(),
        }
    }

    /// A client may say whose it takes the bucket to be.
    fn check_owner(&self) -> Result<(), Refusal> {
        match text(&self.call.headers, "x-amz-expected-bucket-owner") {
            Some(owner) if owner != self.buckets.settings.account => {
                Err(Refusal::access_denied("Access Denied"))
            }
            _ => Ok(()),
        }
    }

    /// The bucket, if the caller may do this to it.
    fn bucket(&self, action: &'static str) -> Result<Arc<Bucket>, Refusal> {
        self.allow(&Permission::on_bucket(action, &self.call.bucket))?;
        self.buckets.find(&self.call.bucket)
    }

    /// The object's bucket, if the caller may do this to the object.
    fn bucket_of_object(&self, action: &'static str) -> Result<Arc<Bucket>, Refusal> {
        self.allow(&Permission::on_object(action, &self.call.bucket, &self.call.key))?;
        self.buckets.find(&self.call.bucket)
    }

    fn allow(&self, permission: &Permission) -> Result<(), Refusal> {
        self.access.check(permission).map_err(Refusal::access_denied)
    }
}

/// Objects of buckets without versions have the version `null`.
fn check_version(version: Option<&str>) -> Result<(), Refusal> {
    match version {
        None | Some("null") => Ok(()),
        Some(other) => Err(Refusal::invalid_argument("versionId", other, "Invalid version id specified")),
    }
}

/// Sets a header whose value is text that came in a header or was made here.
fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

fn set_checksum(headers: &mut HeaderMap, checksum: &Checksum) {
    set(headers, checksum.algorithm.header(), &checksum.value);
    set(headers, "x-amz-checksum-type", checksum.kind.name());
}

/// All objects are encrypted, says S3 since 2023.
fn set_encryption(headers: &mut HeaderMap) {
    set(headers, "x-amz-server-side-encryption", "AES256");
}
