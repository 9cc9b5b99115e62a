//! A program whose stacks are wrong in many ways: what `synth` says of it is a transcript in the tests.

use std::process::ExitCode;

use stackwright::cfn::dynamodb::{self, table};
use stackwright::prelude::*;

fn documents(stack: &mut Scope<'_>) {
    let key = table::KeySchema::new("user_id", table::KeyType::Hash);
    stack.add(
        "Documents",
        dynamodb::Table::new([key])
            .attribute_definitions([table::AttributeDefinition::new("id", table::AttributeType::S)])
            .billing_mode(table::BillingMode::PayPerRequest),
    );
    let api = stack.add("Api", WebSocketApi::new("prod").without_access_logs());
    stack.add("Join", Function::new("no-such-handler").on(api.route("$connect")));
    stack.add("Enter", Function::new("no-such-handler").timeout(901).on(api.route("$connect")));
    stack.add("join", Queue::new());
    stack.add("Url", Output::new(stackwright::Expr::reference("Apj")));
}

fn main() -> ExitCode {
    stackwright_cli::main(&[Stack::new("Documents", documents)])
}
