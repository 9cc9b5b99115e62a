//! What typed resources put into a template.
#![allow(clippy::unwrap_used)]

use stackwright_cfn::dynamodb::{Table, table};
use stackwright_cfn::lambda::{Function, Permission, function};
use stackwright_cfn::sqs::{Queue, QueueHandle, queue};
use stackwright_cfn::{Tag, cloudformation};
use stackwright_core::{Arn, Expr, LogicalId, Resource, Value, declare};

fn check(resource: impl Resource, expected: &[(&'static str, Expr)]) {
    let fields = resource.into_props().into_fields();
    let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
    assert_eq!(fields, expected);
}

#[test]
fn properties_stand_in_the_order_set() {
    let keys = [table::KeySchema::new("id", table::KeyType::Hash)];
    let key = Expr::map([("AttributeName", "id"), ("KeyType", "HASH")]);
    check(
        Table::new(keys).table_name("notes").billing_mode(table::BillingMode::PayPerRequest),
        &[
            ("KeySchema", Expr::list([key])),
            ("TableName", "notes".into()),
            ("BillingMode", "PAY_PER_REQUEST".into()),
        ],
    );
}

#[test]
fn a_property_set_twice_keeps_its_place() {
    check(
        Queue::new().queue_name("a").delay_seconds(1).queue_name("b"),
        &[("QueueName", "b".into()), ("DelaySeconds", 1.into())],
    );
}

#[test]
fn objects_lists_maps_and_tags_nest() {
    let variables = Expr::map([("TABLE_NAME", "notes")]);
    check(
        Function::new(function::Code::new().zip_file("exit"), Value::<Arn>::arn("arn:aws:iam::1:role/r"))
            .architectures([function::Architecture::Arm64])
            .environment(function::Environment::new().variables([("TABLE_NAME", "notes")]))
            .tags([Tag::new("team", "blue")]),
        &[
            ("Code", Expr::map([("ZipFile", "exit")])),
            ("Role", "arn:aws:iam::1:role/r".into()),
            ("Architectures", Expr::list(["arm64"])),
            ("Environment", Expr::map([("Variables", variables)])),
            ("Tags", Expr::list([Expr::map([("Key", "team"), ("Value", "blue")])])),
        ],
    );
}

#[test]
fn values_newer_than_the_facts_are_written_as_they_are() {
    check(
        Queue::new().deduplication_scope(queue::DeduplicationScope::Other("account".to_owned())),
        &[("DeduplicationScope", "account".into())],
    );
    check(Queue::new().raw("Colour", "blue"), &[("Colour", "blue".into())]);
}

#[test]
fn handles_give_references_and_attributes() {
    let queue = QueueHandle::from(LogicalId::new("Failures"));
    assert_eq!(queue.reference().into_expr(), Expr::reference("Failures"));
    let arn: Value<Arn> = queue.arn();
    assert_eq!(arn.into_expr(), Expr::GetAtt(LogicalId::new("Failures"), "Arn".into()));
    assert_eq!(LogicalId::from(queue), LogicalId::new("Failures"));
}

#[test]
fn a_nested_attribute_is_one_function() {
    let function = stackwright_cfn::lambda::FunctionHandle::from(LogicalId::new("F"));
    let expected = Expr::GetAtt(LogicalId::new("F"), "SnapStartResponse.ApplyOn".into());
    assert_eq!(function.snap_start_response_apply_on().into_expr(), expected);
}

#[test]
fn a_declared_resource_gives_its_handle() {
    let declared = declare("Demo", |stack| {
        let queue = stack.add("Failures", Queue::new());
        stack.add(
            "Allow",
            Permission::new("lambda:InvokeFunction", "f", "sqs.amazonaws.com").source_arn(queue.arn()),
        );
    });
    assert!(declared.template.resources.ids().eq(["Failures".into(), "Allow".into()]));
}

#[test]
fn types_know_what_they_are() {
    assert_eq!((Table::TYPE, Table::STATEFUL), ("AWS::DynamoDB::Table", true));
    assert_eq!((Function::TYPE, Function::STATEFUL), ("AWS::Lambda::Function", false));
}

/// `WaitCondition` must not take the name of `WaitConditionHandle`, a type of its own.
#[test]
fn a_handle_makes_room_for_a_type() {
    let condition = cloudformation::WaitConditionResourceHandle::from(LogicalId::new("C"));
    assert_eq!(condition.reference().into_expr(), Expr::reference("C"));
    assert_eq!(cloudformation::WaitConditionHandle::TYPE, "AWS::CloudFormation::WaitConditionHandle");
}
