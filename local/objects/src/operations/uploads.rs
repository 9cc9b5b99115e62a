//! Lists of uploads, and of the parts of one.
//! Changes nothing.

use axum::response::Response;

use crate::moment;
use crate::operations::Asked;
use crate::refusal::Refusal;
use crate::upload::Part;
use crate::xml::Element;

impl Asked<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
    pub(super) fn list_parts(&self) -> Result<Response, Refusal> {
        let bucket = self.bucket_of_object("s3:ListMultipartUploadParts")?;
        let upload = self.upload(&bucket)?;
        let most = self.call.query.most("max-parts")?;
        let after = self.part_number_marker()?;
        let mut rest = upload.parts.values().filter(|part| u32::from(part.number) > after);
        let page: Vec<_> = rest.by_ref().take(most).collect();
        let is_truncated = most > 0 && rest.next().is_some();
        let next = page.last().map_or(0, |part| part.number);
        let result = Element::new("ListPartsResult").with("Bucket", &bucket.name).with("Key", &upload.key);
        let result = result.with("UploadId", self.upload_id()).with("PartNumberMarker", after);
        let result = result.with("NextPartNumberMarker", next).with("MaxParts", most);
        let result = result.with("IsTruncated", is_truncated).with("StorageClass", "STANDARD");
        let result = result.child(self.owner("Initiator")).child(self.owner("Owner"));
        Ok(result.all(page.into_iter().map(|part| listed(part))).into_response())
    }

    fn part_number_marker(&self) -> Result<u32, Refusal> {
        let marker = self.call.query.some("part-number-marker").unwrap_or("0");
        let message = "Argument part-number-marker must be an integer between 0 and 2147483647";
        let refusal = || Refusal::invalid_argument("part-number-marker", marker, message);
        marker.parse().map_err(|_| refusal())
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>
    pub(super) fn list_uploads(&self) -> Result<Response, Refusal> {
        let bucket = self.listed_bucket("s3:ListBucketMultipartUploads")?;
        let query = &self.call.query;
        if query.some("delimiter").is_some() {
            return Err(Refusal::not_implemented("delimiter of a list of uploads"));
        }
        let prefix = query.some("prefix").unwrap_or_default();
        let marker =
            Marker { key: query.some("key-marker").unwrap_or_default(), id: query.some("upload-id-marker") };
        let most = query.most("max-uploads")?;
        let mut uploads = bucket.with_uploads(|uploads| {
            let all = uploads.iter().map(|(id, upload)| (upload.key.clone(), id.clone(), upload.initiated));
            Ok(all
                .filter(|(key, id, _)| key.starts_with(prefix) && marker.is_before(key, id))
                .collect::<Vec<_>>())
        })?;
        uploads.sort();
        let last = uploads.get(most).and(uploads.get(most.wrapping_sub(1))).cloned();
        uploads.truncate(most);
        let result = Element::new("ListMultipartUploadsResult").with("Bucket", &bucket.name);
        let result =
            result.with("KeyMarker", marker.key).with("UploadIdMarker", marker.id.unwrap_or_default());
        let result = result.with_some("NextKeyMarker", last.as_ref().map(|(key, _, _)| key));
        let result = result.with_some("NextUploadIdMarker", last.as_ref().map(|(_, id, _)| id));
        let result =
            result.with("Prefix", prefix).with("MaxUploads", most).with("IsTruncated", last.is_some());
        Ok(result.all(uploads.iter().map(|upload| self.entry(upload))).into_response())
    }

    fn entry(&self, (key, id, initiated): &(String, String, u64)) -> Element {
        let entry = Element::new("Upload").with("Key", key).with("UploadId", id);
        let entry = entry.child(self.owner("Initiator")).child(self.owner("Owner"));
        entry.with("StorageClass", "STANDARD").with("Initiated", moment::iso(*initiated))
    }
}

/// Where a list of uploads goes on.
struct Marker<'a> {
    key: &'a str,
    id: Option<&'a str>,
}

impl Marker<'_> {
    /// Whether an upload comes after it; without an id all of the marker's key are before it.
    fn is_before(&self, key: &str, id: &str) -> bool {
        key > self.key || key == self.key && self.id.is_some_and(|after| id > after)
    }
}

fn listed(part: &Part) -> Element {
    let element = Element::new("Part").with("PartNumber", part.number);
    let element = element.with("LastModified", moment::iso(part.modified));
    let element = element.with("ETag", format!("\"{}\"", part.etag)).with("Size", part.content.length());
    element.with(&part.checksum.algorithm.element(), &part.checksum.value)
}
