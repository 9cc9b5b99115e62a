//! [`Outline`]: a template checked, decided and put in order; then the way through it.
//! It creates nothing itself: it asks for each resource in turn.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;

use stackwright_template::{Expr, LogicalId, Template};

use crate::conditions::decide;
use crate::evaluation::{Answer, Evaluation, Sight, text};
use crate::facts::Facts;
use crate::nearest::did_you_mean;
use crate::order::{Needs, ordered};
use crate::parameters::given;
use crate::plan::{Created, Output, Plan, Planned, Resource};
use crate::problem::{Cause, Place, Problem};
use crate::surroundings::Surroundings;

/// What is to be created, and in which order.
pub struct Outline<'a> {
    facts: Facts<'a>,
    order: Vec<LogicalId>,
    needs: HashMap<LogicalId, BTreeSet<LogicalId>>,
}

impl<'a> Outline<'a> {
    /// Of a template with these values of parameters; those not named have their defaults.
    ///
    /// # Errors
    /// All that is wrong for certain before any resource is created, section by section.
    pub fn of(
        template: &'a Template,
        values: &BTreeMap<String, String>,
        surroundings: &'a Surroundings,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = transforms(template);
        let parameters = given(template, values, surroundings, &mut problems);
        let mut facts = Facts::new(template, surroundings, parameters);
        decide(&mut facts, &mut problems);
        let mut needs = Needs::new();
        for (id, resource) in template.resources.iter() {
            condition_exists(&facts, "Resources", id, resource.condition, &mut problems);
            if facts.holds(resource.condition) {
                needs.push((id, look_ahead(&facts, id, &mut problems)));
            }
        }
        outputs(&facts, Sight::Names, &mut problems);
        let (order, cycles) = ordered(&needs);
        problems.extend(cycles.into_iter().map(cycle));
        if problems.is_empty() {
            Ok(Self { facts, order, needs: needs.into_iter().collect() })
        } else {
            Err(problems)
        }
    }

    /// The resources that will be there, in the order of their creation.
    pub fn resources(&self) -> impl Iterator<Item = (LogicalId, &'a stackwright_template::Resource)> {
        self.order.iter().map(|id| (*id, self.facts.resources[id]))
    }

    /// Which conditions hold.
    #[must_use]
    pub fn conditions(&self) -> &BTreeMap<LogicalId, bool> {
        &self.facts.conditions
    }

    /// Has every resource created, one after the other, and answers references with what their creator says.
    ///
    /// What needs a resource that could not be created is passed over; everything else is asked for, so that all
    /// refusals come together.
    ///
    /// # Errors
    /// What the creator refused, and what its answers do not answer: attributes, and values that do not fit.
    pub fn create<E: Display>(
        &self,
        mut create: impl FnMut(&Resource) -> Result<Created, E>,
    ) -> Result<Plan, Vec<Problem>> {
        let (mut problems, mut created) = (Vec::new(), HashMap::new());
        let mut resources = Vec::with_capacity(self.order.len());
        for id in &self.order {
            let exists = |need: &LogicalId| created.contains_key(need) || !self.needs.contains_key(need);
            if !self.needs[id].iter().all(exists) {
                continue;
            }
            let Some(resource) = self.resource(*id, &created, &mut problems) else { continue };
            match create(&resource) {
                Ok(answer) => drop(created.insert(*id, answer)),
                Err(refusal) => problems.push(problem(*id, Cause::Refused(refusal.to_string()))),
            }
            resources.push(resource);
        }
        let outputs = outputs(&self.facts, Sight::Created(&created), &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let planned = |resource: Resource| Some(Planned { created: created.remove(&resource.id)?, resource });
        let resources = resources.into_iter().filter_map(planned).collect();
        Ok(Plan { conditions: self.facts.conditions.clone(), resources, outputs })
    }

    fn resource(
        &self,
        id: LogicalId,
        created: &HashMap<LogicalId, Created>,
        problems: &mut Vec<Problem>,
    ) -> Option<Resource> {
        let resource = self.facts.resources[&id];
        let mut evaluation = Evaluation::new(&self.facts, Sight::Created(created), "Resources", id);
        let properties = evaluation.inside("Properties", |this| this.map(&resource.properties));
        problems.append(&mut evaluation.problems);
        Some(Resource { id, kind: resource.kind.clone(), properties: properties? })
    }
}

/// What a resource needs, and what is wrong with it for certain.
fn look_ahead(facts: &Facts<'_>, id: LogicalId, problems: &mut Vec<Problem>) -> BTreeSet<LogicalId> {
    let resource = facts.resources[&id];
    let mut evaluation = Evaluation::new(facts, Sight::Names, "Resources", id);
    evaluation.inside("Properties", |this| this.map(&resource.properties));
    evaluation.inside("DependsOn", |this| {
        for needed in &resource.depends_on {
            if !this.facts.resources.contains_key(needed) {
                let names = this.facts.template.resources.ids().map(LogicalId::as_str);
                let hint = did_you_mean(needed.as_str(), names);
                this.problem::<()>(Cause::NoResource(*needed), hint);
            }
        }
    });
    problems.append(&mut evaluation.problems);
    let mut needs = evaluation.references;
    needs.extend(&resource.depends_on);
    needs
}

/// The outputs that exist, as far as what they refer to can be seen.
fn outputs(facts: &Facts<'_>, sight: Sight<'_>, problems: &mut Vec<Problem>) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (id, output) in facts.template.outputs.iter() {
        if matches!(sight, Sight::Names) {
            condition_exists(facts, "Outputs", id, output.condition, problems);
        }
        if facts.holds(output.condition) {
            let value = written(facts, sight, id, ("Value", &output.value), problems);
            let name = output.export.as_ref();
            let export =
                name.and_then(|name| written(facts, Sight::Nothing, id, ("Export.Name", name), problems));
            let description = output.description.clone();
            outputs.extend(value.map(|value| Output { id, value, description, export }));
        }
    }
    outputs
}

/// The text that a part of an output comes to.
fn written(
    facts: &Facts<'_>,
    sight: Sight<'_>,
    id: LogicalId,
    (name, expr): (&str, &Expr),
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let mut evaluation = Evaluation::new(facts, sight, "Outputs", id);
    let written = evaluation.inside(name, |this| match this.answer(expr) {
        Answer::Value(value) if text(&value).is_some() => text(&value),
        Answer::Open => None,
        Answer::Value(_) | Answer::NoValue => this.problem(Cause::NotAText, None),
    });
    problems.append(&mut evaluation.problems);
    written
}

fn condition_exists(
    facts: &Facts<'_>,
    section: &'static str,
    id: LogicalId,
    condition: Option<LogicalId>,
    problems: &mut Vec<Problem>,
) {
    let Some(condition) = condition.filter(|id| facts.template.conditions.get(*id).is_none()) else { return };
    let place = Place { section, entry: Some(id), path: "Condition".into() };
    let hint = did_you_mean(condition.as_str(), facts.template.conditions.ids().map(LogicalId::as_str));
    problems.push(Problem { place, cause: Cause::NoCondition(condition), hint });
}

/// Macros that would have to run. What `AWS::LanguageExtensions` adds is answered here, or refused where it stands.
fn transforms(template: &Template) -> Vec<Problem> {
    let all = match &template.transform {
        None => &[],
        Some(Expr::List(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let name = |transform: &Expr| match transform.as_text().or_else(|| transform.field("Name")?.as_text()) {
        Some(name) => name.to_owned(),
        None => "without a name".into(),
    };
    let place = Place { section: "Transform", entry: None, path: String::new() };
    let hint =
        "give the template that it makes: `aws cloudformation get-template --template-stage Processed`";
    all.iter()
        .map(name)
        .filter(|name| name != "AWS::LanguageExtensions")
        .map(|name| Problem { place: place.clone(), cause: Cause::Transform(name), hint: Some(hint.into()) })
        .collect()
}

fn cycle(cycle: Vec<LogicalId>) -> Problem {
    Problem {
        hint: Some(
            "break the circle: name one of them by a parameter, or put it into a stack of its own".into(),
        ),
        ..problem(cycle[0], Cause::Cycle(cycle))
    }
}

fn problem(id: LogicalId, cause: Cause) -> Problem {
    Problem { place: Place { section: "Resources", entry: Some(id), path: String::new() }, cause, hint: None }
}
