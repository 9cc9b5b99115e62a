//! Function URLs of templates.
//! Names one by the id in its host, since the function's name is the same for all of its aliases.

use std::sync::Arc;

use stackwright_plan::{Created, Resource};
use stackwright_rest::{FunctionUrl, UrlAuth};

use super::cross_origin;
use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::lambda::function_name;
use crate::stack::{Piece, Stack};

pub(super) const KIND: &str = "AWS::Lambda::Url";

pub(super) fn create(place: &Place, resource: &Resource) -> Result<Created, String> {
    let function = Properties::of(&resource.properties).text("TargetFunctionArn")?;
    let id = place.id(resource.id.as_str(), 32);
    let url = format!("https://{id}.lambda-url.{}.on.aws/", place.region);
    let arn = place.arn("lambda", &format!("function:{}", function_name(&function)));
    Ok(Created::named(arn.clone()).with("FunctionArn", arn).with("FunctionUrl", url))
}

pub(super) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(KIND, problems, |piece| {
        cloud.apis.urls.define(id(piece), read(cloud, piece)?);
        Ok(())
    });
}

/// The first label of its host.
pub(super) fn id<'a>(piece: Piece<'a>) -> &'a str {
    let host = piece.attribute("FunctionUrl").trim_start_matches("https://");
    host.split('.').next().unwrap_or_default()
}

fn read(cloud: &Cloud, piece: Piece<'_>) -> Result<FunctionUrl, String> {
    let properties = piece.properties();
    let auth = match properties.text("AuthType")?.as_str() {
        "NONE" => UrlAuth::None,
        "AWS_IAM" => UrlAuth::Iam,
        other => return Err(format!("`AuthType` is `{other}`, and must be `NONE` or `AWS_IAM`")),
    };
    let cors = properties.inside("Cors")?;
    let function = piece.attribute("FunctionArn");
    let alias = properties.optional_text("Qualifier")?;
    Ok(FunctionUrl {
        region: piece.stack.place.region.clone(),
        function: alias.map_or_else(|| function.to_owned(), |alias| format!("{function}:{alias}")),
        auth,
        cors: cross_origin::read(&cloud.addresses, &cors)?,
    })
}
