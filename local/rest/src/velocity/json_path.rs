//! The paths that `$input.json` and `$input.path` take: fields and indexes.
//! Has no wildcards and no filters.

use serde_json::Value;

use super::render::RenderError;

/// What stands at a path of a JSON text; null if nothing does. An empty text is an empty object.
pub(super) fn of(body: &str, path: &str) -> Result<Value, RenderError> {
    let text = if body.trim().is_empty() { "{}" } else { body };
    let mut value: Value =
        serde_json::from_str(text).map_err(|_| RenderError("the body is no JSON".to_owned()))?;
    let mut rest = path.strip_prefix('$').ok_or_else(|| unsupported(path))?;
    while !rest.is_empty() {
        let (key, after) = key(rest).ok_or_else(|| unsupported(path))?;
        rest = after;
        value = match value {
            Value::Object(mut map) => map.remove(key).unwrap_or_default(),
            Value::Array(mut list) => match key.parse::<usize>() {
                Ok(index) if index < list.len() => list.swap_remove(index),
                _ => Value::Null,
            },
            _ => Value::Null,
        };
    }
    Ok(value)
}

/// The first key of a path, `.name`, `['name']` or `[0]`, and what follows.
fn key(path: &str) -> Option<(&str, &str)> {
    if let Some(rest) = path.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        return Some(rest.split_at(end)).filter(|(name, _)| !name.is_empty() && *name != "*");
    }
    let (inner, rest) = path.strip_prefix('[')?.split_once(']')?;
    let name = ['\'', '"'].iter().find_map(|quote| inner.strip_prefix(*quote)?.strip_suffix(*quote));
    let is_index = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
    Some((name.or_else(|| is_index.then_some(inner))?, rest))
}

fn unsupported(path: &str) -> RenderError {
    RenderError(format!("paths are like `$.a[0]['b']`, got `{path}`"))
}
