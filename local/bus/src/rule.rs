//! Rules and targets: as they are declared, and as they have been read.
//! Delivers nothing.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use stackwright_pattern::Pattern;

use crate::error::RuleError;
use crate::input::{By, Input, Shape};
use crate::schedule::Schedule;
use crate::settings::{DEFAULT_BUS, Settings};

const MOST_TARGETS: usize = 5;

/// Which events go to which targets, or when.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name, unique on its bus.
    pub name: String,
    /// Its bus's name.
    pub bus: String,
    /// What it is for.
    pub description: Option<String>,
    /// The pattern of events that go to the targets.
    pub pattern: Option<Value>,
    /// `rate(…)` or `cron(…)`: when an event of its own goes to the targets.
    pub schedule: Option<String>,
    /// Whether it does anything.
    pub is_enabled: bool,
    /// A role for targets that have none.
    pub role_arn: Option<String>,
    /// At most five.
    pub targets: Vec<Target>,
}

impl Rule {
    /// A rule of the default bus, without pattern and targets.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Rule {
        Rule {
            name: name.into(),
            bus: DEFAULT_BUS.to_owned(),
            description: None,
            pattern: None,
            schedule: None,
            is_enabled: true,
            role_arn: None,
            targets: Vec::new(),
        }
    }

    /// The same, for a bus of this name.
    #[must_use]
    pub fn on(self, bus: impl Into<String>) -> Rule {
        Rule { bus: bus.into(), ..self }
    }

    /// The same, for events of this pattern.
    #[must_use]
    pub fn matching(self, pattern: Value) -> Rule {
        Rule { pattern: Some(pattern), ..self }
    }

    /// The same, at these times.
    #[must_use]
    pub fn scheduled(self, expression: impl Into<String>) -> Rule {
        Rule { schedule: Some(expression.into()), ..self }
    }

    /// The same, with one target more.
    #[must_use]
    pub fn to(mut self, target: Target) -> Rule {
        self.targets.push(target);
        self
    }
}

/// Who gets events, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id, unique in its rule.
    pub id: String,
    /// What it is.
    pub arn: String,
    /// The role to deliver with.
    pub role_arn: Option<String>,
    /// What it gets.
    pub input: Input,
    /// How many times a delivery that failed is tried again.
    pub retries: u32,
    /// How old an event may be when it is tried again.
    pub maximum_age: Duration,
    /// The queue for events that could not be delivered.
    pub dead_letter_arn: Option<String>,
    /// `SqsParameters.MessageGroupId`, for a FIFO queue.
    pub message_group: Option<String>,
}

impl Target {
    /// A target that gets the whole event, is tried 185 times more within 24 hours, and has no dead-letter queue.
    #[must_use]
    pub fn new(id: impl Into<String>, arn: impl Into<String>) -> Target {
        Target {
            id: id.into(),
            arn: arn.into(),
            role_arn: None,
            input: Input::Event,
            retries: 185,
            maximum_age: Duration::from_secs(24 * 60 * 60),
            dead_letter_arn: None,
            message_group: None,
        }
    }

    pub(crate) fn is_bus(&self) -> bool {
        self.arn.contains(":event-bus/")
    }
}

/// A rule that has been read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) arn: String,
    pub(crate) rule: Rule,
    pub(crate) schedule: Option<Schedule>,
    pattern: Option<Pattern>,
    /// One for each target.
    shapes: Vec<Shape>,
}

impl Reading {
    pub(crate) fn of(rule: Rule, settings: &Settings) -> Result<Reading, RuleError> {
        let pattern = rule.pattern.as_ref().map(Pattern::of).transpose()?;
        let schedule = rule.schedule.as_deref().map(Schedule::read).transpose()?;
        match schedule {
            None if pattern.is_none() => return Err(RuleError::NothingTriggers),
            Some(_) if rule.bus != DEFAULT_BUS => return Err(RuleError::ScheduledElsewhere),
            _ => {}
        }
        check_targets(&rule.targets)?;
        let shape = |target: &Target| Shape::read(&target.input, &target.id);
        let shapes = rule.targets.iter().map(shape).collect::<Result<_, _>>()?;
        Ok(Reading { arn: settings.rule_arn(&rule.bus, &rule.name), rule, schedule, pattern, shapes })
    }

    pub(crate) fn matches(&self, envelope: &Value) -> bool {
        self.rule.is_enabled && self.pattern.as_ref().is_some_and(|pattern| pattern.matches(envelope))
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = (&Target, &Shape)> {
        self.rule.targets.iter().zip(&self.shapes)
    }

    pub(crate) fn by(&self) -> By<'_> {
        By { name: &self.rule.name, arn: &self.arn }
    }
}

fn check_targets(targets: &[Target]) -> Result<(), RuleError> {
    if targets.len() > MOST_TARGETS {
        return Err(RuleError::TooManyTargets { most: MOST_TARGETS, got: targets.len() });
    }
    let mut seen = HashSet::new();
    match targets.iter().find(|target| !seen.insert(&target.id)) {
        Some(twice) => Err(RuleError::SameTarget(twice.id.clone())),
        None => Ok(()),
    }
}
