//! DynamoDB: tables from templates, and the JSON protocols of tables and streams.
//! What an action does is the engine's.

mod api;
mod definition;
mod deployment;
mod leading_keys;
mod permission;

use std::sync::Arc;

use stackwright_plan::{Created, Resource};
use stackwright_tables::{Durability, Settings as TableSettings, Tables};

use crate::cloud::Cloud;
use crate::happening::What;
use crate::place::Place;
use crate::problem::{Problem, StartError};
use crate::services::Answer;
use crate::settings::Settings;
use crate::stack::{Piece, Stack};

use self::definition::Definition;

pub(crate) use api::{answer, perform};

const TABLE: &str = "AWS::DynamoDB::Table";
/// What the AWS CDK makes of its newer tables.
const GLOBAL_TABLE: &str = "AWS::DynamoDB::GlobalTable";

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

/// Has each record of a stream noted as a call from the table to it.
pub(crate) fn watch(cloud: &Arc<Cloud>) {
    let watching = Arc::downgrade(cloud);
    cloud.tables.tell(move |table, event| {
        let Some(cloud) = watching.upgrade() else { return };
        let (nodes, arn) = (cloud.nodes(), cloud.place("").arn("dynamodb", &format!("table/{table}")));
        let name = |arn: &str| nodes.source(arn).map(|node| node.name.clone());
        cloud.note_call((name(&arn), name(&format!("{arn}/stream"))), event);
    });
}

/// Makes the table at once: only then its stream has the label that its ARN ends with.
pub(crate) fn create(cloud: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    matches!(resource.kind.as_str(), TABLE | GLOBAL_TABLE).then(|| {
        let definition = Definition::read(place, resource)?;
        let name = definition.name();
        // Before it is made what this stack wants it to be.
        cloud.owners.claim(TABLE, name, &place.stack)?;
        let deployed = deployment::deploy(&definition, &cloud.tables).map_err(|error| error.to_string())?;
        if deployed.is_another {
            let event = format!("replaced the table `{name}`, which has another key, without its items");
            cloud.tell(What::Stack { stack: place.stack.clone(), event });
        }
        let created = Created::named(name).with("Arn", place.arn("dynamodb", &format!("table/{name}")));
        Ok(match deployed.stream {
            Some(arn) => created.with("StreamArn", arn),
            None => created,
        })
    })
}

/// The tables are there: this is for what they are not.
pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    for kind in [TABLE, GLOBAL_TABLE] {
        let region = &cloud.settings.region;
        stack.each(kind, problems, |piece| definition::unsupported(&piece.properties(), region));
    }
}

/// Deletes the table, unless the template would keep it.
pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if !matches!(piece.kind, TABLE | GLOBAL_TABLE) {
        return;
    }
    cloud.owners.forget(TABLE, piece.reference());
    if !piece.is_retained() {
        let request = serde_json::json!({ "TableName": piece.reference() });
        // It may be gone already, by a caller's own request.
        drop(cloud.tables.execute("DeleteTable", request));
    }
}
