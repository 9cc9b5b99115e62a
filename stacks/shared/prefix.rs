//! The prefix of physical names, by which a second copy of a stack can live in one account.

use stackwright::prelude::*;

/// Names tables; made by [`prefix`].
#[derive(Clone, Debug)]
pub(crate) struct Prefix(Value<String>);

impl Prefix {
    /// The name with the prefix given at deployment before it.
    pub(crate) fn name(&self, name: &str) -> Value<String> {
        join([self.0.clone(), name.into()])
    }
}

/// Declares the parameter, empty by default.
pub(crate) fn prefix(scope: &mut Scope<'_>) -> Prefix {
    let parameter = Parameter::text()
        .description("Put before the names of the tables, so that a second copy can live in this account")
        .default("")
        .at_most(32)
        .matching("[a-zA-Z0-9_.-]*", "letters, digits, `_`, `.` and `-`");
    Prefix(parameter.declare(scope).value())
}
