//! The body of a request as API Gateway hands it over: text, or base64 of bytes.
//! Does not know what the text means.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A body that is not text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Announced as base64, and is not.
    #[error("the body is announced as base64 and is not")]
    NotBase64,
    /// Bytes that are no UTF-8.
    #[error("the body is not text in UTF-8")]
    NotUtf8,
}

/// The body as text; empty when there is none.
pub(crate) fn text(body: Option<&str>, is_base64: bool) -> Result<String, NotText> {
    let body = body.unwrap_or_default();
    if !is_base64 {
        return Ok(body.to_owned());
    }
    let bytes = STANDARD.decode(body).map_err(|_| NotText::NotBase64)?;
    String::from_utf8(bytes).map_err(|_| NotText::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_become_text() {
        let cases = [
            (None, false, Ok("")),
            (Some("héllo"), false, Ok("héllo")),
            (Some("aMOpbGxv"), true, Ok("héllo")),
            (None, true, Ok("")),
            (Some("not base64!"), true, Err(NotText::NotBase64)),
            (Some("/w=="), true, Err(NotText::NotUtf8)),
        ];
        for (body, is_base64, expected) in cases {
            assert_eq!(text(body, is_base64), expected.map(str::to_owned), "{body:?}");
        }
    }
}
