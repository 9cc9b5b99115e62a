//! [`LoggedErrors`]: a metric of the errors that a function logs.
//!
//! Lambda counts the runs that fail. A function that answers its caller with a refusal of its own, or drops what nobody
//! can handle, has not failed for Lambda; it says so in its log.

use stackwright_cfn::logs::{self, metric_filter as types};
use stackwright_core::{Scope, Value, join, stack_name};

/// The lines of a JSON log with `"level": "ERROR"`, counted.
#[derive(Clone, Debug)]
pub(crate) struct LoggedErrors {
    /// One for each stack: `Stackwright/<stack>`.
    pub(crate) namespace: Value<String>,
    /// The logical id of the function.
    pub(crate) metric: Value<String>,
}

impl LoggedErrors {
    /// Counts the errors in the log of the scope's function.
    pub(crate) fn declare(scope: &mut Scope<'_>, log_group: logs::LogGroupHandle) -> Self {
        let count = Self {
            namespace: join(["Stackwright/".into(), stack_name()]),
            metric: scope.id().as_str().into(),
        };
        let one = types::MetricTransformation::new(count.metric.clone(), count.namespace.clone(), "1");
        let filter = logs::MetricFilter::new(
            r#"{ $.level = "ERROR" }"#,
            log_group.reference(),
            [one.default_value(0)],
        );
        scope.part("LoggedErrors", filter);
        count
    }
}
