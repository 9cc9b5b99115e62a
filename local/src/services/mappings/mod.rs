//! Lambda's event source mappings: which records and messages go to which function.
//! How they are batched and tried again is the engine's.

mod definition;
mod host;

use std::sync::{Arc, Weak};

use stackwright_mappings::{Mappings, Source, StreamSource};
use stackwright_tables::Tables;

use crate::cloud::Cloud;
use crate::problem::Problem;
use crate::stack::{Piece, Stack};

const KIND: &str = "AWS::Lambda::EventSourceMapping";

/// No mappings, over these tables.
pub(crate) fn start(cloud: &Weak<Cloud>, tables: &Tables) -> Mappings {
    Mappings::new(tables.clone(), host::of(cloud))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(KIND, problems, |piece| define(cloud, piece));
}

/// What the function's role may not do is a problem, as it is for CloudFormation, and the mapping waits for the grant.
fn define(cloud: &Arc<Cloud>, piece: Piece<'_>) -> Result<(), String> {
    let properties = piece.properties();
    let name = properties.text("FunctionName")?;
    let function = cloud.functions.known(&name);
    let function = function.ok_or_else(|| format!("the function `{name}` is not there, or does not run"))?;
    let definition = definition::read(&properties, &function.arn)?;
    cloud.mappings.define(piece.reference(), definition.clone()).map_err(|error| error.to_string())?;
    host::may_read(cloud, &function.arn, definition.source_arn())?;
    match &definition.source {
        Source::Stream(StreamSource { on_failure: Some(to), .. }) => host::may_send(cloud, &function.arn, to),
        _ => Ok(()),
    }
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND {
        cloud.mappings.remove(piece.reference());
    }
}
