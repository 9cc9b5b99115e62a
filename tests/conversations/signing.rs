//! Signatures as the AWS SDK makes them, by the SDK's own crate.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::Value;

use crate::web::Request;

const REGION: &str = "us-east-1";

/// Keys to sign with.
#[derive(Clone, Debug)]
pub(crate) struct Keys(Credentials);

impl Keys {
    /// From `{accessKeyId, secretAccessKey, sessionToken?}`.
    pub(crate) fn of(keys: &Value) -> Keys {
        let text = |name: &str| keys[name].as_str().map(str::to_owned);
        let (id, secret) = (text("accessKeyId").unwrap(), text("secretAccessKey").unwrap());
        Keys(Credentials::new(id, secret, text("sessionToken"), None, "tests"))
    }

    pub(crate) fn new(id: &str, secret: &str, token: Option<&str>) -> Keys {
        Keys(Credentials::new(id, secret, token.map(str::to_owned), None, "tests"))
    }
}

/// The headers that sign a request.
pub(crate) fn headers(request: &Request, keys: &Keys, service: &str) -> Vec<(String, String)> {
    let identity = keys.0.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(service)
        .time(SystemTime::now())
        .settings(settings(service))
        .build()
        .unwrap()
        .into();
    let sent = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let body = SignableBody::Bytes(request.body.as_bytes());
    let signable = SignableRequest::new(request.method.as_str(), request.url.as_str(), sent, body).unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    let headers = instructions.headers();
    headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// S3 wants the body's digest in a header of its own.
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}
