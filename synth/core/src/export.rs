//! [`Export`]: a value that one stack gives to others, named in one place that both sides share.
//!
//! It carries no value itself; the exporting stack provides it, the importing one refers to it.

use std::borrow::Cow;
use std::marker::PhantomData;

use stackwright_template::Expr;

use crate::entries::Output;
use crate::value::Value;

/// A typed name of a value exported by a stack, to be kept in a constant.
///
/// ```
/// use stackwright_core::{Arn, Export, RawResource, Value};
/// const TOPIC: Export<Arn> = Export::new("Alerts", "TopicArn");
///
/// let alerts = stackwright_core::declare("Alerts", |stack| {
///     let topic = stack.add("Topic", RawResource::new("AWS::SNS::Topic"));
///     stack.add("TopicArn", TOPIC.provide(topic.attribute("TopicArn")));
/// });
/// let arn: Value<Arn> = TOPIC.import();
/// ```
#[derive(Clone, Debug)]
pub struct Export<T> {
    stack: Cow<'static, str>,
    name: Cow<'static, str>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Export<T> {
    /// What stack `stack` exports as `<stack>-<name>`.
    #[must_use]
    pub const fn new(stack: &'static str, name: &'static str) -> Self {
        Self { stack: Cow::Borrowed(stack), name: Cow::Borrowed(name), kind: PhantomData }
    }

    /// The name under which CloudFormation knows it in an account and region.
    #[must_use]
    pub fn export_name(&self) -> String {
        format!("{}-{}", self.stack, self.name)
    }

    /// The output that exports the value, to be added to the exporting stack.
    pub fn provide(&self, value: impl Into<Value<T>>) -> Output {
        Output::new(value.into().into_expr()).exported_as(self.export_name())
    }

    /// The value, in any other stack. The exporting stack must be deployed first.
    #[must_use]
    pub fn import(&self) -> Value<T> {
        Value::from_expr(Expr::call("ImportValue", Expr::text(self.export_name())))
    }
}
