//! [`Alarm`]: a CloudWatch alarm on one metric of one resource, and [`Alarms`], what a construct does about them.
//!
//! Dashboards and composite alarms are left to L1.

use stackwright_cfn::cloudwatch as l1;
use stackwright_cfn::cloudwatch::alarm as types;
use stackwright_core::{Arn, Construct, Scope, Value};

use super::logged_errors::LoggedErrors;

/// Whether a construct declares the alarms that belong to it, and whom they tell.
#[derive(Clone, Debug, Default)]
pub enum Alarms {
    /// They change state, which the console shows, and tell nobody.
    #[default]
    Silent,
    /// They tell this SNS topic.
    Tell(Value<Arn>),
    /// None are declared.
    None,
}

/// An alarm that rises when the metric reaches the threshold in one period.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// What it means when it rises.
    pub description: String,
    /// `AWS/Lambda`.
    pub namespace: Value<String>,
    /// `Errors`.
    pub metric: Value<String>,
    /// What becomes of the values of a period.
    pub statistic: types::Statistic,
    /// The names and values of the dimensions that pick the resource.
    pub dimensions: Vec<(&'static str, Value<String>)>,
    /// It rises at this value and above.
    pub threshold: u32,
    /// How many periods of a minute must be over the threshold.
    pub minutes: u32,
}

impl Alarm {
    /// Errors of a function: one within a minute is enough.
    pub(crate) fn function_errors(function: Value<String>) -> Self {
        Self {
            description: "The function failed".into(),
            namespace: "AWS/Lambda".into(),
            metric: "Errors".into(),
            statistic: types::Statistic::Sum,
            dimensions: vec![("FunctionName", function)],
            threshold: 1,
            minutes: 1,
        }
    }

    /// Errors that a function logs although it answers: what [`LoggedErrors`] counts.
    pub(crate) fn logged_errors(count: LoggedErrors) -> Self {
        Self {
            description: "The function has logged an error".into(),
            namespace: count.namespace,
            metric: count.metric,
            statistic: types::Statistic::Sum,
            dimensions: Vec::new(),
            threshold: 1,
            minutes: 1,
        }
    }

    /// Requests to a function's URL that were answered with 500 and above, by the function or before it ran.
    pub(crate) fn url_failures(function: Value<String>) -> Self {
        Self {
            description: "Requests to the function's URL failed".into(),
            namespace: "AWS/Lambda".into(),
            metric: "Url5xxCount".into(),
            statistic: types::Statistic::Sum,
            dimensions: vec![("FunctionName", function)],
            threshold: 1,
            minutes: 1,
        }
    }

    /// Requests to a GraphQL API that AppSync could not answer.
    pub(crate) fn graphql_failures(api: Value<String>) -> Self {
        Self {
            description: "Requests to the GraphQL API failed".into(),
            namespace: "AWS/AppSync".into(),
            metric: "5XXError".into(),
            statistic: types::Statistic::Sum,
            dimensions: vec![("GraphQLAPIId", api)],
            threshold: 1,
            minutes: 1,
        }
    }

    /// The age of the oldest stream record a function has not finished, in milliseconds.
    pub(crate) fn iterator_age(function: Value<String>) -> Self {
        Self {
            description: "Stream records wait for more than a minute".into(),
            namespace: "AWS/Lambda".into(),
            metric: "IteratorAge".into(),
            statistic: types::Statistic::Maximum,
            dimensions: vec![("FunctionName", function)],
            threshold: 60_000,
            minutes: 5,
        }
    }

    /// Anything in a queue that should be empty.
    pub(crate) fn waiting_messages(queue: Value<String>) -> Self {
        Self {
            description: "Records that could not be handled wait in the failure queue".into(),
            namespace: "AWS/SQS".into(),
            metric: "ApproximateNumberOfMessagesVisible".into(),
            statistic: types::Statistic::Maximum,
            dimensions: vec![("QueueName", queue)],
            threshold: 1,
            minutes: 1,
        }
    }

    /// Requests to a REST API that were answered with 500 and above, whatever the function behind it may have thought.
    pub(crate) fn failed_requests(api: Value<String>, stage: Value<String>) -> Self {
        Self {
            description: "Requests to the API failed".into(),
            namespace: "AWS/ApiGateway".into(),
            metric: "5XXError".into(),
            statistic: types::Statistic::Sum,
            dimensions: vec![("ApiName", api), ("Stage", stage)],
            threshold: 1,
            minutes: 1,
        }
    }

    /// Messages to a WebSocket API for which it could not run a function. Its other metric of errors, `IntegrationError`,
    /// counts what functions refuse too, which any client can cause.
    pub(crate) fn unhandled_messages(api: Value<String>, stage: Value<String>) -> Self {
        Self {
            description: "The API could not run the functions of its routes".into(),
            namespace: "AWS/ApiGateway".into(),
            metric: "ExecutionError".into(),
            statistic: types::Statistic::Sum,
            dimensions: vec![("ApiId", api), ("Stage", stage)],
            threshold: 1,
            minutes: 1,
        }
    }

    fn resource(self) -> l1::Alarm {
        let dimensions = self.dimensions.into_iter().map(|(name, value)| types::Dimension::new(name, value));
        let dimensions: Vec<_> = dimensions.collect();
        let alarm = l1::Alarm::new()
            .alarm_description(self.description)
            .namespace(self.namespace)
            .metric_name(self.metric);
        let alarm = if dimensions.is_empty() { alarm } else { alarm.dimensions(dimensions) };
        alarm
            .statistic(self.statistic)
            .period(60)
            .evaluation_periods(self.minutes)
            .comparison_operator(types::ComparisonOperator::GreaterThanOrEqualToThreshold)
            .threshold(self.threshold)
            .treat_missing_data(types::TreatMissingData::NotBreaching)
    }
}

impl Construct for Alarm {
    type Handle = l1::AlarmHandle;

    fn declare(self, scope: &mut Scope<'_>) -> l1::AlarmHandle {
        self.resource().declare(scope)
    }
}

impl Alarms {
    /// Declares an alarm as a part of the scope, if alarms are wanted.
    pub(crate) fn declare(&self, scope: &mut Scope<'_>, name: &'static str, alarm: Alarm) {
        match self {
            Self::None => {}
            Self::Silent => {
                scope.part(name, alarm);
            }
            Self::Tell(topic) => {
                scope.part(name, alarm.resource().alarm_actions([Value::<String>::from(topic.clone())]));
            }
        }
    }
}
