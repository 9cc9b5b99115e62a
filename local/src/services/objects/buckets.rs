//! Buckets from templates, and S3's protocol in front of them.
//! What is in a bucket is the engine's.

use std::sync::{Arc, Weak};

use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::Response;
use stackwright_objects::{Access, Objects, Permission, Settings as ObjectSettings};
use stackwright_policy::Decision;
use stackwright_signature::{Payload, Protocol, SignatureError};

use crate::access::Wish;
use crate::authenticate;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::problem::{Problem, StartError};
use crate::random::Random;
use crate::router::signature_error;
use crate::settings::Settings;
use crate::stack::{Piece, Stack};

const KIND: &str = "AWS::S3::Bucket";

/// What a bucket would do that none does here. The rest of its properties changes nothing that can be seen.
const UNSUPPORTED: [&str; 8] = [
    "CorsConfiguration",
    "LifecycleConfiguration",
    "NotificationConfiguration",
    "ObjectLockConfiguration",
    "ObjectLockEnabled",
    "ReplicationConfiguration",
    "VersioningConfiguration",
    "WebsiteConfiguration",
];

/// The buckets of the data folder, or none, in memory.
pub(crate) fn open(settings: &Settings, random: &Arc<Random>) -> Result<Objects, StartError> {
    let random = Arc::clone(random);
    let of_objects = ObjectSettings {
        region: settings.region.clone(),
        account: settings.account.clone(),
        folder: settings.data.as_ref().map(|folder| folder.join("s3")),
        patience: settings.timers.request_body,
        unique_id: Arc::new(move || random.uuid().replace('-', "")),
        ..ObjectSettings::default()
    };
    Objects::open(of_objects)
        .map_err(|error| StartError::Data { reason: error.to_string(), folder: error.folder })
}

pub(super) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(KIND, problems, |piece| {
        cloud.objects.define(piece.reference()).map_err(|error| error.to_string())?;
        let given = UNSUPPORTED.iter().filter(|name| piece.properties().value(name).is_some());
        match given.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ") {
            names if names.is_empty() => Ok(()),
            names => Err(format!("the bucket is there, but {names} does nothing here")),
        }
    });
}

/// Deletes the bucket, unless the template would keep it or there is something in it.
pub(super) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND && !piece.is_retained() && !cloud.objects.remove(piece.reference()) {
        let message = format!("bucket {} is not empty, so it stays", piece.reference());
        cloud.tell(crate::happening::What::Failure { place: piece.path(), message });
    }
}

/// Answers a request of S3's protocol. Its body is not read before it is known who may send it.
pub(crate) async fn answer(cloud: &Arc<Cloud>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if is_signed_the_old_way(&parts) {
        return signature_error(&SignatureError::Algorithm("AWS".to_owned()), Protocol::S3);
    }
    match authenticate::caller(cloud, &parts, Payload::Unread) {
        Ok(caller) => {
            let access = access(Arc::downgrade(cloud), caller, Vec::new());
            cloud.objects.answer(Request::from_parts(parts, body), &access).await
        }
        Err(error) => signature_error(&error, Protocol::S3),
    }
}

/// Signature Version 2: `aws s3 presign` still makes it, and buckets made since 2020 refuse it.
fn is_signed_the_old_way(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    let header = parts.headers.get(AUTHORIZATION);
    query.contains("AWSAccessKeyId=") || header.is_some_and(|value| value.as_bytes().starts_with(b"AWS "))
}

/// What a caller may do with buckets; the context is what is known of its request beyond what S3 knows.
pub(super) fn access(cloud: Weak<Cloud>, caller: Caller, context: Vec<(&'static str, String)>) -> Access {
    Access::by(move |permission: &Permission| {
        let cloud = cloud.upgrade().ok_or("the runner is stopping")?;
        let known = context.iter().chain(&permission.context);
        let context: Vec<_> = known.map(|(key, value)| (*key, value.as_str())).collect();
        let wish = Wish { action: permission.action, resource: &permission.resource, context: &context };
        match cloud.settings.enforces_iam && is_aside(permission, &caller) {
            true => unheard(cloud.access.decide(&caller, wish)),
            false => cloud.authorise(&caller, wish).map_err(|denied| denied.to_string()),
        }
    })
}

/// Whether it is only asked to tell a file that is missing from one that is hidden: CloudFront lists no bucket.
fn is_aside(permission: &Permission, caller: &Caller) -> bool {
    permission.action == "s3:ListBucket" && !caller.has_signed
}

/// A decision that nobody is told of but who asked.
fn unheard(decision: Decision) -> Result<(), String> {
    match decision.is_allowed() {
        true => Ok(()),
        false => Err(decision.to_string()),
    }
}
