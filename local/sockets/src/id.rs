//! Ids in API Gateway's shape: eleven bytes in URL-safe base64, so that all end in `=`.
//! Makes no random numbers: they come from the host.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

/// Bytes of an id.
const LENGTH: usize = 11;

/// The id of a connection, request or message: `L0SM9cOFvHcCIhw=`.
pub(crate) fn id(number: u128) -> String {
    URL_SAFE.encode(&number.to_le_bytes()[..LENGTH])
}

/// Whether a text can be an id; others API Gateway refuses without looking for them.
pub(crate) fn is_id(text: &str) -> bool {
    URL_SAFE.decode(text).is_ok_and(|bytes| bytes.len() == LENGTH)
}

/// A header for X-Ray: `Root=1-64b83950-42de8e247b4c2b43091ef67c`.
pub(crate) fn trace(seconds: u64, number: u128) -> String {
    format!("Root=1-{seconds:08x}-{:024x}", number & ((1 << 96) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_of_api_gateways() {
        for number in [0, 1, u128::MAX] {
            let id = id(number);
            assert!(id.len() == 16 && id.ends_with('=') && is_id(&id), "{id}");
        }
    }

    #[test]
    fn what_has_another_shape_is_no_id() {
        for text in
            ["", "missing", "L0SM9cOFvHcCIhw", "L0SM9cOFvHcCIhwA", "L0SM9cOFvHcCIh==", "L0SM/cOFvHcCIhw="]
        {
            assert!(!is_id(text), "{text}");
        }
    }

    #[test]
    fn traces_have_a_time_and_96_bits() {
        assert_eq!(trace(0x64b8_3950, u128::MAX), "Root=1-64b83950-ffffffffffffffffffffffff");
    }
}
