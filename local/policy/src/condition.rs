//! A condition: one key of the request's context, compared with the values of one operator.
//! Reads no JSON.

use crate::comparison::Operand;
use crate::operator::{Operator, Quantifier};
use crate::request::Request;

/// One key of one operator. All of a statement must hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    pub(crate) key: String,
    pub(crate) operands: Vec<Operand>,
}

impl Condition {
    pub(crate) fn holds(&self, request: &Request) -> bool {
        let values = request.values(&self.key);
        match (self.operator.quantifier, values) {
            (Quantifier::Single, None) => self.holds_without(),
            (Quantifier::Single, Some(values)) => {
                values.iter().any(|value| self.is_one_of(value, request)) != self.operator.negated
            }
            // Of no values all are so, and none is; an empty text counts as no value, and `IfExists` changes nothing.
            (Quantifier::Any, values) => present(values).any(|value| self.is_so(value, request)),
            (Quantifier::All, values) => present(values).all(|value| self.is_so(value, request)),
        }
    }

    /// What a missing key comes to: nothing equals it, everything differs from it.
    fn holds_without(&self) -> bool {
        self.operator.if_exists || self.operator.negated || self.operands.contains(&Operand::Missing(true))
    }

    fn is_so(&self, value: &str, request: &Request) -> bool {
        self.is_one_of(value, request) != self.operator.negated
    }

    fn is_one_of(&self, value: &str, request: &Request) -> bool {
        self.operands.iter().any(|operand| operand.accepts(value, request))
    }
}

fn present(values: Option<&[String]>) -> impl Iterator<Item = &String> {
    values.unwrap_or_default().iter().filter(|value| !value.is_empty())
}
