//! [`Stacks`]: those that run, and the names by which people know what is in them.
//! Deploys nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use crate::access::Wish;
use crate::arrows::OUTSIDE;
use crate::caller::Caller;
use crate::nodes::Nodes;
use crate::stack::{Piece, Stack};

/// The names of who calls and who is called, as far as they are parts of the system; who calls may be outside.
pub(crate) type Ends = (Option<String>, Option<String>);

/// The stacks that run.
#[derive(Debug, Default)]
pub(crate) struct Stacks(RwLock<Running>);

#[derive(Debug, Default)]
struct Running {
    by_name: BTreeMap<String, Arc<Stack>>,
    /// `Stack/LogicalId` by ARNs, physical names and hosts: each message of a broadcast asks for one.
    known_as: HashMap<String, String>,
    nodes: Arc<Nodes>,
}

impl Stacks {
    /// All, by name.
    pub(crate) fn all(&self) -> BTreeMap<String, Arc<Stack>> {
        self.running().by_name.clone()
    }

    /// Puts a stack in place of the one of its name.
    pub(crate) fn replace(&self, stack: Arc<Stack>) {
        let mut running = self.0.write().unwrap_or_else(PoisonError::into_inner);
        running.by_name.insert(stack.name().to_owned(), stack);
        let mut known_as = HashMap::new();
        for piece in running.by_name.values().flat_map(|stack| stack.pieces()) {
            for name in names(piece) {
                // What was made first is the thing itself, and what came later may only point to it.
                known_as.entry(name.to_owned()).or_insert_with(|| piece.path());
            }
        }
        running.known_as = known_as;
        running.nodes = Arc::new(Nodes::of(running.by_name.values().map(Arc::as_ref)));
    }

    /// The name by which people know what has this ARN, physical name or first part of a host: `Stack/LogicalId`.
    pub(crate) fn known_as(&self, name: &str) -> String {
        self.running().known_as.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// The parts of the system that calls go between.
    pub(crate) fn nodes(&self) -> Arc<Nodes> {
        Arc::clone(&self.running().nodes)
    }

    /// What a wish goes from and to.
    pub(crate) fn ends(&self, caller: &Caller, wish: Wish<'_>) -> Ends {
        let nodes = self.nodes();
        let name = |arn: &str| nodes.source(arn).map(|node| node.name.clone());
        let from = match (&caller.behalf, &caller.function) {
            (Some(arn), _) => name(arn),
            (None, Some(function)) => Some(function.path.clone()),
            (None, None) if caller.is_service() => source_of(wish).and_then(name),
            (None, None) => Some(OUTSIDE.to_owned()),
        };
        (from, nodes.meant(wish.action, wish.resource).map(|node| node.name.clone()))
    }

    fn running(&self) -> RwLockReadGuard<'_, Running> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ARN of what a service calls for.
fn source_of<'a>(wish: Wish<'a>) -> Option<&'a str> {
    let mut context = wish.context.iter();
    context.find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn")).map(|(_, arn)| *arn)
}

/// What a resource is called by services.
fn names<'a>(piece: Piece<'a>) -> impl Iterator<Item = &'a str> {
    let first_of_host = |attribute: &str| {
        let host = piece.attribute(attribute).trim_start_matches("https://");
        host.split('.').next().unwrap_or_default()
    };
    let hosts = ["FunctionUrl", "DomainName"].map(first_of_host);
    // A stream is known by its table.
    let names = [piece.reference(), piece.arn(), piece.attribute("StreamArn")];
    names.into_iter().chain(hosts).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use stackwright_plan::{Created, Planned, Resource};
    use stackwright_template::LogicalId;

    use super::*;
    use crate::place::Place;

    fn planned(id: &str, kind: &str, created: Created) -> Planned {
        let id = LogicalId::new(id);
        Planned { resource: Resource { id, kind: kind.to_owned(), properties: Default::default() }, created }
    }

    fn stack(resources: Vec<Planned>) -> Arc<Stack> {
        let place = Place {
            stack: "Notes".to_owned(),
            region: "eu-west-1".to_owned(),
            account: "000000000000".to_owned(),
        };
        Arc::new(Stack {
            place,
            folder: PathBuf::new(),
            declared_at: BTreeMap::new(),
            crates: BTreeMap::new(),
            resources,
            outputs: Vec::new(),
            retained: Default::default(),
            retained_when_replaced: Default::default(),
        })
    }

    fn check(stacks: &Stacks, name: &str, expected: &str) {
        assert_eq!(stacks.known_as(name), expected);
    }

    #[test]
    fn things_are_known_by_whatever_services_call_them() {
        const GREET: &str = "arn:aws:lambda:eu-west-1:000000000000:function:greet";
        const URL: &str = "https://abc.lambda-url.eu-west-1.on.aws/";
        let stacks = Stacks::default();
        stacks.replace(stack(vec![
            planned("Greet", "AWS::Lambda::Function", Created::named("greet").with("Arn", GREET)),
            planned("Url", "AWS::Lambda::Url", Created::named(GREET).with("FunctionUrl", URL)),
        ]));
        check(&stacks, "greet", "Notes/Greet");
        check(&stacks, GREET, "Notes/Greet");
        check(&stacks, "abc", "Notes/Url");
        check(&stacks, "other", "other");
        check(&stacks, "", "");
        stacks.replace(stack(Vec::new()));
        check(&stacks, "greet", "greet");
    }
}
