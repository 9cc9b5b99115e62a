//! [`Stack`]: one of our stacks, brought into a cloud as the README tells a user to, and what is known of it there.
//!
//! It changes nothing in a template. Were there a resource type that ministack does not know, it would be taken
//! out of a copy here, by name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::cloud::Cloud;
use crate::tools::{output, tool};

const BUCKET: &str = "deployment-assets";
const COMPLETE_WITHIN: Duration = Duration::from_secs(180);

/// Reads a template as the AWS CLI does.
const READ: &str = "
import json, sys
from awscli.customizations.cloudformation.yamlhelper import yaml_parse
json.dump(yaml_parse(open(sys.argv[1], encoding='utf-8').read()), sys.stdout)
";

/// All stacks with their real handlers, built once for all tests of this run. In cargo's `dev` profile, which is
/// the one the handlers' own tests are built in.
static SYNTHESISED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy/cdk.out");
    let mut synth = Command::new(env!("CARGO_BIN_EXE_stackwright-systems"));
    synth.args(["synth", "--profile", "dev", "--out"]).arg(&folder);
    output(synth.current_dir(env!("CARGO_MANIFEST_DIR")));
    folder
});

/// A stack that is deployed.
pub(crate) struct Stack<'c> {
    pub(crate) cloud: &'c Cloud,
    /// Physical ids by logical id.
    resources: Map<String, Value>,
    outputs: Map<String, Value>,
    template: Value,
}

/// Synthesises, packages and deploys a stack, runs the check on it, and deploys once more.
pub(crate) fn deployed(name: &str, check: impl FnOnce(&Stack<'_>)) {
    let cloud = Cloud::start(name);
    let packaged = package(&cloud, name);
    thread::scope(|scope| {
        // The CLI looks every 30 seconds whether the stack is complete, so the check does not wait for it.
        let deploying = scope.spawn(|| deploy(&cloud, name, &packaged));
        check(&Stack::once_complete(&cloud, name, &packaged));
        let said = deploying.join().expect("the stack is deployed");
        assert!(said.contains("Successfully created/updated stack"), "{said}");
    });
    let again = deploy(&cloud, name, &packaged);
    assert!(again.contains("No changes to deploy"), "{again}");
}

fn package(cloud: &Cloud, name: &str) -> PathBuf {
    let template = SYNTHESISED.join(format!("{name}.template.yaml"));
    let packaged = cloud.folder.join("packaged.yaml");
    output(cloud.cli().args(["s3", "mb", &format!("s3://{BUCKET}")]));
    let mut aws = cloud.cli();
    aws.args(["cloudformation", "package", "--s3-bucket", BUCKET, "--template-file"]).arg(template);
    output(aws.arg("--output-template-file").arg(&packaged));
    packaged
}

fn deploy(cloud: &Cloud, name: &str, packaged: &Path) -> String {
    let mut aws = cloud.cli();
    aws.args(["cloudformation", "deploy", "--stack-name", name, "--capabilities", "CAPABILITY_IAM"]);
    output(aws.arg("--no-fail-on-empty-changeset").arg("--template-file").arg(packaged))
}

impl<'c> Stack<'c> {
    fn once_complete(cloud: &'c Cloud, name: &str, packaged: &Path) -> Self {
        let stack = wait_until_complete(cloud, name);
        let resources = cloud.ask(&["cloudformation", "describe-stack-resources", "--stack-name", name]);
        let template = output(tool("python").arg("-c").arg(READ).arg(packaged));
        Self {
            cloud,
            resources: pairs(&resources["StackResources"], "LogicalResourceId", "PhysicalResourceId"),
            outputs: pairs(&stack["Outputs"], "OutputKey", "OutputValue"),
            template: serde_json::from_str(&template).expect("python writes JSON"),
        }
    }

    /// What the AWS CLI answers to a command.
    #[track_caller]
    pub(crate) fn ask(&self, command: &[&str]) -> Value {
        self.cloud.ask(command)
    }

    /// What a function answers to an event.
    #[track_caller]
    pub(crate) fn invoke(&self, id: &str, event: &Value) -> Value {
        let answer = self.cloud.folder.join("answer.json");
        let mut aws = self.cloud.cli();
        aws.args(["lambda", "invoke", "--function-name", self.physical(id), "--payload", &event.to_string()]);
        let said = output(aws.arg(&answer));
        let answer = fs::read_to_string(answer).expect("the answer is written");
        assert!(!said.contains("FunctionError"), "`{id}` failed: {answer}");
        serde_json::from_str(&answer).expect("the answer is JSON")
    }

    /// The physical id of a resource.
    #[track_caller]
    pub(crate) fn physical(&self, id: &str) -> &str {
        let known = self.resources.get(id).and_then(Value::as_str);
        known
            .unwrap_or_else(|| panic!("no resource `{id}` is deployed; there are {:?}", ids(&self.resources)))
    }

    /// An output.
    #[track_caller]
    pub(crate) fn output(&self, key: &str) -> &str {
        let known = self.outputs.get(key).and_then(Value::as_str);
        known.unwrap_or_else(|| panic!("there is no output `{key}`, but {:?}", ids(&self.outputs)))
    }

    /// What the deployed template says of a resource. Only for properties that ministack forgets: where a service
    /// can be asked, it is asked.
    #[track_caller]
    pub(crate) fn declared(&self, id: &str) -> &Value {
        let resource = &self.template["Resources"][id];
        assert!(resource.is_object(), "the template has no resource `{id}`");
        &resource["Properties"]
    }
}

fn wait_until_complete(cloud: &Cloud, name: &str) -> Value {
    let started = Instant::now();
    while started.elapsed() < COMPLETE_WITHIN {
        // Refused until the CLI has made its change set.
        if let Ok(answer) = cloud.try_to_ask(&["cloudformation", "describe-stacks", "--stack-name", name]) {
            match answer["Stacks"][0]["StackStatus"].as_str().unwrap_or_default() {
                "CREATE_COMPLETE" => return answer["Stacks"][0].clone(),
                "CREATE_IN_PROGRESS" | "REVIEW_IN_PROGRESS" => {}
                failed => panic!("the stack is {failed}: {:#}", events(cloud, name)),
            }
        }
        sleep(Duration::from_millis(200));
    }
    panic!("the stack is not complete after {COMPLETE_WITHIN:?}");
}

fn events(cloud: &Cloud, name: &str) -> Value {
    let reasons =
        "StackEvents[?ResourceStatusReason].[LogicalResourceId,ResourceStatus,ResourceStatusReason]";
    cloud.ask(&["cloudformation", "describe-stack-events", "--stack-name", name, "--query", reasons])
}

/// The list as a map: one field of each item is the key, another the value.
fn pairs(list: &Value, key: &str, value: &str) -> Map<String, Value> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| Some((item[key].as_str()?.to_owned(), item[value].clone()))).collect()
}

fn ids(map: &Map<String, Value>) -> Vec<&String> {
    map.keys().collect()
}
