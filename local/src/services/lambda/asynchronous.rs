//! Where the records of asynchronous invocations go: destinations and dead-letter queues.
//! Decides no retries: the engine has made them all.

use std::sync::Arc;

use stackwright_lambda::{Condition, Record};

use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::services::delivery::{self, Delivery};

/// Sends a record to the destination that the function's template names, as the function's role.
pub(super) fn send(cloud: &Arc<Cloud>, record: Record) {
    let Some(known) = cloud.functions.known(&record.function) else { return };
    let succeeded = record.condition == Condition::Success;
    let destination = if succeeded { known.on_success.clone() } else { known.on_failure.clone() };
    let letters = known.dead_letters.clone().filter(|_| !succeeded);
    let records = destination.map(|to| (to, record.body.clone()));
    // A dead letter is the event itself, not a record of it.
    let letters = letters.map(|to| (to, record.body["requestPayload"].clone()));
    for (to, body) in records.into_iter().chain(letters) {
        let (cloud, known) = (Arc::clone(cloud), Arc::clone(&known));
        tokio::spawn(async move {
            let caller = Caller::session(&known.role, &known.name).declared(known.declared_at.clone());
            let delivery = Delivery::of_record(&known.arn, &body, succeeded);
            if let Err(error) = delivery::deliver(&cloud, &caller, &to, delivery).await {
                cloud.tell(What::Failure { place: known.path.clone(), message: error.to_string() });
            }
        });
    }
}
