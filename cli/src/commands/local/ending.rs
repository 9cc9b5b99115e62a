//! What ends a run: Ctrl-C, a termination signal, a terminal or a reader that goes away.
//!
//! It stops nothing itself.

use std::io;
use std::os::fd::AsFd;
use std::process;
use std::thread;

use anyhow::{Context as _, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// The exit status of a program that Ctrl-C has killed.
const KILLED: i32 = 130;

/// Whatever may end the run.
#[derive(Debug)]
pub(super) struct Ending {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    reader_gone: oneshot::Receiver<()>,
    failed: oneshot::Receiver<io::Error>,
}

impl Ending {
    /// From here on signals do not end the program by themselves. `output` is looked at for a reader that goes away;
    /// `failed` tells when it cannot be written.
    pub(super) fn expected(
        output: impl AsFd + Send + 'static,
        failed: oneshot::Receiver<io::Error>,
    ) -> Result<Self> {
        let expect = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self {
            interrupt: expect(SignalKind::interrupt())?,
            terminate: expect(SignalKind::terminate())?,
            hangup: expect(SignalKind::hangup())?,
            reader_gone: reader_gone(output),
            failed,
        })
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// If it comes because the output cannot be written, other than for want of a reader.
    pub(super) async fn come(&mut self) -> Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
            _ = self.hangup.recv() => Ok(()),
            Ok(()) = &mut self.reader_gone => Ok(()),
            Ok(error) = &mut self.failed => match error.kind() {
                io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(error).context("cannot write to stdout"),
            },
        }
    }

    /// Lets the next signal kill the program at once, whatever it is still stopping.
    pub(super) fn insist(mut self) {
        tokio::spawn(async move {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
            process::exit(KILLED);
        });
    }
}

/// Tells when nobody can read the output any more; never, if it is a file or a terminal.
fn reader_gone(output: impl AsFd + Send + 'static) -> oneshot::Receiver<()> {
    let (sender, gone) = oneshot::channel();
    thread::spawn(move || {
        // No event is asked for: errors and hang-ups are told always.
        let mut outputs = [PollFd::new(output.as_fd(), PollFlags::empty())];
        while poll(&mut outputs, PollTimeout::NONE) == Err(nix::errno::Errno::EINTR) {}
        let _ = sender.send(());
    });
    gone
}
