//! A mapping as its template describes it.
//! Looks at no function and no stream.

use std::time::Duration;

use stackwright_mappings::{Definition, Source, Start};
use stackwright_pattern::Pattern;

use crate::properties::Properties;

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn read(properties: &Properties<'_>) -> Result<Definition, String> {
    let function = properties.text("FunctionName")?;
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
    if let Some(enabled) = properties.value("Enabled") {
        definition.enabled = enabled.as_bool().unwrap_or(true) && enabled.as_str() != Some("false");
    }
    let answers = properties.texts("FunctionResponseTypes")?;
    definition.reports_failures = answers.iter().any(|kind| kind == "ReportBatchItemFailures");
    definition.filters = filters(properties)?;
    match &mut definition.source {
        Source::Stream(stream) => of_stream(properties, stream)?,
        Source::Queue(queue) => {
            let concurrency = number(&properties.inside("ScalingConfig")?, "MaximumConcurrency")?;
            queue.maximum_concurrency = concurrency.map(|number| number as usize);
        }
    }
    Ok(definition)
}

fn of_stream(
    properties: &Properties<'_>,
    stream: &mut stackwright_mappings::StreamSource,
) -> Result<(), String> {
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
    let failures = properties.inside("DestinationConfig")?.inside("OnFailure")?;
    stream.on_failure = failures.optional_text("Destination")?;
    Ok(())
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
