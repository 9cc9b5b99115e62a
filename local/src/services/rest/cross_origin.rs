//! What other origins may do, as HTTP APIs and function URLs declare it in the same words.
//! The origins that are served here are rewritten to this machine's: a page has the one that it was loaded from.

use stackwright_rest::Cors;

use crate::address::Addresses;
use crate::properties::Properties;

/// The rules, if there are any.
pub(super) fn read(addresses: &Addresses, properties: &Properties<'_>) -> Result<Option<Cors>, String> {
    if properties.is_empty() {
        return Ok(None);
    }
    let origins = properties.texts("AllowOrigins")?;
    let max_age = properties.number("MaxAge")?.map(|seconds| {
        u64::try_from(seconds).map_err(|_| format!("`MaxAge` is {seconds}, and must not be negative"))
    });
    Ok(Some(Cors {
        origins: origins.iter().map(|origin| addresses.localise_origins(origin)).collect(),
        methods: properties.texts("AllowMethods")?,
        headers: properties.texts("AllowHeaders")?,
        exposed: properties.texts("ExposeHeaders")?,
        max_age: max_age.transpose()?,
        credentials: properties.flag("AllowCredentials")?,
    }))
}

/// The value of a header of a template, at home on this machine: an origin where only an origin has a place.
pub(super) fn header(addresses: &Addresses, name: &str, value: &str) -> String {
    match name.eq_ignore_ascii_case("access-control-allow-origin") {
        true => addresses.localise_origins(value),
        false => addresses.localise(value),
    }
}
