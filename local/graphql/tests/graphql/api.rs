//! An API for a test, and how it is asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use stackwright_graphql::{
    ApiKey, Caller, DataSource, DataSourceKind, Definition, Function, Graphql, Handling, Happening, Host,
    Iam, Kind, Limits, Mode, Problem, Resolver,
};

pub(crate) const ID: &str = "api";
pub(crate) const KEY: &str = "da2-good";

/// An API with a key and the data sources that tests use.
pub(crate) fn definition(schema: &str, resolvers: Vec<Resolver>) -> Definition {
    let source = |name: &str, kind| DataSource { name: name.to_owned(), kind };
    Definition {
        schema: schema.to_owned(),
        keys: vec![
            ApiKey { key: KEY.to_owned(), expires: u64::MAX },
            ApiKey { key: "da2-expired".to_owned(), expires: 1_700_000_000 },
        ],
        data_sources: vec![
            source("None", DataSourceKind::None),
            source("Table", DataSourceKind::Dynamodb { table: "things".to_owned() }),
            source("Lambda", DataSourceKind::Lambda { function_arn: "arn:function".to_owned() }),
        ],
        resolvers,
        ..Definition::default()
    }
}

/// A unit resolver of `Type.field`.
pub(crate) fn unit(field: &str, data_source: &str, handling: Handling) -> Resolver {
    let (type_name, field) = field.split_once('.').unwrap();
    let kind = Kind::Unit { data_source: data_source.to_owned() };
    Resolver { type_name: type_name.to_owned(), field: field.to_owned(), kind, handling }
}

pub(crate) fn pipeline(field: &str, functions: &[&str], code: &str) -> Resolver {
    let functions = functions.iter().map(|id| (*id).to_owned()).collect();
    Resolver { kind: Kind::Pipeline { functions }, ..unit(field, "", Handling::Javascript(code.to_owned())) }
}

pub(crate) fn function(id: &str, data_source: &str, code: &str) -> Function {
    let handling = Handling::Javascript(code.to_owned());
    Function { id: id.to_owned(), data_source: data_source.to_owned(), handling }
}

/// Code with these bodies.
pub(crate) fn code(request: &str, response: &str) -> String {
    format!(
        "import {{ util, extensions, runtime }} from '@aws-appsync/utils';
         export function request(ctx) {{ {request} }}
         export function response(ctx) {{ {response} }}"
    )
}

/// A resolver that answers with what this expression is.
pub(crate) fn saying(field: &str, expression: &str) -> Resolver {
    let code = code(&format!("return {{ payload: {expression} }};"), "return ctx.result;");
    unit(field, "None", Handling::Javascript(code))
}

/// An API that is asked by the one who has its key.
pub(crate) struct Api {
    pub(crate) graphql: Graphql,
    pub(crate) happenings: Arc<Mutex<Vec<Happening>>>,
}

/// AppSync's limits, but time enough for code, however busy the machine is.
pub(crate) fn patient() -> Limits {
    let code = stackwright_resolver::Limits { time: Duration::from_secs(20), ..Default::default() };
    Limits { code, ..Limits::default() }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) fn new(definition: Definition) -> Api {
        let (api, problems) = Api::over(Host::new().limited(patient()), definition);
        assert_eq!(problems, []);
        api
    }

    pub(crate) fn over(host: Host, definition: Definition) -> (Api, Vec<Problem>) {
        let happenings = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&happenings);
        let graphql = Graphql::start(host.telling(move |happening| told.lock().unwrap().push(happening)));
        let problems = graphql.define(ID, definition);
        (Api { graphql, happenings }, problems)
    }

    pub(crate) async fn send(&self, body: impl Into<Body>, caller: Caller) -> Answer {
        let request = Request::post("/graphql").header("x-test", "yes").body(body.into()).unwrap();
        self.request(request, caller).await
    }

    pub(crate) async fn request(&self, request: Request<Body>, caller: Caller) -> Answer {
        let (parts, body) = self.graphql.post(ID, request, caller).await.into_parts();
        let body = to_bytes(body, 10 << 20).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn ask_as(&self, query: &str, variables: Value, caller: Caller) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.send(body, caller).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    pub(crate) async fn ask_with(&self, query: &str, variables: Value) -> Value {
        self.ask_as(query, variables, key()).await
    }

    pub(crate) async fn ask(&self, query: &str) -> Value {
        self.ask_with(query, json!({})).await
    }

    /// The messages of the errors of an answer.
    pub(crate) async fn messages(&self, query: &str) -> Vec<String> {
        messages(&self.ask(query).await)
    }
}

pub(crate) fn messages(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["message"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn key() -> Caller {
    Caller::ApiKey(KEY.to_owned())
}

pub(crate) fn iam() -> Caller {
    Caller::Iam(Box::new(somebody()))
}

pub(crate) fn somebody() -> Iam {
    Iam {
        account_id: "000000000000".to_owned(),
        user_arn: "arn:aws:sts::000000000000:assumed-role/r/s".to_owned(),
        username: "AROA:s".to_owned(),
        access_key_id: "AKIA".to_owned(),
        session_token: None,
        cognito: None,
    }
}

pub(crate) const BOTH: [Mode; 1] = [Mode::Iam];
