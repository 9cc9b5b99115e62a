//! What is refused, in Lambda's words.

use std::time::Duration;

use stackwright_mappings::{Definition, DefinitionError};

use crate::stage::{FUNCTION, Options, Reply, Stage};

fn refusal(stage: &Stage, definition: Definition) -> String {
    let error = stage.mappings.define("uuid", definition).unwrap_err();
    assert!(stage.mappings.states().is_empty());
    error.to_string()
}

#[track_caller]
fn check(change: impl FnOnce(&mut Options), words: &str) {
    let stage = Stage::new(&[Reply::Well]);
    assert_eq!(refusal(&stage, stage.definition(change)), words);
}

fn out_of_range(value: &str, name: &str, bound: &str) -> String {
    format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must have \
         value {bound}"
    )
}

#[tokio::test(start_paused = true)]
async fn numbers_are_held_to_lambdas_limits() {
    check(|it| it.mapping.batch_size = 0, &out_of_range("0", "batchSize", "greater than or equal to 1"));
    let most = "less than or equal to 10000";
    check(|it| it.mapping.batch_size = 10_001, &out_of_range("10001", "batchSize", most));
    let most = "less than or equal to 300";
    let window = out_of_range("301", "maximumBatchingWindowInSeconds", most);
    check(|it| it.mapping.window = Duration::from_secs(301), &window);
    let most = "less than or equal to 10";
    check(|it| it.stream.lanes = 11, &out_of_range("11", "parallelizationFactor", most));
    let most = "less than or equal to 10000";
    check(|it| it.stream.retries = Some(10_001), &out_of_range("10001", "maximumRetryAttempts", most));
    let age = out_of_range("59", "maximumRecordAgeInSeconds", "greater than or equal to 60");
    check(|it| it.stream.maximum_age = Some(Duration::from_secs(59)), &age);
}

#[tokio::test(start_paused = true)]
async fn tumbling_windows_are_refused_by_name() {
    let tumbling = |it: &mut Options| it.stream.tumbling_window = Duration::from_secs(60);
    check(tumbling, "TumblingWindowInSeconds is not supported here");
}

#[tokio::test(start_paused = true)]
async fn sources_that_are_not_there_are_refused() {
    let stage = Stage::new(&[Reply::Well]);
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/notes/stream/never";
    let words = refusal(&stage, Definition::of_stream(FUNCTION, arn));
    assert!(words.starts_with(&format!("Stream not found: {arn}: ")), "{words}");
    let queue = "arn:aws:sqs:us-east-1:000000000000:nothing";
    let error = stage.mappings.define("uuid", Definition::of_queue(FUNCTION, queue)).unwrap_err();
    assert_eq!(error, DefinitionError::NoQueue(queue.to_owned()));
}

#[track_caller]
fn check_queue(queue: &str, change: impl FnOnce(&mut Definition), words: &str) {
    let stage = Stage::new(&[Reply::Well]);
    let mut definition = Definition::of_queue(FUNCTION, queue);
    change(&mut definition);
    assert_eq!(refusal(&stage, definition), words);
}

#[tokio::test(start_paused = true)]
async fn queues_have_limits_of_their_own() {
    let (queue, fifo) =
        ("arn:aws:sqs:us-east-1:000000000000:jobs", "arn:aws:sqs:us-east-1:000000000000:jobs.fifo");
    let words =
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10";
    check_queue(queue, |it| it.batch_size = 11, words);
    let words = "Batching window is not supported for FIFO queues";
    check_queue(fifo, |it| it.window = Duration::from_secs(1), words);
    let words = out_of_range("11", "batchSize", "less than or equal to 10");
    check_queue(fifo, |it| it.batch_size = 11, &words);
}
