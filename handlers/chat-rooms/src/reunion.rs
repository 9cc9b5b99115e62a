//! Taking a name whose holder is gone and was never reported gone: `$disconnect` is best effort.
//! Takes nothing from those who are there, nor from those of whom that is not known.

use handler_kit::{Connection, Deadline};

use crate::chat::Chat;
use crate::frame::Frame;
use crate::refusal::{Failed, Refusal};
use crate::voice::Voice;

impl Voice {
    /// Gives a connection a name, and answers with the rooms there are. If the one that has it turns out to
    /// be gone, that one is forgotten as if it had said farewell, and the name is asked for once more.
    pub async fn register(&self, id: &str, name: &str, deadline: Deadline) -> Result<Frame, Refusal> {
        let taken = match self.chat.register(id, name, deadline).await {
            Err(taken @ Refusal::NameTaken(_)) => taken,
            outcome => return outcome,
        };
        let Some(holder) = self.chat.who_has(name, deadline).await? else {
            return self.chat.register(id, name, deadline).await;
        };
        if !self.finds_gone(&holder, deadline).await {
            return Err(taken);
        }
        let left = self.chat.forget(&holder.id, deadline).await?;
        let closed = self.close(left, deadline).await;
        let outcome = self.chat.register(id, name, deadline).await;
        self.tell_of_closed(closed, deadline).await;
        outcome
    }
}

impl Chat {
    /// The connection that has a name; none if nobody has it, or nobody any more.
    async fn who_has(&self, name: &str, deadline: Deadline) -> Result<Option<Connection>, Failed> {
        let look = async {
            let Some(holder) = self.rooms.holder(name).await? else { return Ok(None) };
            let record = self.records.read(&holder.id).await?;
            Ok(record.and_then(|record| record.connection()))
        };
        deadline.bound(look).await.ok_or(Failed::Late)?
    }
}
