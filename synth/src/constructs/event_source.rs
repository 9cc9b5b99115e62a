//! What all event source mappings have in common: how batches are gathered, filtered and answered.
//!
//! What is special to streams or to queues is theirs.

use stackwright_cfn::lambda as l1;
use stackwright_cfn::lambda::event_source_mapping as types;
use stackwright_core::{Arn, Value};

/// Options of a trigger with the fields `filters`, `batch_size`, `window_seconds` and `adjustments`.
macro_rules! event_source_options {
    ($trigger:ty) => {
        impl $trigger {
            /// Only what matches this event filter pattern, or one given before.
            ///
            /// Source: [event filtering](https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html).
            #[must_use]
            pub fn filter(mut self, pattern: impl Into<String>) -> Self {
                self.filters.push(pattern.into());
                self
            }

            /// At most this many records or messages a batch.
            #[must_use]
            pub const fn batch(mut self, size: u32) -> Self {
                self.batch_size = size;
                self
            }

            /// Gathering a batch for this long.
            #[must_use]
            pub const fn window(mut self, seconds: u32) -> Self {
                self.window_seconds = seconds;
                self
            }

            /// Changes the L1 this makes.
            #[must_use]
            pub fn with(
                mut self,
                change: impl FnOnce(l1::EventSourceMapping) -> l1::EventSourceMapping + 'static,
            ) -> Self {
                self.adjustments.push(change);
                self
            }
        }
    };
}

pub(crate) use event_source_options;

/// How a mapping gathers batches, whatever from.
pub(crate) struct Batches {
    pub(crate) source: Value<Arn>,
    pub(crate) size: u32,
    pub(crate) window_seconds: u32,
    pub(crate) filters: Vec<String>,
}

impl Batches {
    /// The mapping to a function that reports single failures.
    pub(crate) fn mapping(self, function: Value<Arn>) -> l1::EventSourceMapping {
        let mapping = l1::EventSourceMapping::new(function)
            .event_source_arn(self.source)
            .batch_size(self.size)
            .maximum_batching_window_in_seconds(self.window_seconds)
            .function_response_types([types::FunctionResponseType::ReportBatchItemFailures]);
        if self.filters.is_empty() {
            return mapping;
        }
        let filters = self.filters.into_iter().map(|pattern| types::Filter::new().pattern(pattern));
        mapping.filter_criteria(types::FilterCriteria::new().filters(filters.collect::<Vec<_>>()))
    }
}
