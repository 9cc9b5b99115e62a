//! The actions of DynamoDB Streams: a request in JSON, what the log has in JSON.
//! Changes nothing but the time that iterators are good for.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::change::Change;
use crate::error::AwsError;
use crate::iterator::{Position, ShardIterator};
use crate::log::Log;
use crate::settings::since_epoch;
use crate::stream::Stream;

/// A page of records ends before it is larger than this.
const PAGE_BYTES: usize = 1024 * 1024;

/// Answers an action of DynamoDB Streams; `None` if it is not one.
pub(crate) fn answer(log: &mut Log, action: &str, request: &Value) -> Option<Result<Value, AwsError>> {
    Some(match action {
        "ListStreams" => read(request).and_then(|request| list_streams(log, &request)),
        "DescribeStream" => read(request).and_then(|request| describe_stream(log, &request)),
        "GetShardIterator" => read(request).and_then(|request| shard_iterator(log, &request)),
        "GetRecords" => read(request).and_then(|request| records(log, &request)),
        _ => return None,
    })
}

fn read<Request: DeserializeOwned>(request: &Value) -> Result<Request, AwsError> {
    Request::deserialize(request).map_err(|error| AwsError::unreadable(&error))
}

fn limit(given: Option<i64>, highest: usize) -> Result<usize, AwsError> {
    let Some(given) = given else { return Ok(highest) };
    let bound = match usize::try_from(given) {
        Err(_) | Ok(0) => "greater than or equal to 1".to_owned(),
        Ok(limit) if limit > highest => format!("less than or equal to {highest}"),
        Ok(limit) => return Ok(limit),
    };
    Err(AwsError::invalid(format!(
        "1 validation error detected: Value '{given}' at 'limit' failed to satisfy constraint: Member must have \
         value {bound}"
    )))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListStreams {
    table_name: Option<String>,
    limit: Option<i64>,
    exclusive_start_stream_arn: Option<String>,
}

fn list_streams(log: &mut Log, request: &ListStreams) -> Result<Value, AwsError> {
    log.trim();
    let limit = limit(request.limit, 100)?;
    let is_wanted =
        |stream: &&Stream| request.table_name.as_ref().is_none_or(|table| *table == stream.identity.table);
    let start = request.exclusive_start_stream_arn.as_deref();
    let before = |stream: &&Stream| start.is_some_and(|start| stream.identity.arn != start);
    let skipped = usize::from(start.is_some());
    let mut left = log.streams().filter(is_wanted).skip_while(before).skip(skipped).peekable();
    let page: Vec<_> = left.by_ref().take(limit).collect();
    let summary = |stream: &&Stream| {
        let it = &stream.identity;
        json!({"StreamArn": it.arn, "TableName": it.table, "StreamLabel": it.label})
    };
    let mut answer = json!({"Streams": page.iter().map(summary).collect::<Vec<_>>()});
    if let (Some(last), Some(_)) = (page.last(), left.peek()) {
        answer["LastEvaluatedStreamArn"] = json!(last.identity.arn);
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeStream {
    stream_arn: String,
    limit: Option<i64>,
    exclusive_start_shard_id: Option<String>,
}

fn describe_stream(log: &mut Log, request: &DescribeStream) -> Result<Value, AwsError> {
    log.trim();
    limit(request.limit, 100)?;
    let stream = log.named(&request.stream_arn)?;
    let it = &stream.identity;
    let mut range = json!({"StartingSequenceNumber": stream.first.to_string()});
    if stream.has_ended() {
        range["EndingSequenceNumber"] = json!((stream.next() - 1).to_string());
    }
    let mut shards = vec![json!({"ShardId": stream.shard, "SequenceNumberRange": range})];
    if request.exclusive_start_shard_id.as_deref() == Some(stream.shard.as_str()) {
        shards.clear();
    }
    Ok(json!({"StreamDescription": {
        "StreamArn": it.arn,
        "StreamLabel": it.label,
        "StreamStatus": if stream.has_ended() { "DISABLED" } else { "ENABLED" },
        "StreamViewType": it.view.name(),
        "TableName": it.table,
        "KeySchema": it.key_schema,
        "CreationRequestDateTime": since_epoch(stream.created).as_secs_f64(),
        "Shards": shards,
    }}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetShardIterator {
    stream_arn: String,
    shard_id: String,
    shard_iterator_type: String,
    sequence_number: Option<String>,
}

fn shard_iterator(log: &mut Log, request: &GetShardIterator) -> Result<Value, AwsError> {
    let now = log.trim();
    let stream = log.named(&request.stream_arn)?;
    if stream.shard != request.shard_id {
        return Err(AwsError::not_found("Shard does not exist"));
    }
    let number = position(request)?.within(stream)?;
    Ok(json!({"ShardIterator": ShardIterator::new(stream, number, now).text()}))
}

fn position(request: &GetShardIterator) -> Result<Position, AwsError> {
    match (request.shard_iterator_type.as_str(), request.sequence_number.as_deref()) {
        ("TRIM_HORIZON", None) => Ok(Position::TrimHorizon),
        ("LATEST", None) => Ok(Position::Latest),
        ("AT_SEQUENCE_NUMBER", Some(number)) => Ok(Position::At(sequence_number(number)?)),
        ("AFTER_SEQUENCE_NUMBER", Some(number)) => Ok(Position::After(sequence_number(number)?)),
        ("TRIM_HORIZON" | "LATEST", Some(_)) => Err(AwsError::invalid(
            "One or more parameter values were invalid: SequenceNumber should not be passed for this iterator type",
        )),
        ("AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER", None) => {
            Err(AwsError::invalid("One or more parameter values were invalid: SequenceNumber cannot be null"))
        }
        (other, _) => Err(AwsError::invalid(format!(
            "1 validation error detected: Value '{other}' at 'shardIteratorType' failed to satisfy constraint: \
             Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"
        ))),
    }
}

fn sequence_number(text: &str) -> Result<u128, AwsError> {
    let is_number = (21..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.ok_or_else(|| {
        AwsError::invalid(format!(
            "1 validation error detected: Value '{text}' at 'sequenceNumber' failed to satisfy constraint: Member \
             must be 21 to 40 digits"
        ))
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetRecords {
    shard_iterator: String,
    limit: Option<i64>,
}

fn records(log: &mut Log, request: &GetRecords) -> Result<Value, AwsError> {
    let now = log.trim();
    let limit = limit(request.limit, 1000)?;
    let iterator = ShardIterator::read(&request.shard_iterator, now)?;
    let stream = log.named(&iterator.stream)?;
    let start = Position::At(iterator.number).within(stream)?;
    let page = page(stream, start, limit);
    let next = page.last().map_or(start, |last| last.sequence_number + 1);
    let mut answer = json!({"Records": page.iter().map(|change| change.record()).collect::<Vec<_>>()});
    if !stream.has_ended() || next < stream.next() {
        answer["NextShardIterator"] = json!(ShardIterator::new(stream, next, now).text());
    }
    Ok(answer)
}

/// The records from a number on, so many and so large; at least one if there is one.
fn page(stream: &Stream, start: u128, limit: usize) -> Vec<&Arc<Change>> {
    let mut bytes = 0;
    let fits = |change: &&Arc<Change>| {
        bytes += change.size;
        bytes == change.size || bytes <= PAGE_BYTES
    };
    stream.from(start).take(limit).take_while(fits).collect()
}
