//! Lambda functions: environment, code, and how they are run asynchronously.
//!
//! Source: [environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html) and
//! [asynchronous invocation](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).

use stackwright_template::{Expr, LogicalId, Resource};

use super::{duplicates, given, sqs};
use crate::finding::Finding;
use crate::index::Index;

const LARGEST_ENVIRONMENT: usize = 4_096;

/// Set by Lambda itself; it refuses functions that set them.
const RESERVED: [&str; 18] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// Every function.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.of_type("AWS::Lambda::Function") {
        environment(id, resource, findings);
        code(id, resource, findings);
    }
    for (id, resource) in index.of_type("AWS::Lambda::EventInvokeConfig") {
        destinations(index, id, resource, findings);
    }
    let key = |config| Some(vec![given(config, "FunctionName")?, given(config, "Qualifier")?]);
    duplicates(index.of_type("AWS::Lambda::EventInvokeConfig"), key, |id, _, first| {
        let message = format!("`{id}` and `{first}` configure the same function");
        let hint = "a version or alias has one configuration of asynchronous runs";
        findings.push(Finding::of_resource(id, "Properties.FunctionName", message).hint(hint));
    });
}

fn destinations(index: &Index<'_>, id: LogicalId, resource: &Resource, findings: &mut Vec<Finding>) {
    let Some(config) = given(resource, "DestinationConfig") else { return };
    for kind in ["OnFailure", "OnSuccess"] {
        let arn = config.field(kind).and_then(|destination| destination.field("Destination"));
        let Some((queue, properties)) = arn.and_then(|arn| index.referred(arn)) else { continue };
        if properties.kind == "AWS::SQS::Queue" && sqs::fifo(properties) == Some(true) {
            let message = format!("`{queue}` is a FIFO queue: Lambda sends what became of a run to none");
            let place = format!("Properties.DestinationConfig.{kind}.Destination");
            findings.push(Finding::of_resource(id, place, message).hint("use a standard queue"));
        }
    }
}

fn environment(id: LogicalId, resource: &Resource, findings: &mut Vec<Finding>) {
    let variables = given(resource, "Environment").and_then(|environment| environment.field("Variables"));
    let Some(variables) = variables.and_then(Expr::as_map) else { return };
    for (name, _) in variables {
        if let Some((message, hint)) = bad_name(name) {
            let place = format!("Properties.Environment.Variables.{name}");
            findings.push(Finding::of_resource(id, place, message).hint(hint));
        }
    }
    let size: usize = variables.iter().map(|(name, value)| name.len() + least_length(value)).sum();
    if size > LARGEST_ENVIRONMENT {
        let message =
            format!("the environment of `{id}` has {size} bytes; Lambda takes {LARGEST_ENVIRONMENT}");
        findings.push(Finding::of_resource(id, "Properties.Environment.Variables", message));
    }
}

/// How long the value is at least: what is not known yet counts for nothing.
fn least_length(value: &Expr) -> usize {
    value.as_text().map_or(0, str::len)
}

fn bad_name(name: &str) -> Option<(String, String)> {
    if RESERVED.contains(&name) {
        return Some((format!("the variable `{name}` is set by Lambda itself"), "leave it out".into()));
    }
    let word = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic());
    (!word || !starts || name.len() < 2).then(|| {
        let hint = "two or more letters, digits and underscores, a letter first";
        (format!("`{name}` cannot be the name of an environment variable"), hint.into())
    })
}

fn code(id: LogicalId, resource: &Resource, findings: &mut Vec<Finding>) {
    let Some(Expr::Map(code)) = given(resource, "Code") else { return };
    let has = |name: &str| code.iter().any(|(key, _)| key == name);
    let mut report = |place: &str, message: String| {
        findings.push(Finding::of_resource(id, format!("Properties{place}"), message));
    };
    if !["ZipFile", "S3Bucket", "ImageUri"].into_iter().any(has) {
        report(".Code", format!("`{id}` has no code: set S3Bucket and S3Key, ZipFile, or ImageUri"));
    }
    if has("S3Bucket") && !has("S3Key") {
        report(".Code", format!("the code of `{id}` is in a bucket, but needs `S3Key` to be found there"));
    }
    if has("ZipFile") || has("S3Bucket") {
        for property in ["Runtime", "Handler"].into_iter().filter(|name| given(resource, name).is_none()) {
            report("", format!("`{id}` is a function in a zip and needs `{property}`"));
        }
    }
}
