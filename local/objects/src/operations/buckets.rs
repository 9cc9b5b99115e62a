//! Buckets: made, deleted, listed, asked about.
//! Has no settings of buckets: those are the template's.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::access::Permission;
use crate::bucket::is_name;
use crate::moment;
use crate::operations::{Asked, set};
use crate::payload::{Announced, Incoming};
use crate::refusal::Refusal;
use crate::xml::Element;

/// The region that documents do not name.
const UNNAMED_REGION: &str = "us-east-1";

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
    pub(super) fn list_buckets(&self) -> Result<Response, Refusal> {
        self.allow(&Permission::on_all("s3:ListAllMyBuckets"))?;
        let (prefix, after) = (self.call.query.some("prefix"), self.call.query.some("continuation-token"));
        let most = self.call.query.most("max-buckets")?;
        let mut wanted = self.buckets.list();
        wanted.retain(|bucket| bucket.name.starts_with(prefix.unwrap_or_default()));
        wanted.retain(|bucket| bucket.name.as_str() > after.unwrap_or_default());
        let token = wanted.get(most).and(wanted.get(most.wrapping_sub(1))).map(|last| last.name.clone());
        let buckets = wanted.iter().take(most).map(|bucket| {
            let element = Element::new("Bucket").with("Name", &bucket.name);
            element.with("CreationDate", moment::iso(bucket.created)).with("BucketRegion", self.region())
        });
        let result = Element::new("ListAllMyBucketsResult").child(self.owner("Owner"));
        let result = result.child(Element::new("Buckets").all(buckets));
        Ok(result.with_some("Prefix", prefix).with_some("ContinuationToken", token).into_response())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
    pub(super) async fn create_bucket(&self, body: &mut Incoming) -> Result<Response, Refusal> {
        let name = &self.call.bucket;
        self.allow(&Permission::on_bucket("s3:CreateBucket", name))?;
        if !is_name(name) {
            return Err(Refusal::bad_bucket_name(name));
        }
        let document = body.document(&Announced::read(&self.call.headers)?).await?;
        self.check_location(document.as_ref().and_then(|wish| wish.text_of("LocationConstraint")))?;
        // To its owner the oldest region alone says that all is well.
        if !self.buckets.make(name)? && self.region() != UNNAMED_REGION {
            return Err(Refusal::bucket_exists(name));
        }
        let mut response = StatusCode::OK.into_response();
        set(response.headers_mut(), "location", &format!("/{name}"));
        Ok(response)
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
    pub(super) fn delete_bucket(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket("s3:DeleteBucket")?;
        self.buckets.delete(&bucket)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
    pub(super) fn head_bucket(&self) -> Result<Response, Refusal> {
        self.bucket("s3:ListBucket")?;
        let mut response = StatusCode::OK.into_response();
        set(response.headers_mut(), "x-amz-bucket-region", self.region());
        Ok(response)
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
    pub(super) fn bucket_location(&self) -> Result<Response, Refusal> {
        self.bucket("s3:GetBucketLocation")?;
        let text = Some(self.region()).filter(|region| *region != UNNAMED_REGION).unwrap_or_default();
        Ok(Element { text: text.to_owned(), ..Element::new("LocationConstraint") }.into_response())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
    pub(super) fn bucket_versioning(&self) -> Result<Response, Refusal> {
        self.bucket("s3:GetBucketVersioning")?;
        // An empty answer: versions were never asked for.
        Ok(Element::new("VersioningConfiguration").into_response())
    }

    fn check_location(&self, wanted: Option<&str>) -> Result<(), Refusal> {
        match wanted {
            None | Some("") if self.region() == UNNAMED_REGION => Ok(()),
            Some(region) if region == self.region() => Ok(()),
            other => Err(Refusal::other_region(other.unwrap_or("unspecified"))),
        }
    }

    pub(super) fn region(&self) -> &str {
        &self.buckets.settings.region
    }
}
