//! A handler and the loop that feeds it.
//! Knows nothing about what events mean; `lambda_runtime` speaks to Lambda.

use std::process::ExitCode;

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Causes, Deadline, env, logs};

/// What a function does: built once at its start, then asked for every event.
pub trait Handler: Sized {
    /// What it is invoked with.
    type Event: DeserializeOwned;
    /// What it answers.
    type Answer: Serialize;
    /// Why it could not: the invocation fails, and Lambda or the event source tries again.
    type Error: std::error::Error;

    /// Builds the handler and its clients, before the first event: a cold start pays for it once.
    fn from_env() -> Result<Self, env::Missing>;

    /// Handles one event. Deliveries repeat: the same event twice must do what it does once.
    fn handle(
        &self,
        event: Self::Event,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Self::Answer, Self::Error>>;
}

/// Runs a handler until Lambda ends the process. All a handler's `main` has to do.
pub fn run<H: Handler>() -> ExitCode {
    logs::start();
    match start::<H>() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %Causes(error.as_ref()), "the function cannot run");
            ExitCode::FAILURE
        }
    }
}

fn start<H: Handler>() -> Result<(), lambda_runtime::Error> {
    // One event at a time: a second thread would only cost its stack.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let handler = H::from_env()?;
        // Boxed: the futures of the SDK are nested so deeply that the compiler gives up on their layout.
        lambda_runtime::run(service_fn(|event| Box::pin(invoke(&handler, event)))).await
    })
}

async fn invoke<H: Handler>(handler: &H, event: LambdaEvent<H::Event>) -> Result<H::Answer, Diagnostic> {
    let deadline = Deadline::at_epoch_millis(event.context.deadline);
    let answer = handler.handle(event.payload, deadline).await;
    answer.map_err(|error| {
        let causes = Causes(&error).to_string();
        tracing::error!(error = causes, "the invocation failed");
        Diagnostic { error_type: std::any::type_name::<H::Error>().to_owned(), error_message: causes }
    })
}
