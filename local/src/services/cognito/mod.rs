//! Cognito's identity pools: guests of a page get credentials for an hour.
//! Users and their passwords are not there.

use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use axum::response::Response;
use stackwright_identity::Pool;
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::exchange::{Exchange, set};
use crate::place::Place;
use crate::problem::Problem;
use crate::services::{Answer, name_of};
use crate::stack::{Piece, Stack};

const POOL: &str = "AWS::Cognito::IdentityPool";

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    Some(match resource.kind.as_str() {
        POOL => {
            let pool = format!("{}:{}", place.region, place.uuid(resource.id.as_str()));
            name_of(place, resource, "IdentityPoolName").map(|name| Created::named(pool).with("Name", name))
        }
        "AWS::Cognito::IdentityPoolRoleAttachment" => Ok(Created::named(place.uuid(resource.id.as_str()))),
        _ => return None,
    })
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(POOL, problems, |piece| {
        let properties = piece.properties();
        if !properties.list("CognitoIdentityProviders")?.is_empty()
            || properties.value("SupportedLoginProviders").is_some()
        {
            return Err("only guests get credentials here: nobody can log in".to_owned());
        }
        let pool = Pool {
            allows_guests: properties.flag("AllowUnauthenticatedIdentities")?,
            allows_classic_flow: properties.flag("AllowClassicFlow")?,
            guest_role: guest_role(piece)?,
        };
        cloud.identity.pools.define(piece.reference(), pool);
        Ok(())
    });
}

/// The role that a pool's attachment gives to guests.
fn guest_role(pool: Piece<'_>) -> Result<Option<String>, String> {
    for attachment in pool.stack.of_kind("AWS::Cognito::IdentityPoolRoleAttachment") {
        let properties = attachment.properties();
        if properties.text("IdentityPoolId")? == pool.reference() {
            return Ok(properties.inside("Roles")?.optional_text("unauthenticated")?);
        }
    }
    Ok(None)
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == POOL {
        cloud.identity.pools.remove(piece.reference());
    }
}

/// Answers a request that pages send before they can sign any.
pub(crate) fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let answer = cloud.identity.pools.answer(exchange.action(), &exchange.body, SystemTime::now());
    let mut response = answer.map(Body::from);
    set(&mut response, "access-control-allow-origin", "*");
    set(
        &mut response,
        "access-control-expose-headers",
        "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
    );
    response
}

/// Answers a browser that asks whether a page may send such requests.
pub(crate) fn preflight() -> Response {
    let mut response = Response::default();
    set(&mut response, "access-control-allow-origin", "*");
    set(&mut response, "access-control-allow-methods", "POST");
    set(&mut response, "access-control-max-age", "172800");
    let headers = "authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,\
                   x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request,cache-control";
    set(&mut response, "access-control-allow-headers", headers);
    response
}
