//! [`Trigger`]: what runs a function, as a value that is given to the function.
//!
//! A trigger declares its own resources, below the function it runs.

use stackwright_core::{LogicalId, Scope};

use crate::constructs::FunctionHandle;
use crate::grant::Grant;

/// Something that runs a function: a stream's changes, a route.
pub trait Trigger {
    /// Declares what is needed to run the function.
    fn attach(self: Box<Self>, wiring: &mut Wiring<'_, '_>);
}

/// A function while its triggers are attached.
#[derive(Debug)]
pub struct Wiring<'w, 's> {
    /// The function's own scope.
    pub scope: &'w mut Scope<'s>,
    /// The function.
    pub function: FunctionHandle,
    /// Its policy, for what must wait until the permissions are there.
    pub policy: LogicalId,
    /// What the function may do; a trigger adds what the service needs the function's role for.
    pub grants: &'w mut Vec<Grant>,
    /// Whether alarms are wanted, and whom they tell.
    pub alarms: &'w crate::constructs::Alarms,
}
