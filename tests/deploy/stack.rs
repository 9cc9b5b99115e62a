//! [`Stack`]: one of our stacks, brought into a cloud as the README tells a user to, and what is known of it there.
//!
//! What is deployed is a copy without what ministack cannot work with (see [`ADAPT`]), and otherwise the template as it
//! was packaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::cloud::Cloud;
use crate::tools::{output, tool};

const BUCKET: &str = "deployment-assets";
const PAUSE: Duration = Duration::from_millis(200);
const COMPLETE_WITHIN: Duration = Duration::from_secs(180);

/// Reads a template as the AWS CLI does.
const READ: &str = "
import json, sys
from awscli.customizations.cloudformation.yamlhelper import yaml_parse
json.dump(yaml_parse(open(sys.argv[1], encoding='utf-8').read()), sys.stdout)
";

/// Writes a copy of a packaged template without what ministack cannot work with:
///
/// - the denials in bucket policies. There is one, of requests over plain HTTP, and ministack, which speaks nothing
///   else, would refuse every request by it;
/// - resources of the type `AWS::ApiGatewayV2::RouteResponse`, which it does not know, and refuses;
/// - the attribute `RealtimeUrl` of a GraphQL API, which it does not know either: [`REALTIME`] stands in its place.
const ADAPT: &str = "
import sys
from awscli.customizations.cloudformation.yamlhelper import yaml_dump, yaml_parse

def adapted(value):
    if isinstance(value, dict):
        attribute = value.get('Fn::GetAtt')
        if attribute and (attribute if isinstance(attribute, list) else attribute.split('.'))[-1] == 'RealtimeUrl':
            return sys.argv[3]
        return {key: adapted(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [adapted(entry) for entry in value]
    return value

template = adapted(yaml_parse(open(sys.argv[1], encoding='utf-8').read()))
resources = template['Resources']
for name in [name for name, one in resources.items() if one['Type'] == 'AWS::ApiGatewayV2::RouteResponse']:
    del resources[name]
for resource in resources.values():
    if resource['Type'] == 'AWS::S3::BucketPolicy':
        document = resource['Properties']['PolicyDocument']
        document['Statement'] = [one for one in document['Statement'] if one['Effect'] != 'Deny']
open(sys.argv[2], 'w', encoding='utf-8').write(yaml_dump(template))
";

/// Where subscriptions would be, see [`ADAPT`].
pub(crate) const REALTIME: &str = "wss://realtime.invalid/graphql";

/// All stacks with their real handlers, built once for all tests of this run, as a user builds them. Cargo's `dev`
/// profile would save a third of the time, if nobody ever ran `synth`: what is built here, `synth` need not build.
static SYNTHESISED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy/cdk.out");
    let mut synth = Command::new(env!("CARGO_BIN_EXE_stackwright-systems"));
    synth.args(["synth", "--out"]).arg(&folder);
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

/// Synthesises, packages and deploys a stack, runs the check on it, deploys it once more and deletes it. These
/// tables outlive it, and no bucket does.
pub(crate) fn deployed(name: &str, kept: &[&str], check: impl FnOnce(&Stack<'_>)) {
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
    delete(&cloud, name);
    assert_eq!(cloud.ask(&["dynamodb", "list-tables"])["TableNames"], json!(kept));
    assert_eq!(cloud.ask(&["s3api", "list-buckets", "--query", "Buckets[].Name"]), json!([BUCKET]));
}

fn package(cloud: &Cloud, name: &str) -> PathBuf {
    let template = SYNTHESISED.join(format!("{name}.template.yaml"));
    let packaged = cloud.folder.join("packaged.yaml");
    output(cloud.cli().args(["s3", "mb", &format!("s3://{BUCKET}")]));
    let mut aws = cloud.cli();
    aws.args(["cloudformation", "package", "--s3-bucket", BUCKET, "--template-file"]).arg(template);
    output(aws.arg("--output-template-file").arg(&packaged));
    let adapted = cloud.folder.join("adapted.yaml");
    output(tool("python").arg("-c").arg(ADAPT).arg(&packaged).arg(&adapted).arg(REALTIME));
    adapted
}

fn deploy(cloud: &Cloud, name: &str, packaged: &Path) -> String {
    let mut aws = cloud.cli();
    aws.args(["cloudformation", "deploy", "--stack-name", name, "--capabilities", "CAPABILITY_IAM"]);
    aws.args(["--s3-bucket", BUCKET]);
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
        let stack = describe(cloud, name).unwrap_or_default();
        match stack["StackStatus"].as_str() {
            Some("CREATE_COMPLETE") => return stack,
            None | Some("CREATE_IN_PROGRESS" | "REVIEW_IN_PROGRESS") => sleep(PAUSE),
            Some(failed) => panic!("the stack is {failed}: {:#}", events(cloud, name)),
        }
    }
    panic!("the stack is not complete after {COMPLETE_WITHIN:?}");
}

fn delete(cloud: &Cloud, name: &str) {
    cloud.ask(&["cloudformation", "delete-stack", "--stack-name", name]);
    let started = Instant::now();
    while let Ok(stack) = describe(cloud, name) {
        match stack["StackStatus"].as_str() {
            Some("DELETE_COMPLETE") => return,
            Some("DELETE_FAILED") => panic!("the stack is not deleted: {:#}", events(cloud, name)),
            _ => sleep(PAUSE),
        }
        assert!(started.elapsed() < COMPLETE_WITHIN, "the stack is not deleted after {COMPLETE_WITHIN:?}");
    }
}

fn describe(cloud: &Cloud, name: &str) -> Result<Value, String> {
    let answer = cloud.try_to_ask(&["cloudformation", "describe-stacks", "--stack-name", name])?;
    Ok(answer["Stacks"][0].clone())
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
