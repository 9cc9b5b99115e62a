//! Resolvers: unit and pipeline, their contexts, and what their handlers come to.
//! Knows no types: what a resolver returns is completed by the executor.
//!
//! Source: [JavaScript resolvers](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html),
//! [context](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html).

use std::sync::Arc;

use serde_json::{Map, Value, json};
use stackwright_resolver::{Failure, Outcome};

use crate::api::{Plan, Step};
use crate::code::{Code, Handler, Unfinished, Workers};
use crate::execution::{Call, Execution};
use crate::fault::{Fault, Raised};
use crate::selection;
use crate::source::Asked;

/// A resolver that runs.
pub(crate) struct Run<'r> {
    pub(crate) execution: &'r Execution<'r>,
    workers: &'r Workers,
    call: Call<'r>,
    /// `ctx`, as it is now.
    pub(crate) context: Map<String, Value>,
}

/// How a function of a pipeline ended.
enum Ended {
    With(Value),
    /// And with it the pipeline: `runtime.earlyReturn(…, { skipTo: 'END' })`.
    All(Value),
}

impl Execution<'_> {
    /// What a field's resolver returns.
    pub(crate) async fn resolve(
        &self,
        plan: &Plan,
        workers: &Workers,
        call: Call<'_>,
        arguments: Map<String, Value>,
    ) -> Result<Value, Fault> {
        let context = self.context(call, arguments);
        let mut run = Run { execution: self, workers, call, context };
        match plan {
            Plan::Broken(why) => Err(Fault::of_resolver(why.clone(), "Unsupported")),
            Plan::Unit(step) => run.step(step).await.map(|(Ended::With(value) | Ended::All(value))| value),
            Plan::Pipeline { code, steps } => run.pipeline(code, steps).await,
        }
    }

    fn context(&self, call: Call<'_>, arguments: Map<String, Value>) -> Map<String, Value> {
        let field = call.group.fields[0];
        let info = json!({
            "fieldName": field.name.as_str(),
            "parentTypeName": call.type_name.as_str(),
            "variables": self.variables,
            "selectionSetList": selection::list(self.document, &call.group.fields),
            "selectionSetGraphQL": selection::text(&call.group.fields),
        });
        let entries = [
            ("arguments", arguments.into()),
            ("source", if call.path.is_top() { Value::Null } else { call.source.clone() }),
            ("identity", self.identity.value.clone()),
            ("request", self.request.clone()),
            ("info", info),
            ("prev", Value::Null),
            ("stash", json!({})),
            ("result", Value::Null),
            ("env", json!(self.api.definition.environment)),
        ];
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Run<'_> {
    async fn pipeline(&mut self, code: &Arc<Code>, steps: &[Step]) -> Result<Value, Fault> {
        let before = self.handle(code, Handler::Request).await?;
        let is_early = before.is_early;
        self.set("prev", json!({ "result": before.value }));
        self.set("result", before.value);
        for step in steps.iter().filter(|_| !is_early) {
            let (value, is_over) = match self.step(step).await? {
                Ended::With(value) => (value, false),
                Ended::All(value) => (value, true),
            };
            self.context.remove("error");
            self.set("prev", json!({ "result": value }));
            self.set("result", value);
            if is_over {
                break;
            }
        }
        Ok(self.handle(code, Handler::Response).await?.value)
    }

    /// One question to a data source, with the handlers before and after it.
    async fn step(&mut self, step: &Step) -> Result<Ended, Fault> {
        let Some(code) = &step.code else {
            let asked = self.invoke_directly(step).await;
            return asked.error.map_or(Ok(Ended::With(asked.result)), |error| Err(raised(&error)));
        };
        let request = self.handle(code, Handler::Request).await?;
        if request.is_early {
            return Ok(if request.skips_to_end {
                Ended::All(request.value)
            } else {
                Ended::With(request.value)
            });
        }
        let Asked { result, error } = self.ask(step, request.value).await?;
        self.set("result", result);
        match error {
            Some(error) => self.set("error", error),
            None => drop(self.context.remove("error")),
        }
        let response = self.handle(code, Handler::Response).await?;
        Ok(if response.skips_to_end { Ended::All(response.value) } else { Ended::With(response.value) })
    }

    /// Calls a handler; what it does besides returning a value is gathered.
    async fn handle(&mut self, code: &Arc<Code>, handler: Handler) -> Result<Outcome, Fault> {
        let context = Value::Object(self.context.clone());
        let outcome = self.workers.call(code, handler, context).await.map_err(|failed| self.fault(failed))?;
        let gathered = &self.execution.gathered;
        for error in &outcome.errors {
            let location = self.execution.location(self.call.group.fields[0]);
            gathered.fault(fault_of(error).at(self.call.path, location));
        }
        gathered.add_headers(&outcome.headers);
        gathered.set_filter(&outcome.subscription_filter);
        self.set("stash", outcome.stash.clone());
        Ok(outcome)
    }

    fn fault(&self, failed: Unfinished) -> Fault {
        match failed {
            Unfinished::Failed(Failure::Raised(error)) => fault_of(&error),
            Unfinished::Failed(Failure::Unauthorized) => {
                Fault::unauthorized(self.call.type_name, &self.call.group.fields[0].name)
            }
            Unfinished::Failed(failure) => Fault::of_resolver(format!("code.js: {failure}"), "Code"),
            Unfinished::Unloadable(error) => Fault::of_resolver(format!("code.js: {error}"), "Code"),
            Unfinished::Stopped => Fault::of_resolver("the API is being stopped", "InternalFailure"),
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.context.insert(name.to_owned(), value);
    }
}

fn fault_of(error: &stackwright_resolver::ResolverError) -> Fault {
    let raised = Raised {
        data: error.data.clone(),
        error_type: error.error_type.clone(),
        error_info: error.error_info.clone(),
    };
    Fault { path: None, raised: Some(Box::new(raised)), locations: None, message: error.message.clone() }
}

/// `ctx.error`, where nobody can handle it.
fn raised(error: &Value) -> Fault {
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    Fault::of_resolver(text("message"), &text("type"))
}
