//! A program with what it talks to around it, for tests that see it as Lambda runs it.
//! Knows no system: which tables there are, each test says.

use serde_json::Value;

use crate::{Function, Sockets, Tables, run_alone};

/// Tables and connections, and the variables by which a program finds them.
pub struct Surroundings {
    /// The tables; `AWS_ENDPOINT_URL` names where they answer.
    pub tables: Tables,
    /// The connections, at `CALLBACK_URL`.
    pub sockets: Sockets,
    variables: Vec<(String, String)>,
}

impl Surroundings {
    /// Connections, and no table yet.
    pub async fn start() -> Surroundings {
        let (tables, sockets) = (Tables::start().await, Sockets::start().await);
        let variables = [("AWS_ENDPOINT_URL", tables.url()), ("CALLBACK_URL", sockets.url())];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Surroundings { tables, sockets, variables }
    }

    /// One more table, named by a variable, with a key of type S.
    pub fn with_table(self, variable: &str, table: &str, key: &str) -> Surroundings {
        self.tables.create(table, key);
        self.with(variable, table)
    }

    /// The same with a sort key of type S.
    pub fn with_sorted(self, variable: &str, table: &str, key: &str, sort: &str) -> Surroundings {
        self.tables.create_sorted(table, (key, "S"), (sort, "S"));
        self.with(variable, table)
    }

    /// One more variable, or another value of one.
    pub fn with(mut self, variable: &str, value: &str) -> Surroundings {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The running program.
    pub async fn program(&self, program: &str) -> Function {
        let variables = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Function::start(program, &variables.collect::<Vec<_>>()).await
    }

    /// What the program answers to an event, in JSON.
    pub async fn answer(&self, program: &str, event: &str) -> Value {
        self.program(program).await.invoke(serde_json::from_str(event).unwrap()).await.unwrap()
    }
}

/// Fails unless a program that lacks one of these variables, whichever it is, ends and names it.
pub async fn check_variables(program: &str, variables: &[&str]) {
    for missing in variables {
        let others = variables.iter().filter(|name| *name != missing).map(|name| (*name, "something"));
        let (succeeded, log) = run_alone(program, &others.collect::<Vec<_>>()).await;
        assert!(!succeeded && log.contains(&format!("`{missing}` is missing")), "{missing}: {log}");
    }
}
