//! What an expression refers to: a walk that meets every `Ref`, `GetAtt`, `Sub`, `If` and `FindInMap` in it.
//!
//! It does not look anything up.

use stackwright_template::{Expr, LogicalId};

use crate::place::Place;

/// What is referred to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target<'t> {
    /// `Ref`: a resource, a parameter or a pseudo parameter.
    Ref(LogicalId),
    /// `GetAtt`: an attribute, `None` if it is computed.
    Attribute(LogicalId, Option<&'t str>),
    /// The condition of an `If`.
    If(LogicalId),
    /// `Condition`: another condition, where conditions are put together.
    Condition(LogicalId),
    /// The arguments of `FindInMap`.
    Mapping(&'t [Expr]),
}

/// One reference and how it was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reference<'t> {
    pub(crate) target: Target<'t>,
    /// Inside a branch of an `If`: it counts only if that branch is taken.
    pub(crate) in_branch: bool,
    /// Written `${…}` in the text of a `Sub`.
    pub(crate) in_text: bool,
}

/// Calls `found` for every reference in `expr`, in order.
pub(crate) fn references<'t>(
    expr: &'t Expr,
    place: &Place<'_>,
    found: &mut dyn FnMut(Reference<'t>, &Place<'_>),
) {
    Walk { found, in_branch: false }.expr(expr, place);
}

struct Walk<'f, 't> {
    found: &'f mut dyn FnMut(Reference<'t>, &Place<'_>),
    in_branch: bool,
}

impl<'t> Walk<'_, 't> {
    fn expr(&mut self, expr: &'t Expr, place: &Place<'_>) {
        match expr {
            Expr::List(items) => self.items(items, place),
            Expr::Map(fields) => {
                fields.iter().for_each(|(key, value)| self.expr(value, &place.field(key)));
            }
            Expr::Ref(id) => self.meet(Target::Ref(*id), place),
            Expr::GetAtt(id, attribute) => self.meet(Target::Attribute(*id, Some(attribute)), place),
            Expr::Sub(text, variables) => {
                for (id, attribute) in Expr::sub_references(text, variables) {
                    let target = attribute.map_or(Target::Ref(id), |name| Target::Attribute(id, Some(name)));
                    (self.found)(Reference { target, in_branch: self.in_branch, in_text: true }, place);
                }
                variables.iter().for_each(|(key, value)| self.expr(value, &place.field(key)));
            }
            Expr::Call(function, argument) => self.call(function, argument, place),
            Expr::Null | Expr::Bool(_) | Expr::Integer(_) | Expr::Float(_) | Expr::Text(_) => {}
        }
    }

    fn items(&mut self, items: &'t [Expr], place: &Place<'_>) {
        for (index, item) in items.iter().enumerate() {
            self.expr(item, &place.item(index));
        }
    }

    fn call(&mut self, function: &str, argument: &'t Expr, place: &Place<'_>) {
        match (function, argument) {
            ("If", Expr::List(arguments)) => self.branches(arguments, place),
            ("Condition", Expr::Text(name)) => self.meet(Target::Condition(LogicalId::new(name)), place),
            ("FindInMap", Expr::List(arguments)) => {
                self.meet(Target::Mapping(arguments), place);
                self.items(arguments, place);
            }
            ("GetAtt", Expr::List(arguments)) => {
                if let Some(id) = arguments.first().and_then(Expr::as_text) {
                    self.meet(Target::Attribute(LogicalId::new(id), None), place);
                }
                self.items(arguments, place);
            }
            _ => self.expr(argument, place),
        }
    }

    fn branches(&mut self, arguments: &'t [Expr], place: &Place<'_>) {
        if let Some(name) = arguments.first().and_then(Expr::as_text) {
            self.meet(Target::If(LogicalId::new(name)), place);
        }
        let outside = std::mem::replace(&mut self.in_branch, true);
        arguments.iter().skip(1).for_each(|branch| self.expr(branch, place));
        self.in_branch = outside;
    }

    fn meet(&mut self, target: Target<'t>, place: &Place<'_>) {
        (self.found)(Reference { target, in_branch: self.in_branch, in_text: false }, place);
    }
}
