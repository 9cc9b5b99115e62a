//! The ids of one request, all made of the one that the world gave.
//! Draws nothing at random.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The extended request id, `JKJaXmPLvHcESHA=`: also the header `x-amz-apigw-id`.
pub(crate) fn extended(request_id: &str) -> String {
    let digits = digits(request_id);
    let bytes: Vec<u8> =
        (0..11).filter_map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()).collect();
    STANDARD.encode(bytes).replace(['+', '/'], "A")
}

/// A tracing header for a request that came without one.
pub(crate) fn trace(request_id: &str, millis: u64) -> String {
    format!("Root=1-{:08x}-{}", millis / 1000, &digits(request_id)[..24])
}

/// At least 32 hexadecimal digits, whatever the id looks like.
fn digits(request_id: &str) -> String {
    request_id.chars().filter(char::is_ascii_hexdigit).chain("0".repeat(32).chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_that_aws_gives_them() {
        let id = "e1506fd5-9e7b-434f-bd42-4f8fa224b599";
        assert_eq!(extended(id), "4VBv1Z57Q0A9Qk8=");
        assert_eq!(trace(id, 1_707_503_008_123), "Root=1-65c66da0-e1506fd59e7b434fbd424f8f");
        assert_eq!(extended("x").len(), 16);
    }
}
