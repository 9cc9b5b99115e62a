//! Response headers policies from templates.
//! What they do to a response is the engine's.

use axum::http::{HeaderName, HeaderValue};
use stackwright_objects::{AddedHeader, Cors, HeadersPolicy};

use crate::address::Addresses;
use crate::properties::Properties;

/// A policy of those properties, with URLs of what is served here rewritten to where it is.
pub(super) fn policy(addresses: &Addresses, properties: &Properties<'_>) -> Result<HeadersPolicy, String> {
    let config = properties.inside("ResponseHeadersPolicyConfig")?;
    let mut headers = Vec::new();
    security(addresses, &config.inside("SecurityHeadersConfig")?, &mut headers)?;
    for custom in config.inside("CustomHeadersConfig")?.list("Items")? {
        let value = addresses.localise_origins(&custom.text("Value")?);
        headers.push(header(&custom.text("Header")?, &value, custom.flag("Override")?)?);
    }
    let removed = config.inside("RemoveHeadersConfig")?.list("Items")?;
    let removed = removed.iter().map(|item| item.text("Header")).collect::<Result<_, _>>()?;
    let cors = config.inside("CorsConfig")?;
    let cors = if cors.is_empty() { None } else { Some(cross_origin(addresses, &cors)?) };
    Ok(HeadersPolicy { headers, removed, cors })
}

/// The headers that have settings of their own.
fn security(
    addresses: &Addresses,
    config: &Properties<'_>,
    headers: &mut Vec<AddedHeader>,
) -> Result<(), String> {
    let mut add = |setting: &str, name: &str, value: &dyn Fn(&Properties<'_>) -> Result<String, String>| {
        let setting = config.inside(setting)?;
        if !setting.is_empty() {
            headers.push(header(name, &value(&setting)?, setting.flag("Override")?)?);
        }
        Ok::<_, String>(())
    };
    add("ContentSecurityPolicy", "content-security-policy", &|setting| {
        Ok(addresses.localise_origins(&setting.text("ContentSecurityPolicy")?))
    })?;
    add("ContentTypeOptions", "x-content-type-options", &|_| Ok("nosniff".to_owned()))?;
    add("FrameOptions", "x-frame-options", &|setting| Ok(setting.text("FrameOption")?))?;
    add("ReferrerPolicy", "referrer-policy", &|setting| Ok(setting.text("ReferrerPolicy")?))?;
    add("StrictTransportSecurity", "strict-transport-security", &strict_transport)?;
    add("XSSProtection", "x-xss-protection", &xss_protection)
}

fn strict_transport(setting: &Properties<'_>) -> Result<String, String> {
    let mut value = format!("max-age={}", setting.text("AccessControlMaxAgeSec")?);
    for (flag, directive) in [("IncludeSubdomains", "; includeSubDomains"), ("Preload", "; preload")] {
        if setting.flag(flag)? {
            value.push_str(directive);
        }
    }
    Ok(value)
}

fn xss_protection(setting: &Properties<'_>) -> Result<String, String> {
    if !setting.flag("Protection")? {
        return Ok("0".to_owned());
    }
    let mode = if setting.flag("ModeBlock")? { "; mode=block" } else { "" };
    let report = setting.optional_text("ReportUri")?.map(|uri| format!("; report={uri}")).unwrap_or_default();
    Ok(format!("1{mode}{report}"))
}

fn cross_origin(addresses: &Addresses, config: &Properties<'_>) -> Result<Cors, String> {
    let items = |name: &str| -> Result<Vec<String>, String> { Ok(config.inside(name)?.texts("Items")?) };
    let max_age = config.number("AccessControlMaxAgeSec")?;
    Ok(Cors {
        allow_origins: items("AccessControlAllowOrigins")?
            .iter()
            .map(|origin| addresses.localise_origins(origin))
            .collect(),
        allow_methods: items("AccessControlAllowMethods")?,
        allow_headers: items("AccessControlAllowHeaders")?,
        expose_headers: items("AccessControlExposeHeaders")?,
        allow_credentials: config.flag("AccessControlAllowCredentials")?,
        max_age: max_age.and_then(|seconds| u64::try_from(seconds).ok()),
        overrides: config.flag("OriginOverride")?,
    })
}

fn header(name: &str, value: &str, overrides: bool) -> Result<AddedHeader, String> {
    let refused = |what| format!("`{what}` can be no header's");
    Ok(AddedHeader {
        name: HeaderName::try_from(name).map_err(|_| refused(name))?,
        value: HeaderValue::try_from(value).map_err(|_| refused(value))?,
        overrides,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(config: Value, expected: &[(&str, &str, bool)]) {
        let map = json!({ "ResponseHeadersPolicyConfig": config });
        let map = map.as_object().cloned().unwrap_or_default();
        let addresses = Addresses::new("127.0.0.1:80", "eu-west-1");
        let policy = policy(&addresses, &Properties::of(&map)).unwrap_or_default();
        let headers = policy.headers.iter();
        let headers =
            headers.map(|one| (one.name.as_str(), one.value.to_str().unwrap_or("?"), one.overrides));
        assert_eq!(headers.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn security_headers_have_their_usual_texts() {
        let config = json!({ "SecurityHeadersConfig": {
            "ContentSecurityPolicy": {
                "ContentSecurityPolicy": "connect-src wss://a1.execute-api.eu-west-1.amazonaws.com", "Override": true
            },
            "ContentTypeOptions": { "Override": true },
            "FrameOptions": { "FrameOption": "DENY", "Override": false },
            "ReferrerPolicy": { "ReferrerPolicy": "no-referrer", "Override": true },
            "StrictTransportSecurity": { "AccessControlMaxAgeSec": 9, "IncludeSubdomains": true, "Override": true },
            "XSSProtection": { "Protection": true, "ModeBlock": true, "Override": "true" },
        } });
        check(
            config,
            &[
                ("content-security-policy", "connect-src ws://127.0.0.1:80", true),
                ("x-content-type-options", "nosniff", true),
                ("x-frame-options", "DENY", false),
                ("referrer-policy", "no-referrer", true),
                ("strict-transport-security", "max-age=9; includeSubDomains", true),
                ("x-xss-protection", "1; mode=block", true),
            ],
        );
    }

    #[test]
    fn custom_headers_follow() {
        let items = json!([{ "Header": "X-Robots-Tag", "Value": "noindex", "Override": false }]);
        check(json!({ "CustomHeadersConfig": { "Items": items } }), &[("x-robots-tag", "noindex", false)]);
        check(json!({}), &[]);
    }
}
