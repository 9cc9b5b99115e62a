//! [`Index`]: a template with its entries found by id.
//!
//! It answers what there is, never whether that is right.

use std::collections::HashMap;

use stackwright_template::{Expr, LogicalId, Parameter, Resource, Section, Template};

/// The values CloudFormation itself provides.
pub(crate) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// A template and its entries by id.
pub(crate) struct Index<'t> {
    pub(crate) template: &'t Template,
    pub(crate) parameters: HashMap<LogicalId, &'t Parameter>,
    pub(crate) mappings: HashMap<LogicalId, &'t Expr>,
    pub(crate) conditions: HashMap<LogicalId, &'t Expr>,
    pub(crate) resources: HashMap<LogicalId, &'t Resource>,
    /// Whether something adds entries before CloudFormation looks: a macro or a module. What is missing in the
    /// template may then be there all the same.
    pub(crate) expands: bool,
}

impl<'t> Index<'t> {
    pub(crate) fn new(template: &'t Template) -> Self {
        let modules = template.resources.iter().any(|(_, resource)| resource.kind.ends_with("::MODULE"));
        Self {
            template,
            parameters: by_id(&template.parameters),
            mappings: by_id(&template.mappings),
            conditions: by_id(&template.conditions),
            resources: by_id(&template.resources),
            expands: modules || template.transform.is_some(),
        }
    }

    /// The resources of that type, in order.
    pub(crate) fn of_type(&self, kind: &'t str) -> impl Iterator<Item = (LogicalId, &'t Resource)> {
        self.template.resources.iter().filter(move |(_, resource)| resource.kind == kind)
    }

    /// The resource an expression refers to by `Ref` or `GetAtt`, if it is one of this template.
    pub(crate) fn referred(&self, expr: &Expr) -> Option<(LogicalId, &'t Resource)> {
        let (Expr::Ref(id) | Expr::GetAtt(id, _)) = expr else { return None };
        self.resources.get(id).map(|resource| (*id, *resource))
    }
}

fn by_id<T>(section: &Section<T>) -> HashMap<LogicalId, &T> {
    let mut entries = HashMap::with_capacity(section.len());
    for (id, entry) in section.iter() {
        entries.entry(id).or_insert(entry);
    }
    entries
}
