//! [`Agenda`]: the stack as its pages know it: guests, a form, GraphQL and calendars.

use serde_json::{Value, json};

use super::calendar::{Calendar, FIELDS};
use crate::machine::Machine;
use crate::signing::Keys;
use crate::web::{Answer, Request};

const STACK: &str = "Agenda";

/// Where events go that could not be announced.
const UNTOLD: &str = "StreamToAppsyncOnEventsFailures";

/// The stack, and where pages find it.
pub(crate) struct Agenda {
    pub(crate) machine: Machine,
    pub(crate) form_url: String,
    graphql_url: String,
    pub(crate) realtime_url: String,
    key: String,
}

impl Agenda {
    pub(crate) fn start(test: &str) -> Agenda {
        let machine = Machine::start(test, &[STACK]);
        let output = |key| machine.output(STACK, key);
        let (form_url, graphql_url) = (output("FunctionUrl"), output("GraphqlUrl"));
        let (realtime_url, key) = (output("RealtimeUrl"), output("ApiKey"));
        Agenda { machine, form_url, graphql_url, realtime_url, key }
    }

    /// Asks Cognito, as a page does that has no keys.
    #[track_caller]
    fn cognito(&self, action: &str, request: &Value) -> Value {
        let answer = Request::post(self.machine.endpoint(), &request.to_string())
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", &format!("AWSCognitoIdentityService.{action}"))
            .send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.text());
        answer.json()
    }

    /// The keys that a guest of the page gets.
    #[track_caller]
    pub(crate) fn guest(&self) -> Keys {
        let pool = self.machine.output(STACK, "IdentityPoolId");
        let identity = self.cognito("GetId", &json!({ "IdentityPoolId": pool }));
        let given = self.cognito("GetCredentialsForIdentity", &identity);
        let text = |name: &str| given["Credentials"][name].as_str().unwrap();
        Keys::new(text("AccessKeyId"), text("SecretKey"), Some(text("SessionToken")))
    }

    /// Sends the form's request.
    pub(crate) fn try_to_create(&self, keys: &Keys, body: &str) -> Answer {
        let request = Request::post(&self.form_url, body).header("content-type", "application/json");
        request.signed(keys, "lambda").send()
    }

    /// Creates an event by the form, and gives it as it was stored.
    #[track_caller]
    pub(crate) fn create(&self, keys: &Keys, event: &Value) -> Value {
        let answer = self.try_to_create(keys, &event.to_string());
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json");
        answer.json()
    }

    pub(crate) fn query(&self, query: &str, variables: &Value) -> Request {
        let body = json!({ "query": query, "variables": variables }).to_string();
        Request::post(&self.graphql_url, &body).header("content-type", "application/json")
    }

    /// What GraphQL answers to whoever has the API key.
    #[track_caller]
    fn ask(&self, query: &str, variables: &Value) -> Value {
        let answer = self.query(query, variables).header("x-api-key", &self.key).send();
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        answer.json()
    }

    /// Does a mutation with an input of its own type, such as `CreateEventsTableInput`.
    #[track_caller]
    fn mutate(&self, mutation: &str, input: &Value) -> Value {
        let kind = match mutation {
            "updateEventsTable" => "UpdateEventsTableInput",
            "deleteEventsTable" => "DeleteEventsTableInput",
            _ => "CreateEventsTableInput",
        };
        let query =
            format!("mutation Change($input: {kind}!) {{ {mutation}(input: $input) {{ {FIELDS} }} }}");
        self.ask(&query, &json!({ "input": input }))
    }

    /// The same, and it is to be done.
    #[track_caller]
    pub(crate) fn change(&self, mutation: &str, input: &Value) -> Value {
        let answer = self.mutate(mutation, input);
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"][mutation].clone()
    }

    /// The same, and it is to be refused with an error of this type.
    #[track_caller]
    pub(crate) fn refuses(&self, mutation: &str, input: &Value, error_type: &str) {
        let answer = self.mutate(mutation, input);
        assert_eq!(answer["data"], json!({ mutation: null }), "{answer}");
        assert_eq!(answer["errors"][0]["errorType"], error_type, "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!([mutation]), "{answer}");
    }

    pub(crate) fn get(&self, user: i64, id: i64) -> Value {
        let query = format!("{{ getEventsTable(user_id: {user}, id: {id}) {{ {FIELDS} }} }}");
        self.ask(&query, &json!({}))["data"]["getEventsTable"].clone()
    }

    /// All events that a filter lets through, and how many pages they took.
    #[track_caller]
    pub(crate) fn list(&self, filter: &Value, limit: usize) -> (Vec<Value>, usize) {
        let query = format!(
            "query List($filter: TableEventsTableFilterInput, $limit: Int, $next: String) {{
               listEventsTables(filter: $filter, limit: $limit, nextToken: $next) {{
                 items {{ {FIELDS} }} nextToken
               }}
             }}"
        );
        let (mut events, mut pages, mut next) = (Vec::new(), 0, Value::Null);
        loop {
            let mut answer = self.ask(&query, &json!({ "filter": filter, "limit": limit, "next": next }));
            assert_eq!(answer["errors"], Value::Null, "{answer}");
            let page = &mut answer["data"]["listEventsTables"];
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit, "{items:?}");
            events.extend(items.iter().cloned());
            pages += 1;
            next = page["nextToken"].take();
            if next.is_null() {
                return (events, pages);
            }
        }
    }

    #[track_caller]
    pub(crate) fn calendar(&self) -> Calendar {
        Calendar::open(&self.realtime_url, &self.key)
    }

    /// The next message of the queue of events that could not be announced, if there is one.
    pub(crate) fn untold(&self) -> Option<Value> {
        let url = self.machine.physical(STACK, UNTOLD);
        let received = self.machine.ask("AmazonSQS.ReceiveMessage", &json!({ "QueueUrl": url }));
        serde_json::from_str(received["Messages"][0]["Body"].as_str()?).unwrap()
    }
}
