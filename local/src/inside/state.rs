//! `GET /_local/state`: all that runs now. Its form stands in `inside.md`.
//! Changes nothing and holds nothing up: each part is as it was when it was looked at.

use serde_json::{Value, json};

use super::contents;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::moment;
use crate::ready::Ready;
use crate::services::lambda::Known;

/// So many of a function's latest invocations are shown.
const INVOCATIONS: usize = 5;

pub(super) async fn of(cloud: &Cloud) -> Value {
    // First: what comes while the rest is gathered is then told again rather than never.
    let newest = cloud.recent.newest();
    json!({
        "endpoint": cloud.addresses.endpoint(),
        "region": cloud.settings.region,
        "account": cloud.settings.account,
        "enforcesIam": cloud.settings.enforces_iam,
        "newest": newest,
        "stacks": Ready::of(cloud).stacks,
        "problems": cloud.problems(),
        "functions": functions(cloud),
        "connections": connections(cloud),
        "mappings": mappings(cloud),
        "queues": queues(cloud).await,
        "tables": tables(cloud),
        "buses": cloud.buses.defined(),
        "faults": cloud.faults.all(),
    })
}

fn functions(cloud: &Cloud) -> Value {
    let recent = cloud.recent.backwards();
    let function = |known: &Known| {
        let totals = cloud.traffic.of_function(&known.path);
        let standing = cloud.lambda.standing(&known.name).unwrap_or_default();
        let invocations = recent.iter().filter_map(|one| match &one.happening.what {
            What::Invoke { function, request_id, error, duration } if *function == known.path => {
                Some(json!({
                    "sequence": one.sequence,
                    "at": moment::iso(one.happening.at),
                    "requestId": request_id,
                    "error": error,
                    "milliseconds": duration.as_secs_f64() * 1e3,
                }))
            }
            _ => None,
        });
        json!({
            "name": known.path,
            "physicalName": known.name,
            "handler": known.handler,
            "declaredAt": known.declared_at,
            "role": known.role,
            "timeoutSeconds": known.function.timeout.as_secs(),
            "memory": known.function.memory,
            "environments": standing.environments,
            "idle": standing.idle,
            "waiting": standing.waiting,
            "invoked": totals.invoked,
            "failed": totals.failed,
            "invocations": invocations.take(INVOCATIONS).collect::<Vec<_>>(),
        })
    };
    cloud.functions.all().iter().map(|known| function(known)).collect()
}

/// Of WebSocket APIs, and of AppSync's.
fn connections(cloud: &Cloud) -> Value {
    let sockets = cloud.sockets.connections().into_iter().map(|connection| {
        json!({
            "id": connection.id,
            "api": cloud.known_as(&connection.api),
            "stage": connection.stage,
            "connectedAt": moment::iso(connection.connected_at),
            "lastActiveAt": moment::iso(connection.last_active_at),
            "sourceIp": connection.identity.source_ip.to_string(),
            "userAgent": connection.identity.user_agent,
        })
    });
    let listeners = cloud.graphql.connections(cloud).into_iter().map(|(api, connection)| {
        json!({
            "id": connection.id,
            "api": api,
            "stage": null,
            "connectedAt": moment::iso(connection.connected_at),
            "sourceIp": connection.source_ip,
            "subscriptions": connection.subscriptions,
        })
    });
    sockets.chain(listeners).collect()
}

fn mappings(cloud: &Cloud) -> Value {
    let shown = cloud.mappings.states().into_iter().map(|state| {
        json!({
            "id": state.id,
            "source": source(cloud, &state.source_arn),
            "function": cloud.functions.known_as(&state.function_arn),
            "enabled": state.enabled,
            "position": state.position.map(|position| position.to_string()),
            "lastResult": state.last_result,
            "lastProcessed": state.last_processed.map(moment::iso),
        })
    });
    shown.collect()
}

/// A stream is known as its table.
fn source(cloud: &Cloud, arn: &str) -> String {
    cloud.known_as(arn.split("/stream/").next().unwrap_or(arn))
}

async fn queues(cloud: &Cloud) -> Value {
    let mut shown = Vec::new();
    for (path, name, url) in of_kind(cloud, "AWS::SQS::Queue", "QueueName") {
        let request = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
        let answer = cloud.queues.execute("GetQueueAttributes", request, "").await.unwrap_or_default();
        let count = |attribute: &str| -> Option<u64> {
            answer["Attributes"][format!("ApproximateNumberOfMessages{attribute}")].as_str()?.parse().ok()
        };
        shown.push(json!({
            "name": path,
            "physicalName": name,
            "url": url,
            "visible": count(""),
            "hidden": count("NotVisible"),
            "delayed": count("Delayed"),
        }));
    }
    Value::Array(shown)
}

fn tables(cloud: &Cloud) -> Value {
    let tables = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"];
    let tables = tables.into_iter().flat_map(|kind| of_kind(cloud, kind, ""));
    let shown = tables.map(|(path, _, name)| {
        let described = cloud.tables.execute("DescribeTable", json!({ "TableName": name }));
        let described = described.unwrap_or_default()["Table"].take();
        json!({
            "name": path,
            "physicalName": name,
            "keys": contents::keys_in(&described),
            "items": described["ItemCount"],
            "stream": cloud.tables.stream_arn(&name),
        })
    });
    shown.collect()
}

/// Of each resource of a type: its path, an attribute, and what `Ref` gives.
fn of_kind(cloud: &Cloud, kind: &'static str, attribute: &str) -> Vec<(String, String, String)> {
    let stacks = cloud.stacks();
    let pieces = stacks.values().flat_map(|stack| stack.of_kind(kind));
    let shown = pieces
        .map(|piece| (piece.path(), piece.attribute(attribute).to_owned(), piece.reference().to_owned()));
    shown.collect()
}
