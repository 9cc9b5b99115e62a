//! One process of a function: its start, what it does, its end.
//! Knows no invocations: it tells of calls and of the end.

use std::io;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::SystemTime;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

use crate::function::Function;
use crate::host::{Host, Stream};
use crate::moment;
use crate::output::{Journal, Output};
use crate::runtime_api::{Call, Desk};

/// What a process may know of the machine it runs on: where programs and libraries are, and where to put files.
const INHERITED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];

/// What happens in a process.
pub(crate) enum Event {
    Called(Call),
    Ended(ExitStatus),
}

/// A process with its listener and its output. Dropped, it is killed with all its children.
pub(crate) struct Process {
    child: Child,
    group: Group,
    desk: Desk,
    stdout: Output,
    stderr: Output,
    pub(crate) journal: Journal,
}

impl Process {
    pub(crate) async fn start(function: &Function, host: &Host) -> io::Result<Process> {
        let desk = Desk::open().await?;
        let (stdout, to_stdout) = Output::open(Stream::Stdout)?;
        let (stderr, to_stderr) = Output::open(Stream::Stderr)?;
        let mut command = command(function, desk.address, &(host.unique_id)())?;
        let child = command.stdout(to_stdout).stderr(to_stderr).spawn()?;
        let group = Group(child.id().and_then(|id| i32::try_from(id).ok()));
        let journal = Journal::new(host.clone(), function.name.clone());
        Ok(Process { child, group, desk, stdout, stderr, journal })
    }

    /// What happens next. Nothing is lost if this is dropped.
    ///
    /// An answer counts if the process stays until it is told so, as every runtime does.
    pub(crate) async fn event(&mut self) -> Event {
        loop {
            tokio::select! {
                biased;
                Some(call) = self.desk.call() => return Event::Called(call),
                () = self.stdout.ready() => self.stdout.take(&mut self.journal),
                () = self.stderr.ready() => self.stderr.take(&mut self.journal),
                status = self.child.wait() => return Event::Ended(status.unwrap_or_default()),
            }
        }
    }

    /// Kills it, with all its children.
    pub(crate) fn kill(&mut self) {
        self.group.kill();
    }

    /// Takes all output that there is by now.
    pub(crate) fn settle(&mut self) {
        self.stdout.settle(&mut self.journal);
        self.stderr.settle(&mut self.journal);
    }
}

/// A process group, killed when dropped.
struct Group(Option<i32>);

impl Group {
    /// Kills all of it, once: later its number may be somebody else's.
    fn kill(&mut self) {
        if let Some(group) = self.0.take() {
            // It may be gone already.
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

fn command(function: &Function, address: SocketAddr, id: &str) -> io::Result<Command> {
    // The program is looked for from here, not from the folder it runs in.
    let program = std::path::absolute(&function.program)?;
    let mut command = Command::new(program);
    command.env_clear();
    command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.envs(&function.environment);
    command.envs(reserved(function, address, id));
    command.env("LAMBDA_TASK_ROOT", std::path::absolute(function.task_root())?);
    command.current_dir(function.task_root()).stdin(Stdio::null());
    command.process_group(0).kill_on_drop(true);
    Ok(command)
}

/// Variables that are Lambda's to set.
///
/// See [defined runtime environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime).
fn reserved(function: &Function, address: SocketAddr, id: &str) -> [(&'static str, String); 11] {
    let day = moment::day(SystemTime::now());
    [
        ("AWS_LAMBDA_RUNTIME_API", address.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", format!("{day}/[$LATEST]{}", id.replace('-', ""))),
        ("AWS_REGION", function.region().to_owned()),
        ("AWS_DEFAULT_REGION", function.region().to_owned()),
        ("_HANDLER", function.handler.clone()),
        ("TZ", ":UTC".to_owned()),
    ]
}
