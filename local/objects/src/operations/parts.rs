//! Objects put in parts.
//! Answers when it is done: S3 sends white space meanwhile, for what takes minutes there.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::response::{IntoResponse as _, Response};
use md5::{Digest as _, Md5};

use crate::bucket::Bucket;
use crate::checksum::{Algorithm, Checksum, Kind};
use crate::conditions::Conditions;
use crate::headers::{self, text};
use crate::moment;
use crate::object::{About, Object, etag};
use crate::operations::{Asked, set, set_encryption};
use crate::payload::{Announced, Incoming, Intake, Received, receive};
use crate::refusal::Refusal;
use crate::upload::{Named, Part, Upload, find};
use crate::xml::Element;

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
    pub(super) fn create_upload(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:PutObject")?;
        let upload = self.new_upload()?;
        let (algorithm, kind, is_chosen) = (upload.algorithm, upload.kind, upload.is_chosen);
        let id = (self.buckets.settings.unique_id)();
        bucket.with_uploads(|uploads| Ok(uploads.insert(id.clone(), upload)))?;
        let result = Element::new("InitiateMultipartUploadResult").with("Bucket", &bucket.name);
        let mut response = result.with("Key", &self.call.key).with("UploadId", id).into_response();
        set_encryption(response.headers_mut());
        if is_chosen {
            set(response.headers_mut(), "x-amz-checksum-algorithm", algorithm.name());
            set(response.headers_mut(), "x-amz-checksum-type", kind.name());
        }
        Ok(response)
    }

    fn new_upload(&self) -> Result<Upload, Refusal> {
        let chosen = self.wanted_algorithm()?;
        let algorithm = chosen.unwrap_or(Algorithm::Crc64Nvme);
        let kind = match text(&self.call.headers, "x-amz-checksum-type") {
            None => algorithm.default_kind(),
            Some(name) => {
                let kind = Kind::named(name).filter(|kind| algorithm.allows(*kind));
                let message = format!(
                    "The {name} checksum type cannot be used with the {} checksum algorithm.",
                    algorithm.name()
                );
                kind.ok_or_else(|| Refusal::invalid_request(message))?
            }
        };
        Ok(Upload {
            key: self.call.key.clone(),
            initiated: self.buckets.settings.now(),
            headers: headers::kept(&self.call.headers)?,
            algorithm,
            kind,
            is_chosen: chosen.is_some(),
            parts: BTreeMap::new(),
        })
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
    pub(super) async fn upload_part(&self, body: &mut Incoming) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:PutObject")?;
        let number = self.part_number()?;
        let upload = self.upload(&bucket)?;
        let announced = Announced::read(&self.call.headers)?.with_algorithm_of(&upload)?;
        let settings = &self.buckets.settings;
        let sink = bucket.sink(settings).await?;
        let received = receive(body, &announced, sink, settings.largest_object).await?;
        let checksum = received.checksum.clone();
        let etag = self.put_part(&bucket, number, received)?;
        let mut response = StatusCode::OK.into_response();
        set(response.headers_mut(), "etag", &format!("\"{etag}\""));
        set(response.headers_mut(), checksum.algorithm.header(), &checksum.value);
        set_encryption(response.headers_mut());
        Ok(response)
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
    pub(super) async fn upload_part_copy(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:PutObject")?;
        let number = self.part_number()?;
        let (upload, source) = (self.upload(&bucket)?, self.source()?);
        let range = self.source_range(&source)?;
        let received = self.copy(&bucket, &source, range, upload.algorithm).await?;
        let Checksum { algorithm, value, .. } = received.checksum.clone();
        let etag = self.put_part(&bucket, number, received)?;
        let now = moment::iso(self.buckets.settings.now());
        let result = Element::new("CopyPartResult").with("LastModified", now);
        let result = result.with("ETag", format!("\"{etag}\""));
        Ok(result.with(&algorithm.element(), value).into_response())
    }

    fn put_part(&self, bucket: &Bucket, number: u16, received: Received) -> Result<String, Refusal> {
        let Received { content, md5, checksum } = received;
        let (tag, settings) = (etag(&md5), &self.buckets.settings);
        let part = Part { number, etag: tag.clone(), modified: settings.now(), checksum, content };
        bucket.with_uploads(|uploads| {
            find(uploads, self.upload_id(), &self.call.key)?.put(part, settings.largest_object)
        })?;
        Ok(tag)
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
    pub(super) async fn complete_upload(&self, body: &mut Incoming) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:PutObject")?;
        let announced = Announced::read(&self.call.headers)?;
        let wish = body.document(&announced.without_checksum()).await?;
        let upload = self.upload(&bucket)?;
        let named = named(&wish.ok_or_else(Refusal::malformed_xml)?, &upload)?;
        let parts = upload.choose(&named, self.buckets.settings.smallest_part)?;
        let object = self.join(&bucket, &upload, &parts).await?;
        self.check_whole(&object.about.checksum)?;
        let object = bucket.put(object, &Conditions::read(&self.call.headers))?;
        bucket.with_uploads(|uploads| Ok(uploads.remove(self.upload_id())))?;
        Ok(self.completed(&object.about))
    }

    fn completed(&self, about: &About) -> Response {
        let host = text(&self.call.headers, HOST.as_str()).unwrap_or_default();
        let result = Element::new("CompleteMultipartUploadResult");
        let result = result.with("Location", format!("http://{host}{}", self.call.path));
        let result = result.with("Bucket", &self.call.bucket).with("Key", &self.call.key);
        let result = result.with("ETag", about.quoted_etag());
        let result = result.with(&about.checksum.algorithm.element(), &about.checksum.value);
        let result = result.with("ChecksumType", about.checksum.kind.name());
        let mut response = result.into_response();
        set_encryption(response.headers_mut());
        response
    }

    /// One object of the parts.
    async fn join(&self, bucket: &Bucket, upload: &Upload, parts: &[Arc<Part>]) -> Result<Object, Refusal> {
        let settings = &self.buckets.settings;
        let mut intake = Intake::new(upload.algorithm, bucket.sink(settings).await?, settings.largest_object);
        let mut tags = Md5::new();
        for part in parts {
            let mut pieces = part.content.read(0..part.content.length()).await?;
            while let Some(piece) = pieces.next().await? {
                intake.take(&piece).await?;
            }
            tags.update(raw(&part.etag));
        }
        let mut object = self.object(upload.headers.clone(), intake.complete().await?);
        object.about.etag = format!("{}-{}", etag(&tags.finalize()), parts.len());
        if upload.kind == Kind::Composite {
            let values: Vec<_> = parts.iter().map(|part| part.checksum.value.as_str()).collect();
            object.about.checksum = Checksum::of_parts(upload.algorithm, &values);
        }
        Ok(object)
    }

    /// The checksum of the whole, if the request has one.
    fn check_whole(&self, checksum: &Checksum) -> Result<(), Refusal> {
        match text(&self.call.headers, checksum.algorithm.header()) {
            Some(value) if value != checksum.value => Err(Refusal::bad_digest(checksum.algorithm.name())),
            _ => Ok(()),
        }
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
    pub(super) fn abort_upload(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:AbortMultipartUpload")?;
        bucket.with_uploads(|uploads| {
            find(uploads, self.upload_id(), &self.call.key)?;
            Ok(uploads.remove(self.upload_id()))
        })?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    pub(super) fn upload(&self, bucket: &Bucket) -> Result<Upload, Refusal> {
        bucket.with_uploads(|uploads| find(uploads, self.upload_id(), &self.call.key).cloned())
    }

    pub(super) fn upload_id(&self) -> &str {
        self.call.query.text("uploadId").unwrap_or_default()
    }

    fn part_number(&self) -> Result<u16, Refusal> {
        let text = self.call.query.text("partNumber").unwrap_or_default();
        let number = text.parse().ok().filter(|number| (1..=10_000).contains(number));
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        number.ok_or_else(|| Refusal::invalid_argument("partNumber", text, message))
    }
}

impl Announced {
    /// A part is checked by the algorithm of its upload, if that has one.
    fn with_algorithm_of(self, upload: &Upload) -> Result<Announced, Refusal> {
        match self.algorithm {
            Some(given) if upload.is_chosen && given != upload.algorithm => {
                Err(Refusal::invalid_request(format!(
                    "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                    upload.algorithm.name().to_lowercase(),
                    given.name().to_lowercase()
                )))
            }
            Some(_) => Ok(self),
            None => Ok(self.checked_by(upload.algorithm)),
        }
    }
}

/// The parts that the end of an upload names.
fn named(wish: &Element, upload: &Upload) -> Result<Vec<Named>, Refusal> {
    let checksum = upload.algorithm.element();
    let part = |part: &Element| {
        let number = part.text_of("PartNumber").and_then(|text| text.parse().ok());
        let (number, etag) = number.zip(part.text_of("ETag")).ok_or_else(Refusal::malformed_xml)?;
        let checksum = part.text_of(&checksum).map(str::to_owned);
        Ok::<_, Refusal>(Named { number, etag: etag.to_owned(), checksum })
    };
    let named = wish.named("Part").map(part).collect::<Result<Vec<_>, _>>()?;
    if named.is_empty() { Err(Refusal::malformed_xml()) } else { Ok(named) }
}

/// The bytes of a tag in hexadecimal digits.
fn raw(tag: &str) -> Vec<u8> {
    let digits = tag.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    digits.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}
