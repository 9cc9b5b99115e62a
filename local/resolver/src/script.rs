//! [`Script`]: the code of one resolver or function, loaded into an engine of its own.
//! Bounds every call; keeps nothing of one call for the next but what the code's own module keeps.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rquickjs::function::Func;
use rquickjs::{
    CatchResultExt as _, CaughtError, Context, Ctx, Function, Module, Object, Persistent, Runtime,
};
use serde::Deserialize;
use serde_json::Value;

use crate::modules::{CODE, HARNESS, Modules};
use crate::{Failure, Outcome, ResolverError, World};

/// How much a resolver may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one call of a handler.
    pub time: Duration,
    /// For the engine, code included, in bytes.
    pub memory: usize,
    /// For nested calls, in bytes.
    pub stack: usize,
}

impl Default for Limits {
    /// A second, 32 MiB, and 256 KiB of stack.
    fn default() -> Limits {
        Limits { time: Duration::from_secs(1), memory: 32 << 20, stack: 256 << 10 }
    }
}

/// Why code could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// It is no JavaScript, imports what there is not, or fails before any handler is called.
    #[error("{0}")]
    Code(String),
    /// It exports no such handler.
    #[error("the code exports no function `{0}`")]
    NoHandler(&'static str),
}

/// The code of a resolver or function, ready to be called. It belongs to one thread.
pub struct Script {
    // The functions go before the engine they live in.
    run: Persistent<Function<'static>>,
    request: Persistent<Function<'static>>,
    response: Persistent<Function<'static>>,
    context: Context,
    deadline: Rc<Cell<Option<Instant>>>,
    limits: Limits,
}

impl Script {
    /// Loads code that exports `request` and `response`.
    pub fn load(code: &str, world: World, limits: Limits) -> Result<Script, LoadError> {
        let deadline = Rc::new(Cell::new(Some(Instant::now() + limits.time)));
        let context =
            engine(&limits, deadline.clone()).map_err(|error| LoadError::Code(error.to_string()))?;
        let [run, request, response] = context.with(|ctx| functions(&ctx, code, &world))?;
        deadline.set(None);
        Ok(Script { run, request, response, context, deadline, limits })
    }

    /// Calls `request` with this context (`args`, `identity`, `source`, `stash`, `prev`, …).
    pub fn request(&self, context: &Value) -> Result<Outcome, Failure> {
        self.call(&self.request, context)
    }

    /// Calls `response` with this context, in which `result` or `error` stands what the data source answered.
    pub fn response(&self, context: &Value) -> Result<Outcome, Failure> {
        self.call(&self.response, context)
    }

    fn call(&self, handler: &Persistent<Function<'static>>, context: &Value) -> Result<Outcome, Failure> {
        self.deadline.set(Some(Instant::now() + self.limits.time));
        let ended = self.context.with(|ctx| {
            let called = run(&ctx, &self.run, handler, context).catch(&ctx);
            called.map_err(|caught| message(&caught))
        });
        let is_late = self.deadline.take().is_some_and(|deadline| deadline <= Instant::now());
        match ended {
            Ok(text) => read(&text),
            Err(_) if is_late => Err(Failure::OutOfTime(self.limits.time)),
            Err(message) => Err(Failure::Exception(message)),
        }
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Script").field("limits", &self.limits).finish_non_exhaustive()
    }
}

fn engine(limits: &Limits, deadline: Rc<Cell<Option<Instant>>>) -> rquickjs::Result<Context> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(limits.memory);
    runtime.set_max_stack_size(limits.stack);
    runtime.set_loader(Modules, Modules);
    let is_late = move || deadline.get().is_some_and(|deadline| deadline <= Instant::now());
    runtime.set_interrupt_handler(Some(Box::new(is_late)));
    Context::full(&runtime)
}

type Functions = [Persistent<Function<'static>>; 3];

/// Starts the harness, evaluates the code, and finds what is to be called.
fn functions(ctx: &Ctx<'_>, code: &str, world: &World) -> Result<Functions, LoadError> {
    let refused = |caught: CaughtError<'_>| LoadError::Code(message(&caught));
    let harness = import(ctx, &format!("export * from '{HARNESS}'"), "start").catch(ctx).map_err(refused)?;
    let start: Function<'_> = harness.get("start").catch(ctx).map_err(refused)?;
    call_with_host(ctx, &start, world).catch(ctx).map_err(refused)?;
    let exports = import(ctx, code, CODE).catch(ctx).map_err(refused)?;
    let handler = |name| exports.get::<_, Function<'_>>(name).map_err(|_| LoadError::NoHandler(name));
    let run: Function<'_> = harness.get("run").catch(ctx).map_err(refused)?;
    Ok([run, handler("request")?, handler("response")?].map(|function| Persistent::save(ctx, function)))
}

/// Evaluates a module; what it exports.
fn import<'js>(ctx: &Ctx<'js>, code: &str, name: &str) -> rquickjs::Result<Object<'js>> {
    let (module, evaluated) = Module::declare(ctx.clone(), name, code)?.eval()?;
    evaluated.finish::<()>()?;
    module.namespace()
}

fn call_with_host<'js>(ctx: &Ctx<'js>, start: &Function<'js>, world: &World) -> rquickjs::Result<()> {
    let host = Object::new(ctx.clone())?;
    let (clock, ids, log) = (world.clone(), world.clone(), world.clone());
    host.set("now", Func::from(move || clock.epoch_millis()))?;
    host.set("uniqueId", Func::from(move || (ids.unique_id)()))?;
    host.set("base64Encode", Func::from(|text: String| STANDARD.encode(text)))?;
    host.set("base64Decode", Func::from(|text: String| decoded(&text)))?;
    host.set("log", Func::from(move |text: String| (log.log)(&text)))?;
    start.call((host,))
}

/// The text behind base64; empty if there is none.
fn decoded(text: &str) -> String {
    let bytes = STANDARD.decode(text).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn run<'js>(
    ctx: &Ctx<'js>,
    run: &Persistent<Function<'static>>,
    handler: &Persistent<Function<'static>>,
    context: &Value,
) -> rquickjs::Result<String> {
    let handler = handler.clone().restore(ctx)?;
    run.clone().restore(ctx)?.call((handler, context.to_string()))
}

/// What was thrown, with the line of the code where that can be told.
fn message(caught: &CaughtError<'_>) -> String {
    match caught {
        CaughtError::Exception(exception) => {
            let stack = exception.stack().unwrap_or_default();
            let place = stack.lines().find_map(|line| line.split_once("(code:")?.1.strip_suffix(')'));
            let text = exception.message().unwrap_or_default();
            place.map_or(text.clone(), |place| format!("{text} (line {place})"))
        }
        other => other.to_string(),
    }
}

/// What the harness writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    #[serde(default)]
    is_raised: bool,
    #[serde(default)]
    is_unauthorized: bool,
}

fn read(text: &str) -> Result<Outcome, Failure> {
    let unreadable = |error: serde_json::Error| Failure::Exception(error.to_string());
    let ended: Ended = serde_json::from_str(text).map_err(unreadable)?;
    if ended.is_unauthorized {
        return Err(Failure::Unauthorized);
    }
    if ended.is_raised {
        let raised: ResolverError = serde_json::from_str(text).map_err(unreadable)?;
        return Err(raised.into());
    }
    serde_json::from_str(text).map_err(unreadable)
}
