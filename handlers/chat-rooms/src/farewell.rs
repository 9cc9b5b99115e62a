//! The end of a connection: its row, its name and its place go together.
//! Does not ask why: it was closed, or it was found gone.

use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::Deadline;

use crate::chat::{Chat, until_settled};
use crate::key::Key;
use crate::part::delete;
use crate::record::Record;
use crate::refusal::Failed;

impl Chat {
    /// Forgets a connection, and says which room it was in. A connection that is not known is forgotten
    /// already.
    pub async fn forget(&self, id: &str, deadline: Deadline) -> Result<Option<String>, Failed> {
        until_settled(deadline, async || {
            let Some(record) = self.records.read(id).await? else { return Ok(Some(None)) };
            let parts = self.all_that_it_holds(&record).await?;
            let is_written = self.write(parts, deadline).await?;
            Ok::<_, Failed>(is_written.then(|| record.seat.map(|seat| seat.room)))
        })
        .await
    }

    async fn all_that_it_holds(&self, record: &Record) -> Result<Vec<TransactWriteItem>, Failed> {
        let mut parts = vec![delete(&self.records.table, record.key(), Some(record.as_read()))?];
        if let Some(seat) = &record.seat {
            let member = Key::member(&seat.room, &record.id);
            parts.push(delete(&self.rooms.table, member.attributes(), None)?);
        }
        if record.is_basic() {
            parts.push(delete(&self.rooms.table, Key::basic(&record.id).attributes(), None)?);
        } else if let Some(name) = &record.name {
            parts.extend(self.own_name(record, name).await?);
        }
        Ok(parts)
    }

    /// The name that it has, unless another one has it by now.
    async fn own_name(&self, record: &Record, name: &str) -> Result<Option<TransactWriteItem>, Failed> {
        let holder = self.rooms.holder(name).await?;
        let is_own = holder.is_some_and(|holder| holder.id == record.id);
        Ok(is_own.then(|| self.release(record, name)).transpose()?)
    }

    /// Deletes what stands for a connection in a room or in basic mode without a row behind it.
    pub(crate) async fn sweep(&self, key: Key, deadline: Deadline) -> Result<(), Failed> {
        let sweep = delete(&self.rooms.table, key.attributes(), None)?;
        self.write(vec![sweep], deadline).await.map(|_| ())
    }
}
