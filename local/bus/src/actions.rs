//! The actions of EventBridge: events put, buses and rules looked at.
//! Changes no bus and no rule: those come from definitions.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use stackwright_pattern::Pattern;

use crate::buses::Buses;
use crate::entry::{self, Entry};
use crate::error::AwsError;
use crate::input::Input;
use crate::rule::{Reading, Rule, Target};
use crate::settings::{DEFAULT_BUS, Settings};

/// Actions of EventBridge that are not here.
const UNSUPPORTED: [&str; 46] = [
    "ActivateEventSource",
    "CancelReplay",
    "CreateApiDestination",
    "CreateArchive",
    "CreateConnection",
    "CreateEndpoint",
    "CreateEventBus",
    "CreatePartnerEventSource",
    "DeactivateEventSource",
    "DeauthorizeConnection",
    "DeleteApiDestination",
    "DeleteArchive",
    "DeleteConnection",
    "DeleteEndpoint",
    "DeleteEventBus",
    "DeletePartnerEventSource",
    "DeleteRule",
    "DescribeApiDestination",
    "DescribeArchive",
    "DescribeConnection",
    "DescribeEndpoint",
    "DescribeEventSource",
    "DescribePartnerEventSource",
    "DescribeReplay",
    "DisableRule",
    "EnableRule",
    "ListApiDestinations",
    "ListArchives",
    "ListConnections",
    "ListEndpoints",
    "ListEventSources",
    "ListPartnerEventSourceAccounts",
    "ListPartnerEventSources",
    "ListReplays",
    "ListTagsForResource",
    "PutPartnerEvents",
    "PutPermission",
    "PutRule",
    "PutTargets",
    "RemovePermission",
    "RemoveTargets",
    "StartReplay",
    "TagResource",
    "UntagResource",
    "UpdateArchive",
    "UpdateEventBus",
];

pub(crate) fn answer(buses: &Buses, action: &str, request: Value) -> Result<Value, AwsError> {
    match action {
        "PutEvents" => put_events(buses, read(request)?),
        "DescribeEventBus" => describe_bus(buses, &read(request)?),
        "DescribeRule" => describe_rule(buses, &read(request)?),
        "ListEventBuses" => Ok(list_buses(buses, &read(request)?)),
        "ListRuleNamesByTarget" => list_names_by_target(buses, &read(request)?),
        "ListRules" => list_rules(buses, &read(request)?),
        "ListTargetsByRule" => list_targets(buses, &read(request)?),
        "TestEventPattern" => test_pattern(&read(request)?),
        action if UNSUPPORTED.contains(&action) => Err(AwsError::unsupported(action)),
        action => Err(AwsError::unknown(action)),
    }
}

/// The buses that events are put on, or the bus or rule that is looked at.
pub(crate) fn resources(settings: &Settings, request: &Value) -> Vec<String> {
    if let Some(entries) = request.get("Entries").and_then(Value::as_array) {
        let read = |entry: &Value| Entry::deserialize(entry).unwrap_or_default();
        let mut arns: Vec<_> = entries.iter().map(|entry| settings.bus_arn(read(entry).bus())).collect();
        arns.sort();
        arns.dedup();
        return arns;
    }
    let Ok(look) = Look::deserialize(request) else { return vec!["*".to_owned()] };
    match (&look.rule, &look.name, &look.event_bus_name) {
        (Some(rule), _, _) => vec![settings.rule_arn(look.bus(), rule)],
        (None, Some(rule), Some(_)) => vec![settings.rule_arn(look.bus(), rule)],
        _ => vec!["*".to_owned()],
    }
}

fn read<Request: DeserializeOwned>(request: Value) -> Result<Request, AwsError> {
    serde_json::from_value(request).map_err(|error| AwsError::unreadable(&error))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    #[serde(default)]
    entries: Vec<Entry>,
}

fn put_events(buses: &Buses, request: PutEvents) -> Result<Value, AwsError> {
    entry::check(&request.entries)?;
    let put = |entry: Entry| {
        let bus = entry.bus().to_owned();
        entry.read().map(|said| buses.put(&bus, said))
    };
    let put: Vec<_> = request.entries.into_iter().map(put).collect();
    let failed = put.iter().filter(|entry| entry.is_err()).count();
    let answered = put.into_iter().map(|entry| match entry {
        Ok(id) => json!({ "EventId": id }),
        Err(refusal) => refusal.written(),
    });
    Ok(json!({ "FailedEntryCount": failed, "Entries": answered.collect::<Vec<_>>() }))
}

/// What is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Look {
    name: Option<String>,
    rule: Option<String>,
    name_prefix: Option<String>,
    event_bus_name: Option<String>,
    target_arn: Option<String>,
}

impl Look {
    /// The name of the bus, which may be given as an ARN.
    fn bus(&self) -> &str {
        let named = self.event_bus_name.as_deref().unwrap_or(DEFAULT_BUS);
        named.rsplit('/').next().unwrap_or(named)
    }

    fn wants(&self, name: &str) -> bool {
        self.name_prefix.as_deref().is_none_or(|prefix| name.starts_with(prefix))
    }

    fn rule<T>(&self, buses: &Buses, look: impl FnOnce(&Reading) -> T) -> Result<T, AwsError> {
        let name = self.rule.as_deref().or(self.name.as_deref()).unwrap_or_default();
        let missing = || AwsError::not_found(format_args!("Rule {name}"));
        let bus = self.bus();
        let found = buses.look(bus, |bus| bus.rules.get(name).map(|standing| look(&standing.reading)))?;
        found.ok_or_else(missing)
    }
}

fn describe_bus(buses: &Buses, look: &Look) -> Result<Value, AwsError> {
    let named = look.name.as_deref().unwrap_or(DEFAULT_BUS);
    let name = named.rsplit('/').next().unwrap_or(named);
    buses.look(name, |bus| bus_written(buses, name, bus.description.as_deref()))
}

fn list_buses(buses: &Buses, look: &Look) -> Value {
    let written = |name: &str, bus: &crate::buses::Bus| {
        look.wants(name).then(|| bus_written(buses, name, bus.description.as_deref()))
    };
    let all = buses.each(written);
    json!({ "EventBuses": all.into_iter().flatten().collect::<Vec<_>>() })
}

fn bus_written(buses: &Buses, name: &str, description: Option<&str>) -> Value {
    present([
        ("Name", Some(json!(name))),
        ("Arn", Some(json!(buses.bus_arn(name)))),
        ("Description", description.map(|it| json!(it))),
    ])
}

fn describe_rule(buses: &Buses, look: &Look) -> Result<Value, AwsError> {
    let mut rule = look.rule(buses, rule_written)?;
    rule["CreatedBy"] = json!(buses.settings().account);
    Ok(rule)
}

fn list_rules(buses: &Buses, look: &Look) -> Result<Value, AwsError> {
    let rules = buses.look(look.bus(), |bus| {
        let wanted = bus.rules.iter().filter(|(name, _)| look.wants(name));
        wanted.map(|(_, standing)| rule_written(&standing.reading)).collect::<Vec<_>>()
    })?;
    Ok(json!({ "Rules": rules }))
}

fn list_names_by_target(buses: &Buses, look: &Look) -> Result<Value, AwsError> {
    let has_target = |rule: &Rule| rule.targets.iter().any(|it| Some(&it.arn) == look.target_arn.as_ref());
    let names = buses.look(look.bus(), |bus| {
        let rules = bus.rules.values().map(|standing| &standing.reading.rule);
        rules.filter(|rule| has_target(rule)).map(|rule| rule.name.clone()).collect::<Vec<_>>()
    })?;
    Ok(json!({ "RuleNames": names }))
}

fn list_targets(buses: &Buses, look: &Look) -> Result<Value, AwsError> {
    let written = |reading: &Reading| reading.rule.targets.iter().map(target_written).collect::<Vec<_>>();
    Ok(json!({ "Targets": look.rule(buses, written)? }))
}

fn rule_written(reading: &Reading) -> Value {
    let rule = &reading.rule;
    present([
        ("Name", Some(json!(rule.name))),
        ("Arn", Some(json!(reading.arn))),
        ("EventPattern", rule.pattern.as_ref().map(|pattern| json!(pattern.to_string()))),
        ("ScheduleExpression", rule.schedule.as_ref().map(|schedule| json!(schedule))),
        ("State", Some(json!(if rule.is_enabled { "ENABLED" } else { "DISABLED" }))),
        ("Description", rule.description.as_ref().map(|it| json!(it))),
        ("RoleArn", rule.role_arn.as_ref().map(|arn| json!(arn))),
        ("EventBusName", Some(json!(rule.bus))),
    ])
}

fn target_written(target: &Target) -> Value {
    let input = match &target.input {
        Input::Event => None,
        Input::Constant(text) => Some(("Input", json!(text))),
        Input::Path(path) => Some(("InputPath", json!(path))),
        Input::Transformer { paths, template } => {
            Some(("InputTransformer", json!({ "InputPathsMap": paths, "InputTemplate": template })))
        }
    };
    let retry = json!({
        "MaximumRetryAttempts": target.retries,
        "MaximumEventAgeInSeconds": target.maximum_age.as_secs(),
    });
    let said = present([
        ("Id", Some(json!(target.id))),
        ("Arn", Some(json!(target.arn))),
        ("RoleArn", target.role_arn.as_ref().map(|arn| json!(arn))),
        ("RetryPolicy", Some(retry)),
        ("DeadLetterConfig", target.dead_letter_arn.as_ref().map(|arn| json!({ "Arn": arn }))),
        ("SqsParameters", target.message_group.as_ref().map(|group| json!({ "MessageGroupId": group }))),
    ]);
    match (said, input) {
        (Value::Object(mut said), Some((name, input))) => {
            said.insert(name.to_owned(), input);
            Value::Object(said)
        }
        (said, _) => said,
    }
}

/// An object of those fields that have a value.
fn present<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let present = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TestEventPattern {
    #[serde(default)]
    event_pattern: String,
    #[serde(default)]
    event: String,
}

fn test_pattern(request: &TestEventPattern) -> Result<Value, AwsError> {
    let pattern = Pattern::parse(&request.event_pattern).map_err(|error| AwsError::pattern(&error))?;
    let event: Value = serde_json::from_str(&request.event)
        .map_err(|error| AwsError::invalid(format!("Parameter Event is not valid. Reason: {error}")))?;
    Ok(json!({ "Result": pattern.matches(&event) }))
}
