//! S3's buckets and CloudFront's distributions in front of them.
//! What is in a bucket is the engine's.

mod buckets;
mod distributions;
mod headers;

use std::sync::Arc;

use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::Answer;
use crate::stack::{Piece, Stack};

pub(crate) use buckets::{answer, open};
pub(crate) use distributions::answer as distribution;

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    let name = || place.name(resource.id.as_str(), &resource.kind);
    let id = format!("E{}", place.id(resource.id.as_str(), 13).to_uppercase());
    let with_id = || Ok(Created::named(id.clone()).with("Id", id.clone()));
    Some(match resource.kind.as_str() {
        "AWS::S3::Bucket" => properties
            .optional_text("BucketName")
            .map_err(String::from)
            .map(|given| bucket(place, given.unwrap_or_else(name))),
        "AWS::S3::BucketPolicy" => Ok(Created::named(name())),
        "AWS::CloudFront::Distribution" => with_id().map(|created: Created| {
            let host = format!("d{}.cloudfront.net", place.id(resource.id.as_str(), 13));
            created.with("DomainName", host)
        }),
        "AWS::CloudFront::OriginAccessControl" | "AWS::CloudFront::CachePolicy" => with_id(),
        "AWS::CloudFront::OriginRequestPolicy" | "AWS::CloudFront::ResponseHeadersPolicy" => with_id(),
        "AWS::CloudFront::CloudFrontOriginAccessIdentity" => with_id()
            .map(|created: Created| created.with("S3CanonicalUserId", place.id(resource.id.as_str(), 64))),
        _ => return None,
    })
}

fn bucket(place: &Place, name: String) -> Created {
    let region = &place.region;
    Created::named(name.clone())
        .with("Arn", format!("arn:aws:s3:::{name}"))
        .with("DomainName", format!("{name}.s3.amazonaws.com"))
        .with("RegionalDomainName", format!("{name}.s3.{region}.amazonaws.com"))
        .with("DualStackDomainName", format!("{name}.s3.dualstack.{region}.amazonaws.com"))
        .with("WebsiteURL", format!("http://{name}.s3-website-{region}.amazonaws.com"))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    buckets::realise(cloud, stack, problems);
    distributions::realise(cloud, stack, problems);
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    buckets::remove(cloud, piece);
    distributions::remove(cloud, piece);
}
