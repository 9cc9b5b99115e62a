//! A table's description as AWS gives it: ARNs of the configured place, and the stream as we have it.
//! Describes nothing itself: the engine does, and believes it is elsewhere.

use serde_json::{Value, json};

use crate::log::Log;

/// The place that the engine writes into its ARNs.
const ELSEWHERE: &str = ":dynoxide:000000000000:";

/// Corrects the answer to an action on a table.
pub(crate) fn correct(answer: &mut Value, log: &Log) {
    for member in ["Table", "TableDescription"] {
        if let Some(description) = answer.get_mut(member) {
            relocate(description, &format!(":{}:{}:", log.settings.region, log.settings.account));
            show_stream(description, log);
        }
    }
}

fn relocate(value: &mut Value, here: &str) {
    match value {
        Value::String(text) if text.starts_with("arn:aws:") => *text = text.replacen(ELSEWHERE, here, 1),
        Value::Array(members) => members.iter_mut().for_each(|member| relocate(member, here)),
        Value::Object(members) => members.values_mut().for_each(|member| relocate(member, here)),
        _ => {}
    }
}

fn show_stream(description: &mut Value, log: &Log) {
    let Some(members) = description.as_object_mut() else { return };
    for member in ["StreamSpecification", "LatestStreamArn", "LatestStreamLabel"] {
        members.remove(member);
    }
    let table = members.get("TableName").and_then(Value::as_str);
    let Some(stream) = table.and_then(|table| log.latest(table)) else { return };
    members.insert("LatestStreamArn".to_owned(), json!(stream.identity.arn));
    members.insert("LatestStreamLabel".to_owned(), json!(stream.identity.label));
    if !stream.has_ended() {
        let view = stream.identity.view.name();
        let specification = json!({"StreamEnabled": true, "StreamViewType": view});
        members.insert("StreamSpecification".to_owned(), specification);
    }
}
