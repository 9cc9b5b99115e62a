//! What is to run: a function's program, its environment and its limits.
//! Starts nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A function as its template describes it, and the program that it is here.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its physical name.
    pub name: String,
    /// Its ARN, without a qualifier; its region is what the function gets as `AWS_REGION`.
    pub arn: String,
    /// The executable, `bootstrap` of a package; it runs in its own folder, which is `LAMBDA_TASK_ROOT`.
    pub program: PathBuf,
    /// `_HANDLER`; executables that are runtimes themselves ignore it.
    pub handler: String,
    /// The template's variables, and what the role and the endpoint come to (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`).
    /// Lambda's own variables win over them.
    pub environment: BTreeMap<String, String>,
    /// How long an invocation may take; 3 seconds on Lambda unless declared.
    pub timeout: Duration,
    /// How long a new process may take, before the first invocation's own time begins; 10 seconds on Lambda.
    pub initialisation: Duration,
    /// In MB; told to the function, not enforced.
    pub memory: u32,
    /// How many processes there may be at once, one at least; invocations beyond wait in order. Those of a program that
    /// was replaced do not count.
    pub environments: usize,
    /// Reserved concurrency: with so many invocations running or waiting, further ones are throttled.
    pub concurrency: Option<usize>,
    /// What becomes of asynchronous invocations.
    pub asynchronous: Asynchronous,
}

impl Function {
    /// A function with Lambda's defaults and up to ten processes.
    pub fn new(name: impl Into<String>, arn: impl Into<String>, program: impl Into<PathBuf>) -> Function {
        Function {
            name: name.into(),
            arn: arn.into(),
            program: program.into(),
            handler: "bootstrap".to_owned(),
            environment: BTreeMap::new(),
            timeout: Duration::from_secs(3),
            initialisation: Duration::from_secs(10),
            memory: 128,
            environments: 10,
            concurrency: None,
            asynchronous: Asynchronous::default(),
        }
    }

    pub(crate) fn region(&self) -> &str {
        self.arn.split(':').nth(3).unwrap_or_default()
    }

    /// `LAMBDA_TASK_ROOT`: where the program is.
    pub(crate) fn task_root(&self) -> &Path {
        match self.program.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }
}

/// How often and how long an event is tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Asynchronous {
    /// The wait before each retry after a function error: as many retries as waits. One and two minutes on Lambda.
    pub retries: Vec<Duration>,
    /// The first wait after throttling, which doubles up to five minutes and uses up no retries. One second on Lambda.
    pub throttled: Duration,
    /// How old an event may be when it is tried; six hours on Lambda unless declared.
    pub maximum_age: Duration,
}

impl Default for Asynchronous {
    fn default() -> Asynchronous {
        Asynchronous {
            retries: vec![Duration::from_secs(60), Duration::from_secs(120)],
            throttled: Duration::from_secs(1),
            maximum_age: Duration::from_secs(6 * 60 * 60),
        }
    }
}
