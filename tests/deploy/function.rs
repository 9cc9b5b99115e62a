//! What is expected of every function, asked of Lambda, IAM and CloudWatch Logs.

use std::collections::BTreeSet;
use std::env::consts::ARCH;

use serde_json::{Value, json};

use crate::holds::holds;
use crate::role;
use crate::stack::Stack;

/// What writing logs and traces takes; every function has it beside its own grants.
const BASIC: [&str; 4] =
    ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"];

/// A function by its logical id, and what it is to be.
pub(crate) struct Expected<'e> {
    pub(crate) id: &'e str,
    pub(crate) timeout: u32,
    pub(crate) variables: Value,
    /// Actions and the ARNs they are allowed on.
    pub(crate) grants: Vec<(&'e str, String)>,
}

impl Expected<'_> {
    #[track_caller]
    pub(crate) fn check(&self, stack: &Stack<'_>) {
        self.check_configuration(stack);
        self.check_role(stack);
    }

    #[track_caller]
    fn check_configuration(&self, stack: &Stack<'_>) {
        let logs = stack.physical(&format!("{}Logs", self.id));
        let configuration =
            stack.ask(&["lambda", "get-function-configuration", "--function-name", stack.physical(self.id)]);
        let expected = json!({
            "Runtime": "provided.al2023",
            "Architectures": [if ARCH == "aarch64" { "arm64" } else { ARCH }],
            "MemorySize": 256,
            "Timeout": self.timeout,
            "TracingConfig": { "Mode": "Active" },
            "LoggingConfig": { "LogFormat": "JSON", "LogGroup": logs },
            "State": "Active",
        });
        holds(&configuration, &expected);
        assert_eq!(configuration["Environment"]["Variables"], self.variables, "environment of {}", self.id);
        let group = stack.ask(&["logs", "describe-log-groups", "--log-group-name-prefix", logs]);
        holds(&group, &json!({ "logGroups": [{ "logGroupName": logs, "retentionInDays": 30 }] }));
    }

    #[track_caller]
    fn check_role(&self, stack: &Stack<'_>) {
        role::check(stack, &format!("{}Role", self.id), &self.allowed(stack));
    }

    fn allowed(&self, stack: &Stack<'_>) -> BTreeSet<(String, String)> {
        let logs = log_group_arn(stack.physical(&format!("{}Logs", self.id)));
        let basic = BASIC.map(|action| {
            let resource = if action.starts_with("xray:") { "*".to_owned() } else { logs.clone() };
            (action.to_owned(), resource)
        });
        let own = self.grants.iter().map(|(action, resource)| ((*action).to_owned(), resource.clone()));
        own.chain(basic).collect()
    }
}

fn log_group_arn(name: &str) -> String {
    format!("arn:aws:logs:us-east-1:000000000000:log-group:{name}:*")
}
