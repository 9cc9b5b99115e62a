//! Bytes of one object into another, or into a part.
//! Copies no lists of access and no tags: there are none.

use std::ops::Range;
use std::sync::Arc;

use axum::response::Response;

use crate::access::Permission;
use crate::bucket::Bucket;
use crate::call::{Query, decoded, names};
use crate::checksum::Algorithm;
use crate::conditions::Conditions;
use crate::headers::{self, text};
use crate::moment;
use crate::object::Object;
use crate::operations::{Asked, check_version};
use crate::payload::{Intake, Received};
use crate::range::Wanted;
use crate::refusal::Refusal;
use crate::xml::Element;

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
    pub(super) async fn copy_object(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:PutObject")?;
        let source = self.source()?;
        let mut kept = headers::kept(&self.call.headers)?;
        match text(&self.call.headers, "x-amz-metadata-directive") {
            Some("REPLACE") => {}
            None | Some("COPY") => {
                self.check_difference(&source)?;
                kept = source.about.headers.clone();
            }
            Some(other) => {
                let message = "Unknown metadata directive.";
                return Err(Refusal::invalid_argument("x-amz-metadata-directive", other, message));
            }
        }
        let algorithm = self.wanted_algorithm()?.unwrap_or(source.about.checksum.algorithm);
        let received = self.copy(&bucket, &source, 0..source.about.length, algorithm).await?;
        let object = bucket.put(self.object(kept, received), &Conditions::read(&self.call.headers))?;
        let about = &object.about;
        let result = Element::new("CopyObjectResult").with("LastModified", moment::iso(about.modified));
        let result = result.with("ETag", about.quoted_etag());
        let result = result.with(&about.checksum.algorithm.element(), &about.checksum.value);
        Ok(result.with("ChecksumType", about.checksum.kind.name()).into_response())
    }

    /// The object to copy, if the caller may read it and it is as the conditions say.
    pub(super) fn source(&self) -> Result<Arc<Object>, Refusal> {
        let header = text(&self.call.headers, "x-amz-copy-source").unwrap_or_default();
        let (path, query) = header.split_once('?').unwrap_or((header, ""));
        // Some clients encode the slash between bucket and key, too.
        let found = if path.trim_start_matches('/').contains('/') {
            names(path)
        } else {
            decoded(path).as_deref().and_then(names)
        };
        let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
        let refusal = || Refusal::invalid_argument("x-amz-copy-source", header, message);
        let (bucket, key) = found.filter(|(_, key)| !key.is_empty()).ok_or_else(refusal)?;
        check_version(Query::read(query).text("versionId"))?;
        self.allow(&Permission::on_object("s3:GetObject", &bucket, &key))?;
        let object = self.buckets.find(&bucket)?.object(&key)?;
        Conditions::of_source(&self.call.headers).check_copy(&object.about)?;
        Ok(object)
    }

    /// The bytes of the source that a part is to have.
    pub(super) fn source_range(&self, source: &Object) -> Result<Range<u64>, Refusal> {
        let length = source.about.length;
        let name = "x-amz-copy-source-range";
        let Some(header) = text(&self.call.headers, name) else { return Ok(0..length) };
        match Wanted::read(Some(header), length) {
            Wanted::Part(range) => Ok(range),
            Wanted::Unsatisfiable => Err(Refusal::invalid_range(header, length)),
            Wanted::All => {
                let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first \
                               and last are the zero-based offsets of the first and last bytes to copy";
                Err(Refusal::invalid_argument(name, header, message))
            }
        }
    }

    /// The same bytes once more.
    pub(super) async fn copy(
        &self,
        bucket: &Bucket,
        source: &Object,
        range: Range<u64>,
        algorithm: Algorithm,
    ) -> Result<Received, Refusal> {
        let settings = &self.buckets.settings;
        let mut intake = Intake::new(algorithm, bucket.sink(settings).await?, settings.largest_object);
        let mut pieces = source.content.read(range).await?;
        while let Some(piece) = pieces.next().await? {
            intake.take(&piece).await?;
        }
        intake.complete().await
    }

    /// The algorithm of the header that copies and uploads in parts have for it.
    pub(super) fn wanted_algorithm(&self) -> Result<Option<Algorithm>, Refusal> {
        let Some(name) = text(&self.call.headers, "x-amz-checksum-algorithm") else { return Ok(None) };
        let message = "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
                       [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
        Algorithm::named(name).map(Some).ok_or_else(|| Refusal::invalid_request(message))
    }

    fn check_difference(&self, source: &Object) -> Result<(), Refusal> {
        let here = self.buckets.find(&self.call.bucket)?.object(&self.call.key);
        let is_same = here.is_ok_and(|here| std::ptr::eq(&raw const *here, source));
        let message = "This copy request is illegal because it is trying to copy an object to itself without changing \
                       the object's metadata, storage class, website redirect location or encryption attributes.";
        if is_same { Err(Refusal::invalid_request(message)) } else { Ok(()) }
    }
}
