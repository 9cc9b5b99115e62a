//! Data sources: what a resolver's request asks of them, and what it gets.
//! Reaches nothing itself: tables and functions are lent.

use serde_json::{Value, json};
use stackwright_resolver::dynamodb::Call;

use crate::api::{Source, Step};
use crate::fault::Fault;
use crate::host::{DynamodbCall, LambdaCall, SourceError};
use crate::resolve::Run;

/// What a data source answered: `ctx.result` and `ctx.error`.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) result: Value,
    pub(crate) error: Option<Value>,
}

impl Run<'_> {
    /// Asks a step's data source what the request handler returned.
    ///
    /// # Errors
    /// If that is no request.
    pub(crate) async fn ask(&self, step: &Step, request: Value) -> Result<Asked, Fault> {
        match &step.source {
            Source::None => Ok(Asked { result: request["payload"].clone(), error: None }),
            Source::Dynamodb { table } => {
                let call =
                    Call::of(&request, table).map_err(|refused| not_a_request(&refused.to_string()))?;
                Ok(self.ask_table(step, &call, &request).await)
            }
            Source::Lambda { function_arn } => self.ask_function(step, function_arn, &request).await,
        }
    }

    async fn ask_table(&self, step: &Step, call: &Call, request: &Value) -> Asked {
        let error = match self.dynamodb(step, call).await {
            Ok(answer) => return Asked { result: call.result(&answer), error: None },
            Err(error) => error,
        };
        if error.kind == "ConditionalCheckFailedException" && matches!(call.action, "PutItem" | "DeleteItem")
        {
            let stored = self.stored(step, call, &request["key"]).await;
            if let Some(result) = stored.and_then(|item| call.settled(item.as_ref())) {
                return Asked { result, error: None };
            }
        }
        let kind = format!("DynamoDB:{}", error.kind);
        let result = if error.reasons.is_array() { Call::cancelled(&error.reasons) } else { Value::Null };
        Asked { result, error: Some(json!({ "message": error.message, "type": kind })) }
    }

    /// The item that a condition did not hold for; none if it cannot be read.
    async fn stored(&self, step: &Step, call: &Call, key: &Value) -> Option<Option<Value>> {
        let table = call.body["TableName"].as_str()?;
        let get = json!({ "operation": "GetItem", "key": key, "consistentRead": true });
        let answer = self.dynamodb(step, &Call::of(&get, table).ok()?).await.ok()?;
        Some(answer.get("Item").cloned())
    }

    async fn dynamodb(&self, step: &Step, call: &Call) -> Result<Value, SourceError> {
        let asked = DynamodbCall {
            api: self.execution.api.id.clone(),
            data_source: step.data_source.clone(),
            action: call.action,
            body: call.body.clone(),
        };
        (self.execution.host.dynamodb)(asked).await
    }

    async fn ask_function(&self, step: &Step, function_arn: &str, request: &Value) -> Result<Asked, Fault> {
        let payload = request["payload"].clone();
        match request["operation"].as_str() {
            Some("Invoke") => {
                let is_event = request["invocationType"] == "Event";
                Ok(self.invoke(step, function_arn, payload, is_event).await)
            }
            // A batch of one: AppSync gathers the same field of several objects, up to the resolver's batch size.
            Some("BatchInvoke") => {
                let asked = self.invoke(step, function_arn, json!([payload]), false).await;
                Ok(Asked { result: asked.result[0].clone(), error: asked.error })
            }
            _ => Err(not_a_request("the operation is neither Invoke nor BatchInvoke")),
        }
    }

    /// Hands the context to a function that has no code before it.
    pub(crate) async fn invoke_directly(&self, step: &Step) -> Asked {
        let Source::Lambda { function_arn } = &step.source else { return Asked::default() };
        let names = ["arguments", "identity", "source", "request", "prev", "info", "stash"];
        let context = |name: &str| self.context.get(name).cloned().unwrap_or_default();
        let payload = names.iter().map(|name| ((*name).to_owned(), context(name))).collect();
        self.invoke(step, function_arn, Value::Object(payload), false).await
    }

    async fn invoke(&self, step: &Step, function_arn: &str, payload: Value, is_event: bool) -> Asked {
        let asked = LambdaCall {
            api: self.execution.api.id.clone(),
            data_source: step.data_source.clone(),
            function_arn: function_arn.to_owned(),
            payload,
            is_event,
        };
        match (self.execution.host.lambda)(asked).await {
            Ok(_) if is_event => Asked::default(),
            Ok(invoked) => match invoked.failure() {
                None => Asked { result: invoked.payload, error: None },
                Some(error) => Asked { result: Value::Null, error: Some(error) },
            },
            Err(error) => {
                let error = json!({ "message": error.message, "type": format!("Lambda:{}", error.kind) });
                Asked { result: Value::Null, error: Some(error) }
            }
        }
    }
}

fn not_a_request(why: &str) -> Fault {
    Fault::of_resolver(why, "MappingTemplate")
}
