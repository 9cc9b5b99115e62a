//! [`Facts`]: what is known before anything is created.
//! It evaluates nothing.

use std::collections::{BTreeMap, HashMap};

use stackwright_template::{LogicalId, Resource, Template};

use crate::parameters::Given;
use crate::surroundings::Surroundings;

/// The template with its values and decided conditions.
pub(crate) struct Facts<'a> {
    pub(crate) template: &'a Template,
    pub(crate) surroundings: &'a Surroundings,
    pub(crate) parameters: HashMap<LogicalId, Given>,
    /// Those that could be decided.
    pub(crate) conditions: BTreeMap<LogicalId, bool>,
    pub(crate) resources: HashMap<LogicalId, &'a Resource>,
}

impl<'a> Facts<'a> {
    /// The template's, with no condition decided so far.
    pub(crate) fn new(
        template: &'a Template,
        surroundings: &'a Surroundings,
        parameters: HashMap<LogicalId, Given>,
    ) -> Self {
        let resources = template.resources.iter().collect();
        Self { template, surroundings, parameters, conditions: BTreeMap::new(), resources }
    }

    /// Whether something under that condition exists; so does what depends on a condition that could not be decided.
    pub(crate) fn holds(&self, condition: Option<LogicalId>) -> bool {
        condition.is_none_or(|id| self.conditions.get(&id).copied().unwrap_or(true))
    }
}
