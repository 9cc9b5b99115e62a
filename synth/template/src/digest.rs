//! Fingerprints of resources, to see that one has changed. No cryptography: nobody is kept from a collision.
//!
//! What is hashed is spelt out here, so that no other version of this crate or of Rust gives another number.

use crate::expr::{Expr, Fields};
use crate::sections::Resource;

impl Resource {
    /// A fingerprint (FNV-1a) of all that is said of the resource: the same on every machine.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        hash.text(&self.kind);
        for id in self.condition.iter().chain(&self.depends_on) {
            hash.text(id.as_str());
        }
        for policy in [self.deletion_policy, self.update_replace_policy] {
            hash.text(policy.map_or("", |policy| policy.as_str()));
        }
        for policy in [&self.creation_policy, &self.update_policy] {
            hash.expr(policy.as_ref().unwrap_or(&Expr::Null));
        }
        hash.fields(&self.metadata);
        hash.fields(&self.properties);
        hash.0
    }
}

/// FNV-1a over 64 bits.
struct Fnv(u64);

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.byte(*byte));
    }

    /// The end is hashed too: `ab`, `c` is not `a`, `bc`.
    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.byte(0xff);
    }

    fn fields(&mut self, fields: &Fields) {
        for (key, value) in fields {
            self.text(key);
            self.expr(value);
        }
        self.byte(b'}');
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Null => self.byte(b'0'),
            Expr::Bool(value) => self.bytes(&[b'b', u8::from(*value)]),
            Expr::Integer(value) => self.tagged(b'i', &value.to_le_bytes()),
            Expr::Float(value) => self.tagged(b'f', &value.to_bits().to_le_bytes()),
            Expr::Text(text) => self.named(b't', text),
            Expr::List(items) => {
                self.byte(b'[');
                items.iter().for_each(|item| self.expr(item));
                self.byte(b']');
            }
            Expr::Map(fields) => {
                self.byte(b'{');
                self.fields(fields);
            }
            Expr::Ref(id) => self.named(b'r', id.as_str()),
            Expr::GetAtt(id, attribute) => {
                self.named(b'g', id.as_str());
                self.text(attribute);
            }
            Expr::Sub(text, variables) => {
                self.named(b's', text);
                self.fields(variables);
            }
            Expr::Call(function, argument) => {
                self.named(b'c', function);
                self.expr(argument);
            }
        }
    }

    fn tagged(&mut self, tag: u8, bytes: &[u8]) {
        self.byte(tag);
        self.bytes(bytes);
    }

    fn named(&mut self, tag: u8, text: &str) {
        self.byte(tag);
        self.text(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(value: Expr) -> u64 {
        let mut resource = Resource { kind: "AWS::SNS::Topic".into(), ..Resource::default() };
        resource.set_property("TopicName", value);
        resource.digest()
    }

    #[test]
    fn the_same_is_the_same_for_ever() {
        assert_eq!(digest(Expr::from("orders")), 15_346_140_237_419_917);
    }

    #[test]
    fn what_differs_differs() {
        let values = [
            Expr::from("a"),
            Expr::reference("a"),
            Expr::list(["a"]),
            Expr::list(["a", ""]),
            Expr::from(1),
            Expr::from("1"),
            Expr::from(true),
            Expr::Null,
        ];
        let digests: std::collections::HashSet<u64> = values.iter().cloned().map(digest).collect();
        assert_eq!(digests.len(), values.len());
    }
}
