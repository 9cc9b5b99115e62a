//! What is answered when something is not done, in S3's words.
//! Not for what CloudFront says: it has words of its own.

use axum::http::StatusCode;
use axum::response::Response;

use crate::xml::Element;

/// An error of S3.
///
/// See [error responses](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Elements that some errors add, such as `BucketName`.
    details: Vec<(&'static str, String)>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), details: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.details.push((name, value.to_string()));
        self
    }

    /// As one of the errors of a request about many objects.
    pub(crate) fn of_key(&self, key: &str) -> Element {
        Element::new("Error").with("Key", key).with("Code", self.code).with("Message", &self.message)
    }

    /// The document; a response to `HEAD` has its status only, which the caller sees to.
    pub(crate) fn into_response(self, resource: &str, request_id: &str) -> Response {
        let mut error = Element::new("Error").with("Code", self.code).with("Message", self.message);
        for (name, value) in self.details {
            error = error.with(name, value);
        }
        let error = error.with("Resource", resource).with("RequestId", request_id).with("HostId", request_id);
        error.into_error(self.status)
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub(crate) fn no_such_bucket(bucket: &str) -> Refusal {
        let refusal =
            Refusal::new(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist");
        refusal.with("BucketName", bucket)
    }

    pub(crate) fn no_such_key(key: &str) -> Refusal {
        let refusal = Refusal::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
        refusal.with("Key", key)
    }

    pub(crate) fn no_such_upload(id: &str) -> Refusal {
        let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have \
                       been aborted or completed.";
        Refusal::new(StatusCode::NOT_FOUND, "NoSuchUpload", message).with("UploadId", id)
    }

    pub(crate) fn bucket_not_empty(bucket: &str) -> Refusal {
        let message = "The bucket you tried to delete is not empty";
        Refusal::new(StatusCode::CONFLICT, "BucketNotEmpty", message).with("BucketName", bucket)
    }

    pub(crate) fn bucket_exists(bucket: &str) -> Refusal {
        let message = "Your previous request to create the named bucket succeeded and you already own it.";
        Refusal::new(StatusCode::CONFLICT, "BucketAlreadyOwnedByYou", message).with("BucketName", bucket)
    }

    pub(crate) fn bad_bucket_name(bucket: &str) -> Refusal {
        let message = "The specified bucket is not valid.";
        Refusal::new(StatusCode::BAD_REQUEST, "InvalidBucketName", message).with("BucketName", bucket)
    }

    pub(crate) fn other_region(region: &str) -> Refusal {
        let message = format!(
            "The {region} location constraint is incompatible for the region specific endpoint this request was \
             sent to."
        );
        Refusal::new(StatusCode::BAD_REQUEST, "IllegalLocationConstraintException", message)
    }

    pub(crate) fn invalid_argument(name: &str, value: &str, message: impl Into<String>) -> Refusal {
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, "InvalidArgument", message);
        refusal.with("ArgumentName", name).with("ArgumentValue", value)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    pub(crate) fn invalid_uri() -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "InvalidURI", "Couldn't parse the specified URI.")
    }

    pub(crate) fn key_too_long(size: usize) -> Refusal {
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, "KeyTooLongError", "Your key is too long");
        refusal.with("Size", size).with("MaxSizeAllowed", 1024)
    }

    pub(crate) fn malformed_xml() -> Refusal {
        let message =
            "The XML you provided was not well-formed or did not validate against our published schema";
        Refusal::new(StatusCode::BAD_REQUEST, "MalformedXML", message)
    }

    pub(crate) fn not_implemented(what: &str) -> Refusal {
        let message =
            format!("A header or query you provided implies functionality that is not implemented: {what}");
        Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    pub(crate) fn method_not_allowed(method: &str) -> Refusal {
        let message = "The specified method is not allowed against this resource.";
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message).with("Method", method)
    }

    pub(crate) fn no_acl() -> Refusal {
        let message = "The bucket does not allow ACLs";
        Refusal::new(StatusCode::BAD_REQUEST, "AccessControlListNotSupported", message)
    }

    pub(crate) fn too_large(largest: u64) -> Refusal {
        let message = "Your proposed upload exceeds the maximum allowed size";
        Refusal::new(StatusCode::BAD_REQUEST, "EntityTooLarge", message).with("MaxSizeAllowed", largest)
    }

    pub(crate) fn too_small(part: u16, size: u64, smallest: u64) -> Refusal {
        let message = "Your proposed upload is smaller than the minimum allowed size";
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, "EntityTooSmall", message);
        refusal.with("ProposedSize", size).with("MinSizeAllowed", smallest).with("PartNumber", part)
    }

    pub(crate) fn headers_too_large() -> Refusal {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        Refusal::new(StatusCode::BAD_REQUEST, "MetadataTooLarge", message).with("MaxSizeAllowed", 2048)
    }

    pub(crate) fn missing_length() -> Refusal {
        let message = "You must provide the Content-Length HTTP header.";
        Refusal::new(StatusCode::LENGTH_REQUIRED, "MissingContentLength", message)
    }

    pub(crate) fn incomplete() -> Refusal {
        let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
        Refusal::new(StatusCode::BAD_REQUEST, "IncompleteBody", message)
    }

    pub(crate) fn timed_out() -> Refusal {
        let message = "Your socket connection to the server was not read from or written to within the timeout \
                       period. Idle connections will be closed.";
        Refusal::new(StatusCode::BAD_REQUEST, "RequestTimeout", message)
    }

    pub(crate) fn invalid_digest() -> Refusal {
        let message = "The Content-MD5 you specified was invalid.";
        Refusal::new(StatusCode::BAD_REQUEST, "InvalidDigest", message)
    }

    pub(crate) fn bad_digest(algorithm: &str) -> Refusal {
        let message = format!("The {algorithm} you specified did not match the calculated checksum.");
        Refusal::new(StatusCode::BAD_REQUEST, "BadDigest", message)
    }

    pub(crate) fn other_payload() -> Refusal {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        Refusal::new(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch", message)
    }

    pub(crate) fn precondition_failed(condition: &str) -> Refusal {
        let message = "At least one of the pre-conditions you specified did not hold";
        let refusal = Refusal::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message);
        refusal.with("Condition", condition)
    }

    pub(crate) fn invalid_range(range: &str, length: u64) -> Refusal {
        let message = "The requested range is not satisfiable";
        let refusal = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message);
        refusal.with("RangeRequested", range).with("ActualObjectSize", length)
    }

    pub(crate) fn invalid_part() -> Refusal {
        let message = "One or more of the specified parts could not be found.  The part may not have been \
                       uploaded, or the specified entity tag may not match the part's entity tag.";
        Refusal::new(StatusCode::BAD_REQUEST, "InvalidPart", message)
    }

    pub(crate) fn invalid_part_order() -> Refusal {
        let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
        Refusal::new(StatusCode::BAD_REQUEST, "InvalidPartOrder", message)
    }

    pub(crate) fn internal(error: &std::io::Error) -> Refusal {
        let message = format!("We encountered an internal error: {error}");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Refusal {
        Refusal::internal(&error)
    }
}
