//! Distributions from templates, and requests to them.
//! What a distribution makes of a request is the engine's.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Instant;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use stackwright_objects::{Behaviour, Distribution, ErrorPage, HeadersPolicy, Origin, PathPattern};

use super::buckets::access;
use super::headers::policy;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::entrance::Via;
use crate::exchange::set;
use crate::happening::What;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::router;
use crate::stack::{Piece, Stack};

const KIND: &str = "AWS::CloudFront::Distribution";
const POLICY: &str = "AWS::CloudFront::ResponseHeadersPolicy";
const CONTROL: &str = "AWS::CloudFront::OriginAccessControl";

/// What runs or guards at the edge, of which nothing is here.
const UNSUPPORTED: [&str; 5] = [
    "FunctionAssociations",
    "LambdaFunctionAssociations",
    "TrustedKeyGroups",
    "TrustedSigners",
    "GrpcConfig",
];

pub(super) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(KIND, problems, |piece| {
        let config = piece.properties().inside("DistributionConfig")?;
        if !config.flag("Enabled")? {
            cloud.distributions.remove(host_label(piece));
            return Ok(());
        }
        let (distribution, unsupported) = Template { cloud, piece, config }.read()?;
        cloud.distributions.define(host_label(piece), distribution);
        match unsupported.is_empty() {
            true => Ok(()),
            false => {
                Err(format!("the distribution serves, but {} does nothing here", unsupported.join(", ")))
            }
        }
    });
}

pub(super) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND {
        cloud.distributions.remove(host_label(piece));
    }
}

/// Answers a request to a distribution, whose id is the first label of its host.
pub(crate) async fn answer(cloud: &Arc<Cloud>, id: &str, request: Request) -> Response {
    let since = Instant::now();
    let (mut parts, body) = request.into_parts();
    if parts.uri.path().ends_with(id) {
        // What a page names beside it is looked for in the folder that the page is in.
        return to_folder(parts.uri.path());
    }
    router::behind_prefix(&mut parts);
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let response = cloud.distributions.answer(id, Request::from_parts(parts, body)).await;
    let status = response.status().as_u16();
    let (to, duration) = (cloud.known_as(id), since.elapsed());
    cloud.tell(What::Request { to, method, path, status, reason: None, duration });
    response
}

fn to_folder(path: &str) -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    set(&mut response, "location", &format!("{path}/"));
    response
}

/// `d1a2b3` of `d1a2b3.cloudfront.net`.
fn host_label(piece: Piece<'_>) -> &str {
    piece.attribute("DomainName").split('.').next().unwrap_or_default()
}

/// A distribution as its template has it.
struct Template<'a> {
    cloud: &'a Arc<Cloud>,
    piece: Piece<'a>,
    config: Properties<'a>,
}

impl Template<'_> {
    /// The distribution, and the names of what it cannot do.
    fn read(&self) -> Result<(Distribution, Vec<String>), String> {
        let mut unsupported = Vec::new();
        if self.config.value("OriginGroups").is_some_and(|groups| groups["Quantity"] != 0) {
            unsupported.push("`OriginGroups`".to_owned());
        }
        let mut origins = BTreeMap::new();
        for origin in self.config.list("Origins")? {
            origins.insert(origin.text("Id")?, self.origin(&origin)?);
        }
        let mut behaviours = Vec::new();
        for behaviour in self.config.list("CacheBehaviors")? {
            let pattern = PathPattern::new(&behaviour.text("PathPattern")?);
            behaviours.push((pattern, self.behaviour(&behaviour, &mut unsupported)?));
        }
        let default_behaviour =
            self.behaviour(&self.config.inside("DefaultCacheBehavior")?, &mut unsupported)?;
        let default_root_object =
            self.config.optional_text("DefaultRootObject")?.filter(|name| !name.is_empty());
        let error_pages = self.error_pages()?;
        let distribution =
            Distribution { default_root_object, origins, behaviours, default_behaviour, error_pages };
        Ok((distribution, unsupported))
    }

    fn behaviour(
        &self,
        properties: &Properties<'_>,
        unsupported: &mut Vec<String>,
    ) -> Result<Behaviour, String> {
        let is_given =
            |name: &&&str| properties.value(name).is_some_and(|value| *value != serde_json::json!([]));
        unsupported.extend(UNSUPPORTED.iter().filter(is_given).map(|name| format!("`{name}`")));
        let mut methods = Vec::new();
        for name in properties.texts("AllowedMethods")? {
            methods.push(Method::try_from(name.as_str()).map_err(|_| format!("`{name}` is no method"))?);
        }
        if methods.is_empty() {
            methods = vec![Method::GET, Method::HEAD];
        }
        let headers = properties.optional_text("ResponseHeadersPolicyId")?;
        let headers = headers.map(|id| self.headers(&id)).transpose()?.map(Arc::new);
        Ok(Behaviour { origin: properties.text("TargetOriginId")?, methods, headers })
    }

    /// A response headers policy: one of AWS, of this stack, or of another.
    fn headers(&self, id: &str) -> Result<HeadersPolicy, String> {
        if let Some(managed) = HeadersPolicy::managed(id) {
            return Ok(managed);
        }
        let stacks = self.cloud.stacks();
        let mut all =
            self.piece.stack.of_kind(POLICY).chain(stacks.values().flat_map(|stack| stack.of_kind(POLICY)));
        let found = all.find(|piece| piece.reference() == id);
        let found = found.ok_or_else(|| format!("there is no response headers policy `{id}`"))?;
        policy(&self.cloud.addresses, &found.properties())
    }

    fn error_pages(&self) -> Result<Vec<ErrorPage>, String> {
        let mut pages = Vec::new();
        for response in self.config.list("CustomErrorResponses")? {
            let number = |name| -> Result<Option<u16>, String> {
                Ok(response.number(name)?.and_then(|number| u16::try_from(number).ok()))
            };
            let code = number("ErrorCode")?.ok_or("`ErrorCode` of a custom error response is missing")?;
            // Without a page it only says how long an error is kept in the cache.
            if let Some(page) = response.optional_text("ResponsePagePath")?.filter(|page| !page.is_empty()) {
                pages.push(ErrorPage { code, page, status: number("ResponseCode")? });
            }
        }
        Ok(pages)
    }

    fn origin(&self, properties: &Properties<'_>) -> Result<Origin, String> {
        let domain = properties.text("DomainName")?;
        let path = properties.optional_text("OriginPath")?.unwrap_or_default();
        match bucket(&domain) {
            Some(bucket) => {
                let access = self.bucket_access(properties)?;
                Ok(Origin::Bucket { bucket: bucket.to_owned(), path, access })
            }
            None => self.service(&domain, &path),
        }
    }

    /// What the distribution may do in a bucket: what the bucket's policy lets the one do whom it reads as.
    fn bucket_access(&self, properties: &Properties<'_>) -> Result<stackwright_objects::Access, String> {
        let config = properties.inside("S3OriginConfig")?;
        let identity = config.optional_text("OriginAccessIdentity")?.filter(|identity| !identity.is_empty());
        let control = properties.optional_text("OriginAccessControlId")?.filter(|id| !id.is_empty());
        let is_signed = control.is_some_and(|id| self.signs(&id));
        let caller = match identity {
            _ if is_signed => Caller::service("cloudfront.amazonaws.com"),
            Some(identity) => Caller::access_identity(identity.rsplit('/').next().unwrap_or_default()),
            None => Caller::anonymous(),
        };
        let arn = self
            .piece
            .stack
            .place
            .global_arn("cloudfront", &format!("distribution/{}", self.piece.reference()));
        let account = self.piece.stack.place.account.clone();
        // Whomever it reads as, the call is its own.
        let caller = caller.on_behalf_of(&*arn);
        let context = vec![("aws:SourceArn", arn), ("aws:SourceAccount", account)];
        Ok(access(Arc::downgrade(self.cloud), caller, if is_signed { context } else { Vec::new() }))
    }

    /// Whether an origin access control has requests signed.
    fn signs(&self, id: &str) -> bool {
        let mut controls = self.piece.stack.of_kind(CONTROL).filter(|control| control.reference() == id);
        let behaviour = controls.next().and_then(|control| {
            let config = control.properties().inside("OriginAccessControlConfig").ok()?;
            config.optional_text("SigningBehavior").ok()?
        });
        behaviour.as_deref() != Some("never")
    }

    /// An API, or a function's URL, that this runner serves.
    fn service(&self, domain: &str, path: &str) -> Result<Origin, String> {
        let url = format!("https://{domain}");
        let local = self.cloud.addresses.localise(&url);
        let Some(prefix) = local.strip_prefix(&self.cloud.addresses.endpoint()) else {
            return Err(format!(
                "origin `{domain}` is elsewhere: only buckets, APIs and functions of this machine are served"
            ));
        };
        let cloud: Weak<Cloud> = Arc::downgrade(self.cloud);
        let via = Via(self.piece.path());
        let answer = move |mut request: Request| -> futures_util::future::BoxFuture<'static, Response> {
            let cloud = cloud.clone();
            request.extensions_mut().insert(via.clone());
            Box::pin(async move {
                match cloud.upgrade() {
                    Some(cloud) => router::answer(&cloud, request).await,
                    None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                }
            })
        };
        Ok(Origin::Service { path: format!("{prefix}{path}"), answer: Arc::new(answer) })
    }
}

/// The bucket that a host is: `bucket.s3.amazonaws.com`, with a region or `dualstack` in between.
fn bucket(domain: &str) -> Option<&str> {
    let host = domain.strip_suffix(".amazonaws.com")?;
    let (bucket, rest) = host.rsplit_once(".s3").filter(|(bucket, _)| !bucket.is_empty())?;
    (rest.is_empty() || rest.starts_with(['.', '-'])).then_some(bucket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(domain: &str, expected: Option<&str>) {
        assert_eq!(bucket(domain), expected, "{domain}");
    }

    #[test]
    fn hosts_of_buckets_are_known() {
        check("files.s3.amazonaws.com", Some("files"));
        check("files.s3.eu-west-1.amazonaws.com", Some("files"));
        check("my.files.s3.dualstack.eu-west-1.amazonaws.com", Some("my.files"));
        check("files.s3-eu-west-1.amazonaws.com", Some("files"));
        check("a1.execute-api.eu-west-1.amazonaws.com", None);
        check("s3.amazonaws.com", None);
        check("files.example.com", None);
    }
}
