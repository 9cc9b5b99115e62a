//! What the generated code names as `v::…`, so that no name of CloudFormation's can get in its way.
//!
//! Nothing here is for users.

#![allow(dead_code, unused_imports, reason = "what is used depends on the features")]

pub(crate) use stackwright_core::{Arn, Construct, Json, LogicalId, Map, Props, Resource, Scope, Value};
pub(crate) use std::convert::{From, Into};
pub(crate) use std::string::String;
pub(crate) use std::vec::Vec;

use stackwright_core::Expr;

/// Sets a property. All setters end here, so that there is little to compile in each.
pub(crate) fn set<T>(props: Props, name: &'static str, value: impl Into<Value<T>>) -> Props {
    props.with(name, value.into().into_expr())
}

/// `Ref`.
pub(crate) fn reference(id: LogicalId) -> Value<String> {
    Value::from_expr(Expr::Ref(id))
}

/// `Fn::GetAtt`.
pub(crate) fn attribute<T>(id: LogicalId, name: &'static str) -> Value<T> {
    Value::from_expr(Expr::GetAtt(id, name.into()))
}

/// An allowed value.
pub(crate) fn word<T>(word: &'static str) -> Value<T> {
    Value::from_expr(Expr::text(word))
}

/// Any other value.
pub(crate) fn text<T>(text: String) -> Value<T> {
    Value::from_expr(Expr::text(text))
}

/// An object.
pub(crate) fn object<T>(props: Props) -> Value<T> {
    Value::from_expr(props.into_expr())
}
