//! DynamoDB: a real engine in memory, behind HTTP.
//! Has no streams: tests bring the events of a stream with them.

use std::net::SocketAddr;

use dynoxide::Database;
use serde_json::{Value, json};

use crate::calls::Calls;
use crate::faults::Faults;
use crate::server;

/// Tables in an engine of the test's own.
#[derive(Clone)]
pub struct Tables {
    database: Database,
    faults: Faults,
    calls: Calls,
    address: SocketAddr,
}

impl Tables {
    /// An engine without tables.
    pub async fn start() -> Tables {
        let database = Database::memory().unwrap();
        let (listener, engine) = server::listen().await;
        tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
        let (faults, calls) = (Faults::default(), Calls::default());
        let address = faults.serve(engine, calls.clone()).await;
        Tables { database, faults, calls, address }
    }

    /// Throttles the next so many requests whose body contains a text.
    pub fn throttle(&self, text: &str, times: usize) {
        let kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
        let message = "The level of configured provisioned throughput for the table was exceeded.";
        self.faults.refuse(text, times, json!({"__type": kind, "message": message}));
    }

    /// Cancels the next so many transactions for a reason that their second part meets, as
    /// `TransactionConflict`.
    pub fn cancel(&self, reason: &str, times: usize) {
        let error = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": format!("Transaction cancelled, please refer cancellation reasons for specific reasons \
                                [None, {reason}]"),
            "CancellationReasons": [{"Code": "None"}, {"Code": reason, "Message": "not now"}],
        });
        self.faults.refuse("TransactItems", times, error);
    }

    /// Says of the next so many transactions that they are under way already.
    pub fn say_in_progress(&self, times: usize) {
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionInProgressException";
        let message = "The transaction with the given request token is already in progress.";
        self.faults.refuse("TransactItems", times, json!({"__type": kind, "Message": message}));
    }

    /// Carries out the next so many requests whose body contains a text, and answers that it failed.
    pub fn lose_answers(&self, text: &str, times: usize) {
        self.faults.lose(text, times);
    }

    /// Takes the next so many requests whose body contains a text, and never answers them.
    pub fn fall_silent(&self, text: &str, times: usize) {
        self.faults.ignore(text, times);
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked for at that URL; what the test itself did is not among it.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Creates a table with a key of type S.
    pub fn create(&self, table: &str, key: &str) {
        let request = json!({
            "TableName": table,
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.database.create_table(serde_json::from_value(request).unwrap()).unwrap();
    }

    /// Creates a table with a key and a sort key, each with its type: `("user_id", "N")`.
    pub fn create_sorted(&self, table: &str, key: (&str, &str), sort: (&str, &str)) {
        let attribute = |(name, kind)| json!({"AttributeName": name, "AttributeType": kind});
        let request = json!({
            "TableName": table,
            "KeySchema": [
                {"AttributeName": key.0, "KeyType": "HASH"},
                {"AttributeName": sort.0, "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": [attribute(key), attribute(sort)],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.database.create_table(serde_json::from_value(request).unwrap()).unwrap();
    }

    /// Creates a table with a key of type S, and an index on another attribute of type S.
    pub fn create_indexed(&self, table: &str, key: &str, index: &str, indexed: &str) {
        let request = json!({
            "TableName": table,
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "AttributeDefinitions": [
                {"AttributeName": key, "AttributeType": "S"},
                {"AttributeName": indexed, "AttributeType": "S"},
            ],
            "GlobalSecondaryIndexes": [{
                "IndexName": index,
                "KeySchema": [{"AttributeName": indexed, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.database.create_table(serde_json::from_value(request).unwrap()).unwrap();
    }

    /// Writes an item, in DynamoDB's JSON.
    pub fn put(&self, table: &str, item: Value) {
        let request = json!({"TableName": table, "Item": item});
        self.database.put_item(serde_json::from_value(request).unwrap()).unwrap();
    }

    /// Deletes an item.
    pub fn delete(&self, table: &str, key: Value) {
        let request = json!({"TableName": table, "Key": key});
        self.database.delete_item(serde_json::from_value(request).unwrap()).unwrap();
    }

    /// The item with that key; null if there is none.
    pub fn item(&self, table: &str, key: Value) -> Value {
        let request = json!({"TableName": table, "Key": key});
        let response = self.database.get_item(serde_json::from_value(request).unwrap()).unwrap();
        serde_json::to_value(response).unwrap()["Item"].take()
    }

    /// How many items a table has.
    pub fn len(&self, table: &str) -> usize {
        self.items(table).len()
    }

    /// Whether a table has no items.
    pub fn is_empty(&self, table: &str) -> bool {
        self.len(table) == 0
    }

    /// All items of a table, over all pages of the scan.
    pub fn items(&self, table: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut page = self.page(table, &start);
            items.append(page["Items"].as_array_mut().unwrap());
            start = page["LastEvaluatedKey"].take();
            if start.is_null() {
                return items;
            }
        }
    }

    /// How many pages a scan of the table has.
    pub fn pages(&self, table: &str) -> usize {
        let mut start = self.page(table, &Value::Null)["LastEvaluatedKey"].take();
        let mut pages = 1;
        while !start.is_null() {
            start = self.page(table, &start)["LastEvaluatedKey"].take();
            pages += 1;
        }
        pages
    }

    fn page(&self, table: &str, start: &Value) -> Value {
        let mut request = json!({"TableName": table});
        if !start.is_null() {
            request["ExclusiveStartKey"] = start.clone();
        }
        let response = self.database.scan(serde_json::from_value(request).unwrap()).unwrap();
        serde_json::to_value(response).unwrap()
    }
}
