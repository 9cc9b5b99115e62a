//! What CloudFormation asks for.
//! Does nothing about it.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A request of CloudFormation to a custom resource.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) kind: Kind,
    pub(crate) bucket: String,
    pub(crate) config: Map<String, Value>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Kind {
    Create,
    Update,
    Delete,
}

/// A request that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Not one of the three.
    #[error("`RequestType` is {0}, and must be \"Create\", \"Update\" or \"Delete\"")]
    Kind(Value),
    /// No bucket to publish to.
    #[error("property `Bucket` is {0}, and must be the name of a bucket")]
    Bucket(Value),
    /// No map of values.
    #[error("property `Config` is {0}, and must be a map")]
    Config(Value),
}

impl Order {
    pub(crate) fn read(event: &Value) -> Result<Order, Unclear> {
        let properties = &event["ResourceProperties"];
        let kind = Kind::read(event)?;
        let bucket = bucket(event).ok_or_else(|| Unclear::Bucket(properties["Bucket"].clone()))?;
        let config = match &properties["Config"] {
            Value::Null => Map::new(),
            Value::Object(config) => config.clone(),
            other => return Err(Unclear::Config(other.clone())),
        };
        Ok(Order { kind, bucket: bucket.to_owned(), config })
    }
}

impl Kind {
    pub(crate) fn read(event: &Value) -> Result<Kind, Unclear> {
        let kind = &event["RequestType"];
        Kind::deserialize(kind).map_err(|_| Unclear::Kind(kind.clone()))
    }
}

/// The name of the bucket, if the event has one.
pub(crate) fn bucket(event: &Value) -> Option<&str> {
    event["ResourceProperties"]["Bucket"].as_str().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(event: Value, message: &str) {
        assert_eq!(Order::read(&event).unwrap_err().to_string(), message, "{event}");
    }

    #[test]
    fn an_order_is_understood() {
        let event = json!({
            "RequestType": "Update",
            "ResourceProperties": {"Bucket": "b", "Config": {"apiUrl": "https://x"}, "Content": "abc"},
        });
        let config = Map::from_iter([("apiUrl".to_owned(), json!("https://x"))]);
        assert_eq!(Order::read(&event), Ok(Order { kind: Kind::Update, bucket: "b".to_owned(), config }));
    }

    #[test]
    fn config_may_be_left_out() {
        let event = json!({"RequestType": "Create", "ResourceProperties": {"Bucket": "b"}});
        assert_eq!(Order::read(&event).unwrap().config, Map::new());
    }

    #[test]
    fn what_is_unclear_is_said() {
        let must = "and must be the name of a bucket";
        check(json!({"RequestType": "Create"}), &format!("property `Bucket` is null, {must}"));
        let properties = json!({"Bucket": ""});
        check(
            json!({"RequestType": "Create", "ResourceProperties": properties}),
            &format!("property `Bucket` is \"\", {must}"),
        );
        let properties = json!({"Bucket": "b", "Config": "c"});
        check(
            json!({"RequestType": "Create", "ResourceProperties": properties}),
            "property `Config` is \"c\", and must be a map",
        );
        for event in [json!(null), json!("hello"), json!([1]), json!({})] {
            let kinds = "and must be \"Create\", \"Update\" or \"Delete\"";
            check(event, &format!("`RequestType` is null, {kinds}"));
        }
    }
}
