//! [`Construct`]: anything a scope can add.
//!
//! A construct is a value; it learns its name and its place only when it is declared.

use stackwright_template::LogicalId;

use crate::entries::ConditionHandle;
use crate::scope::Scope;
use crate::whole::{Conditional, Waiting};

/// A declaration that a [`Scope`] can add under a name.
///
/// Resources, parameters, conditions, mappings and outputs are constructs, and so is every function or closure
/// that takes a scope: composition is an ordinary function call.
///
/// ```
/// use stackwright_core::{RawResource, Scope};
///
/// fn pair(scope: &mut Scope<'_>) {
///     scope.add("Left", RawResource::new("AWS::SNS::Topic"));
///     scope.add("Right", RawResource::new("AWS::SNS::Topic"));
/// }
///
/// let declared = stackwright_core::declare("Demo", |stack| stack.add("Topics", pair));
/// assert!(declared.template.resources.ids().eq(["TopicsLeft".into(), "TopicsRight".into()]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a scope",
    label = "not a construct",
    note = "constructs are values such as `Table::new(…)`, L1 resources, outputs, and functions `fn(&mut Scope<'_>) -> Handle`"
)]
pub trait Construct {
    /// What refers to it afterwards.
    type Handle;

    /// Declares it at the scope's own place. [`Scope::add`] calls this with the scope of the new name.
    fn declare(self, scope: &mut Scope<'_>) -> Self::Handle;

    /// The construct with all its resources only if the condition holds.
    #[must_use]
    fn when(self, condition: ConditionHandle) -> Conditional<Self>
    where
        Self: Sized,
    {
        Conditional { construct: self, condition }
    }

    /// The construct, its main resource made after that of `id` (`DependsOn`), beyond what it refers to.
    #[must_use]
    fn waiting_for(self, id: impl Into<LogicalId>) -> Waiting<Self>
    where
        Self: Sized,
    {
        Waiting { construct: self, awaited: id.into() }
    }
}

impl<F, H> Construct for F
where
    F: FnOnce(&mut Scope<'_>) -> H,
{
    type Handle = H;

    fn declare(self, scope: &mut Scope<'_>) -> H {
        self(scope)
    }
}
