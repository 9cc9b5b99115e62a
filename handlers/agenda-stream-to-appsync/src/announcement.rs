//! What is told of an event: the `CreateEventsTableInput` of the schema.
//! Asks nobody, and tells nothing that the schema does not have.

use handler_kit::Image;
use serde_json::{Value, json};

/// An attribute that an event has, and the item has not.
#[derive(Debug, thiserror::Error)]
#[error("it has no `{attribute}` of type {kind}")]
pub(crate) struct Incomplete {
    attribute: &'static str,
    kind: &'static str,
}

/// The input that tells of an item.
pub(crate) fn announcement(image: &Image) -> Result<Value, Incomplete> {
    let number = |attribute| image.integer(attribute).ok_or(Incomplete { attribute, kind: "N" });
    let text = |attribute| image.string(attribute).ok_or(Incomplete { attribute, kind: "S" });
    let mut input = json!({
        "user_id": number("user_id")?,
        "id": number("id")?,
        "name": text("name")?,
        "dt_start": text("dt_start")?,
        "dt_end": text("dt_end")?,
    });
    if let Some(location) = image.string("location") {
        input["location"] = json!(location);
    }
    Ok(input)
}
