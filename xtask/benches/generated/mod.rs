//! Stacks made up for benchmarks: as many as wanted, of exactly as many resources as wanted.
//!
//! They mean nothing and are never deployed; what they are made of is what real systems are made of.

use std::sync::LazyLock;

use stackwright::prelude::*;

/// The crate that every function names: it must exist, and which one it is does not matter.
const HANDLER: &str = "notes-word-count";

/// How many resources the larger parts have: constructs may come to declare more, an alarm say.
static SIZES: LazyLock<Sizes> = LazyLock::new(Sizes::measure);

struct Sizes {
    /// The first system of a stack declares what all its APIs share.
    first_system: usize,
    system: usize,
    table: usize,
}

impl Sizes {
    fn measure() -> Self {
        let [first_system, table] = [size(system), size(streamed_table)];
        let two = size(|scope| {
            scope.add("One", system);
            scope.add("Two", system);
        });
        Self { first_system, system: two - first_system, table }
    }

    /// How many whole systems there are in so many resources, and how many resources are left.
    fn systems(&self, resources: usize) -> (usize, usize) {
        match resources.checked_sub(self.first_system) {
            None => (0, resources),
            Some(rest) => (1 + rest / self.system, rest % self.system),
        }
    }
}

/// The sets of stacks that are measured.
pub(crate) const SETS: [&str; 3] =
    ["5 stacks, 153 resources", "1 stack x 500 resources", "100 stacks x 30 resources"];

/// The stacks of a set; `None` if there is no such set.
pub(crate) fn stacks(set: &str) -> Option<Vec<Stack>> {
    let position = SETS.iter().position(|known| *known == set)?;
    Some(match position {
        0 => five(),
        1 => vec![Stack::new("Large", declare::<500>)],
        _ => (0..100).map(|number| Stack::new(name(number), declare::<30>)).collect(),
    })
}

/// As many resources as the peers' five systems have.
fn five() -> Vec<Stack> {
    let sizes = [declare::<30>, declare::<30>, declare::<31>, declare::<31>, declare::<31>];
    sizes.into_iter().enumerate().map(|(number, declare)| Stack::new(name(number), declare)).collect()
}

/// Names live as long as the program, like those in a table of stacks.
fn name(number: usize) -> &'static str {
    format!("Generated{number}").leak()
}

fn size(part: fn(&mut Scope<'_>)) -> usize {
    stackwright::declare("Size", part).template.resources.len()
}

/// Exactly this many resources: whole systems as long as they fit, then streamed tables, then queues.
fn declare<const RESOURCES: usize>(stack: &mut Scope<'_>) {
    let (systems, rest) = SIZES.systems(RESOURCES);
    for number in 0..systems {
        stack.add(format!("System{number}"), system);
    }
    for number in 0..rest / SIZES.table {
        stack.add(format!("Documents{number}"), streamed_table);
    }
    for number in 0..rest % SIZES.table {
        stack.add(format!("Jobs{number}"), Queue::new());
    }
}

/// A streamed table, a WebSocket API whose function knows its connections, and jobs.
fn system(scope: &mut Scope<'_>) {
    scope.add("Documents", streamed_table);
    let jobs = scope.add("Jobs", Queue::new().hiding_for(60));
    let connections = Table::new(string("connectionId")).expiring_at("expires").transient();
    let connections = scope.add("Connections", connections);
    let api = scope.add("Api", WebSocketApi::new("prod"));
    scope.add(
        "Connect",
        Function::new(HANDLER)
            .description("Remembers connections and hands on their jobs")
            .env("CONNECTIONS_TABLE", connections.name())
            .env("JOBS", jobs.url())
            .env("CALLBACK_URL", api.callback_url())
            .allow(connections.put())
            .allow(jobs.send())
            .allow(api.send())
            .on(api.route("$connect")),
    );
}

/// A table with an index, and the function that follows its stream.
fn streamed_table(scope: &mut Scope<'_>) {
    let by_owner = Index::new("ByOwner", string("owner")).sorted_by(number("changed"));
    let table = Table::new(string("id")).index(by_owner).streaming(View::NewAndOldImages);
    let (documents, changes) = scope.add("Table", table);
    scope.add(
        "Follow",
        Function::new(HANDLER)
            .description("Follows every change")
            .env("TABLE_NAME", documents.name())
            .allow(documents.get())
            .allow(documents.update())
            .allow(documents.index("ByOwner").query())
            .on(changes.inserted_or_modified().batch(100).retry(3)),
    );
}
