//! A method of a REST API: who may call it, what it asks for, and what answers.
//! Functions and mocks answer; requests go nowhere else.

use std::collections::BTreeMap;
use std::time::Duration;

use stackwright_rest::Template;
use stackwright_rest::rest::{Authorization, Integration, Method, Mock, MockResponse, Passthrough};

use super::rest_api::headers;
use super::{authorizer, function, model, refuse};
use crate::address::Addresses;
use crate::properties::Properties;
use crate::stack::Stack;

pub(super) fn read(
    addresses: &Addresses,
    stack: &Stack,
    properties: &Properties<'_>,
    verb: &str,
) -> Result<Method, String> {
    let integration = properties.inside("Integration")?;
    let integration = match integration.optional_text("Type")?.as_deref() {
        Some("AWS_PROXY") => behind(&integration)?,
        Some("MOCK") => Integration::Mock(mock(addresses, &integration, verb)?),
        Some(other) => return Err(format!("integrations of the type `{other}` do not run here")),
        None => return Err("it has no integration".to_owned()),
    };
    Ok(Method {
        authorization: authorization(stack, properties)?,
        api_key_required: properties.flag("ApiKeyRequired")?,
        requirements: model::requirements(stack, properties)?,
        integration,
    })
}

fn authorization(stack: &Stack, properties: &Properties<'_>) -> Result<Authorization, String> {
    match properties.optional_text("AuthorizationType")?.as_deref() {
        None | Some("NONE") => Ok(Authorization::None),
        Some("AWS_IAM") => Ok(Authorization::Iam),
        Some("CUSTOM") => {
            Ok(Authorization::Custom(authorizer::of_method(stack, &properties.text("AuthorizerId")?)?))
        }
        Some(other) => Err(format!("authorisation by `{other}` does not run here")),
    }
}

/// A function behind a method.
fn behind(properties: &Properties<'_>) -> Result<Integration, String> {
    // With credentials API Gateway would invoke as a role.
    refuse(properties, &["Credentials"])?;
    let arn = function(&properties.text("Uri")?)?;
    Ok(Integration::Function { arn, timeout: timeout(properties)? })
}

pub(super) fn timeout(properties: &Properties<'_>) -> Result<Option<Duration>, String> {
    let millis = properties.number("TimeoutInMillis")?;
    let millis = millis.map(|millis| {
        u64::try_from(millis).map_err(|_| format!("`TimeoutInMillis` is {millis}, and must not be negative"))
    });
    Ok(millis.transpose()?.map(Duration::from_millis))
}

fn mock(addresses: &Addresses, properties: &Properties<'_>, verb: &str) -> Result<Mock, String> {
    let localise = |text: &str| match verb {
        // What answers preflights compares origins.
        "OPTIONS" => addresses.localise_origins(text),
        _ => addresses.localise(text),
    };
    let passthrough = match properties.optional_text("PassthroughBehavior")?.as_deref() {
        None | Some("WHEN_NO_MATCH") => Passthrough::WhenNoMatch,
        Some("WHEN_NO_TEMPLATES") => Passthrough::WhenNoTemplates,
        Some("NEVER") => Passthrough::Never,
        Some(other) => return Err(format!("`PassthroughBehavior` is `{other}`")),
    };
    let response = |response: &Properties<'_>| -> Result<MockResponse, String> {
        Ok(MockResponse {
            status: status(response)?,
            selection: response.optional_text("SelectionPattern")?.filter(|pattern| !pattern.is_empty()),
            headers: headers(addresses, "method.response.header.", response)?,
            templates: templates(response, "ResponseTemplates", localise)?,
        })
    };
    Ok(Mock {
        request_templates: templates(properties, "RequestTemplates", localise)?,
        passthrough,
        responses: properties.list("IntegrationResponses")?.iter().map(response).collect::<Result<_, _>>()?,
    })
}

fn status(properties: &Properties<'_>) -> Result<u16, String> {
    let text = properties.text("StatusCode")?;
    text.parse().map_err(|_| format!("`StatusCode` is `{text}`, and must be a status of HTTP"))
}

/// Mapping templates by content type.
fn templates(
    properties: &Properties<'_>,
    name: &str,
    localise: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, Template>, String> {
    let parsed = |(kind, text): (String, String)| {
        let template = Template::parse(&localise(&text));
        template
            .map(|template| (kind.clone(), template))
            .map_err(|error| format!("`{name}`, {kind}: {error}"))
    };
    properties.map_of_texts(name)?.into_iter().map(parsed).collect()
}
