//! Lambda's event source mappings: which records and messages go to which function.
//! How they are batched and tried again is the engine's.

mod definition;
mod host;

use std::sync::{Arc, Weak};

use stackwright_mappings::Mappings;
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
    stack.each(KIND, problems, |piece| {
        let definition = definition::read(&piece.properties())?;
        cloud.mappings.define(piece.reference(), definition).map_err(|error| error.to_string())
    });
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND {
        cloud.mappings.remove(piece.reference());
    }
}
