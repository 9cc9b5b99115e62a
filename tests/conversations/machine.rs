//! [`Machine`]: `local` with some of the stacks, started as a user starts it, and stopped with its test.
//!
//! The handlers are those that `synth` builds, so that tests of both share one build.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::signing::Keys;
use crate::web::{Answer, Request};

/// Long enough for the first start of a run, which builds all handlers.
const READY_WITHIN: Duration = Duration::from_secs(1200);

/// How long anything may take that comes by itself.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Machine {
    process: Child,
    pub(crate) folder: PathBuf,
    /// What the ready file says.
    pub(crate) ready: Value,
}

impl Machine {
    /// Runs these stacks, each test in a folder of its own.
    pub(crate) fn start(test: &str, stacks: &[&str]) -> Machine {
        Machine::start_with(test, stacks, &[])
    }

    /// Runs them with further arguments.
    pub(crate) fn start_with(test: &str, stacks: &[&str], arguments: &[&str]) -> Machine {
        Machine::start_in(fresh_folder(test), stacks, arguments)
    }

    /// Runs them where another machine ran before.
    pub(crate) fn start_in(folder: PathBuf, stacks: &[&str], arguments: &[&str]) -> Machine {
        let ready_file = folder.join("ready.json");
        let _ = fs::remove_file(&ready_file);
        fs::create_dir_all(folder.join("tmp")).unwrap();
        let log = File::options().create(true).append(true).open(folder.join("local.log")).unwrap();
        let mut local = Command::new(env!("CARGO_BIN_EXE_stackwright-systems"));
        local.current_dir(env!("CARGO_MANIFEST_DIR")).arg("local").args(stacks).args(arguments);
        local.args(["--release", "--no-watch", "--json", "--port", "0", "--ready-file"]).arg(&ready_file);
        local
            .env("TMPDIR", folder.join("tmp"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let process = local.spawn().unwrap();
        let mut machine = Machine { process, folder, ready: Value::Null };
        machine.ready = machine.wait_for(&ready_file);
        machine
    }

    fn wait_for(&mut self, ready_file: &Path) -> Value {
        let started = Instant::now();
        loop {
            if let Ok(text) = fs::read(ready_file) {
                return serde_json::from_slice(&text).unwrap();
            }
            let log = self.folder.join("local.log");
            let over = self.process.try_wait().unwrap();
            assert!(over.is_none(), "local ended:\n{}", fs::read_to_string(&log).unwrap());
            assert!(started.elapsed() < READY_WITHIN, "local is not ready, see {}", log.display());
            sleep(Duration::from_millis(20));
        }
    }

    /// An output of a stack.
    #[track_caller]
    pub(crate) fn output(&self, stack: &str, key: &str) -> String {
        let output = &self.ready["stacks"][stack]["outputs"][key];
        output.as_str().unwrap_or_else(|| panic!("{stack} has no output {key}: {}", self.ready)).to_owned()
    }

    /// The physical id of a resource.
    #[track_caller]
    pub(crate) fn physical(&self, stack: &str, id: &str) -> String {
        let resource = &self.ready["stacks"][stack]["resources"][id]["physicalId"];
        resource.as_str().unwrap_or_else(|| panic!("{stack} has no resource {id}")).to_owned()
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.ready["endpoint"].as_str().unwrap()
    }

    /// The keys that may do everything.
    pub(crate) fn keys(&self) -> Keys {
        Keys::of(&self.ready["credentials"])
    }

    /// Asks a service with a JSON protocol, such as `DynamoDB_20120810.PutItem`, and wants it to be done.
    #[track_caller]
    pub(crate) fn ask(&self, target: &str, request: &Value) -> Value {
        let answer = self.try_to_ask(target, request);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    /// Asks a service with a JSON protocol.
    pub(crate) fn try_to_ask(&self, target: &str, request: &Value) -> Answer {
        let service = match target.split(['_', '.']).next() {
            Some("DynamoDB" | "DynamoDBStreams") => "dynamodb",
            Some("AmazonSQS") => "sqs",
            Some("AWSEvents") => "events",
            other => panic!("{other:?} is no service of these tests"),
        };
        let request = Request::post(self.endpoint(), &request.to_string())
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", target);
        request.signed(&self.keys(), service).send()
    }

    /// All items of a table, as DynamoDB writes them.
    #[track_caller]
    pub(crate) fn items(&self, table: &str) -> Vec<Value> {
        let mut answer =
            self.ask("DynamoDB_20120810.Scan", &json!({ "TableName": table, "ConsistentRead": true }));
        answer["Items"].take().as_array().cloned().unwrap()
    }

    /// What happened to a table so far, as its stream has it.
    #[track_caller]
    pub(crate) fn records(&self, table: &str) -> Vec<Value> {
        let streams =
            |action: &str, request: &Value| self.ask(&format!("DynamoDBStreams_20120810.{action}"), request);
        let table = self.ask("DynamoDB_20120810.DescribeTable", &json!({ "TableName": table }));
        let stream = &table["Table"]["LatestStreamArn"];
        let described = streams("DescribeStream", &json!({ "StreamArn": stream }));
        let mut records = Vec::new();
        for shard in described["StreamDescription"]["Shards"].as_array().unwrap() {
            let start = json!({
                "StreamArn": stream,
                "ShardId": shard["ShardId"],
                "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut iterator = streams("GetShardIterator", &start)["ShardIterator"].take();
            // A shard without an end gives nothing more once everything was read.
            while iterator.is_string() {
                let mut read = streams("GetRecords", &json!({ "ShardIterator": iterator }));
                let batch = read["Records"].as_array().cloned().unwrap();
                iterator = if batch.is_empty() { Value::Null } else { read["NextShardIterator"].take() };
                records.extend(batch);
            }
        }
        records
    }

    /// Waits until a table has items that are as they should be.
    #[track_caller]
    pub(crate) fn wait_for_items(&self, table: &str, are_right: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let items = eventually(|| Some(self.items(table)).filter(|items| are_right(items)));
        items.unwrap_or_else(|| panic!("{table} has {:#?}", self.items(table)))
    }

    /// Invokes a function by the crate of its handler, as AWS's services do, and gives what it answers.
    #[track_caller]
    pub(crate) fn invoke(&self, handler: &str, event: &Value) -> Value {
        let name =
            self.ready["functions"][handler].as_str().unwrap_or_else(|| panic!("no function is {handler}"));
        let url = format!("{}/2015-03-31/functions/{name}/invocations", self.endpoint());
        let answer = Request::post(&url, &event.to_string()).signed(&self.keys(), "lambda").send();
        assert_eq!((answer.status, answer.header("x-amz-function-error")), (200, ""), "{}", answer.text());
        answer.json()
    }

    /// Asks `@connections` for one connection of the API that is at this URL.
    pub(crate) fn manage(&self, method: &str, api: &str, connection: &str, body: &str) -> Answer {
        let path = format!("/@connections/{}", connection.replace('=', "%3D"));
        let url = api.replace("ws://", "http://") + &path;
        Request::new(method, &url, body).signed(&self.keys(), "execute-api").send()
    }

    /// Has the next calls of something fail or wait.
    #[track_caller]
    pub(crate) fn fault(&self, fault: &Value) {
        let url = format!("{}/_local/faults", self.endpoint());
        let answer =
            Request::post(&url, &fault.to_string()).header("content-type", "application/json").send();
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// What `/_local/` answers at a path.
    #[track_caller]
    pub(crate) fn look(&self, path: &str) -> Value {
        let answer = Request::get(&format!("{}/_local/{path}", self.endpoint())).send();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Forgets the faults that are left.
    pub(crate) fn heal(&self) {
        Request::new("DELETE", &format!("{}/_local/faults", self.endpoint()), "").send();
    }

    /// What `local` has printed so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("local.log")).unwrap()
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Kills it without a word, as `kill -9` does.
    pub(crate) fn kill(mut self) -> PathBuf {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.folder.clone()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Asked to stop, it stops the functions as well. Killed already, it cannot be asked.
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).stderr(Stdio::null()).status();
        let started = Instant::now();
        while started.elapsed() < SOON && matches!(self.process.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A folder for a test, without what another run left there.
pub(crate) fn fresh_folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conversations").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What is there at last, if it comes soon.
pub(crate) fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < SOON {
        if let Some(found) = look() {
            return Some(found);
        }
        sleep(Duration::from_millis(10));
    }
    None
}
