//! Publishes the static site in its own bundle to a bucket: the handler of `Custom::SiteFiles`.
//! Makes no bucket and no distribution: those are the template's.
//!
//! | property of the resource | what |
//! |---|---|
//! | `Bucket` | name of the bucket; also the physical id of the resource |
//! | `Config` | map of values that templates see as `config.<name>` |
//! | `Content` | hash of the files; read by nobody, it makes CloudFormation ask again when they change |
//!
//! On create and update every file below `site/` in the function's bundle is uploaded, `*.hbs` rendered
//! with handlebars, and objects that are no file of the site are deleted. On delete the bucket is emptied,
//! as CloudFormation deletes only empty ones; a bucket with versions keeps those.
//!
//! Environment: only Lambda's own `LAMBDA_TASK_ROOT`.
//!
//! | action | on |
//! |---|---|
//! | `s3:ListBucket` | property `Bucket` |
//! | `s3:PutObject` | objects of property `Bucket` |
//! | `s3:DeleteObject` | objects of property `Bucket` |

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answer;
mod bucket;
mod file;
mod order;
mod template;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use futures_util::FutureExt as _;
use handler_kit::{Aws, Causes, Deadline, Handler, Web, WebError, env};
use serde_json::Value;

use answer::Answer;
use bucket::Bucket;
pub use bucket::BucketError;
pub use order::Unclear;
use order::{Kind, Order};
use template::Template;
pub use template::TemplateError;

/// The handler of the custom resource.
#[derive(Debug)]
pub struct SiteDeployer {
    s3: Client,
    web: Web,
    site: PathBuf,
}

/// Why the site was not published.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// What is asked for cannot be understood.
    #[error(transparent)]
    Order(#[from] Unclear),
    /// The files of the site cannot be read.
    #[error("the folder `{folder}` of the bundle cannot be read")]
    Files {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nothing to publish, and to empty a bucket by mistake would be worse than to stop.
    #[error("the folder `{0}` of the bundle has no files")]
    NoFiles(PathBuf),
    /// A template is not right.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The bucket did not do it.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The function's own time is up.
    #[error("there was not enough time")]
    Late,
    /// A mistake of this program.
    #[error("the function panicked: {0}")]
    Panic(String),
}

impl SiteDeployer {
    /// A handler that publishes the files of that folder.
    pub fn new(aws: &Aws, site: impl Into<PathBuf>) -> SiteDeployer {
        // One URL for everything cannot have a host per bucket.
        let config = Builder::from(aws.config()).force_path_style(aws.is_local()).build();
        SiteDeployer { s3: Client::from_conf(config), web: Web::default(), site: site.into() }
    }

    /// Carries an order out, whatever happens, and leaves the time to tell CloudFormation by the deadline.
    /// Untold, it waits for the `ServiceTimeout` of the resource, which the construct sets to 300 s.
    async fn obey(&self, event: &Value, deadline: Deadline) -> Result<usize, Failed> {
        let time = deadline.remaining().saturating_sub(answer::LONGEST);
        let work = AssertUnwindSafe(tokio::time::timeout(time, self.carry_out(event))).catch_unwind();
        match work.await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(Failed::Late),
            Err(panic) => Err(Failed::Panic(message(panic.as_ref()))),
        }
    }

    async fn carry_out(&self, event: &Value) -> Result<usize, Failed> {
        let order = match Order::read(event) {
            // A resource whose creation failed for its properties is deleted with the same ones.
            Err(_) if Kind::read(event) == Ok(Kind::Delete) => return Ok(0),
            order => order?,
        };
        let bucket = Bucket::new(self.s3.clone(), order.bucket.as_str());
        match order.kind {
            Kind::Create | Kind::Update => self.publish(&bucket, &order).await,
            Kind::Delete => Ok(bucket.delete_all_but(&[]).await?),
        }
    }

    async fn publish(&self, bucket: &Bucket, order: &Order) -> Result<usize, Failed> {
        let files =
            file::below(&self.site).map_err(|source| Failed::Files { folder: self.site.clone(), source })?;
        if files.is_empty() {
            return Err(Failed::NoFiles(self.site.clone()));
        }
        bucket.upload(&files, &Template::new(&order.config)).await?;
        let keys: Vec<_> = files.iter().map(|file| file.key.as_str()).collect();
        bucket.delete_all_but(&keys).await?;
        Ok(files.len())
    }
}

impl Handler for SiteDeployer {
    type Event = Value;
    type Answer = ();
    type Error = WebError;

    fn from_env() -> Result<Self, env::Missing> {
        let bundle = PathBuf::from(env::required("LAMBDA_TASK_ROOT")?);
        Ok(SiteDeployer::new(&Aws::from_env()?, bundle.join("site")))
    }

    /// Always tells CloudFormation, success or failure. Fails itself only if that cannot be told: then
    /// Lambda tries again, and so does everything here.
    async fn handle(&self, event: Value, deadline: Deadline) -> Result<(), WebError> {
        let outcome = self.obey(&event, deadline).await;
        match &outcome {
            Ok(files) => tracing::info!(files, "done"),
            Err(error) => tracing::error!(error = %Causes(error), "failed"),
        }
        match Answer::address(&event) {
            Some(url) => Answer::new(&event, &outcome).send(&self.web, url).await,
            None => {
                tracing::error!("the event has no ResponseURL: there is nobody to tell");
                Ok(())
            }
        }
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_message() {
        let panic = |work: fn()| message(std::panic::catch_unwind(work).unwrap_err().as_ref());
        assert_eq!(panic(|| panic!("plain")), "plain");
        assert_eq!(panic(|| panic!("{} words", 2)), "2 words");
        assert_eq!(panic(|| std::panic::panic_any(7)), "no message");
    }
}
