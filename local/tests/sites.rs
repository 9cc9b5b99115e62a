//! A bucket and the distribution in front of it, from a template to what a browser gets.

#![allow(clippy::unwrap_used)]

use stackwright_local::{Local, Settings, StackSource};
use stackwright_template::Template;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

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

struct Machine {
    local: Local,
    page: String,
}

/// Status and headers, and the body.
struct Answer {
    head: String,
    body: String,
}

impl Machine {
    async fn start(template: &str, enforces_iam: bool) -> Machine {
        let settings = Settings { port: 0, enforces_iam, ..Settings::default() };
        let template = Template::read(template).unwrap();
        let source = StackSource { name: "Site".to_owned(), template, ..StackSource::default() };
        let local = Local::start(settings, vec![source], |_| {}).await.unwrap();
        let page = local.ready().stacks["Site"].outputs["PageUrl"].clone();
        let page = page.strip_prefix(&local.endpoint()).unwrap().to_owned();
        Machine { local, page }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let endpoint = self.local.endpoint();
        let mut stream = TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).await.unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        let request = format!("{head}content-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer { head: head.to_owned(), body: body.to_owned() }
    }

    /// What is answered at a path of the page's host.
    async fn get(&self, path: &str) -> Answer {
        self.send("GET", &format!("{}{path}", self.page), "").await
    }
}

impl Answer {
    #[track_caller]
    fn says(&self, status: &str, body: &str) {
        assert!(self.head.starts_with(&format!("HTTP/1.1 {status} ")), "{}", self.head);
        assert_eq!(self.body, body);
    }
}

#[tokio::test]
async fn a_page_is_served_with_the_headers_of_its_policy() {
    let machine = Machine::start(SITE, false).await;
    machine.send("PUT", "/site-files/index.html", "<p>home").await.says("200", "");
    machine.send("PUT", "/site-files/js/app.js", "run()").await.says("200", "");
    let answer = machine.get("/").await;
    answer.says("200", "<p>home");
    let origin = machine.local.endpoint().replace("http://", "ws://");
    assert!(
        answer.head.contains(&format!("content-security-policy: connect-src {origin}\r\n")),
        "{}",
        answer.head
    );
    machine.get("/js/app.js?v=1").await.says("200", "run()");
    assert!(machine.local.problems().is_empty(), "{:?}", machine.local.problems());
    machine.local.shutdown().await;
}

#[tokio::test]
async fn a_page_url_without_its_slash_leads_to_the_page() {
    let machine = Machine::start(SITE, false).await;
    let answer = machine.get("").await;
    answer.says("308", "");
    assert!(answer.head.contains(&format!("location: {}/\r\n", machine.page)), "{}", answer.head);
    machine.local.shutdown().await;
}

/// Which action CloudFront lacks for reading an object that is not there.
async fn check_lacks(template: &str, action: &str) {
    let machine = Machine::start(template, true).await;
    let answer = machine.get("/index.html").await;
    let told = format!("User: cloudfront.amazonaws.com is not authorized to perform: {action} on resource");
    assert!(answer.head.starts_with("HTTP/1.1 403 ") && answer.body.contains(&told), "{}", answer.body);
    machine.local.shutdown().await;
}

#[tokio::test]
async fn the_buckets_policy_says_what_the_distribution_may_read() {
    check_lacks(SITE, "s3:GetObject").await;
    let allowed = SITE.replace("Outputs:", &format!("{}\nOutputs:", POLICY.trim_matches('\n')));
    check_lacks(&allowed, "s3:ListBucket").await;
    check_lacks(&allowed.replace("distribution/${Site}", "distribution/OTHER"), "s3:GetObject").await;
}

#[tokio::test]
async fn a_bucket_is_closed_to_strangers() {
    let machine = Machine::start(SITE, true).await;
    for (line, code) in [
        ("/site-files/index.html", "AccessDenied"),
        ("/site-files/index.html?AWSAccessKeyId=a&Signature=b&Expires=1", "InvalidRequest"),
        ("/site-files/index.html?X-Amz-Algorithm=AWS4-HMAC-SHA256", "AuthorizationQueryParametersError"),
    ] {
        let answer = machine.send("GET", line, "").await;
        assert!(answer.body.contains(&format!("<Code>{code}</Code>")), "{}", answer.body);
    }
    machine.local.shutdown().await;
}

#[tokio::test]
async fn what_does_nothing_here_is_told() {
    let versioned = "BucketName: site-files\n      VersioningConfiguration:\n        Status: Enabled";
    let functions =
        "FunctionAssociations:\n          - EventType: viewer-request\n            FunctionARN: arn";
    let template = SITE
        .replace("BucketName: site-files", versioned)
        .replace("ViewerProtocolPolicy:", &format!("{functions}\n          ViewerProtocolPolicy:"));
    let machine = Machine::start(&template, false).await;
    let problems: Vec<_> = machine.local.problems().into_iter().map(|problem| problem.message).collect();
    assert_eq!(
        problems,
        [
            "the bucket is there, but `VersioningConfiguration` does nothing here",
            "the distribution serves, but `FunctionAssociations` does nothing here",
        ]
    );
    machine.local.shutdown().await;
}
