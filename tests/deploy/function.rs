//! What is expected of every function, asked of Lambda, IAM and CloudWatch Logs.

use std::collections::BTreeSet;
use std::env::consts::ARCH;

use serde_json::{Value, json};

use crate::holds::holds;
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

    /// Its role lets it do what it was granted and nothing else: no other policy, no action with a `*`, and `*`
    /// as a resource for the traces only, whose actions know no resources.
    #[track_caller]
    fn check_role(&self, stack: &Stack<'_>) {
        let role = stack.physical(&format!("{}Role", self.id));
        let attached = stack.ask(&["iam", "list-attached-role-policies", "--role-name", role]);
        assert_eq!(attached["AttachedPolicies"], json!([]), "attached to {role}");
        let names = stack.ask(&["iam", "list-role-policies", "--role-name", role]);
        let [name] = names["PolicyNames"].as_array().expect("a list").as_slice() else {
            panic!("{role} has not one policy: {names}");
        };
        let name = name.as_str().expect("a name");
        let policy = stack.ask(&["iam", "get-role-policy", "--role-name", role, "--policy-name", name]);
        assert_eq!(allowed(&policy["PolicyDocument"]), self.allowed(stack), "what {} may do", self.id);
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

/// The pairs of action and resource that a policy allows.
#[track_caller]
fn allowed(document: &Value) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for statement in document["Statement"].as_array().expect("statements") {
        assert_eq!(statement["Effect"], "Allow", "{statement}");
        for action in texts(&statement["Action"]) {
            pairs
                .extend(texts(&statement["Resource"]).into_iter().map(|resource| (action.clone(), resource)));
        }
    }
    pairs
}

/// A text, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}
