//! REST APIs of templates: resources, stages and gateway responses, put together from where they stand.
//! What a method does is read by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use stackwright_rest::rest::{Api, GatewayResponse, Resource, ResponseType, Stage as ApiStage};

use super::{cross_origin, key, method};
use crate::address::Addresses;
use crate::cloud::Cloud;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::stack::{Piece, Stack};

pub(super) const KIND: &str = "AWS::ApiGateway::RestApi";
const RESOURCE: &str = "AWS::ApiGateway::Resource";

/// A path has no more parts than that; a resource that is its own parent has.
const DEEPEST: usize = 100;

type Apis = BTreeMap<String, Api>;

pub(super) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    let mut apis = Apis::new();
    stack.each(KIND, problems, |piece| {
        apis.insert(piece.reference().to_owned(), api(piece)?);
        unsupported(&piece.properties())
    });
    stack.each(RESOURCE, problems, |piece| {
        let path = path(stack, piece.reference())?;
        let resource = Resource { id: piece.reference().to_owned(), path, methods: BTreeMap::new() };
        of_stack(&mut apis, &piece.properties())?.resources.push(resource);
        Ok(())
    });
    stack.each("AWS::ApiGateway::Method", problems, |piece| {
        let properties = piece.properties();
        let verb = properties.text("HttpMethod")?;
        let method = method::read(&cloud.addresses, stack, &properties, &verb)?;
        let resource = properties.text("ResourceId")?;
        let mut resources = of_stack(&mut apis, &properties)?.resources.iter_mut();
        let resource = resources
            .find(|known| known.id == resource)
            .ok_or_else(|| format!("`ResourceId` is `{resource}`, which is no resource of its API"))?;
        resource.methods.insert(verb, method);
        Ok(())
    });
    stack.each("AWS::ApiGateway::GatewayResponse", problems, |piece| {
        let (kind, response) = gateway_response(&cloud.addresses, &piece.properties())?;
        of_stack(&mut apis, &piece.properties())?.gateway_responses.insert(kind, response);
        Ok(())
    });
    stages(stack, &mut apis, problems);
    key::add(stack, &mut apis, problems);
    apis.into_iter().for_each(|(id, api)| cloud.apis.rest.define(id, api));
}

/// An API with nothing but its root.
fn api(piece: Piece<'_>) -> Result<Api, String> {
    let properties = piece.properties();
    let place = &piece.stack.place;
    let mut api = Api::new(&place.region, &place.account);
    api.binary_media_types = properties.texts("BinaryMediaTypes")?;
    api.default_endpoint = !properties.flag("DisableExecuteApiEndpoint")?;
    api.has_policy = properties.value("Policy").is_some();
    let root = piece.attribute("RootResourceId").to_owned();
    api.resources.push(Resource { id: root, path: "/".to_owned(), methods: BTreeMap::new() });
    Ok(api)
}

fn unsupported(properties: &Properties<'_>) -> Result<(), String> {
    for name in ["Body", "BodyS3Location", "CloneFrom"] {
        if properties.value(name).is_some() {
            return Err(format!(
                "`{name}` is not read here: only the API's own resources and methods are served"
            ));
        }
    }
    match properties.optional_text("ApiKeySourceType")?.as_deref() {
        Some("AUTHORIZER") => {
            Err("`ApiKeySourceType` is `AUTHORIZER`, and API keys are read from `x-api-key` alone".to_owned())
        }
        _ => Ok(()),
    }
}

/// The API of this stack that a resource names.
fn of_stack<'a>(apis: &'a mut Apis, properties: &Properties<'_>) -> Result<&'a mut Api, String> {
    let id = properties.text("RestApiId")?;
    apis.get_mut(&id).ok_or_else(|| format!("`RestApiId` is `{id}`, which is no API of this stack"))
}

/// The whole path of a resource, from its parents.
fn path(stack: &Stack, resource: &str) -> Result<String, String> {
    let mut path = String::new();
    let mut id = resource.to_owned();
    for _ in 0..DEEPEST {
        let Some(piece) = stack.of_kind(RESOURCE).find(|piece| piece.reference() == id) else {
            let mut roots = stack.of_kind(KIND).map(|api| api.attribute("RootResourceId"));
            return match roots.any(|root| root == id) {
                true => Ok(path),
                false => Err(format!("`ParentId` is `{id}`, which is no resource of this stack")),
            };
        };
        let properties = piece.properties();
        path = format!("/{}{path}", properties.text("PathPart")?);
        id = properties.text("ParentId")?;
    }
    Err("its parents lead back to it".to_owned())
}

/// Stages by themselves, and those that deployments bring along.
fn stages(stack: &Stack, apis: &mut Apis, problems: &mut Vec<Problem>) {
    stack.each("AWS::ApiGateway::Deployment", problems, |piece| {
        let properties = piece.properties();
        let api = of_stack(apis, &properties)?;
        if let Some(name) = properties.optional_text("StageName")? {
            let variables = variables(&properties.inside("StageDescription")?)?;
            let deployment = piece.reference().to_owned();
            api.stages.insert(name, ApiStage { variables, deployment });
        }
        Ok(())
    });
    stack.each("AWS::ApiGateway::Stage", problems, |piece| {
        let properties = piece.properties();
        let stage = ApiStage {
            variables: variables(&properties)?,
            deployment: properties.optional_text("DeploymentId")?.unwrap_or_default(),
        };
        of_stack(apis, &properties)?.stages.insert(piece.reference().to_owned(), stage);
        super::refuse(&properties, &["CanarySetting"])
    });
}

fn variables(properties: &Properties<'_>) -> Result<BTreeMap<String, String>, String> {
    Ok(properties.map_of_texts("Variables")?.into_iter().collect())
}

fn gateway_response(
    addresses: &Addresses,
    properties: &Properties<'_>,
) -> Result<(ResponseType, GatewayResponse), String> {
    let name = properties.text("ResponseType")?;
    let kind = ResponseType::named(&name).ok_or_else(|| format!("there is no gateway response `{name}`"))?;
    let status = properties.number("StatusCode")?;
    let status = status.map(|status| {
        u16::try_from(status).map_err(|_| format!("`StatusCode` is {status}, and must be a status of HTTP"))
    });
    let headers = headers(addresses, "gatewayresponse.header.", properties)?;
    let templates = properties.map_of_texts("ResponseTemplates")?.into_iter().collect();
    Ok((kind, GatewayResponse { status: status.transpose()?, headers, templates }))
}

/// The headers among response parameters, and where their values are from.
pub(super) fn headers(
    addresses: &Addresses,
    prefix: &str,
    properties: &Properties<'_>,
) -> Result<BTreeMap<String, String>, String> {
    let parameters = properties.map_of_texts("ResponseParameters")?.into_iter();
    let header = |(name, value): (String, String)| match name.strip_prefix(prefix) {
        Some(name) => Ok((name.to_owned(), cross_origin::header(addresses, name, &value))),
        None => Err(format!("`ResponseParameters` has `{name}`, and only `{prefix}…` can be set")),
    };
    parameters.map(header).collect()
}
