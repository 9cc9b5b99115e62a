//! What mappings need of others: functions, queues, permissions, and somebody to tell.
//! Decides nothing about batches.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use stackwright_mappings::{Answer, Event, Happening, Host, InvokeError, Message, Queue};
use stackwright_queues::{Queues, Receive};

use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::services::delivery::{self, Delivery};
use crate::services::lambda::{self, Known, Refused};

/// What a function's role must allow for a mapping: less than what may be asked of them.
const NEEDED_OF_STREAMS: [&str; 3] =
    ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"];
const NEEDED_OF_QUEUES: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/// A host that works for a cloud, and for nobody once that is gone.
pub(super) fn of(cloud: &Weak<Cloud>) -> Host {
    let [invoking, delivering, admitting, queueing, telling, numbering] = [(); 6].map(|()| cloud.clone());
    Host::new(move |function, payload| invoke(invoking.upgrade(), function, payload).boxed())
        .delivering(move |failure| {
            let cloud = delivering.upgrade();
            async move {
                let cloud = cloud.ok_or("everything is being stopped")?;
                let caller = session(&cloud, &failure.function_arn);
                let delivery = Delivery::of_failure(&failure.function_arn, &failure.body);
                delivery::deliver(&cloud, &caller, &failure.destination, delivery)
                    .await
                    .map_err(|e| e.to_string())
            }
            .boxed()
        })
        .admitting(move |function, source| {
            admitting.upgrade().map_or(Ok(()), |cloud| may_read(&cloud, function, source))
        })
        .queueing(move |arn| queue(&*queueing.upgrade()?, arn))
        .telling(move |happening| {
            if let Some(cloud) = telling.upgrade() {
                tell(&cloud, &happening);
            }
        })
        .numbering(move || numbering.upgrade().map_or_else(String::new, |cloud| cloud.random.uuid()))
}

/// Lambda invokes on its own account: the mapping is the permission.
async fn invoke(cloud: Option<Arc<Cloud>>, function: String, payload: String) -> Result<Answer, InvokeError> {
    let refused = |message: String| InvokeError::Refused(message);
    let cloud = cloud.ok_or_else(|| refused("everything is being stopped".to_owned()))?;
    // What was read from is told when the batch is.
    let lambda = Caller::trusted("lambda.amazonaws.com");
    match lambda::invoke(&cloud, &lambda, &function, payload, &[]).await {
        Ok(answer) => Ok(Answer {
            request_id: answer.request_id,
            payload: answer.payload.to_vec(),
            function_error: answer.function_error.map(|error| error.to_string()),
        }),
        Err(Refused::Engine(stackwright_lambda::InvokeError::Throttled { .. }) | Refused::Fault(429)) => {
            Err(InvokeError::Throttled("Rate Exceeded.".to_owned()))
        }
        Err(Refused::Fault(status)) => Ok(Answer {
            request_id: cloud.random.uuid(),
            payload: Vec::new(),
            function_error: Some(format!("a fault was asked for: status {status}")),
        }),
        Err(other) => Err(refused(other.to_string())),
    }
}

/// Whether the function's role may read what is mapped to it, in Lambda's words if not.
pub(super) fn may_read(cloud: &Cloud, function: &str, source: &str) -> Result<(), String> {
    let caller = session(cloud, function);
    let is_queue = source.contains(":sqs:");
    let actions = if is_queue { NEEDED_OF_QUEUES } else { NEEDED_OF_STREAMS };
    let may = |action| cloud.may(&caller, Wish { action, resource: source, context: &[] }).is_ok();
    match actions.into_iter().all(may) {
        true => Ok(()),
        false if is_queue => {
            Err("The function execution role does not have permissions to call ReceiveMessage on SQS"
                .to_owned())
        }
        false => Err(format!(
            "Cannot access stream {source}. Please ensure the role can perform the GetRecords, GetShardIterator, \
             DescribeStream, and ListStreams Actions on your stream in IAM."
        )),
    }
}

/// Whether the function's role may send what is given up, in Lambda's words if not.
pub(super) fn may_send(cloud: &Cloud, function: &str, queue: &str) -> Result<(), String> {
    let wish = Wish { action: "sqs:SendMessage", resource: queue, context: &[] };
    cloud.may(&session(cloud, function), wish).map_err(|_| {
        "The function execution role does not have permissions to call SendMessage on SQS".to_owned()
    })
}

fn session(cloud: &Cloud, function: &str) -> Caller {
    let known = cloud.functions.known(function);
    known.map_or_else(Caller::anonymous, |known: Arc<Known>| Caller::function(&known))
}

fn tell(cloud: &Cloud, happening: &Happening) {
    let function = cloud.functions.known_as(&happening.function_arn);
    let source = cloud.known_as(&happening.source_arn);
    let (records, duration) = match &happening.event {
        Event::Sent { .. } => return note_batch(cloud, happening),
        Event::Handled { records, duration, .. } => (*records, *duration),
        Event::Failed { records, duration, .. } => {
            note_batch(cloud, happening);
            (*records, *duration)
        }
        _ => (0, Duration::ZERO),
    };
    let outcome = happening.event.to_string();
    cloud.tell(What::Batch { source, function, records, outcome, duration });
}

/// A batch is a call from what was read to the function.
fn note_batch(cloud: &Cloud, happening: &Happening) {
    let lambda = Caller::trusted("lambda.amazonaws.com").on_behalf_of(&happening.source_arn);
    let wish = Wish { action: lambda::INVOKE, resource: &happening.function_arn, context: &[] };
    match &happening.event {
        Event::Sent { .. } => cloud.note_call(cloud.ends(&lambda, wish), wish.action),
        _ => cloud.note_failure(&lambda, wish),
    }
}

/// The queue of that ARN.
fn queue(cloud: &Cloud, arn: &str) -> Option<Arc<dyn Queue>> {
    let name = arn.rsplit(':').next().unwrap_or_default();
    let names = cloud.queues.names().unwrap_or_default();
    let queue = names.iter().any(|known| known == name);
    queue.then(|| Arc::new(Mapped { queues: cloud.queues.clone(), arn: arn.to_owned() }) as Arc<dyn Queue>)
}

/// How long one wait for messages is, in seconds: as long as SQS lets anybody wait.
const LONGEST_WAIT: i64 = 20;

/// A queue whose messages go to a function.
struct Mapped {
    queues: Queues,
    arn: String,
}

impl Queue for Mapped {
    fn receive(&self, limit: usize) -> BoxFuture<'static, Result<Vec<Message>, String>> {
        let (queues, arn) = (self.queues.clone(), self.arn.clone());
        async move {
            loop {
                let wanted = Receive { most: limit, wait: Some(LONGEST_WAIT), ..Receive::default() };
                let received = queues.receive(&arn, wanted).await.map_err(|error| error.to_string())?;
                if !received.is_empty() {
                    return Ok(received.into_iter().map(message).collect());
                }
            }
        }
        .boxed()
    }

    fn delete(&self, receipt_handles: Vec<String>) -> BoxFuture<'static, ()> {
        let (queues, arn) = (self.queues.clone(), self.arn.clone());
        async move {
            for handle in receipt_handles {
                // A queue that is gone has no messages left to delete.
                drop(queues.delete(&arn, &handle));
            }
        }
        .boxed()
    }
}

fn message(received: stackwright_queues::Message) -> Message {
    let attribute = |attribute: stackwright_queues::Attribute| stackwright_mappings::Attribute {
        data_type: attribute.data_type,
        string_value: attribute.string_value,
        binary_value: attribute.binary_value,
    };
    Message {
        id: received.id,
        receipt_handle: received.receipt_handle,
        body: received.body,
        md5_of_body: received.body_digest,
        attributes: received.system_attributes,
        message_attributes: received
            .attributes
            .into_iter()
            .map(|(name, value)| (name, attribute(value)))
            .collect(),
        md5_of_message_attributes: received.attributes_digest,
    }
}
