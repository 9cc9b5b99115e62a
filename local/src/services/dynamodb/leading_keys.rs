//! The partition keys that a request is about: what policies ask as `dynamodb:LeadingKeys`.
//! Knows no table: the name of the key's attribute comes from outside. A scan is about none, and PartiQL is not read.
//!
//! Source: [conditions of DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html).

use serde_json::Value;

/// The context key.
pub(super) const NAME: &str = "dynamodb:LeadingKeys";

/// The keys in a request, or in a part of a transaction or a batch, whose partition key is that attribute.
pub(super) fn of(request: &Value, attribute: &str) -> Vec<String> {
    let written = request["PutRequest"].get("Item").or_else(|| request["DeleteRequest"].get("Key"));
    let single = written.or_else(|| request.get("Key")).or_else(|| request.get("Item"));
    let several = request["Keys"].as_array().into_iter().flatten();
    let several = several.chain(request.as_array().into_iter().flatten());
    let items = single.into_iter().chain(several);
    let keys = items.flat_map(|item| match item.get(attribute) {
        Some(value) => text(value).into_iter().collect(),
        // A write of a batch has its item further inside.
        None if item.get("PutRequest").is_some() || item.get("DeleteRequest").is_some() => {
            of(item, attribute)
        }
        None => Vec::new(),
    });
    keys.chain(queried(request, attribute)).chain(queried_before(request, attribute)).collect()
}

/// The key of a query: `#user = :user AND …`.
fn queried(request: &Value, attribute: &str) -> Option<String> {
    let expression = request["KeyConditionExpression"].as_str()?;
    let words: Vec<&str> = expression.split_whitespace().collect();
    let ands = |word: &&str| word.eq_ignore_ascii_case("and");
    let mut values = words.split(ands).filter_map(|condition| {
        let condition = condition.concat();
        let (name, value) = condition.split_once('=')?;
        let [name, value] = [name, value].map(|part| part.trim_matches(['(', ')']));
        let name = request["ExpressionAttributeNames"][name].as_str().unwrap_or(name);
        (name == attribute).then(|| text(&request["ExpressionAttributeValues"][value]))?
    });
    values.next()
}

/// The same in a query of the old form.
fn queried_before(request: &Value, attribute: &str) -> Option<String> {
    let condition = &request["KeyConditions"][attribute];
    (condition["ComparisonOperator"] == "EQ").then(|| text(&condition["AttributeValueList"][0]))?
}

/// A string, a number or bytes, as policies compare them.
fn text(value: &Value) -> Option<String> {
    ["S", "N", "B"].iter().find_map(|kind| value[*kind].as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(request: Value, expected: &[&str]) {
        assert_eq!(of(&request, "user"), expected, "{request}");
    }

    #[test]
    fn single_items_have_one_key() {
        check(json!({ "Key": { "user": { "S": "ann" }, "id": { "N": "1" } } }), &["ann"]);
        check(json!({ "Item": { "user": { "N": "7" } } }), &["7"]);
        check(json!({ "Item": { "name": { "S": "ann" } } }), &[]);
    }

    #[test]
    fn batches_have_a_key_an_item() {
        check(json!({ "Keys": [{ "user": { "S": "ann" } }, { "user": { "S": "bob" } }] }), &["ann", "bob"]);
        let writes = json!([
            { "PutRequest": { "Item": { "user": { "S": "ann" } } } },
            { "DeleteRequest": { "Key": { "user": { "S": "bob" } } } },
        ]);
        check(writes, &["ann", "bob"]);
    }

    #[test]
    fn queries_have_the_key_they_compare() {
        let named = json!({
            "KeyConditionExpression": "begins_with(id, :start) AND #user=:user",
            "ExpressionAttributeNames": { "#user": "user" },
            "ExpressionAttributeValues": { ":user": { "S": "ann" }, ":start": { "S": "a" } },
        });
        check(named, &["ann"]);
        let plain = json!({
            "KeyConditionExpression": "( user = :u ) and ( id BETWEEN :a AND :b )",
            "ExpressionAttributeValues": { ":u": { "S": "ann" } },
        });
        check(plain, &["ann"]);
        let old = json!({ "KeyConditions": {
            "user": { "ComparisonOperator": "EQ", "AttributeValueList": [{ "S": "ann" }] },
        } });
        check(old, &["ann"]);
        check(json!({ "TableName": "notes" }), &[]);
    }
}
