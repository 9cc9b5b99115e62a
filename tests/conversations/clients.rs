//! Clients that others wrote run unchanged: the AWS CLI, boto3, the SDK for JavaScript, gql and Amplify.
//!
//! They are given the endpoint and keys, as a user gives them, and nothing else. What they say to the systems stands in
//! `clients/`, but for the AWS CLI, which says it here. A client that is not installed fails its test.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};

use crate::cdk;
use crate::machine::Machine;
use crate::socket::Socket;
use crate::tools::{output, tool};

const STACKS: &[&str] = &["VisitorCounter", "Notifications", "Notes", "Agenda"];

/// One for all clients: the first starts it, the last stops it. They keep to rows and queues of their own.
static MACHINE: Mutex<Weak<Machine>> = Mutex::new(Weak::new());

fn machine(test: &str) -> Arc<Machine> {
    let mut shared = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let machine = Arc::new(Machine::start_with(test, STACKS, &["--template", cdk::TEMPLATE]));
        *shared = Arc::downgrade(&machine);
        machine
    })
}

#[test]
fn boto3() {
    let machine = machine("clients-boto3");
    for script in ["tables", "functions", "connections", "queues", "objects", "identities"] {
        python(script, &machine);
    }
}

#[test]
fn gql_subscribes_to_appsync() {
    python("agenda", &machine("clients-gql"));
}

#[test]
fn amplify_subscribes_to_appsync() {
    node("agenda", &machine("clients-amplify"));
}

#[test]
fn the_sdk_for_javascript() {
    node("tables", &machine("clients-javascript"));
}

#[test]
fn the_aws_cli() {
    let machine = machine("clients-aws-cli");
    let cli = Cli(&machine);
    cli.knows_who_it_is();
    cli.reads_a_table();
    cli.invokes_a_function();
    cli.sends_an_event_that_arrives_in_a_queue();
    cli.copies_files_to_a_bucket_and_back();
    cli.writes_to_a_socket();
}

/// Runs a script of `clients/`, which ends with an error if anything is not as it should be.
#[track_caller]
pub(crate) fn python(script: &str, machine: &Machine) {
    let ready = machine.folder.join("ready.json");
    output(tool("python").arg(path(&format!("{script}.py"))).arg(ready));
}

#[track_caller]
fn node(script: &str, machine: &Machine) {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/node/node_modules");
    assert!(packages.exists(), "the test packages of Node are missing, hint: run `cargo xtask test`");
    let ready = machine.folder.join("ready.json");
    output(Command::new("node").env("NODE_PATH", packages).arg(path(&format!("{script}.cjs"))).arg(ready));
}

fn path(script: &str) -> String {
    format!("{}/tests/conversations/clients/{script}", env!("CARGO_MANIFEST_DIR"))
}

/// The AWS CLI, told where to go by the variables that `local` prints.
struct Cli<'a>(&'a Machine);

impl Cli<'_> {
    #[track_caller]
    fn text(&self, arguments: &[&str]) -> String {
        let keys = &self.0.ready["credentials"];
        let mut aws = tool("aws");
        for name in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"] {
            aws.env_remove(name);
        }
        aws.env("AWS_ENDPOINT_URL", self.0.endpoint())
            .env("AWS_DEFAULT_REGION", self.0.ready["region"].as_str().unwrap())
            .env("AWS_ACCESS_KEY_ID", keys["accessKeyId"].as_str().unwrap())
            .env("AWS_SECRET_ACCESS_KEY", keys["secretAccessKey"].as_str().unwrap())
            // Whoever runs the tests may have settings for the real AWS.
            .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")]);
        output(aws.args(arguments).current_dir(&self.0.folder))
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let text = self.text(arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn knows_who_it_is(&self) {
        let me = self.json(&["sts", "get-caller-identity"]);
        assert_eq!(me["Arn"], "arn:aws:iam::000000000000:root");
    }

    fn reads_a_table(&self) {
        let table = self.0.output(cdk::STACK, "TableName");
        let item = json!({ "id": { "S": "from the CLI" }, "seen": { "S": "never" } });
        self.text(&["dynamodb", "put-item", "--table-name", &table, "--item", &item.to_string()]);
        let found = self.json(&["dynamodb", "scan", "--table-name", &table]);
        assert_eq!((&found["Count"], &found["Items"][0]["id"]), (&json!(1), &item["id"]));
    }

    fn invokes_a_function(&self) {
        let function = format!("--function-name={}", self.0.output(cdk::STACK, "FunctionName"));
        let event = json!({ "httpMethod": "GET", "pathParameters": { "id": "nothing" } });
        let payload = format!("--payload={event}");
        let invoked = self.json(&["lambda", "invoke", &function, &payload, "answer.json"]);
        assert_eq!((&invoked["StatusCode"], &invoked["FunctionError"]), (&json!(200), &Value::Null));
        let answer = fs::read(self.0.folder.join("answer.json")).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["statusCode"], 404);
    }

    fn sends_an_event_that_arrives_in_a_queue(&self) {
        let detail = json!({ "name": "lamp" });
        let entry = json!([{ "Source": "fixture", "DetailType": "Arrived", "Detail": detail.to_string() }]);
        let put = self.json(&["events", "put-events", "--entries", &entry.to_string()]);
        assert_eq!(put["FailedEntryCount"], 0);

        // Version 1 of the CLI has addresses of its own for queues, which only this option outdoes.
        let endpoint = format!("--endpoint-url={}", self.0.endpoint());
        let queue = format!("--queue-url={}", self.0.output(cdk::STACK, "ArrivalsUrl"));
        let received = self.json(&[&endpoint, "sqs", "receive-message", &queue, "--wait-time-seconds=10"]);
        let message = &received["Messages"][0];
        let event: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
        assert_eq!((&event["id"], &event["detail"]), (&put["Entries"][0]["EventId"], &detail));
        let handle = format!("--receipt-handle={}", message["ReceiptHandle"].as_str().unwrap());
        self.text(&[&endpoint, "sqs", "delete-message", &queue, &handle]);
    }

    fn copies_files_to_a_bucket_and_back(&self) {
        let bucket = format!("s3://{}", self.0.output(cdk::STACK, "BucketName"));
        fs::write(self.0.folder.join("lamp.txt"), "bright").unwrap();
        self.text(&["s3", "cp", "lamp.txt", &format!("{bucket}/a/lamp & co.txt")]);
        let listed = self.text(&["s3", "ls", "--recursive", &bucket]);
        assert!(listed.ends_with(" 6 a/lamp & co.txt\n"), "{listed}");
        assert_eq!(self.text(&["s3", "cp", &format!("{bucket}/a/lamp & co.txt"), "-"]), "bright");
        self.text(&["s3", "rm", "--recursive", &bucket]);
        assert_eq!(self.text(&["s3", "ls", &bucket]), "");
    }

    /// By the endpoint alone: of all APIs the one that has the connection is meant.
    fn writes_to_a_socket(&self) {
        let url = self.0.output("Notifications", "WebSocketUrl");
        let mut socket = Socket::open(&format!("{url}?user_id=cli"));
        let items = self.0.wait_for_items("connection-manager", |items| items.iter().any(is_of_cli));
        let id = items.iter().find(|item| is_of_cli(item)).unwrap()["connection_id"]["S"].as_str().unwrap();
        let connection = format!("--connection-id={id}");
        self.text(&["apigatewaymanagementapi", "post-to-connection", &connection, "--data", "Grüße"]);
        assert_eq!(socket.hear_text(), "Grüße");
    }
}

fn is_of_cli(connection: &Value) -> bool {
    connection["user_id"]["S"] == "cli"
}
