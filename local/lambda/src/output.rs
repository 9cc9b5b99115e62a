//! The output of a process, line by line, and the end of it for the caller.
//! Decides nothing about lines; the host is told of each.

use std::future::pending;
use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::os::fd::OwnedFd;

use tokio::net::unix::pipe::Receiver;

use crate::host::{Host, LogLine, Stream};

/// Lambda gives the last 4 KB of a log to who asks for it.
const TAIL_LIMIT: usize = 4 * 1024;

/// CloudWatch's largest event: longer lines are cut.
const LINE_LIMIT: usize = 256 * 1024;

/// What is read at once.
const BUFFER: usize = 8 * 1024;

/// What a pipe holds at most, unless root made it larger.
const LARGEST_PIPE: usize = 1024 * 1024;

/// The reading end of one stream of a process.
///
/// It has two views of one pipe. The runtime's says when there is something; it may lag behind what was written, so
/// that the last lines before an answer would be missed. The other reads without asking it.
pub(crate) struct Output {
    stream: Stream,
    pipe: Receiver,
    direct: PipeReader,
    unfinished: Vec<u8>,
    is_open: bool,
}

impl Output {
    /// The reading end, and the writing end for the process.
    pub(crate) fn open(stream: Stream) -> io::Result<(Output, PipeWriter)> {
        let (reader, writer) = io::pipe()?;
        let direct = reader.try_clone()?;
        // This makes the pipe non-blocking, and with it the clone.
        let pipe = Receiver::from_owned_fd(OwnedFd::from(reader))?;
        Ok((Output { stream, pipe, direct, unfinished: Vec::new(), is_open: true }, writer))
    }

    /// Waits for something to read; for ever once the stream is closed.
    pub(crate) async fn ready(&self) {
        if !self.is_open || self.pipe.readable().await.is_err() {
            pending::<()>().await;
        }
    }

    /// Takes some of what the runtime knows of; a process that writes without end must not keep it from its work.
    pub(crate) fn take(&mut self, journal: &mut Journal) {
        let mut buffer = [0; BUFFER];
        match self.pipe.try_read(&mut buffer) {
            Ok(size @ 1..) => self.append(&buffer[..size], journal),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => self.is_open = false,
        }
    }

    /// Takes all that was written until now, an unfinished line too.
    pub(crate) fn settle(&mut self, journal: &mut Journal) {
        let mut buffer = [0; BUFFER];
        // More than a pipe can hold was not there at the beginning.
        for _ in 0..LARGEST_PIPE / BUFFER {
            let Ok(size @ 1..) = self.direct.read(&mut buffer) else { break };
            self.append(&buffer[..size], journal);
        }
        if !self.unfinished.is_empty() {
            journal.write(self.stream, &self.unfinished);
            self.unfinished.clear();
        }
    }

    fn append(&mut self, mut bytes: &[u8], journal: &mut Journal) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.unfinished.extend_from_slice(&bytes[..end]);
            journal.write(self.stream, &self.unfinished);
            self.unfinished.clear();
            bytes = &bytes[end + 1..];
        }
        self.unfinished.extend_from_slice(bytes);
        if self.unfinished.len() >= LINE_LIMIT {
            journal.write(self.stream, &self.unfinished);
            self.unfinished.clear();
        }
    }
}

/// Where the lines of one process go, and whose they are.
pub(crate) struct Journal {
    host: Host,
    function: String,
    request_id: Option<String>,
    tail: String,
}

impl Journal {
    pub(crate) fn new(host: Host, function: String) -> Journal {
        Journal { host, function, request_id: None, tail: String::new() }
    }

    /// From here on lines are this invocation's.
    pub(crate) fn turn_to(&mut self, request_id: &str) {
        self.request_id = Some(request_id.to_owned());
        self.tail.clear();
    }

    /// The last lines.
    pub(crate) fn tail(&self) -> String {
        self.tail.clone()
    }

    fn write(&mut self, stream: Stream, line: &[u8]) {
        let text = String::from_utf8_lossy(line).into_owned();
        self.tail.push_str(&text);
        self.tail.push('\n');
        let surplus = self.tail.ceil_char_boundary(self.tail.len().saturating_sub(TAIL_LIMIT));
        self.tail.drain(..surplus);
        let (function, request_id) = (self.function.clone(), self.request_id.clone());
        (self.host.log)(LogLine { function, request_id, stream, text });
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What comes of writing this, and the tail.
    async fn check(written: &str, expected: &[&str]) -> String {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&lines);
        let host = Host::new().logging(move |line| heard.lock().unwrap().push(line.text));
        let mut journal = Journal::new(host, "f".to_owned());
        let (mut output, mut writer) = Output::open(Stream::Stdout).unwrap();
        writer.write_all(written.as_bytes()).unwrap();
        output.settle(&mut journal);
        assert_eq!(*lines.lock().unwrap(), expected);
        journal.tail()
    }

    #[tokio::test]
    async fn output_is_cut_into_lines_and_what_is_there_is_not_waited_for() {
        check("", &[]).await;
        check("one\ntwo\n", &["one", "two"]).await;
        check("one\n\nunfinished", &["one", "", "unfinished"]).await;
    }

    #[tokio::test]
    async fn the_tail_is_the_last_four_kilobytes() {
        let (long, last) = ("é".repeat(3000), "end");
        let tail = check(&format!("{long}\n{last}\n"), &[&long, last]).await;
        assert!(tail.len() <= TAIL_LIMIT && tail.len() > TAIL_LIMIT - 3, "{}", tail.len());
        assert!(tail.ends_with("é\nend\n"), "{tail}");
    }
}
