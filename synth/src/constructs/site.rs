//! [`Site`]: a static web site, its files in a private bucket, served over HTTPS by CloudFront.
//!
//! The files travel in the zip of a function of ours that publishes them at deployment; nothing else is needed
//! beside `aws cloudformation package` and `deploy`. Certificates and domain records are left to L1.

use stackwright_cfn::cloudfront as l1;
use stackwright_cfn::cloudfront::{distribution as parts, response_headers_policy as headers};
use stackwright_cfn::s3;
use stackwright_cfn::s3::bucket as buckets;
use stackwright_core::{
    Arn, Construct, Declared, DeletionPolicy, Expr, Folder, LogicalId, RawResource, Resource, Scope, Value,
    account, join, partition,
};

use super::physical_name::physical_name;
use super::{Adjustments, Alarms, Function};
use crate::grant::{Grant, document};

/// The crate of the workspace that publishes the files: the handler of the custom resource `Custom::SiteFiles`.
const PUBLISHER: &str = "site-deployer";

/// CloudFront's managed cache policy `CachingOptimized`, which honours the `Cache-Control` of each file.
///
/// Source: [managed cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html).
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/// A static web site.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let api = stack.add("Api", WebSocketApi::new("prod"));
///     let site = stack.add("Site", Site::new("web/demo")
///         .config("webSocketUrl", api.url())
///         .connecting_to(api.origin()));
///     stack.add("PageUrl", Output::new(site.url()));
/// });
/// ```
#[derive(Debug)]
pub struct Site {
    /// The folders with its files, relative to the workspace, and where they go in the site.
    pub folders: Vec<Folder>,
    /// What the pages are told: each `*.hbs` file is rendered with these as `config`.
    pub config: Vec<(String, Value<String>)>,
    /// The origins that the pages may connect to besides their own.
    pub connections: Vec<Value<String>>,
    adjustments: Adjustments<parts::DistributionConfig>,
}

impl Site {
    /// A site of the files in this folder; `index.html` is its first page.
    pub fn new(folder: impl Into<String>) -> Self {
        let root = Folder { source: folder.into(), target: String::new() };
        Self {
            folders: vec![root],
            config: Vec::new(),
            connections: Vec::new(),
            adjustments: Adjustments::default(),
        }
    }

    /// The site that this scope will have under the name, for what names its URL before it is declared.
    ///
    /// Pages are told of a function's URL, which in turn names the origin of the pages:
    ///
    /// ```
    /// use stackwright::prelude::*;
    ///
    /// let declared = stackwright::declare("Demo", |stack| {
    ///     let site = Site::ahead(stack, "Site");
    ///     let function = stack.add("PutEvent", Function::new("agenda-put-event"));
    ///     let url = stack.add("Url", FunctionUrl::new(function).cors(Cors::origin(site.url())));
    ///     stack.add("Site", Site::new("web/demo").config("functionUrl", url.url()));
    /// });
    /// ```
    #[must_use]
    pub fn ahead(scope: &Scope<'_>, name: &str) -> SiteHandle {
        SiteHandle(scope.id_of(name).into())
    }

    /// With the files of another folder below the path `target`.
    #[must_use]
    pub fn including(mut self, folder: impl Into<String>, target: impl Into<String>) -> Self {
        self.folders.push(Folder { source: folder.into(), target: target.into() });
        self
    }

    /// Tells the pages a value of the stack, through the templates (`*.hbs`) among the files.
    #[must_use]
    pub fn config(mut self, key: impl Into<String>, value: impl Into<Value<String>>) -> Self {
        self.config.push((key.into(), value.into()));
        self
    }

    /// Lets the pages connect to this origin (`connect-src` of their Content-Security-Policy).
    #[must_use]
    pub fn connecting_to(mut self, origin: impl Into<Value<String>>) -> Self {
        self.connections.push(origin.into());
        self
    }

    /// Changes what the distribution is configured with: domains of one's own, error pages, the price class.
    #[must_use]
    pub fn with(
        mut self,
        change: impl FnOnce(parts::DistributionConfig) -> parts::DistributionConfig + 'static,
    ) -> Self {
        self.adjustments.push(change);
        self
    }

    fn content_security_policy(&self) -> Value<String> {
        let connections = self.connections.iter().flat_map(|origin| [Expr::from(" "), origin.expr().clone()]);
        let parts = std::iter::once(Expr::from("default-src 'self'; connect-src 'self'"))
            .chain(connections)
            .chain(std::iter::once(Expr::from(
                "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            )));
        Value::from_expr(Expr::concat(parts))
    }

    fn publish(self, scope: &mut Scope<'_>, bucket: s3::BucketHandle) {
        let publisher = scope.part("Publisher", publisher(bucket));
        let config = Expr::map(self.config.into_iter().map(|(key, value)| (key, value.into_expr())));
        let files = RawResource::new("Custom::SiteFiles")
            .raw("ServiceToken", publisher.arn())
            .raw("ServiceTimeout", Expr::Integer(300))
            .raw("Bucket", bucket.reference())
            .raw("Config", config)
            .raw("Content", "set when the files are packed");
        let files = scope.part("Files", files.after(publisher.policy()));
        scope.package_files(publisher.id(), self.folders, LogicalId::from(files), "Content");
    }
}

impl Construct for Site {
    type Handle = SiteHandle;

    fn declare(mut self, scope: &mut Scope<'_>) -> SiteHandle {
        let bucket = scope.part("Bucket", private_bucket());
        let headers = scope.part("Headers", security_headers(scope, self.content_security_policy()));
        let access = scope.part("Access", origin_access(scope));
        let config = std::mem::take(&mut self.adjustments).apply(configuration(bucket, headers, access));
        let distribution = l1::Distribution::new(config).declare(scope);
        scope.part("BucketPolicy", readable_by(bucket, distribution));
        self.publish(scope, bucket);
        SiteHandle(distribution)
    }
}

/// A bucket nobody but CloudFront reads. It holds copies of what the workspace has, so it goes with the stack.
fn private_bucket() -> Declared<s3::Bucket> {
    let block = buckets::PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true);
    let rule = buckets::ServerSideEncryptionByDefault::new(buckets::SSEAlgorithm::Aes256);
    let rule = buckets::ServerSideEncryptionRule::new().server_side_encryption_by_default(rule);
    let owner =
        buckets::OwnershipControlsRule::new().object_ownership(buckets::ObjectOwnership::BucketOwnerEnforced);
    s3::Bucket::new()
        .public_access_block_configuration(block)
        .bucket_encryption(buckets::BucketEncryption::new([rule]))
        .ownership_controls(buckets::OwnershipControls::new([owner]))
        .on_removal(DeletionPolicy::Delete)
}

fn readable_by(bucket: s3::BucketHandle, distribution: l1::DistributionHandle) -> s3::BucketPolicy {
    let source: Value<Arn> = Value::of([
        "arn:".into(),
        partition(),
        ":cloudfront::".into(),
        account(),
        ":distribution/".into(),
        distribution.reference(),
    ]);
    let read = Expr::map([
        ("Effect", Expr::from("Allow")),
        ("Principal", Expr::map([("Service", "cloudfront.amazonaws.com")])),
        ("Action", "s3:GetObject".into()),
        ("Resource", objects(bucket).into_expr()),
        ("Condition", Expr::map([("StringEquals", Expr::map([("AWS:SourceArn", source.into_expr())]))])),
    ]);
    let plain = Expr::map([
        ("Effect", Expr::from("Deny")),
        ("Principal", "*".into()),
        ("Action", "s3:*".into()),
        ("Resource", Expr::list([bucket.arn().into_expr(), objects(bucket).into_expr()])),
        ("Condition", Expr::map([("Bool", Expr::map([("aws:SecureTransport", "false")]))])),
    ]);
    s3::BucketPolicy::new(bucket.reference(), document([read, plain]))
}

fn objects(bucket: s3::BucketHandle) -> Value<Arn> {
    bucket.arn().and("/*")
}

fn origin_access(scope: &Scope<'_>) -> l1::OriginAccessControl {
    let config = l1::origin_access_control::OriginAccessControlConfig::new(
        l1::origin_access_control::OriginAccessControlConfigRequired {
            name: physical_name(scope),
            origin_access_control_origin_type: "s3".into(),
            signing_behavior: "always".into(),
            signing_protocol: "sigv4".into(),
        },
    );
    l1::OriginAccessControl::new(config)
}

fn security_headers(scope: &Scope<'_>, policy: Value<String>) -> l1::ResponseHeadersPolicy {
    let security = headers::SecurityHeadersConfig::new()
        .content_security_policy(headers::ContentSecurityPolicy::new(policy, true))
        .content_type_options(headers::ContentTypeOptions::new(true))
        .frame_options(headers::FrameOptions::new("DENY", true))
        .referrer_policy(headers::ReferrerPolicy::new(true, "no-referrer"))
        .strict_transport_security(
            headers::StrictTransportSecurity::new(63_072_000, true).include_subdomains(true),
        );
    let config =
        headers::ResponseHeadersPolicyConfig::new(physical_name(scope)).security_headers_config(security);
    l1::ResponseHeadersPolicy::new(config)
}

fn configuration(
    bucket: s3::BucketHandle,
    headers: l1::ResponseHeadersPolicyHandle,
    access: l1::OriginAccessControlHandle,
) -> parts::DistributionConfig {
    let origin = parts::Origin::new(bucket.regional_domain_name(), "Files")
        .origin_access_control_id(access.id())
        .s3_origin_config(parts::S3OriginConfig::new().origin_access_identity(""));
    let behaviour = parts::DefaultCacheBehavior::new("Files", parts::ViewerProtocolPolicy::RedirectToHttps)
        .allowed_methods(["GET", "HEAD"])
        .cache_policy_id(CACHING_OPTIMIZED)
        .response_headers_policy_id(headers.reference())
        .compress(true);
    parts::DistributionConfig::new(behaviour, true)
        .origins([origin])
        .default_root_object("index.html")
        .http_version(parts::HttpVersion::Http2and3)
        .ipv6_enabled(true)
        .price_class(parts::PriceClass::PriceClass100)
}

fn publisher(bucket: s3::BucketHandle) -> Function {
    Function::new(PUBLISHER)
        .description("Publishes the files of the site at deployment")
        .timeout(120)
        .alarms(Alarms::None)
        .allow(Grant::new(["s3:ListBucket"], bucket.arn()))
        .allow(Grant::new(["s3:PutObject", "s3:DeleteObject"], objects(bucket)))
}

/// Refers to a site.
#[derive(Clone, Copy, Debug)]
pub struct SiteHandle(l1::DistributionHandle);

impl SiteHandle {
    /// Where its first page is: `https://….cloudfront.net`.
    #[must_use]
    pub fn url(self) -> Value<String> {
        join(["https://".into(), self.0.domain_name()])
    }

    /// The CloudFront distribution.
    #[must_use]
    pub const fn distribution(self) -> l1::DistributionHandle {
        self.0
    }
}
