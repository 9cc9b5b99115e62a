//! The signature of a request that no SDK makes: Signature Version 4, as the function's role.
//! Sends nothing, and signs the request as it is: what is added afterwards is not covered.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningError, SigningSettings, sign};
use aws_sigv4::sign::v4::{SigningParams, signing_params::BuildError};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::HttpError;

use crate::Aws;

/// Signs requests to one service in one region.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    identity: Identity,
    region: String,
    service: &'static str,
}

/// A request that could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum Unsigned {
    /// Region, credentials or service are missing.
    #[error("there is not all that a signature needs")]
    Parameters(#[from] BuildError),
    /// The request has parts that cannot be signed.
    #[error("the request cannot be signed")]
    Signature(#[from] SigningError),
    /// The signature cannot stand in a header.
    #[error("the signature cannot be written")]
    Header(#[from] HttpError),
}

impl Signer {
    /// Signs for that service, as whoever `aws` is.
    pub(crate) fn new(aws: &Aws, service: &'static str) -> Signer {
        Signer { identity: aws.identity(), region: aws.region().to_owned(), service }
    }

    /// Adds the signature to a request whose body is in memory.
    pub(crate) fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Unsigned> {
        let params = SigningParams::builder()
            .identity(&self.identity)
            .region(&self.region)
            .name(self.service)
            .time(now)
            .settings(SigningSettings::default())
            .build()?;
        let body = SignableBody::Bytes(request.body().bytes().unwrap_or_default());
        let signable = SignableRequest::new(request.method(), request.uri(), request.headers().iter(), body)?;
        let (instructions, _) = sign(signable, &params.into())?.into_parts();
        for header in instructions.into_parts().0 {
            request.headers_mut().try_insert(header.name(), header.value().to_owned())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_credential_types::Credentials;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn signed(body: &'static str, at: u64) -> HttpRequest {
        signed_by(&Signer::new(&Aws::local("http://localhost"), "appsync"), body, at)
    }

    fn signed_by(signer: &Signer, body: &'static str, at: u64) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").unwrap();
        request.set_uri("https://abc.appsync-api.us-east-1.amazonaws.com/graphql").unwrap();
        request.headers_mut().insert("content-type", "application/json");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
        signer.sign(&mut request, now).unwrap();
        request
    }

    #[test]
    fn a_signature_names_date_region_and_service() {
        let request = signed("{}", 1_707_503_008);
        let authorization = request.headers().get("authorization").unwrap();
        let start = "AWS4-HMAC-SHA256 Credential=local/20240209/us-east-1/appsync/aws4_request, \
                     SignedHeaders=content-type;host;x-amz-date, Signature=";
        assert!(authorization.starts_with(start), "{authorization}");
        assert_eq!(request.headers().get("x-amz-date"), Some("20240209T182328Z"));
    }

    #[test]
    fn the_token_of_a_role_goes_along_and_is_signed() {
        let role = Credentials::new("id", "secret", Some("token".to_owned()), None, "a role");
        let signer = Signer { identity: role.into(), region: "eu-west-1".to_owned(), service: "appsync" };
        let request = signed_by(&signer, "{}", 0);
        assert_eq!(request.headers().get("x-amz-security-token"), Some("token"));
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.contains("x-amz-date;x-amz-security-token"), "{authorization}");
    }

    #[test]
    fn a_signature_covers_the_body() {
        let authorization = |body| signed(body, 0).headers().get("authorization").unwrap().to_owned();
        assert_eq!(authorization("a"), authorization("a"));
        assert_ne!(authorization("a"), authorization("b"));
    }
}
