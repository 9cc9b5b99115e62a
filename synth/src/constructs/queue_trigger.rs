//! [`QueueTrigger`]: runs a function on the messages of a queue.
//!
//! How often a message is tried, and where it goes then, is the queue's: see [`Queue::retrying`](super::Queue::retrying).

use stackwright_cfn::lambda as l1;
use stackwright_cfn::lambda::event_source_mapping as types;
use stackwright_core::Declared;

use super::event_source::{Batches, event_source_options};
use super::{Adjustments, QueueHandle};
use crate::trigger::{Trigger, Wiring};

/// Runs a function on batches of messages; [`QueueHandle::messages`] makes it.
///
/// By default: 10 a batch, none waits for others, and single failed messages are reported by the function. The function
/// may receive and delete the queue's messages.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let jobs = stack.add("Jobs", Queue::new().hiding_for(60).retrying(3));
///     stack.add("Worker", Function::new("worker").on(jobs.messages().batch(10).at_most(5)));
/// });
/// ```
///
/// Source: [Lambda and SQS](https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
#[derive(Debug)]
pub struct QueueTrigger {
    source: QueueHandle,
    /// Event filter patterns as JSON; a message that matches any is let through, another is deleted.
    pub filters: Vec<String>,
    /// The most messages in a batch, 1 to 10,000; more than 10 need a window.
    pub batch_size: u32,
    /// For how many seconds to gather a batch, 0 to 300.
    pub window_seconds: u32,
    /// The most runs at once for this queue, 2 to 1,000; as many as the function may by default.
    pub concurrency: Option<u32>,
    adjustments: Adjustments<l1::EventSourceMapping>,
}

event_source_options!(QueueTrigger);

impl QueueTrigger {
    pub(crate) fn new(source: QueueHandle) -> Self {
        Self {
            source,
            filters: Vec::new(),
            batch_size: 10,
            window_seconds: 0,
            concurrency: None,
            adjustments: Adjustments::default(),
        }
    }

    /// Never running more often than this at once for this queue, which leaves the rest of the function's to others.
    #[must_use]
    pub const fn at_most(mut self, runs: u32) -> Self {
        self.concurrency = Some(runs);
        self
    }

    fn mapping(self, function: super::FunctionHandle) -> l1::EventSourceMapping {
        let batches = Batches {
            source: self.source.arn(),
            size: self.batch_size,
            window_seconds: self.window_seconds,
            filters: self.filters,
        };
        let mut mapping = batches.mapping(function.arn());
        if let Some(runs) = self.concurrency {
            mapping = mapping.scaling_config(types::ScalingConfig::new().maximum_concurrency(runs));
        }
        self.adjustments.apply(mapping)
    }
}

impl Trigger for QueueTrigger {
    fn attach(self: Box<Self>, wiring: &mut Wiring<'_, '_>) {
        let queue = self.source;
        let mapping = Declared::from(self.mapping(wiring.function)).after(wiring.policy);
        wiring.scope.part(format!("On{}", queue.id()), mapping);
        wiring.grants.push(queue.receive());
    }
}
