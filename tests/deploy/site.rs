//! What is expected of every site, asked of S3 and CloudFront.

use serde_json::{Value, json};

use crate::holds::holds;
use crate::stack::Stack;
use crate::tools::output;

/// Checks the site `Site`: its bucket is private, CloudFront serves it, and our custom resource has published
/// these files with a `shared/config.js` that tells the pages this.
#[track_caller]
pub(crate) fn check(stack: &Stack<'_>, files: &[&str], config: &Value) {
    check_distribution(stack);
    check_bucket(stack);
    let published = published(stack);
    for file in files.iter().chain(&["index.html", "shared/config.js"]) {
        assert!(published.iter().any(|name| name == file), "`{file}` is not published, but {published:?}");
    }
    let template = published.iter().find(|name| name.ends_with(".hbs"));
    assert_eq!(template, None, "a template is published as it is");
    let text = read(stack, "shared/config.js");
    let (_, object) = text.split_once("export const config = ").expect("config.js exports its values");
    let told: Value = serde_json::from_str(object.trim().trim_end_matches(';')).expect("they are JSON");
    assert_eq!(told, *config);
}

#[track_caller]
fn check_distribution(stack: &Stack<'_>) {
    let id = stack.physical("Site");
    let answer = stack.ask(&["cloudfront", "get-distribution", "--id", id]);
    let distribution = &answer["Distribution"];
    let host = distribution["DomainName"].as_str().expect("its domain");
    assert_eq!(stack.output("PageUrl"), format!("https://{host}"));
    let expected = json!({
        "Enabled": true,
        "DefaultRootObject": "index.html",
        "HttpVersion": "http2and3",
        "DefaultCacheBehavior": {
            "ViewerProtocolPolicy": "redirect-to-https",
            "ResponseHeadersPolicyId": stack.physical("SiteHeaders"),
        },
        "Origins": { "Items": [{ "OriginAccessControlId": stack.physical("SiteAccess") }] },
    });
    holds(&distribution["DistributionConfig"], &expected);
}

#[track_caller]
fn check_bucket(stack: &Stack<'_>) {
    let bucket = stack.physical("SiteBucket");
    let block = stack.ask(&["s3api", "get-public-access-block", "--bucket", bucket]);
    let expected = json!({
        "BlockPublicAcls": true,
        "BlockPublicPolicy": true,
        "IgnorePublicAcls": true,
        "RestrictPublicBuckets": true,
    });
    assert_eq!(block["PublicAccessBlockConfiguration"], expected);
    let policy = stack.ask(&["s3api", "get-bucket-policy", "--bucket", bucket]);
    let policy: Value =
        serde_json::from_str(policy["Policy"].as_str().expect("a policy")).expect("it is JSON");
    let distribution = format!("arn:aws:cloudfront::000000000000:distribution/{}", stack.physical("Site"));
    let expected = json!({
        "Effect": "Allow",
        "Principal": { "Service": "cloudfront.amazonaws.com" },
        "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::{bucket}/*"),
        "Condition": { "StringEquals": { "AWS:SourceArn": distribution } },
    });
    holds(&policy["Statement"][0], &expected);
}

fn published(stack: &Stack<'_>) -> Vec<String> {
    let bucket = stack.physical("SiteBucket");
    let names = stack.ask(&["s3api", "list-objects-v2", "--bucket", bucket, "--query", "Contents[].Key"]);
    serde_json::from_value(names).expect("a list of names")
}

fn read(stack: &Stack<'_>, key: &str) -> String {
    let url = format!("s3://{}/{key}", stack.physical("SiteBucket"));
    output(stack.cloud.cli().args(["s3", "cp", &url, "-"]))
}
