//! Commands that may be given up: run to their end, or killed with all their children.
//!
//! What they write goes where the program's own messages go.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// A process and its children. Dropped before its end, all of them are told to stop.
struct Group(Option<i32>);

/// Runs a command; gives whether it succeeded.
pub(super) async fn succeeds(mut command: Command) -> Result<bool> {
    let spoken = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut command = tokio::process::Command::from(command);
    let mut child = command.process_group(0).spawn().with_context(|| format!("{spoken} does not start"))?;
    let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()));
    let status = child.wait().await.with_context(|| format!("{spoken} is lost"))?;
    group.0 = None;
    Ok(status.success())
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may be gone already.
            let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::{Duration, Instant};

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn a_command_succeeds_or_not() {
        assert!(succeeds(shell("exit 0")).await.unwrap());
        assert!(!succeeds(shell("exit 3")).await.unwrap());
        let error = succeeds(Command::new("/no/such/program")).await.unwrap_err();
        assert_eq!(error.to_string(), "\"/no/such/program\" does not start");
    }

    #[tokio::test]
    async fn given_up_it_is_killed_with_its_children() {
        let mark = std::env::temp_dir().join(format!("group-{}", std::process::id()));
        let script = format!(
            "sh -c 'trap \"touch {}; exit\" TERM; while :; do sleep 0.01; done' & wait",
            mark.display()
        );
        let waited = tokio::time::timeout(Duration::from_millis(200), succeeds(shell(&script))).await;
        assert!(waited.is_err(), "it ended by itself");
        let start = Instant::now();
        while !mark.exists() && start.elapsed() < Duration::from_secs(2) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        std::fs::remove_file(&mark).unwrap();
    }
}
