//! Taking a name: one that nobody else has, or the one that all in basic mode share.
//! Keeps nobody's name beyond their connection.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::Deadline;

use crate::chat::{Chat, until_settled};
use crate::frame::Frame;
use crate::key::{Key, string};
use crate::part::{Clause, delete, put, update};
use crate::record::{Record, means_basic};
use crate::refusal::{Failed, Refusal};
use crate::rooms::Holder;

impl Chat {
    /// Gives a connection a name, and answers with the rooms there are. A connection that has a name
    /// already may take another one, and is free to ask for the same again.
    pub async fn register(&self, id: &str, name: &str, deadline: Deadline) -> Result<Frame, Refusal> {
        until_settled(deadline, async || self.try_register(id, name, deadline).await).await?;
        let rooms = deadline.bound(self.rooms.names()).await.ok_or(Failed::Late)??;
        Ok(Frame::signup(rooms))
    }

    async fn try_register(&self, id: &str, name: &str, deadline: Deadline) -> Result<Option<()>, Refusal> {
        let record = self.connected(id).await?;
        if record.name.as_deref() == Some(name) {
            return Ok(Some(()));
        }
        let mut parts = if means_basic(name) {
            self.enter_basic_mode(&record)?
        } else {
            let holder = self.rooms.holder(name).await?;
            self.may_take(&record, name, holder.as_ref()).await?;
            vec![self.take(&record, name, holder)?]
        };
        parts.extend(self.give_up_name(&record, name)?);
        let change = Clause::new("SET #name = :name", [(":name", string(name))]);
        parts.push(update(&self.records.table, record.key(), change, record.as_read())?);
        Ok(self.write(parts, deadline).await?.then_some(()))
    }

    /// A name is free again when the connection that had it is gone, whatever became of its farewell.
    async fn may_take(&self, record: &Record, name: &str, holder: Option<&Holder>) -> Result<(), Refusal> {
        let Some(holder) = holder.filter(|holder| holder.is_alive && holder.id != record.id) else {
            return Ok(());
        };
        match self.records.read(&holder.id).await? {
            Some(_) => Err(Refusal::NameTaken(name.to_owned())),
            None => Ok(()),
        }
    }

    fn take(
        &self,
        record: &Record,
        name: &str,
        holder: Option<Holder>,
    ) -> Result<TransactWriteItem, BuildError> {
        let condition = match holder {
            Some(holder) => Clause::new("ID = :holder", [(":holder", string(holder.id))]),
            None => Clause::new("attribute_not_exists(ID)", []),
        };
        put(&self.rooms.table, Key::name(name).with(record.attributes()), Some(condition))
    }

    fn enter_basic_mode(&self, record: &Record) -> Result<Vec<TransactWriteItem>, Refusal> {
        if let Some(seat) = &record.seat {
            return Err(Refusal::InRoom(seat.room.clone()));
        }
        let item = Key::basic(&record.id).with(record.attributes());
        Ok(vec![put(&self.rooms.table, item, None)?])
    }

    /// What becomes of the name before, or of basic mode, when a connection takes another name.
    fn give_up_name(&self, record: &Record, new: &str) -> Result<Option<TransactWriteItem>, BuildError> {
        match &record.name {
            Some(_) if record.is_basic() && means_basic(new) => Ok(None),
            Some(_) if record.is_basic() => {
                delete(&self.rooms.table, Key::basic(&record.id).attributes(), None).map(Some)
            }
            Some(old) => self.release(record, old).map(Some),
            None => Ok(None),
        }
    }

    /// Frees the name that a connection has.
    pub(crate) fn release(&self, record: &Record, name: &str) -> Result<TransactWriteItem, BuildError> {
        let is_own = Clause::new("attribute_not_exists(ID) OR ID = :own", [(":own", string(&record.id))]);
        delete(&self.rooms.table, Key::name(name).attributes(), Some(is_own))
    }
}
