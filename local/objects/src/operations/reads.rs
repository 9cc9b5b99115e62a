//! Objects, read whole or in part.
//! Gives no part by its number and no list of attributes.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, RANGE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::access::Permission;
use crate::conditions::{Conditions, Reading};
use crate::headers::{self, text};
use crate::moment;
use crate::object::{About, Object};
use crate::operations::{Asked, check_version, set, set_checksum, set_encryption};
use crate::range::Wanted;
use crate::refusal::Refusal;

/// What a reader who signs may have the answer say, and the header it is said in.
const OVERRIDES: [(&str, &str); 6] = [
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    pub(super) async fn read_object(&self, is_head: bool) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:GetObject")?;
        check_version(self.call.query.text("versionId"))?;
        let object = bucket.object(&self.call.key).map_err(|missing| self.hidden(missing))?;
        let conditions = Conditions::read(&self.call.headers);
        let reading = conditions.check_read(&object.about)?;
        let range =
            text(&self.call.headers, RANGE.as_str()).filter(|_| conditions.is_range_of(&object.about));
        let mut response = match reading {
            Reading::NotModified => StatusCode::NOT_MODIFIED.into_response(),
            Reading::Wanted => self.respond(&object, range, is_head).await?,
        };
        self.describe(&object.about, response.headers_mut());
        if reading == Reading::NotModified {
            response.headers_mut().remove("content-type");
        }
        Ok(response)
    }

    /// Who may not list a bucket is not told what is not in it.
    fn hidden(&self, missing: Refusal) -> Refusal {
        let list = Permission::on_bucket("s3:ListBucket", &self.call.bucket);
        self.allow(&list).err().unwrap_or(missing)
    }

    async fn respond(
        &self,
        object: &Object,
        range: Option<&str>,
        is_head: bool,
    ) -> Result<Response, Refusal> {
        let length = object.about.length;
        let (status, range) = match Wanted::read(range, length) {
            Wanted::All => (StatusCode::OK, 0..length),
            Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
            Wanted::Unsatisfiable => {
                return Err(Refusal::invalid_range(range.unwrap_or_default(), length));
            }
        };
        let body = match is_head {
            true => Body::empty(),
            false => object.content.read(range.clone()).await?.into_body(),
        };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
        if status == StatusCode::PARTIAL_CONTENT {
            let content = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            set(headers, "content-range", &content);
        } else if text(&self.call.headers, "x-amz-checksum-mode") == Some("ENABLED") {
            set_checksum(headers, &object.about.checksum);
        }
        Ok(response)
    }

    fn describe(&self, about: &About, headers: &mut HeaderMap) {
        set(headers, "content-type", "binary/octet-stream");
        headers::write(&about.headers, headers);
        set(headers, "accept-ranges", "bytes");
        set(headers, "etag", &about.quoted_etag());
        set(headers, "last-modified", &moment::http(about.modified));
        set_encryption(headers);
        for (parameter, name) in OVERRIDES {
            if let Some(value) = self.call.query.some(parameter) {
                set(headers, name, value);
            }
        }
    }
}
