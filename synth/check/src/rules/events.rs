//! Event rules: their schedules, targets and the queues they send to.
//!
//! Source: [PutRule](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html) and
//! [dead-letter queues](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html). What a pattern may
//! hold is the concern of `event_pattern`, who may run a function that of `invocation`.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{event_pattern, given, queue_policy, sqs};
use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;

const PRINCIPAL: &str = "events.amazonaws.com";

/// Every rule.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.of_type("AWS::Events::Rule") {
        let mut rule = Rule { id, index, findings };
        rule.schedule(resource);
        rule.pattern(resource);
        rule.targets(resource);
    }
}

struct Rule<'i, 't, 'f> {
    id: LogicalId,
    index: &'i Index<'t>,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Rule<'_, 't, '_> {
    fn report(&mut self, place: &str, message: String, hint: &str) {
        let finding = Finding::of_resource(self.id, format!("Properties.{place}"), message);
        self.findings.push(finding.maybe_hint(Some(hint.to_owned()).filter(|hint| !hint.is_empty())));
    }

    fn schedule(&mut self, resource: &Resource) {
        let bus = given(resource, "EventBusName").and_then(|bus| self.index.referred(bus));
        if let (Some((bus, _)), Some(_)) = (bus, given(resource, "ScheduleExpression")) {
            let message = format!("`{}` has a schedule, but is on the bus `{bus}`", self.id);
            let hint = "schedules are for the account's default bus: leave out EventBusName";
            self.report("ScheduleExpression", message, hint);
        }
    }

    fn pattern(&mut self, resource: &Resource) {
        let Some(pattern) = given(resource, "EventPattern") else { return };
        let entry = EntryKind::Resource.entry(self.id);
        event_pattern::of_rule(
            entry,
            pattern,
            &Place::Start("Properties").field("EventPattern"),
            self.findings,
        );
    }

    fn targets(&mut self, resource: &'t Resource) {
        let targets = given(resource, "Targets").and_then(Expr::as_list).unwrap_or_default();
        for (at, target) in targets.iter().enumerate() {
            let id = target.field("Id").and_then(Expr::as_text);
            if let Some(id) =
                id.filter(|_| targets[..at].iter().any(|one| one.field("Id") == target.field("Id")))
            {
                let message = format!("two targets of `{}` have the Id {id:?}", self.id);
                self.report(&format!("Targets[{at}].Id"), message, "the last one would replace the others");
            }
            self.queue(at, target);
            self.dead_letters(at, target);
        }
    }

    fn queue(&mut self, at: usize, target: &'t Expr) {
        let Some((queue, properties)) = self.queue_of(target.field("Arn")) else { return };
        let group = target.field("SqsParameters").and_then(|parameters| parameters.field("MessageGroupId"));
        if sqs::fifo(properties) == Some(true) && group.is_none() {
            let message =
                format!("`{queue}` is a FIFO queue, but `{}` names no group for its messages", self.id);
            self.report(&format!("Targets[{at}]"), message, "set SqsParameters.MessageGroupId");
        }
        // With a role EventBridge acts as that, and the queue need not know it.
        if target.field("RoleArn").is_none() {
            self.permission(&format!("Targets[{at}].Arn"), queue);
        }
    }

    fn dead_letters(&mut self, at: usize, target: &'t Expr) {
        let arn = target.field("DeadLetterConfig").and_then(|config| config.field("Arn"));
        let Some((queue, properties)) = self.queue_of(arn) else { return };
        let place = format!("Targets[{at}].DeadLetterConfig.Arn");
        if sqs::fifo(properties) == Some(true) {
            let message = format!("`{queue}` is a FIFO queue: EventBridge cannot put dead letters there");
            self.report(&place, message, "use a standard queue");
        }
        self.permission(&place, queue);
    }

    fn queue_of(&self, arn: Option<&Expr>) -> Option<(LogicalId, &'t Resource)> {
        self.index.referred(arn?).filter(|(_, target)| target.kind == "AWS::SQS::Queue")
    }

    /// Without it EventBridge sends nothing there, and tells nobody.
    fn permission(&mut self, place: &str, queue: LogicalId) {
        if queue_policy::permits(self.index, queue, PRINCIPAL, self.id) {
            return;
        }
        let id = self.id;
        let message =
            format!("`{id}` sends to `{queue}`, but nothing permits {PRINCIPAL} to do so from there");
        let hint = format!(
            "add an AWS::SQS::QueuePolicy for `{queue}` that allows {PRINCIPAL} sqs:SendMessage if aws:SourceArn is !GetAtt {id}.Arn"
        );
        self.report(place, message, &hint);
    }
}
