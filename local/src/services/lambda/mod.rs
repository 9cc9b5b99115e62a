//! Lambda: functions from templates, who may invoke them, and the API by which they are invoked.
//! How a function runs is the engine's.

mod api;
mod asynchronous;
mod code;
mod definition;
mod functions;
mod invoke;

use std::sync::{Arc, Weak};

use stackwright_lambda::{Host, Lambda};
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::happening::What;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::{Answer, name_of};
use crate::stack::{Piece, Stack};

pub(crate) use api::answer;
pub(crate) use functions::{Functions, Known, function_name};
pub(crate) use invoke::{INVOKE, Refused, invoke, invoke_later};

const KIND: &str = "AWS::Lambda::Function";

/// A host of functions that tells a cloud what they do.
pub(crate) fn start(cloud: Weak<Cloud>) -> Lambda {
    let [logs, answers, records, faults, ids] = [(); 5].map(|()| cloud.clone());
    let host = Host::new()
        .logging(move |line| {
            let Some(cloud) = logs.upgrade() else { return };
            let function = cloud.functions.known_as(&line.function);
            cloud.tell(What::Log { function, request_id: line.request_id, line: line.text });
        })
        .watching(move |name, answer| {
            let Some(cloud) = answers.upgrade() else { return };
            let function = cloud.functions.known_as(name);
            cloud.traffic.invoked(&function, answer.function_error.is_some());
            cloud.tell(What::Invoke {
                function,
                request_id: answer.request_id.clone(),
                error: answer.function_error.map(|error| invoke::described(error, &answer.payload)),
                duration: answer.duration,
            });
        })
        .interrupting(move |name| {
            let (faults, name) = (faults.clone(), name.to_owned());
            Box::pin(async move { invoke::interruption(&*faults.upgrade()?, &name).await })
        })
        .telling(move |record| {
            let Some(cloud) = records.upgrade() else { return };
            asynchronous::send(&cloud, record);
        })
        .numbering(move || ids.upgrade().map_or_else(String::new, |cloud| cloud.random.uuid()));
    Lambda::start(host)
}

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    let id = resource.id.as_str();
    Some(match resource.kind.as_str() {
        KIND => name_of(place, resource, "FunctionName").map(|name| {
            let arn = place.arn("lambda", &format!("function:{name}"));
            Created::named(name).with("Arn", arn)
        }),
        "AWS::Lambda::Version" => properties.text("FunctionName").map_err(String::from).map(|function| {
            let name = function_name(&function);
            let arn = place.arn("lambda", &format!("function:{name}:1"));
            Created::named(arn.clone()).with("FunctionArn", arn).with("Version", "1")
        }),
        "AWS::Lambda::Alias" => alias(place, &properties),
        "AWS::Lambda::EventSourceMapping" => {
            let uuid = place.uuid(id);
            let arn = place.arn("lambda", &format!("event-source-mapping:{uuid}"));
            Ok(Created::named(uuid.clone()).with("Id", uuid).with("EventSourceMappingArn", arn))
        }
        "AWS::Lambda::Permission" => Ok(Created::named(place.name(id, &resource.kind))),
        "AWS::Lambda::EventInvokeConfig" => Ok(Created::named(place.name(id, &resource.kind))),
        _ => return None,
    })
}

fn alias(place: &Place, properties: &Properties<'_>) -> Result<Created, String> {
    let function = properties.text("FunctionName")?;
    let alias = properties.text("Name")?;
    let arn = place.arn("lambda", &format!("function:{}:{alias}", function_name(&function)));
    Ok(Created::named(arn.clone()).with("AliasArn", arn))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(KIND, problems, |piece| definition::put(cloud, piece));
    stack.each("AWS::Lambda::EventInvokeConfig", problems, definition::check_destinations);
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND {
        cloud.functions.forget(piece.reference());
        // A function that could not run was never put.
        drop(cloud.lambda.remove(piece.reference()));
    }
}
