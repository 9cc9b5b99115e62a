//! Lambda functions as real processes: each execution environment is a process that speaks the Runtime API.
//! Knows no template, no IAM and no API: it takes a program and a payload, and gives an answer.
//!
//! ```no_run
//! use stackwright_lambda::{Function, Host, Lambda};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let lambda = Lambda::start(Host::new().logging(|line| drop(line.text)));
//! let arn = "arn:aws:lambda:eu-west-1:000000000000:function:greet";
//! lambda.put(Function::new("greet", arn, "target/debug/greet"));
//! let answer = lambda.invoke("greet", r#"{"name":"Ada"}"#).await?;
//! assert!(answer.function_error.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! An environment runs one invocation at a time and is used again. A function has several, up to a limit; beyond it
//! invocations wait in order. Every environment has a listener of its own, so that `AWS_LAMBDA_RUNTIME_API` is
//! `host:port` as on Lambda, where not every runtime takes a path.
//!
//! Not there: streaming to the caller (a streamed response is collected, its trailers are ignored), extensions, the
//! second try that Lambda gives a failed initialisation, a limit of memory (`memory` is only told to the function),
//! client contexts, versions and aliases (everything is `$LATEST`), `START`, `END` and `REPORT` lines. Events of
//! asynchronous invocations are held in memory, however many come, and are lost at shutdown.
//!
//! Source: [the Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).

mod answer;
mod asynchronous;
mod environment;
mod function;
mod host;
mod invocation;
mod lambda;
mod moment;
mod output;
mod pool;
mod process;
mod runtime_api;

pub use answer::{Answer, FunctionError};
pub use asynchronous::{Condition, Record};
pub use axum::body::Bytes;
pub use function::{Asynchronous, Function};
pub use host::{Host, Interruption, LogLine, Stream};
pub use invocation::{Invocation, InvokeError};
pub use lambda::Lambda;
pub use pool::Standing;
