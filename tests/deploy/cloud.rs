//! [`Cloud`]: a ministack of one's own, and the AWS CLI that talks to it.
//!
//! It stops with its test, whether that passes or panics. It sees no credentials and no settings of the machine.
//! It checks what functions do against the policies of their roles.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tools::tool;

const READY_WITHIN: Duration = Duration::from_secs(60);

pub(crate) struct Cloud {
    process: Child,
    port: u16,
    /// Where it and its test keep their files.
    pub(crate) folder: PathBuf,
}

impl Cloud {
    /// Starts one that keeps its files in a folder of that name, and waits until it answers.
    pub(crate) fn start(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy").join(name);
        // What another run left there.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder is made");
        let port = free_port();
        let log = File::create(folder.join("ministack.log")).expect("the log is made");
        let mut ministack = tool("ministack");
        isolate(&mut ministack, &folder, port);
        ministack
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .stdout(log.try_clone().expect("the log has a second writer"))
            .stderr(log);
        let process = ministack.spawn().expect("ministack starts");
        let mut cloud = Self { process, port, folder };
        cloud.wait_until_ready();
        cloud
    }

    fn wait_until_ready(&mut self) {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let over = self.process.try_wait().expect("its state is known");
            let log = self.folder.join("ministack.log");
            assert!(over.is_none(), "ministack ended, see {}", log.display());
            assert!(started.elapsed() < READY_WITHIN, "ministack does not answer, see {}", log.display());
            sleep(Duration::from_millis(50));
        }
    }

    /// The AWS CLI as a user has it who has set `AWS_ENDPOINT_URL`.
    pub(crate) fn cli(&self) -> Command {
        let mut aws = tool("aws");
        isolate(&mut aws, &self.folder, self.port);
        aws
    }

    /// What a command of the AWS CLI answers.
    #[track_caller]
    pub(crate) fn ask(&self, command: &[&str]) -> Value {
        self.try_to_ask(command).unwrap_or_else(|refusal| panic!("aws {}: {refusal}", command.join(" ")))
    }

    /// What a command of the AWS CLI answers, or what it says instead.
    pub(crate) fn try_to_ask(&self, command: &[&str]) -> Result<Value, String> {
        let mut aws = self.cli();
        // Given as an option, too: for SQS the CLI ignores the variable.
        aws.args(["--output", "json", "--endpoint-url", &self.url()]).args(command);
        let done = aws.output().expect("aws starts");
        match done.status.success() {
            true if done.stdout.is_empty() => Ok(Value::Null),
            true => Ok(serde_json::from_slice(&done.stdout).expect("aws answers JSON")),
            false => Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()),
        }
    }

    fn url(&self) -> String {
        url(self.port)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // Asked to end, it ends the handlers that it has started; a kill would leave them behind.
        let ask = format!("kill -TERM {}", self.process.id());
        let asked = Command::new("sh").args(["-c", &ask]).status().is_ok_and(|status| status.success());
        let deadline = Instant::now() + Duration::from_secs(10);
        while asked && Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Nothing of the machine's settings, and an account that does not exist.
fn isolate(command: &mut Command, folder: &Path, port: u16) {
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("AWS_ENDPOINT_URL", url(port))
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true");
}

/// A port that was free a moment ago: ministack cannot be told to choose one.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}
