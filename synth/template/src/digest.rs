//! Fingerprints of resources, to see that one has changed. No cryptography: nobody is kept from a collision.

use std::fmt::{self, Write as _};

use crate::sections::Resource;

impl Resource {
    /// A fingerprint (FNV-1a) of all that is said of the resource: the same on every machine.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        // Hashing what is written never fails.
        let _ = write!(hash, "{self:?}");
        hash.0
    }
}

/// Takes texts and keeps only their hash.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Expr;

    #[test]
    fn another_property_is_another_digest() {
        let mut resource = Resource { kind: "AWS::SNS::Topic".into(), ..Resource::default() };
        let before = resource.digest();
        assert_eq!(before, resource.clone().digest());
        resource.set_property("TopicName", Expr::from("orders"));
        assert_ne!(before, resource.digest());
    }
}
