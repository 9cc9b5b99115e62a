//! A mapping as its template describes it.
//! Looks at no function and no stream.

use std::time::Duration;

use stackwright_mappings::{Definition, QueueSource, Source, Start, StreamSource};
use stackwright_pattern::Pattern;

use crate::properties::Properties;

const SECOND: Duration = Duration::from_secs(1);

/// The properties that only mappings of streams have.
const OF_STREAMS: [&str; 7] = [
    "StartingPosition",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
    "DestinationConfig",
];

/// The mapping to a function of that ARN.
pub(super) fn read(properties: &Properties<'_>, function: &str) -> Result<Definition, String> {
    let source = properties.text("EventSourceArn")?;
    let mut definition = match source.split(':').nth(2) {
        Some("dynamodb") => Definition::of_stream(function, source),
        Some("sqs") => Definition::of_queue(function, source),
        _ => {
            return Err(format!(
                "`{source}` is no stream of a table and no queue: nothing else is mapped here"
            ));
        }
    };
    if let Some(size) = number(properties, "BatchSize")? {
        definition.batch_size = size as usize;
    }
    if let Some(window) = number(properties, "MaximumBatchingWindowInSeconds")? {
        definition.window = SECOND * window;
    }
    if properties.value("Enabled").is_some() {
        definition.enabled = properties.flag("Enabled")?;
    }
    definition.reports_failures = reports_failures(properties)?;
    definition.filters = filters(properties)?;
    match &mut definition.source {
        Source::Stream(stream) => of_stream(properties, stream)?,
        Source::Queue(queue) => of_queue(properties, queue)?,
    }
    Ok(definition)
}

fn reports_failures(properties: &Properties<'_>) -> Result<bool, String> {
    let kinds = properties.texts("FunctionResponseTypes")?;
    match kinds.iter().find(|kind| *kind != "ReportBatchItemFailures") {
        Some(other) => Err(format!(
            "`FunctionResponseTypes` has `{other}`, and nothing is allowed but `ReportBatchItemFailures`"
        )),
        None => Ok(!kinds.is_empty()),
    }
}

fn of_stream(properties: &Properties<'_>, stream: &mut StreamSource) -> Result<(), String> {
    refuse(properties, &["ScalingConfig"], "queues")?;
    stream.start = match properties.text("StartingPosition")?.as_str() {
        "TRIM_HORIZON" => Start::TrimHorizon,
        "LATEST" => Start::Latest,
        other => {
            return Err(format!("`StartingPosition` is `{other}`, and must be `TRIM_HORIZON` or `LATEST`"));
        }
    };
    stream.retries = bounded(properties, "MaximumRetryAttempts")?;
    stream.maximum_age = bounded(properties, "MaximumRecordAgeInSeconds")?.map(|age| SECOND * age);
    stream.bisects = properties.flag("BisectBatchOnFunctionError")?;
    stream.lanes = number(properties, "ParallelizationFactor")?.unwrap_or(1) as usize;
    stream.tumbling_window = SECOND * number(properties, "TumblingWindowInSeconds")?.unwrap_or(0);
    stream.on_failure = destination(properties)?;
    Ok(())
}

fn of_queue(properties: &Properties<'_>, queue: &mut QueueSource) -> Result<(), String> {
    refuse(properties, &OF_STREAMS, "streams")?;
    let concurrency = number(&properties.inside("ScalingConfig")?, "MaximumConcurrency")?;
    queue.maximum_concurrency = concurrency.map(|number| number as usize);
    Ok(())
}

fn refuse(properties: &Properties<'_>, names: &[&str], whose: &str) -> Result<(), String> {
    match names.iter().find(|name| properties.value(name).is_some()) {
        Some(name) => Err(format!("`{name}` is for mappings of {whose} alone")),
        None => Ok(()),
    }
}

/// Where batches go that are given up.
fn destination(properties: &Properties<'_>) -> Result<Option<String>, String> {
    let failures = properties.inside("DestinationConfig")?.inside("OnFailure")?;
    let Some(arn) = failures.optional_text("Destination")? else { return Ok(None) };
    let is_queue = arn.split(':').nth(2) == Some("sqs");
    match is_queue && !arn.ends_with(".fifo") {
        true => Ok(Some(arn)),
        false => Err(format!("the destination `{arn}` is no standard queue: nothing else is one here")),
    }
}

/// Each filter is a pattern as JSON in a text.
fn filters(properties: &Properties<'_>) -> Result<Vec<Pattern>, String> {
    let filters = properties.inside("FilterCriteria")?.list("Filters")?;
    let pattern = |filter: &Properties<'_>| {
        let text = filter.text("Pattern")?;
        Pattern::parse(&text).map_err(|error| format!("the filter {text}: {error}"))
    };
    filters.iter().map(pattern).collect()
}

/// A number where -1, or none, means without a bound.
fn bounded(properties: &Properties<'_>, name: &str) -> Result<Option<u32>, String> {
    match properties.number(name)? {
        None | Some(-1) => Ok(None),
        Some(_) => number(properties, name),
    }
}

fn number(properties: &Properties<'_>, name: &str) -> Result<Option<u32>, String> {
    let fits = |number: i64| {
        u32::try_from(number).map_err(|_| format!("`{name}` is {number}, and must not be negative"))
    };
    properties.number(name)?.map(fits).transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const STREAM: &str = "arn:aws:dynamodb:eu-west-1:000000000000:table/notes/stream/1";
    const QUEUE: &str = "arn:aws:sqs:eu-west-1:000000000000:letters";

    fn of(source: &str, more: Value) -> Result<Definition, String> {
        let mut map = json!({ "EventSourceArn": source });
        let fields = more.as_object().cloned().unwrap_or_default();
        fields.into_iter().for_each(|(name, value)| map[name] = value);
        read(&Properties::of(map.as_object().expect("it is a map")), "function")
    }

    fn check_refused(source: &str, more: Value, expected: &str) {
        let got = of(source, more).expect_err("it is refused");
        assert!(got.contains(expected), "{got}");
    }

    #[test]
    fn a_mapping_has_the_defaults_of_lambda() {
        let stream = of(STREAM, json!({ "StartingPosition": "TRIM_HORIZON" }));
        assert_eq!(stream, Ok(Definition::of_stream("function", STREAM)));
        assert_eq!(of(QUEUE, json!({})), Ok(Definition::of_queue("function", QUEUE)));
    }

    #[test]
    fn minus_one_is_without_a_bound() {
        let bounds = json!({
            "StartingPosition": "LATEST", "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": "-1",
        });
        let Ok(Definition { source: Source::Stream(stream), .. }) = of(STREAM, bounds) else {
            panic!("it is a stream's")
        };
        assert_eq!((stream.retries, stream.maximum_age, stream.start), (None, None, Start::Latest));
    }

    #[test]
    fn a_mapping_may_be_disabled_by_a_parameter() {
        assert_eq!(of(QUEUE, json!({ "Enabled": "false" })).map(|it| it.enabled), Ok(false));
        assert_eq!(of(QUEUE, json!({ "Enabled": true })).map(|it| it.enabled), Ok(true));
        check_refused(QUEUE, json!({ "Enabled": "off" }), "must be `true` or `false`");
    }

    #[test]
    fn what_would_not_be_done_is_refused() {
        let topic = json!({ "OnFailure": { "Destination": "arn:aws:sns:eu-west-1:000000000000:t" } });
        let to_topic = json!({ "StartingPosition": "LATEST", "DestinationConfig": topic });
        check_refused(STREAM, to_topic, "is no standard queue");
        check_refused(STREAM, json!({ "StartingPosition": "AT_TIMESTAMP" }), "`AT_TIMESTAMP`");
        check_refused(
            STREAM,
            json!({ "ScalingConfig": {} }),
            "`ScalingConfig` is for mappings of queues alone",
        );
        check_refused(
            QUEUE,
            json!({ "BisectBatchOnFunctionError": true }),
            "is for mappings of streams alone",
        );
        check_refused("arn:aws:kinesis:eu-west-1:000000000000:stream/s", json!({}), "no stream of a table");
        check_refused(QUEUE, json!({ "FunctionResponseTypes": ["Report"] }), "`Report`");
        check_refused(
            QUEUE,
            json!({ "FilterCriteria": { "Filters": [{ "Pattern": "{" }] } }),
            "the filter {",
        );
    }
}
