//! A rule and its targets as their template describes them.
//! Looks at no event.

use std::time::Duration;

use serde_json::Value;
use stackwright_bus::{Input, Rule, Target};

use crate::properties::Properties;
use crate::services::delivery::{self, Taker};
use crate::stack::Piece;

/// A rule with the targets that run here, and what is wrong with the others.
pub(super) fn rule(piece: Piece<'_>) -> Result<(Rule, Vec<String>), String> {
    let properties = piece.properties();
    let (bus, name) = place(piece.reference());
    let pattern = properties.value("EventPattern").map(|_| piece.document("EventPattern")).transpose()?;
    let mut rule = Rule {
        description: properties.optional_text("Description")?,
        pattern,
        schedule: properties.optional_text("ScheduleExpression")?.filter(|schedule| !schedule.is_empty()),
        is_enabled: properties.optional_text("State")?.as_deref() != Some("DISABLED"),
        role_arn: properties.optional_text("RoleArn")?,
        ..Rule::new(name).on(bus)
    };
    let mut problems = Vec::new();
    for properties in properties.list("Targets")? {
        match target(&properties) {
            Ok(target) => rule.targets.push(target),
            Err(problem) => problems.push(problem),
        }
    }
    Ok((rule, problems))
}

/// Bus and name of a rule in what `Ref` gives: `bus|name`, or the name alone on the default bus.
pub(super) fn place(reference: &str) -> (&str, &str) {
    reference.split_once('|').unwrap_or(("default", reference))
}

fn target(properties: &Properties<'_>) -> Result<Target, String> {
    let arn = properties.text("Arn")?;
    delivery::check(&arn, &[Taker::Queue, Taker::Function, Taker::Bus])?;
    let dead_letter_arn = properties.inside("DeadLetterConfig")?.optional_text("Arn")?;
    dead_letter_arn.iter().try_for_each(|queue| delivery::check(queue, &[Taker::Queue]))?;
    let default = Target::new(properties.text("Id")?, arn);
    let retrying = properties.inside("RetryPolicy")?;
    let retries = number(&retrying, "MaximumRetryAttempts")?;
    let age = number(&retrying, "MaximumEventAgeInSeconds")?;
    Ok(Target {
        role_arn: properties.optional_text("RoleArn")?,
        input: input(properties)?,
        retries: retries.unwrap_or(default.retries),
        maximum_age: age.map_or(default.maximum_age, |seconds| Duration::from_secs(seconds.into())),
        dead_letter_arn,
        message_group: properties.inside("SqsParameters")?.optional_text("MessageGroupId")?,
        ..default
    })
}

fn input(properties: &Properties<'_>) -> Result<Input, String> {
    let transformer = properties.inside("InputTransformer")?;
    let (constant, path) = (properties.value("Input"), properties.optional_text("InputPath")?);
    match (constant, path, transformer.is_empty()) {
        (None, None, true) => Ok(Input::Event),
        (Some(Value::String(text)), None, true) => Ok(Input::Constant(text.clone())),
        (Some(value), None, true) => Ok(Input::Constant(value.to_string())),
        (None, Some(path), true) => Ok(Input::Path(path)),
        (None, None, false) => Ok(Input::Transformer {
            paths: transformer.map_of_texts("InputPathsMap")?.into_iter().collect(),
            template: transformer.text("InputTemplate")?,
        }),
        _ => Err("a target has only one of `Input`, `InputPath` and `InputTransformer`".to_owned()),
    }
}

fn number(properties: &Properties<'_>, name: &str) -> Result<Option<u32>, String> {
    let fits = |number: i64| {
        u32::try_from(number).map_err(|_| format!("`{name}` is {number}, and must not be negative"))
    };
    properties.number(name)?.map(fits).transpose()
}
