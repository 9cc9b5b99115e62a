//! [`World`]: a runner with stacks that a test writes down, and a client that speaks plain HTTP to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stackwright_local::{Local, Problem, Settings, StackSource, What};
use stackwright_template::Template;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::signer::Signer;

/// How long anything may take that comes by itself.
const SOON: Duration = Duration::from_secs(20);

/// A function of these tests, with a role that allows nothing.
pub(crate) const FUNCTION: &str = "Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: provided.al2023
      Handler: bootstrap
      Timeout: 30
      Code: .
";

/// What that role allows, as one statement.
pub(crate) fn grant(action: &str, resource: &str) -> String {
    policy(&format!("{{Effect: Allow, Action: {action}, Resource: {resource}}}"))
}

/// A policy of that role with these statements, in YAML.
pub(crate) fn policy(statements: &str) -> String {
    format!(
        "  Grant:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: grant
      Roles: [!Ref Role]
      PolicyDocument: {{Statement: [{statements}]}}
"
    )
}

/// A runner, and what it has told so far.
pub(crate) struct World {
    pub(crate) local: Local,
    told: Arc<Mutex<Vec<What>>>,
}

/// Status and headers, and the body.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A free port, and nobody who needs to sign.
pub(crate) fn settings() -> Settings {
    Settings { port: 0, enforces_iam: false, ..Settings::default() }
}

/// A stack as a program would have written it: each resource is declared in a line of `<name>.rs`.
pub(crate) fn source(name: &str, template: &str) -> StackSource {
    let template = Template::read(template).unwrap();
    let ids = template.resources.ids().zip(1..);
    let declared_at = ids.map(|(id, line)| (id.to_string(), format!("{name}.rs:{line}"))).collect();
    StackSource {
        name: name.to_owned(),
        template,
        folder: code(),
        declared_at,
        crates: BTreeMap::from([("Function".to_owned(), "the-function".to_owned())]),
        ..StackSource::default()
    }
}

/// The folder whose `bootstrap` is the function of these tests.
fn code() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("runner");
    std::fs::create_dir_all(&folder).unwrap();
    // Whoever comes first makes it.
    let _ = std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_function-of-tests"), folder.join("bootstrap"));
    folder
}

impl World {
    /// Runs one stack.
    pub(crate) async fn start(name: &str, template: &str) -> World {
        World::start_with(settings(), vec![source(name, template)]).await
    }

    pub(crate) async fn start_with(settings: Settings, sources: Vec<StackSource>) -> World {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let listen = move |happening: &stackwright_local::Happening| {
            heard.lock().unwrap().push(happening.what.clone());
        };
        World { local: Local::start(settings, sources, listen).await.unwrap(), told }
    }

    /// Changes a stack, or adds one.
    pub(crate) async fn apply(&self, name: &str, template: &str) {
        self.local.apply(source(name, template)).await.unwrap();
    }

    /// Why a stack cannot be changed to this.
    pub(crate) async fn refusal(&self, name: &str, template: &str) -> String {
        joined(&self.local.apply(source(name, template)).await.unwrap_err())
    }

    /// What does not run here.
    pub(crate) fn problems(&self) -> String {
        joined(&self.local.problems())
    }

    pub(crate) fn told(&self) -> Vec<What> {
        self.told.lock().unwrap().clone()
    }

    /// Waits for lines of functions: what one has written may come after what it has answered.
    pub(crate) async fn hear(&self, expected: &[&str]) {
        let started = Instant::now();
        eventually(|| self.lines() == expected || started.elapsed() > SOON / 2).await;
        assert_eq!(self.lines(), expected);
    }

    /// The lines that functions have written so far.
    fn lines(&self) -> Vec<String> {
        let line = |what| match what {
            What::Log { line, .. } => Some(line),
            _ => None,
        };
        self.told().into_iter().filter_map(line).collect()
    }

    /// An output of a stack.
    #[track_caller]
    pub(crate) fn output(&self, stack: &str, key: &str) -> String {
        self.local.ready().stacks[stack].outputs[key].clone()
    }

    /// The physical id of a resource of the stack `Shop`.
    #[track_caller]
    pub(crate) fn physical(&self, id: &str) -> String {
        self.local.ready().stacks["Shop"].resources[id].physical_id.clone()
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let endpoint = self.local.endpoint();
        let mut stream = TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).await.unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}");
        let request = format!("{head}content-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer { head: head.to_owned(), body: body.to_owned() }
    }

    /// The environment of a function, which it answers.
    pub(crate) async fn invoke(&self, stack: &str, id: &str) -> Value {
        let name = &self.local.ready().stacks[stack].resources[id].physical_id;
        let answer = self.send("POST", &format!("/2015-03-31/functions/{name}/invocations"), "", "{}").await;
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
    }

    /// Asks a service with a JSON protocol, such as `DynamoDB_20120810.PutItem`.
    pub(crate) async fn try_to_ask(&self, target: &str, request: &Value) -> Answer {
        let headers = format!("x-amz-target: {target}\r\ncontent-type: application/x-amz-json-1.0\r\n");
        self.send("POST", "/", &headers, &request.to_string()).await
    }

    /// The same, where it has to be done.
    pub(crate) async fn ask(&self, target: &str, request: &Value) -> Value {
        let answer = self.try_to_ask(target, request).await;
        assert!(answer.head.starts_with("HTTP/1.1 200 "), "{target}: {} {}", answer.head, answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }
}

impl World {
    /// The next message of a queue of the stack `Shop`, with all that is known of it.
    pub(crate) async fn received(&self, queue: &str) -> Value {
        let request = json!({
            "QueueUrl": self.physical(queue),
            "WaitTimeSeconds": 5,
            "AttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer = Signer::root(self).ask(self, "AmazonSQS.ReceiveMessage", request).await;
        let mut received: Value = serde_json::from_str(&answer.body).unwrap();
        let message = received["Messages"][0].take();
        assert!(message.is_object(), "nothing came to {queue}: {} {:?}", answer.body, self.told());
        message
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn says(&self, status: &str, body: &str) {
        assert!(self.head.starts_with(&format!("HTTP/1.1 {status} ")), "{} {}", self.head, self.body);
        assert_eq!(self.body, body);
    }
}

/// Problems as people read them.
pub(crate) fn joined(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Waits for what comes by itself.
pub(crate) async fn eventually(mut is_there: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_there() {
        assert!(started.elapsed() < SOON, "it does not come");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
