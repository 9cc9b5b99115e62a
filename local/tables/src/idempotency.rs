//! Transactions with a `ClientRequestToken`: the same again within 10 minutes is answered, not done.
//! Kept in memory: a token is forgotten with the tables it was used on.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::error::AwsError;

const KEPT_FOR: Duration = Duration::from_secs(10 * 60);

/// What was done for which token. AWS keeps the tokens of each action apart.
#[derive(Default)]
pub(crate) struct Tokens {
    done: HashMap<(String, String), Done>,
}

struct Done {
    at: SystemTime,
    parts: Value,
    response: Value,
}

impl Tokens {
    /// Runs a transaction, unless its token says that it has been run.
    pub(crate) fn once(
        &mut self,
        action: &str,
        request: Value,
        now: SystemTime,
        run: impl FnOnce(Value) -> Result<Value, AwsError>,
    ) -> Result<Value, AwsError> {
        let Some((token, parts)) = token_of(action, &request) else { return run(request) };
        self.done.retain(|_, done| now.duration_since(done.at).is_ok_and(|age| age < KEPT_FOR));
        match self.done.get(&token) {
            Some(done) if done.parts == parts => Ok(done.response.clone()),
            Some(_) => Err(AwsError::reused_token()),
            None => {
                let response = run(request)?;
                self.done.insert(token, Done { at: now, parts, response: response.clone() });
                Ok(response)
            }
        }
    }
}

/// The token of a transaction, and what it asks for.
fn token_of(action: &str, request: &Value) -> Option<((String, String), Value)> {
    let parts = match action {
        "TransactWriteItems" => "TransactItems",
        "ExecuteTransaction" => "TransactStatements",
        _ => return None,
    };
    let token = request.get("ClientRequestToken")?.as_str()?;
    Some(((action.to_owned(), token.to_owned()), request.get(parts)?.clone()))
}
