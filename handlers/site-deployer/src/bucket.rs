//! The bucket a site is published to.
//! Decides nothing: it uploads what it is given, and deletes everything else when asked to.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{BoxError, BuildError, ProvideErrorMetadata as _, SdkError};
use aws_sdk_s3::operation::list_objects_v2::{ListObjectsV2Error, ListObjectsV2Output};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::file::File;
use crate::template::{Template, TemplateError};

/// Files in memory at the same time: the function is small.
const CONCURRENCY: usize = 4;

/// A bucket of S3.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    s3: Client,
    name: String,
}

/// Why a bucket did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// A file of the bundle cannot be read.
    #[error("the file of `{key}` cannot be read")]
    File {
        /// The key it was to have.
        key: String,
        /// Why.
        source: std::io::Error,
    },
    /// A template is not right.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// S3 did not take an object.
    #[error("`{key}` could not be uploaded")]
    Upload {
        /// Its key.
        key: String,
        /// What S3 said.
        source: BoxError,
    },
    /// S3 did not list the bucket.
    #[error("the bucket `{bucket}` could not be listed")]
    List {
        /// Its name.
        bucket: String,
        /// What S3 said.
        source: Box<SdkError<ListObjectsV2Error>>,
    },
    /// S3 did not delete objects.
    #[error("old files of the bucket `{bucket}` could not be deleted")]
    Delete {
        /// Its name.
        bucket: String,
        /// What S3 said.
        source: BoxError,
    },
}

impl Bucket {
    pub(crate) fn new(s3: Client, name: impl Into<String>) -> Bucket {
        Bucket { s3, name: name.into() }
    }

    /// Uploads files: what pages need first, then the pages, so that none names what is not there yet.
    pub(crate) async fn upload(&self, files: &[File], template: &Template) -> Result<(), BucketError> {
        let (pages, parts): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.is_page());
        for group in [parts, pages] {
            let uploads = stream::iter(group).map(|file| self.put(file, template));
            uploads.buffer_unordered(CONCURRENCY).try_collect::<()>().await?;
        }
        Ok(())
    }

    /// Deletes every object whose key is not among those, and says how many. A bucket that is gone is empty.
    pub(crate) async fn delete_all_but(&self, keys: &[&str]) -> Result<usize, BucketError> {
        let mut pages = self.s3.list_objects_v2().bucket(&self.name).into_paginator().send();
        let mut deleted = 0;
        while let Some(page) = pages.next().await {
            let page = match page {
                Err(error) if is_gone(&error) => break,
                page => page.map_err(|error| self.list_error(error))?,
            };
            deleted += self.delete(stale(&page, keys)).await?;
        }
        Ok(deleted)
    }

    async fn put(&self, file: &File, template: &Template) -> Result<(), BucketError> {
        let body = read(file, template)?;
        let put = self.s3.put_object().bucket(&self.name).key(&file.key).body(ByteStream::from(body));
        let put = put.content_type(file.content_type()).cache_control(file.cache_control());
        let done = put.send().await;
        done.map(drop).map_err(|error| BucketError::Upload { key: file.key.clone(), source: error.into() })
    }

    /// Deletes the objects with those keys; a page of a list has at most as many as one request may name.
    async fn delete(&self, keys: Vec<&str>) -> Result<usize, BucketError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let list = list(&keys).map_err(|error| self.delete_error(error))?;
        let request = self.s3.delete_objects().bucket(&self.name).delete(list);
        let output = request.send().await.map_err(|error| self.delete_error(error))?;
        match output.errors().first() {
            Some(error) => Err(self.delete_error(format!("{error:?}"))),
            None => Ok(keys.len()),
        }
    }

    fn list_error(&self, error: SdkError<ListObjectsV2Error>) -> BucketError {
        BucketError::List { bucket: self.name.clone(), source: Box::new(error) }
    }

    fn delete_error(&self, error: impl Into<BoxError>) -> BucketError {
        BucketError::Delete { bucket: self.name.clone(), source: error.into() }
    }
}

fn read(file: &File, template: &Template) -> Result<Vec<u8>, BucketError> {
    let unreadable = |source| BucketError::File { key: file.key.clone(), source };
    if !file.is_template() {
        return std::fs::read(&file.path).map_err(unreadable);
    }
    let text = std::fs::read_to_string(&file.path).map_err(unreadable)?;
    Ok(template.render(&file.key, &text)?.into_bytes())
}

fn stale<'a>(page: &'a ListObjectsV2Output, keys: &[&str]) -> Vec<&'a str> {
    page.contents().iter().filter_map(|object| object.key()).filter(|key| !keys.contains(key)).collect()
}

fn list(keys: &[&str]) -> Result<Delete, BuildError> {
    let objects = keys.iter().map(|key| ObjectIdentifier::builder().key(*key).build());
    Delete::builder().set_objects(Some(objects.collect::<Result<_, _>>()?)).quiet(true).build()
}

fn is_gone(error: &SdkError<ListObjectsV2Error>) -> bool {
    error.code() == Some("NoSuchBucket")
}
