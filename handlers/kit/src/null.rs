//! `null` where events have an object: as good as nothing there.
//! Not for what may be absent to the handlers too: that is an `Option`.

use serde::{Deserialize, Deserializer};

/// What is there, or what is taken for nothing if that is `null`.
pub(crate) fn nothing_for_null<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
