//! `GET /_local/tables/…/items` and `/_local/queues/…/messages`: what is in a table or a queue, without taking it.
//! Their form stands in `inside.md`. Counts as no call, and meets no fault.

use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{number, parameters, refused};
use crate::cloud::Cloud;
use crate::exchange::json_response;
use crate::moment;
use crate::nodes::{Kind, Node};

/// What may be asked.
struct Form {
    /// How many there are unless it is said.
    usual: usize,
    /// How many there are at most.
    most: usize,
    /// Whether one can go on after the last.
    has_pages: bool,
}

const ITEMS: Form = Form { usual: 50, most: 1000, has_pages: true };
const MESSAGES: Form = Form { usual: 20, most: 100, has_pages: false };

/// What a query asks for.
#[derive(Debug, PartialEq)]
struct Question {
    limit: usize,
    /// The key of the last item that is known already.
    after: Option<Value>,
}

/// Answers for a path such as `tables/Notes/Notes/items`; `None` if there is nothing of that form.
pub(super) fn answer(cloud: &Cloud, path: &str, request: &Parts) -> Option<Response> {
    let query = request.uri.query().unwrap_or_default();
    let answer = match path.split('/').collect::<Vec<_>>()[..] {
        ["tables", stack, id, "items"] => {
            let table = found(cloud, Kind::Table, "table", stack, id);
            table.and_then(|table| items(cloud, &table, &ITEMS.read(query)?))
        }
        ["queues", stack, id, "messages"] => {
            let queue = found(cloud, Kind::Queue, "queue", stack, id);
            queue.and_then(|queue| messages(cloud, &queue, &MESSAGES.read(query)?))
        }
        _ => return None,
    };
    Some(match answer {
        Ok(body) => json_response(200, &body),
        Err((status, message)) => refused(status, &message),
    })
}

type Refused = (u16, String);

fn found(cloud: &Cloud, kind: Kind, called: &str, stack: &str, id: &str) -> Result<Node, Refused> {
    let name = format!("{stack}/{id}");
    let nodes = cloud.nodes();
    let node = nodes.all().iter().find(|node| node.kind == kind && node.name == name).cloned();
    node.ok_or_else(|| (404, format!("no stack has a {called} `{name}`")))
}

impl Form {
    fn read(&self, query: &str) -> Result<Question, Refused> {
        let mut question = Question { limit: self.usual, after: None };
        for (name, value) in parameters(query) {
            self.take(&mut question, name, value).map_err(|message| (400, message))?;
        }
        Ok(question)
    }

    fn take(&self, question: &mut Question, name: &str, value: &str) -> Result<(), String> {
        match name {
            "limit" => question.limit = number(name, value, 1..=self.most)?,
            "after" if self.has_pages => {
                let wrong = || format!("`after` is `{value}`, and must be the `next` of an answer");
                question.after = Some(key(value).ok_or_else(wrong)?);
            }
            _ if self.has_pages => {
                return Err(format!("`{name}` is not known: `limit` and `after` are"));
            }
            _ => return Err(format!("`{name}` is not known: `limit` is")),
        }
        Ok(())
    }
}

/// A key that a caller hands back as it got it.
fn key(text: &str) -> Option<Value> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

fn items(cloud: &Cloud, table: &Node, question: &Question) -> Result<Value, Refused> {
    let mut request = json!({ "TableName": table.physical_name, "Limit": question.limit });
    if let Some(after) = &question.after {
        request["ExclusiveStartKey"] = after.clone();
    }
    let page = cloud.tables.execute("Scan", request).map_err(|error| (error.status, error.message))?;
    let next = page.get("LastEvaluatedKey").filter(|key| key.is_object());
    Ok(json!({
        "keys": keys(cloud, &table.physical_name),
        "items": page["Items"],
        "next": next.map(|key| BASE64_URL_SAFE_NO_PAD.encode(key.to_string())),
    }))
}

/// The attributes that are the key of a table, the partition key first.
pub(super) fn keys(cloud: &Cloud, table: &str) -> Vec<String> {
    let described = cloud.tables.execute("DescribeTable", json!({ "TableName": table })).unwrap_or_default();
    keys_in(&described["Table"])
}

/// The same, of a description.
pub(super) fn keys_in(table: &Value) -> Vec<String> {
    let schema = table["KeySchema"].as_array().cloned().unwrap_or_default();
    let of = |kind: &str| schema.iter().find(|key| key["KeyType"] == kind)?["AttributeName"].as_str();
    ["HASH", "RANGE"].into_iter().filter_map(of).map(str::to_owned).collect()
}

fn messages(cloud: &Cloud, queue: &Node, question: &Question) -> Result<Value, Refused> {
    let seen = cloud.queues.look(&queue.physical_name, question.limit);
    let seen = seen.map_err(|error| (error.status, error.message))?;
    let messages = seen.into_iter().map(|message| {
        let attributes = message.attributes.into_iter();
        let text = |value: stackwright_queues::Attribute| json!(value.string_value.or(value.binary_value));
        json!({
            "id": message.id,
            "body": message.body,
            "sentAt": moment::iso(message.sent_at),
            "receives": message.receives,
            "hidden": message.is_hidden,
            "attributes": attributes.map(|(name, value)| (name, text(value))).collect::<serde_json::Map<_, _>>(),
        })
    });
    Ok(json!({ "messages": messages.collect::<Vec<_>>() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, limit: usize, after: Option<Value>) {
        assert_eq!(ITEMS.read(query), Ok(Question { limit, after }), "{query}");
    }

    fn check_refused(form: &Form, query: &str, expected: &str) {
        assert_eq!(form.read(query), Err((400, expected.to_owned())));
    }

    #[test]
    fn a_key_comes_back_as_it_went() {
        check("", 50, None);
        check("limit=7", 7, None);
        let key = json!({ "id": { "S": "a/b+c ü" } });
        let text = BASE64_URL_SAFE_NO_PAD.encode(key.to_string());
        check(&format!("limit=1000&after={text}"), 1000, Some(key));
    }

    #[test]
    fn what_is_no_question_is_refused() {
        for (query, expected) in [
            ("limit=0", "`limit` is `0`, and must be a number from 1 to 1000"),
            ("limit", "`limit` is ``, and must be a number from 1 to 1000"),
            ("after=e30x", "`after` is `e30x`, and must be the `next` of an answer"),
            ("after", "`after` is ``, and must be the `next` of an answer"),
            ("before=e30", "`before` is not known: `limit` and `after` are"),
            ("limit=1&all", "`all` is not known: `limit` and `after` are"),
        ] {
            check_refused(&ITEMS, query, expected);
        }
        check_refused(&MESSAGES, "limit=101", "`limit` is `101`, and must be a number from 1 to 100");
        check_refused(&MESSAGES, "after=e30", "`after` is not known: `limit` is");
    }

    #[test]
    fn keys_are_in_their_order() {
        let schema = json!([
            { "AttributeName": "at", "KeyType": "RANGE" },
            { "AttributeName": "room", "KeyType": "HASH" },
        ]);
        assert_eq!(keys_in(&json!({ "KeySchema": schema })), ["room", "at"]);
        assert!(keys_in(&Value::Null).is_empty());
    }
}
