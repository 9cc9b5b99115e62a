//! Lists of objects, as their three operations write them.
//! Chooses nothing: which keys are on a page is decided by the listing.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use crate::access::Permission;
use crate::bucket::Bucket;
use crate::checksum::hex;
use crate::listing::{Page, Wanted};
use crate::moment;
use crate::object::About;
use crate::operations::Asked;
use crate::refusal::Refusal;
use crate::xml::Element;

/// What `encoding-type=url` leaves as it is; a space becomes `+`.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/').remove(b' ');

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
    pub(super) fn list_objects_v2(&self) -> Result<Response, Refusal> {
        let query = &self.call.query;
        let start = query.some("start-after");
        let token = query.some("continuation-token");
        let after = match token {
            Some(token) => Some(read_token(token)?),
            None => start.map(str::to_owned),
        };
        let list = self.list("s3:ListBucket", after.unwrap_or_default(), "max-keys")?;
        let is_owned = query.text("fetch-owner") == Some("true");
        let contents = list.page.objects.iter().map(|object| self.contents(&list, &object.about, is_owned));
        let count = list.page.objects.len() + list.page.groups.len();
        let result = list.begin("ListBucketResult", "MaxKeys").with("KeyCount", count);
        let result = result.with_some("ContinuationToken", token);
        let result = result.with_some("NextContinuationToken", list.page.next.as_deref().map(write_token));
        let result = result.with_some("StartAfter", start.map(|start| list.written(start)));
        Ok(result.all(contents).all(list.groups()).into_response())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
    pub(super) fn list_objects(&self) -> Result<Response, Refusal> {
        let marker = self.call.query.some("marker").unwrap_or_default();
        let list = self.list("s3:ListBucket", marker.to_owned(), "max-keys")?;
        let contents = list.page.objects.iter().map(|object| self.contents(&list, &object.about, true));
        let result = list.begin("ListBucketResult", "MaxKeys").with("Marker", list.written(marker));
        // Without a delimiter the last key is the marker.
        let next = list.page.next.as_deref().filter(|_| list.delimiter.is_some());
        let result = result.with_some("NextMarker", next.map(|next| list.written(next)));
        Ok(result.all(contents).all(list.groups()).into_response())
    }

    /// Every object is the one version that its key has.
    ///
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    pub(super) fn list_versions(&self) -> Result<Response, Refusal> {
        let marker = self.call.query.some("key-marker").unwrap_or_default();
        let list = self.list("s3:ListBucketVersions", marker.to_owned(), "max-keys")?;
        let versions = list.page.objects.iter().map(|object| {
            let version = Element::new("Version").with("VersionId", "null").with("IsLatest", true);
            version.all(self.contents(&list, &object.about, true).children)
        });
        let result = list.begin("ListVersionsResult", "MaxKeys").with("KeyMarker", list.written(marker));
        let next = list.page.next.as_deref();
        let result = result.with_some("NextKeyMarker", next.map(|next| list.written(next)));
        let result = result.with_some("NextVersionIdMarker", next.map(|_| "null"));
        Ok(result.all(versions).all(list.groups()).into_response())
    }

    fn list(&self, action: &'static str, after: String, most: &str) -> Result<List<'_>, Refusal> {
        let bucket = self.listed_bucket(action)?;
        let query = &self.call.query;
        let prefix = query.some("prefix").unwrap_or_default();
        let delimiter = query.some("delimiter");
        let most = query.most(most)?;
        let wanted = Wanted { prefix, delimiter, after: &after, most };
        let page = bucket.with_objects(|objects| wanted.page(objects));
        Ok(List { bucket: &self.call.bucket, prefix, delimiter, most, is_encoded: self.is_encoded()?, page })
    }

    /// The bucket, if the caller may list what is asked for.
    pub(super) fn listed_bucket(&self, action: &'static str) -> Result<std::sync::Arc<Bucket>, Refusal> {
        let mut permission = Permission::on_bucket(action, &self.call.bucket);
        let keys = [("s3:prefix", "prefix"), ("s3:delimiter", "delimiter"), ("s3:max-keys", "max-keys")];
        for (key, parameter) in keys {
            permission.context.extend(self.call.query.text(parameter).map(|value| (key, value.to_owned())));
        }
        self.allow(&permission)?;
        self.buckets.find(&self.call.bucket)
    }

    fn is_encoded(&self) -> Result<bool, Refusal> {
        match self.call.query.some("encoding-type") {
            None => Ok(false),
            Some("url") => Ok(true),
            Some(other) => {
                let message = "Invalid Encoding Method specified in Request";
                Err(Refusal::invalid_argument("encoding-type", other, message))
            }
        }
    }

    fn contents(&self, list: &List<'_>, about: &About, is_owned: bool) -> Element {
        let element = Element::new("Contents").with("Key", list.written(&about.key));
        let element = element.with("LastModified", moment::iso(about.modified));
        let element = element.with("ETag", about.quoted_etag());
        let element = element.with("ChecksumAlgorithm", about.checksum.algorithm.name());
        let element = element.with("ChecksumType", about.checksum.kind.name());
        let element = element.with("Size", about.length);
        let owner = is_owned.then(|| self.owner("Owner"));
        element.all(owner).with("StorageClass", about.storage_class())
    }

    /// Who owns what there is: S3 names accounts by 64 digits that mean nothing else.
    pub(super) fn owner(&self, name: &str) -> Element {
        Element::new(name).with("ID", hex(&Sha256::digest(&self.buckets.settings.account)))
    }
}

/// A page, and what its documents say of it.
struct List<'a> {
    bucket: &'a str,
    prefix: &'a str,
    delimiter: Option<&'a str>,
    most: usize,
    is_encoded: bool,
    page: Page,
}

impl List<'_> {
    fn begin(&self, name: &str, most: &str) -> Element {
        let element = Element::new(name).with("Name", self.bucket);
        let element = element.with("Prefix", self.written(self.prefix));
        let element = element.with_some("Delimiter", self.delimiter.map(|text| self.written(text)));
        let element = element.with(most, self.most);
        let element = element.with_some("EncodingType", self.is_encoded.then_some("url"));
        element.with("IsTruncated", self.page.next.is_some())
    }

    fn groups(&self) -> impl Iterator<Item = Element> {
        let element = |group: &String| Element::new("CommonPrefixes").with("Prefix", self.written(group));
        self.page.groups.iter().map(element)
    }

    fn written(&self, text: &str) -> String {
        match self.is_encoded {
            true => utf8_percent_encode(text, PLAIN).to_string().replace(' ', "+"),
            false => text.to_owned(),
        }
    }
}

fn write_token(last: &str) -> String {
    URL_SAFE_NO_PAD.encode(last)
}

fn read_token(token: &str) -> Result<String, Refusal> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let message = "The continuation token provided is incorrect";
    text.ok_or_else(|| Refusal::invalid_argument("continuation-token", token, message))
}
