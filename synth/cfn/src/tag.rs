//! [`Tag`]: the key and value that most resource types share.
//!
//! Types whose tags look otherwise have a type of their own.

use stackwright_core::{Props, Value};

/// A [tag](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html).
#[derive(Clone, Debug)]
#[must_use]
pub struct Tag(Props);

impl Tag {
    /// A key of up to 128 characters and a value of up to 256.
    pub fn new(key: impl Into<Value<String>>, value: impl Into<Value<String>>) -> Self {
        Self(Props::new().with("Key", key.into().into_expr()).with("Value", value.into().into_expr()))
    }
}

impl From<Tag> for Value<Tag> {
    fn from(tag: Tag) -> Self {
        Self::from_expr(tag.0.into_expr())
    }
}
