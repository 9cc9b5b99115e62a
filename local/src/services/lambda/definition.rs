//! A function as its template describes it, put into the engine.
//! Does not build its program: that is there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use stackwright_lambda::{Asynchronous, Function};

use super::code;
use super::functions::{Known, function_name};
use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::properties::Properties;
use crate::ready::Credentials;
use crate::services::delivery::{self, Taker};
use crate::stack::Piece;

const SECOND: Duration = Duration::from_secs(1);

/// Puts a function in place of the one of its name. One that is as it was goes on undisturbed.
pub(super) fn put(cloud: &Arc<Cloud>, piece: Piece<'_>) -> Result<(), String> {
    let properties = piece.properties();
    let runtime = properties.optional_text("Runtime")?.unwrap_or_default();
    check(&properties, &runtime)?;
    let program = code::program(cloud, piece)?;
    let (name, role) = (piece.reference().to_owned(), properties.text("Role")?);
    let before = cloud.functions.known(&name);
    let kept = before.as_ref().filter(|before| before.role == role).map(|before| before.keys.clone());
    let keys = kept.unwrap_or_else(|| cloud.identity.of_function(&role, &name));
    let events = events(cloud, piece)?;
    let dead_letters = properties.inside("DeadLetterConfig")?.optional_text("TargetArn")?;
    let function = Function {
        handler: properties.optional_text("Handler")?.unwrap_or_else(|| "bootstrap".to_owned()),
        environment: environment(cloud, &properties, &keys)?,
        timeout: SECOND * small(&properties, "Timeout")?.unwrap_or(3),
        memory: small(&properties, "MemorySize")?.unwrap_or(128),
        concurrency: small(&properties, "ReservedConcurrentExecutions")?.map(|number| number as usize),
        asynchronous: events.asynchronous,
        ..Function::new(&name, piece.arn(), &program)
    };
    let known = Known {
        name,
        arn: piece.arn().to_owned(),
        path: piece.path(),
        role,
        handler: piece.stack.crates.get(piece.id).cloned(),
        declared_at: piece.declared_at(),
        runtime,
        function: function.clone(),
        made: program.metadata().and_then(|metadata| metadata.modified()).ok(),
        keys,
        on_success: events.on_success,
        on_failure: events.on_failure,
        dead_letters: dead_letters.clone(),
    };
    let is_as_before = before.is_some_and(|before| before.function == function && before.made == known.made);
    cloud.functions.put(known);
    if !is_as_before {
        cloud.lambda.put(function);
    }
    // The function runs all the same.
    check_role(cloud, piece)?;
    dead_letters.iter().try_for_each(|to| delivery::check(to, &[Taker::Queue]))
}

/// Whether Lambda may run the function as its role: on AWS it is not made otherwise.
fn check_role(cloud: &Cloud, piece: Piece<'_>) -> Result<(), String> {
    let role = piece.properties().text("Role")?;
    let lambda = Caller::service("lambda.amazonaws.com");
    let wish = Wish { action: "sts:AssumeRole", resource: &role, context: &delivery::context(piece.arn()) };
    match cloud.access.decide(&lambda, wish).is_allowed() || !cloud.settings.enforces_iam {
        true => Ok(()),
        false => Err(format!("The role defined for the function cannot be assumed by Lambda: {role}")),
    }
}

/// A number that is not negative.
fn small(properties: &Properties<'_>, name: &str) -> Result<Option<u32>, String> {
    let number = properties.number(name)?;
    let fits = |number: i64| {
        u32::try_from(number).map_err(|_| format!("`{name}` is {number}, and must not be negative"))
    };
    number.map(fits).transpose()
}

/// What a function may not be here.
fn check(properties: &Properties<'_>, runtime: &str) -> Result<(), String> {
    if properties.optional_text("PackageType")?.as_deref() == Some("Image") {
        return Err("functions in container images do not run here".to_owned());
    }
    if !runtime.starts_with("provided") {
        return Err(format!(
            "the runtime `{runtime}` does not run here: only `provided.al2023` and its like, whose code is an executable \
             `bootstrap`"
        ));
    }
    if !properties.texts("Layers")?.is_empty() {
        return Err("layers are not laid over a function here".to_owned());
    }
    Ok(())
}

/// The template's variables, at home on this machine, and what makes the function a caller of this cloud.
fn environment(
    cloud: &Cloud,
    properties: &Properties<'_>,
    keys: &Credentials,
) -> Result<BTreeMap<String, String>, String> {
    let declared = properties.inside("Environment")?.map_of_texts("Variables")?;
    let declared = declared.into_iter().map(|(name, value)| (name, cloud.addresses.localise(&value)));
    let ours = [
        ("AWS_ACCESS_KEY_ID", keys.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.clone()),
        ("AWS_SESSION_TOKEN", keys.session_token.clone().unwrap_or_default()),
        ("AWS_ENDPOINT_URL", cloud.addresses.endpoint()),
        ("AWS_DEFAULT_REGION", cloud.settings.region.clone()),
    ];
    Ok(declared.chain(ours.map(|(name, value)| (name.to_owned(), value))).collect())
}

/// What becomes of a function's asynchronous invocations.
#[derive(Default)]
struct Events {
    asynchronous: Asynchronous,
    on_success: Option<String>,
    on_failure: Option<String>,
}

fn events(cloud: &Cloud, piece: Piece<'_>) -> Result<Events, String> {
    let asynchronous =
        Asynchronous { retries: cloud.settings.timers.retries.clone(), ..Asynchronous::default() };
    let mut events = Events { asynchronous, ..Events::default() };
    for config in piece.stack.of_kind("AWS::Lambda::EventInvokeConfig") {
        let properties = config.properties();
        if function_name(&properties.text("FunctionName")?) != piece.reference() {
            continue;
        }
        if let Some(retries) = properties.number("MaximumRetryAttempts")? {
            events.asynchronous.retries.truncate(usize::try_from(retries).unwrap_or_default());
        }
        if let Some(age) = properties.number("MaximumEventAgeInSeconds")? {
            events.asynchronous.maximum_age = SECOND * u32::try_from(age).unwrap_or_default();
        }
        [events.on_success, events.on_failure] = destinations(&properties)?;
    }
    Ok(events)
}

/// Where records of success go, and those of failure.
fn destinations(properties: &Properties<'_>) -> Result<[Option<String>; 2], String> {
    let both = properties.inside("DestinationConfig")?;
    let of = |name| both.inside(name)?.optional_text("Destination");
    Ok([of("OnSuccess")?, of("OnFailure")?])
}

/// Whether the destinations of a function's asynchronous invocations are there.
pub(super) fn check_destinations(config: Piece<'_>) -> Result<(), String> {
    let takers = [Taker::Queue, Taker::Function, Taker::Bus];
    destinations(&config.properties())?.iter().flatten().try_for_each(|to| delivery::check(to, &takers))
}
