//! Which operation of S3 a request is.
//! Every parameter that would make it another one, which is not here, is refused by its name.

use axum::http::Method;

use crate::call::{Call, Query};
use crate::headers::text;
use crate::refusal::Refusal;

/// The operations there are.
///
/// See [the API](https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    ListBuckets,
    CreateBucket,
    DeleteBucket,
    HeadBucket,
    GetBucketLocation,
    GetBucketVersioning,
    ListObjects,
    ListObjectsV2,
    ListObjectVersions,
    ListMultipartUploads,
    DeleteObjects,
    GetObject,
    HeadObject,
    PutObject,
    CopyObject,
    DeleteObject,
    CreateMultipartUpload,
    UploadPart,
    UploadPartCopy,
    CompleteMultipartUpload,
    AbortMultipartUpload,
    ListParts,
}

/// Parameters that make a request one about something that buckets and objects do not have here.
const UNSUPPORTED: [&str; 31] = [
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "logging",
    "metadataConfiguration",
    "metadataTable",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "renameObject",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "select",
    "session",
    "tagging",
    "torrent",
    "website",
    "append",
];

impl Operation {
    pub(crate) fn of(call: &Call) -> Result<Operation, Refusal> {
        let query = &call.query;
        if let Some(name) = UNSUPPORTED.iter().find(|name| query.has(name)) {
            return Err(Refusal::not_implemented(name));
        }
        let operation = match (call.bucket.as_str(), call.key.as_str()) {
            ("", _) => (call.method == Method::GET).then_some(Operation::ListBuckets),
            (_, "") => on_bucket(&call.method, query)?,
            _ => on_object(call)?,
        };
        operation.ok_or_else(|| Refusal::method_not_allowed(call.method.as_str()))
    }
}

fn on_bucket(method: &Method, query: &Query) -> Result<Option<Operation>, Refusal> {
    Ok(Some(match *method {
        Method::GET if query.has("location") => Operation::GetBucketLocation,
        Method::GET if query.has("versioning") => Operation::GetBucketVersioning,
        Method::GET if query.has("versions") => Operation::ListObjectVersions,
        Method::GET if query.has("uploads") => Operation::ListMultipartUploads,
        Method::GET if query.text("list-type") == Some("2") => Operation::ListObjectsV2,
        Method::GET => Operation::ListObjects,
        Method::HEAD => Operation::HeadBucket,
        Method::PUT if query.has("versioning") => return Err(Refusal::not_implemented("versioning")),
        Method::PUT => Operation::CreateBucket,
        Method::DELETE => Operation::DeleteBucket,
        Method::POST if query.has("delete") => Operation::DeleteObjects,
        Method::POST => return Err(Refusal::not_implemented("POST of a form")),
        _ => return Ok(None),
    }))
}

fn on_object(call: &Call) -> Result<Option<Operation>, Refusal> {
    let query = &call.query;
    let is_copy = text(&call.headers, "x-amz-copy-source").is_some();
    Ok(Some(match call.method {
        Method::GET if query.has("uploadId") => Operation::ListParts,
        Method::GET | Method::HEAD if query.has("partNumber") => {
            return Err(Refusal::not_implemented("partNumber"));
        }
        Method::GET => Operation::GetObject,
        Method::HEAD => Operation::HeadObject,
        Method::PUT if query.has("uploadId") && is_copy => Operation::UploadPartCopy,
        Method::PUT if query.has("uploadId") => Operation::UploadPart,
        Method::PUT if is_copy => Operation::CopyObject,
        Method::PUT => Operation::PutObject,
        Method::DELETE if query.has("uploadId") => Operation::AbortMultipartUpload,
        Method::DELETE => Operation::DeleteObject,
        Method::POST if query.has("uploads") => Operation::CreateMultipartUpload,
        Method::POST if query.has("uploadId") => Operation::CompleteMultipartUpload,
        _ => return Ok(None),
    }))
}
