//! A bucket and the distribution in front of it, from a template to what a browser gets.

use stackwright_local::{Settings, What};

use crate::calls::counted;
use crate::world::{Answer, World, settings, source};

const SITE: &str = r#"
Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: site-files
  Headers:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        Name: headers
        SecurityHeadersConfig:
          ContentSecurityPolicy:
            ContentSecurityPolicy: !Sub connect-src wss://abc.execute-api.${AWS::Region}.${AWS::URLSuffix}
            Override: true
  Access:
    Type: AWS::CloudFront::OriginAccessControl
    Properties:
      OriginAccessControlConfig:
        Name: access
        OriginAccessControlOriginType: s3
        SigningBehavior: always
        SigningProtocol: sigv4
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        DefaultRootObject: index.html
        Origins:
        - Id: files
          DomainName: !GetAtt Files.RegionalDomainName
          OriginAccessControlId: !GetAtt Access.Id
          S3OriginConfig: {}
        DefaultCacheBehavior:
          TargetOriginId: files
          ViewerProtocolPolicy: redirect-to-https
          ResponseHeadersPolicyId: !Ref Headers
Outputs:
  PageUrl:
    Value: !Sub https://${Site.DomainName}
"#;

const POLICY: &str = r#"
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Files
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
        - Effect: Allow
          Principal:
            Service: cloudfront.amazonaws.com
          Action: s3:GetObject
          Resource: !Sub ${Files.Arn}/*
          Condition:
            StringEquals:
              "AWS:SourceArn": !Sub arn:aws:cloudfront::${AWS::AccountId}:distribution/${Site}
"#;

struct Site {
    world: World,
    /// The path of its page.
    page: String,
}

impl Site {
    async fn start(template: &str, enforces_iam: bool) -> Site {
        let settings = Settings { enforces_iam, ..settings() };
        let world = World::start_with(settings, vec![source("Site", template)]).await;
        let page = world.output("Site", "PageUrl");
        let page = page.strip_prefix(&world.local.endpoint()).unwrap().to_owned();
        Site { world, page }
    }

    async fn put(&self, object: &str, body: &str) {
        self.world.send("PUT", &format!("/site-files/{object}"), "", body).await.says("200", "");
    }

    /// What is answered at a path of the page's host.
    async fn get(&self, path: &str) -> Answer {
        self.world.send("GET", &format!("{}{path}", self.page), "", "").await
    }
}

#[tokio::test]
async fn a_page_is_served_with_the_headers_of_its_policy() {
    let site = Site::start(SITE, false).await;
    site.put("index.html", "<p>home").await;
    site.put("js/app.js", "run()").await;
    let answer = site.get("/").await;
    answer.says("200", "<p>home");
    let origin = site.world.local.endpoint().replace("http://", "ws://");
    assert!(
        answer.head.contains(&format!("content-security-policy: connect-src {origin}\r\n")),
        "{}",
        answer.head
    );
    site.get("/js/app.js?v=1").await.says("200", "run()");
    assert!(site.world.local.problems().is_empty(), "{:?}", site.world.local.problems());
    site.world.local.shutdown().await;
}

#[tokio::test]
async fn a_page_url_without_its_slash_leads_to_the_page() {
    let site = Site::start(SITE, false).await;
    let answer = site.get("").await;
    answer.says("308", "");
    assert!(answer.head.contains(&format!("location: {}/\r\n", site.page)), "{}", answer.head);
    site.world.local.shutdown().await;
}

/// Which action CloudFront lacks for reading an object that is not there, and whether people are told: they are not,
/// if all that it lacks is to know that there is none.
async fn check_lacks(template: &str, action: &str, is_told: bool) {
    let site = Site::start(template, true).await;
    let answer = site.get("/index.html").await;
    let told = format!("User: cloudfront.amazonaws.com is not authorized to perform: {action} on resource");
    assert!(answer.head.starts_with("HTTP/1.1 403 ") && answer.body.contains(&told), "{}", answer.body);
    assert_eq!(site.world.told().iter().any(|what| matches!(what, What::Denied { .. })), is_told);
    site.world.local.shutdown().await;
}

#[tokio::test]
async fn the_buckets_policy_says_what_the_distribution_may_read() {
    check_lacks(SITE, "s3:GetObject", true).await;
    let allowed = with_policy(SITE, POLICY);
    check_lacks(&allowed, "s3:ListBucket", false).await;
    check_lacks(&allowed.replace("distribution/${Site}", "distribution/OTHER"), "s3:GetObject", true).await;
}

/// The way before origin access control, as the AWS CDK still writes it.
#[tokio::test]
async fn an_access_identity_may_be_named_by_its_canonical_user() {
    let identity = "Access:\n    Type: AWS::CloudFront::CloudFrontOriginAccessIdentity\n  Control:";
    let origin = "S3OriginConfig: {OriginAccessIdentity: !Sub 'origin-access-identity/cloudfront/${Access}'}";
    let template = SITE
        .replace("Access:", identity)
        .replace("OriginAccessControlId: !GetAtt Access.Id", origin)
        .replace("          S3OriginConfig: {}\n", "");
    let denied = Site::start(&template, true).await;
    let answer = denied.get("/index.html").await;
    assert!(answer.body.contains("CloudFront Origin Access Identity E"), "{}", answer.body);
    denied.world.local.shutdown().await;
    let (policy, _) = POLICY.split_once("          Condition:").unwrap();
    let user = "CanonicalUser: !GetAtt Access.S3CanonicalUserId";
    let policy = policy.replace("Service: cloudfront.amazonaws.com", user);
    let site = Site::start(&with_policy(&template, &policy), true).await;
    let answer = site.get("/index.html").await;
    assert!(answer.body.contains("s3:ListBucket"), "{}", answer.body);
    counted(&site.world, "Site/Site", "Site/Files", 1).await;
    // That the object is missing is what the origin says: nobody was turned away.
    counted(&site.world, "outside", "Site/Site", 1).await;
    site.world.local.shutdown().await;
}

#[tokio::test]
async fn what_a_distribution_reads_unsigned_is_its_own_call() {
    let unsigned = SITE.replace("          OriginAccessControlId: !GetAtt Access.Id\n", "");
    let site = Site::start(&unsigned, false).await;
    site.put("index.html", "<p>home").await;
    site.get("/").await.says("200", "<p>home");
    counted(&site.world, "Site/Site", "Site/Files", 1).await;
    counted(&site.world, "outside", "Site/Files", 1).await;
    site.world.local.shutdown().await;
}

fn with_policy(template: &str, policy: &str) -> String {
    template.replace("Outputs:", &format!("{}\nOutputs:", policy.trim_matches('\n')))
}

#[tokio::test]
async fn a_bucket_is_closed_to_strangers() {
    let site = Site::start(SITE, true).await;
    for (line, code) in [
        ("/site-files/index.html", "AccessDenied"),
        ("/site-files/index.html?AWSAccessKeyId=a&Signature=b&Expires=1", "InvalidRequest"),
        ("/site-files/index.html?X-Amz-Algorithm=AWS4-HMAC-SHA256", "AuthorizationQueryParametersError"),
    ] {
        let answer = site.world.send("GET", line, "", "").await;
        assert!(answer.body.contains(&format!("<Code>{code}</Code>")), "{}", answer.body);
    }
    site.world.local.shutdown().await;
}

#[tokio::test]
async fn what_does_nothing_here_is_told() {
    let versioned = "BucketName: site-files\n      VersioningConfiguration:\n        Status: Enabled";
    let functions =
        "FunctionAssociations:\n          - EventType: viewer-request\n            FunctionARN: arn";
    let template = SITE
        .replace("BucketName: site-files", versioned)
        .replace("ViewerProtocolPolicy:", &format!("{functions}\n          ViewerProtocolPolicy:"));
    let site = Site::start(&template, false).await;
    let problems: Vec<_> = site.world.local.problems().into_iter().map(|problem| problem.message).collect();
    assert_eq!(
        problems,
        [
            "the bucket is there, but `VersioningConfiguration` does nothing here",
            "the distribution serves, but `FunctionAssociations` does nothing here",
        ]
    );
    site.world.local.shutdown().await;
}
