//! What can be said of a construct as a whole: that it exists only under a condition, that it waits for another.
//!
//! It changes what the construct has declared; the construct itself knows nothing of it.

use stackwright_template::LogicalId;

use crate::construct::Construct;
use crate::entries::ConditionHandle;
use crate::scope::Scope;

/// A construct that exists only if a condition holds; [`Construct::when`] makes it.
#[derive(Clone, Debug)]
pub struct Conditional<C> {
    pub(crate) construct: C,
    pub(crate) condition: ConditionHandle,
}

impl<C: Construct> Construct for Conditional<C> {
    type Handle = C::Handle;

    fn declare(self, scope: &mut Scope<'_>) -> C::Handle {
        let condition = self.condition.id();
        let (handle, resources) = scope.declaring(self.construct);
        for resource in resources {
            // A condition of the resource's own is the narrower one.
            resource.condition.get_or_insert(condition);
        }
        handle
    }
}

/// A construct that is made after another resource; [`Construct::waiting_for`] makes it.
#[derive(Clone, Debug)]
pub struct Waiting<C> {
    pub(crate) construct: C,
    pub(crate) awaited: LogicalId,
}

impl<C: Construct> Construct for Waiting<C> {
    type Handle = C::Handle;

    fn declare(self, scope: &mut Scope<'_>) -> C::Handle {
        let main = scope.id();
        let handle = self.construct.declare(scope);
        scope.depend(main, self.awaited);
        handle
    }
}
