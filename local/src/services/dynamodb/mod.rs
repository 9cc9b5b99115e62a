//! DynamoDB: tables from templates, and the JSON protocols of tables and streams.
//! What an action does is the engine's.

mod api;
mod definition;
mod permission;

use std::sync::Arc;

use stackwright_plan::{Created, Resource};
use stackwright_tables::{Durability, Settings as TableSettings, Tables};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::StartError;
use crate::services::Answer;
use crate::settings::Settings;
use crate::stack::Piece;

pub(crate) use api::{answer, perform};

const KIND: &str = "AWS::DynamoDB::Table";

/// The tables of the data folder, or none, in memory.
pub(crate) fn open(settings: &Settings) -> Result<Tables, StartError> {
    let of_tables = TableSettings {
        region: settings.region.clone(),
        account: settings.account.clone(),
        ..TableSettings::default()
    };
    match &settings.data {
        None => Tables::memory(of_tables),
        Some(folder) => Tables::open(&folder.join("dynamodb"), Durability::Fast, of_tables),
    }
    .map_err(|error| StartError::Data {
        folder: settings.data.clone().unwrap_or_default(),
        reason: error.to_string(),
    })
}

/// Makes the table at once: only then its stream has the label that its ARN ends with.
pub(crate) fn create(cloud: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    (resource.kind == KIND).then(|| {
        let definition = definition::Definition::read(place, resource)?;
        let stream = definition.apply(&cloud.tables).map_err(|error| error.to_string())?;
        let created = Created::named(definition.name());
        let created = created.with("Arn", place.arn("dynamodb", &format!("table/{}", definition.name())));
        Ok(match stream {
            Some(arn) => created.with("StreamArn", arn),
            None => created,
        })
    })
}

/// Deletes the table, unless the template would keep it.
pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND && !piece.is_retained() {
        let request = serde_json::json!({ "TableName": piece.reference() });
        // It may be gone already, by a caller's own request.
        drop(cloud.tables.execute("DeleteTable", request));
    }
}
