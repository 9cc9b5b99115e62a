//! What a person needs of a run that is up: where things are, and how other shells reach them.
//!
//! Once at the start; what happens then is for `happenings`.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use stackwright_local::{Problem, Ready, StartError};

use super::{ERROR, GOOD, Printer, QUIET, relative};

impl Printer {
    /// A table of the outputs of all stacks, and the variables with which any AWS client finds its way here.
    pub(crate) fn running(&mut self, ready: &Ready, started: Duration) -> Result<()> {
        let outputs = ready.stacks.iter().flat_map(|(stack, up)| {
            up.outputs.iter().map(move |(name, value)| [stack.as_str(), name.as_str(), value.as_str()])
        });
        let outputs: Vec<_> = outputs.collect();
        let [first, second] =
            [0, 1].map(|column| outputs.iter().map(|row| row[column].len()).max().unwrap_or(0));
        writeln!(self.stderr)?;
        for [stack, name, value] in outputs {
            writeln!(self.stderr, "{GOOD}{stack:<first$}{GOOD:#}  {name:<second$}  {value}")?;
        }
        writeln!(self.stderr, "\n{QUIET}a look inside:{QUIET:#} {}/_local/", ready.endpoint)?;
        writeln!(self.stderr, "\n{QUIET}for other shells:{QUIET:#}")?;
        for (name, value) in variables(ready) {
            writeln!(self.stderr, "export {name}={value}")?;
        }
        let count = ready.stacks.len();
        let noun = if count == 1 { "stack" } else { "stacks" };
        writeln!(self.stderr)?;
        let text = format!("{count} {noun}, started in {} ms; Ctrl-C stops", started.as_millis());
        Ok(self.marked(GOOD, "running", &text)?)
    }

    /// Why nothing runs.
    pub(crate) fn not_started(&mut self, error: StartError) -> Result<ExitCode> {
        match error {
            StartError::Stacks(problems) => self.refused(&problems)?,
            other => return Err(other.into()),
        }
        Ok(ExitCode::FAILURE)
    }

    /// That a change came to nothing; the reason has been told.
    pub(crate) fn kept(&mut self) -> Result<()> {
        self.warning("what ran before keeps running")
    }

    /// What is wrong with stacks.
    pub(crate) fn refused(&mut self, problems: &[Problem]) -> Result<()> {
        for problem in problems {
            self.marked(ERROR, "error", &problem.to_string())?;
        }
        Ok(())
    }

    /// Which files have changed: the first, and how many more.
    pub(crate) fn changed(&mut self, files: &BTreeSet<PathBuf>) -> Result<()> {
        let Some(first) = files.first() else { return Ok(()) };
        let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
        Ok(self.marked(GOOD, "changed", &format!("{}{more}", relative(first).display()))?)
    }
}

/// What the SDKs and the AWS CLI look at; of the region they do not all know the same name.
fn variables(ready: &Ready) -> Vec<(&'static str, &str)> {
    let mut variables = vec![
        ("AWS_ENDPOINT_URL", ready.endpoint.as_str()),
        ("AWS_REGION", &ready.region),
        ("AWS_DEFAULT_REGION", &ready.region),
        ("AWS_ACCESS_KEY_ID", &ready.credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &ready.credentials.secret_access_key),
    ];
    variables
        .extend(ready.credentials.session_token.iter().map(|token| ("AWS_SESSION_TOKEN", token.as_str())));
    variables
}
