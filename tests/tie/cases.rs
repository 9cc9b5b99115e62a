//! The tie itself: that it finds what it is there to find.
//!
//! Functions of a small stack, against a documentation that stands here.

use stackwright::prelude::*;
use stackwright::{Expr, Template, declare};

use crate::differences;

const SOURCE: &str = "
    //! | action | on |
    //! |---|---|
    //! | `dynamodb:UpdateItem` | `TABLE_NAME` |
    //! | `dynamodb:Query` | index `ByTitle` of `TABLE_NAME` |
";

/// What the function under test may be given.
struct Demo {
    notes: TableHandle,
    others: TableHandle,
    changes: Changes,
    jobs: QueueHandle,
    bus: EventBusHandle,
}

impl Demo {
    fn declare(stack: &mut Scope<'_>) -> Demo {
        let table = || Table::new(string("id"));
        let (notes, changes) = stack.add("Notes", table().streaming(View::NewImage));
        Demo {
            notes,
            changes,
            others: stack.add("Others", table()),
            jobs: stack.add("Jobs", Queue::new()),
            bus: stack.add("Bus", EventBus::new()),
        }
    }

    /// A function that is told the table and may do what it documents.
    fn exact(&self) -> Function {
        function(self.notes).allow(self.notes.update()).allow(self.notes.index("ByTitle").query())
    }
}

fn function(told: TableHandle) -> Function {
    Function::new("any").env("TABLE_NAME", told.name())
}

fn template(wire: impl FnOnce(&Demo) -> Function) -> Template {
    let declared = declare("Demo", |stack| {
        let demo = Demo::declare(stack);
        let function = wire(&demo);
        stack.add("Handler", function);
    });
    declared.template
}

#[track_caller]
fn check_in(template: &Template, expected: &[&str]) {
    let function = crate::Function { template, id: "Handler".into() };
    assert_eq!(differences(&function, SOURCE), expected);
}

#[track_caller]
fn check(wire: impl FnOnce(&Demo) -> Function, expected: &[&str]) {
    check_in(&template(wire), expected);
}

#[test]
fn what_is_documented_and_granted_ties() {
    check(Demo::exact, &[]);
}

#[test]
fn a_grant_that_nothing_uses_is_told() {
    check(
        |demo| demo.exact().allow(demo.notes.get()),
        &["dynamodb:GetItem on Notes: granted, not documented"],
    );
    check(|demo| demo.exact().allow(demo.bus.put()), &["events:PutEvents on Bus: granted, not documented"]);
}

#[test]
fn a_call_without_a_grant_is_told() {
    check(
        |demo| function(demo.notes).allow(demo.notes.update()),
        &["dynamodb:Query on index ByTitle of Notes: documented, not granted"],
    );
}

#[test]
fn a_grant_on_another_table_is_told() {
    check(
        |demo| demo.exact().allow(demo.others.update()),
        &["dynamodb:UpdateItem on Others: granted, not documented"],
    );
    check(
        |demo| function(demo.others).allow(demo.notes.update()).allow(demo.others.index("ByTitle").query()),
        &[
            "dynamodb:UpdateItem on Others: documented, not granted",
            "dynamodb:UpdateItem on Notes: granted, not documented",
        ],
    );
}

#[test]
fn an_index_is_neither_its_table_nor_another_index() {
    let documented = "dynamodb:Query on index ByTitle of Notes: documented, not granted";
    let update = |demo: &Demo| function(demo.notes).allow(demo.notes.update());
    check(
        |demo| update(demo).allow(demo.notes.query()),
        &[documented, "dynamodb:Query on Notes: granted, not documented"],
    );
    check(
        |demo| update(demo).allow(demo.notes.index("ByAge").query()),
        &[documented, "dynamodb:Query on index ByAge of Notes: granted, not documented"],
    );
    check(
        |demo| update(demo).allow(demo.notes.index("*").query()),
        &[documented, "dynamodb:Query on index * of Notes: granted, not documented"],
    );
}

#[test]
fn wide_actions_and_resources_are_told() {
    check(
        |demo| demo.exact().allow(Grant::new(["dynamodb:*"], demo.notes.arn())),
        &["dynamodb:* on Notes: granted, not documented"],
    );
    check(
        |demo| demo.exact().allow(Grant::anywhere(["dynamodb:UpdateItem"])),
        &["dynamodb:UpdateItem on `*`: granted, not documented"],
    );
}

#[test]
fn a_grant_under_a_condition_is_another() {
    let told = template(|demo| {
        let secure = demo.notes.update().only_if("Bool", "aws:SecureTransport", "true");
        function(demo.notes).allow(secure).allow(demo.notes.index("ByTitle").query())
    });
    let function = crate::Function { template: &told, id: "Handler".into() };
    let differences = differences(&function, SOURCE);
    assert_eq!(differences[0], "dynamodb:UpdateItem on Notes: documented, not granted");
    assert!(differences[1].contains("SecureTransport"), "{differences:?}");
}

#[test]
fn a_function_that_is_not_told_its_table_is_told_of() {
    check(
        |demo| Function::new("any").allow(demo.notes.update()).allow(demo.notes.index("ByTitle").query()),
        &[
            "dynamodb:Query on index ByTitle of TABLE_NAME: documented, not granted",
            "dynamodb:UpdateItem on TABLE_NAME: documented, not granted",
            "dynamodb:Query on index ByTitle of Notes: granted, not documented",
            "dynamodb:UpdateItem on Notes: granted, not documented",
        ],
    );
}

#[test]
fn what_lambda_does_for_a_trigger_needs_no_documentation() {
    check(
        |demo| {
            let pattern = EventPattern::source("shop");
            demo.exact()
                .on(demo.changes.inserted())
                .on(demo.jobs.messages())
                .on(demo.bus.events(pattern.detail_type("Order Placed")))
        },
        &[],
    );
}

#[test]
fn what_lambda_would_do_for_a_trigger_that_is_not_there_is_told() {
    check(|demo| demo.exact().allow(demo.jobs.send()), &["sqs:SendMessage on Jobs: granted, not documented"]);
    let stream = Grant::new(["dynamodb:GetRecords"], Value::from_expr(attribute("Notes", "StreamArn")));
    check(
        |demo| demo.exact().allow(stream),
        &["dynamodb:GetRecords on stream of Notes: granted, not documented"],
    );
}

#[test]
fn what_lambda_needs_and_may_not_is_told() {
    let mut template = template(|demo| demo.exact().on(demo.jobs.messages()));
    let policy = template.resources.get_mut("HandlerPolicy".into()).unwrap();
    let statements = policy.property("PolicyDocument").unwrap().field("Statement").unwrap();
    let jobs = attribute("Jobs", "Arn");
    let others =
        statements.as_list().unwrap().iter().filter(|statement| statement.field("Resource") != Some(&jobs));
    let document = Expr::map([("Statement", Expr::list(others.cloned()))]);
    policy.set_property("PolicyDocument", document);
    check_in(
        &template,
        &[
            "sqs:DeleteMessage on Jobs: needed by Lambda, not granted",
            "sqs:GetQueueAttributes on Jobs: needed by Lambda, not granted",
            "sqs:ReceiveMessage on Jobs: needed by Lambda, not granted",
        ],
    );
}

#[test]
#[should_panic(expected = "`ManagedPolicyArns` of HandlerRole would not be compared")]
fn what_a_role_may_besides_its_policies_is_told() {
    let mut template = template(Demo::exact);
    let role = template.resources.get_mut("HandlerRole".into()).unwrap();
    role.set_property("ManagedPolicyArns", Expr::list(["arn:aws:iam::aws:policy/AdministratorAccess"]));
    check_in(&template, &[]);
}

fn attribute(id: &str, name: &'static str) -> Expr {
    Expr::GetAtt(id.into(), name.into())
}
