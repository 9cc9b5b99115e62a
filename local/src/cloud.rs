//! [`Cloud`]: all engines together, and what they share: who may do what, who looks on, what fails on demand.
//! Decides nothing that a single service can decide.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use stackwright_bus::Buses;
use stackwright_custom::CustomResources;
use stackwright_lambda::Lambda;
use stackwright_mappings::Mappings;
use stackwright_objects::{Distributions, Objects};
use stackwright_queues::Queues;
use stackwright_sockets::Sockets;
use stackwright_tables::Tables;

use crate::access::{Access, Denied, Wish};
use crate::address::Addresses;
use crate::caller::Caller;
use crate::faults::Faults;
use crate::happening::{Happening, What};
use crate::identity::Identity;
use crate::nodes::Nodes;
use crate::owners::Owners;
use crate::place::Place;
use crate::problem::{Problem, StartError};
use crate::random::Random;
use crate::recent::Recent;
use crate::scratch::Scratch;
use crate::services::{appsync, bus, custom, dynamodb, lambda, mappings, objects, queues, rest, websocket};
use crate::settings::Settings;
use crate::stack::Stack;
use crate::stacks::{Ends, Stacks};
use crate::traffic::Traffic;

/// Who is told of what happens.
pub(crate) type Listener = Arc<dyn Fn(&Happening) + Send + Sync>;

/// Everything that runs.
pub(crate) struct Cloud {
    pub(crate) settings: Settings,
    pub(crate) addresses: Addresses,
    pub(crate) random: Arc<Random>,
    pub(crate) access: Access,
    pub(crate) faults: Faults,
    pub(crate) recent: Recent,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) identity: Identity,
    pub(crate) tables: Tables,
    pub(crate) queues: Queues,
    pub(crate) buses: Buses,
    pub(crate) objects: Objects,
    pub(crate) distributions: Distributions,
    pub(crate) custom: CustomResources,
    pub(crate) lambda: Lambda,
    pub(crate) mappings: Mappings,
    pub(crate) sockets: Sockets,
    pub(crate) apis: rest::Apis,
    pub(crate) graphql: appsync::Apis,
    pub(crate) functions: lambda::Functions,
    pub(crate) owners: Owners,
    stacks: Stacks,
    problems: RwLock<BTreeMap<String, Vec<Problem>>>,
    /// Whether all stacks have been deployed that there were at the start.
    is_up: AtomicBool,
    /// Where code is unpacked.
    pub(crate) scratch: Scratch,
    listener: Listener,
}

impl Cloud {
    /// Engines with nothing in them, for whoever listens at this address.
    pub(crate) fn new(
        settings: Settings,
        authority: &str,
        listener: Listener,
    ) -> Result<Arc<Cloud>, StartError> {
        let tables = dynamodb::open(&settings)?;
        let addresses = Addresses::new(authority, &settings.region);
        let random = Arc::new(Random::new(settings.seed));
        let queues = queues::open(&settings, &addresses, &random)?;
        let objects = objects::open(&settings, &random)?;
        let cloud = Arc::new_cyclic(|cloud: &Weak<Cloud>| Cloud {
            mappings: mappings::start(cloud, &tables),
            apis: rest::start(cloud, &settings.timers),
            graphql: appsync::start(cloud, &random.apart("graphql")),
            sockets: websocket::start(cloud, &settings.timers, &random.apart("connections")),
            custom: custom::start(&addresses.endpoint(), &random),
            buses: bus::start(cloud, &settings, &random),
            addresses,
            queues,
            distributions: Distributions::new(objects.clone()),
            objects,
            identity: Identity::new(&random.apart("keys"), &settings.account, cloud),
            random,
            scratch: Scratch::default(),
            access: Access::default(),
            faults: Faults::default(),
            recent: Recent::default(),
            traffic: Arc::default(),
            lambda: lambda::start(cloud.clone()),
            functions: lambda::Functions::default(),
            owners: Owners::default(),
            tables,
            stacks: Stacks::default(),
            problems: RwLock::default(),
            is_up: AtomicBool::new(false),
            listener,
            settings,
        });
        dynamodb::watch(&cloud);
        queues::watch(&cloud);
        Ok(cloud)
    }

    /// Where a stack of that name is.
    pub(crate) fn place(&self, stack: &str) -> Place {
        Place {
            stack: stack.to_owned(),
            region: self.settings.region.clone(),
            account: self.settings.account.clone(),
        }
    }

    /// Tells whoever looks on.
    pub(crate) fn tell(&self, what: What) {
        let happening = what.into();
        (self.listener)(&happening);
        self.recent.add(happening);
    }

    /// Lets a caller do what it wants to, or says why not, in the words of AWS. It is then a call.
    pub(crate) fn authorise(&self, caller: &Caller, wish: Wish<'_>) -> Result<(), Box<Denied>> {
        let ends = self.stacks.ends(caller, wish);
        self.decide(caller, wish, &ends)?;
        self.note_call(ends, wish.action);
        Ok(())
    }

    /// Whether a caller may do what it does not do, or not yet.
    pub(crate) fn may(&self, caller: &Caller, wish: Wish<'_>) -> Result<(), Box<Denied>> {
        self.decide(caller, wish, &self.stacks.ends(caller, wish))
    }

    fn decide(&self, caller: &Caller, wish: Wish<'_>, ends: &Ends) -> Result<(), Box<Denied>> {
        if caller.is_root || !self.settings.enforces_iam {
            return Ok(());
        }
        let decision = self.access.decide(caller, wish);
        if decision.is_allowed() {
            return Ok(());
        }
        let message = decision.to_string();
        let (from, to) = ends.clone();
        let denied = What::Denied {
            who: decision.principal.clone(),
            action: decision.action.clone(),
            resource: decision.resource.clone(),
            message: message.clone(),
            function: caller.function.as_ref().map(|function| function.path.clone()),
            declared_at: caller.function.as_ref().and_then(|function| function.declared_at.clone()),
            from,
            to,
        };
        let happening = Happening::from(denied);
        (self.listener)(&happening);
        let tell = || self.recent.add(happening);
        match ends {
            (Some(from), Some(to)) => self.traffic.denied(from, to, wish.action, &message, tell),
            _ => tell(),
        }
        Err(Box::new(Denied { decision, function: caller.function.clone() }))
    }

    /// Notes that a part of the system asked something of another. It is told to those who ask for it alone: there are
    /// as many calls as messages, and of most a happening tells as well.
    pub(crate) fn note_call(&self, ends: Ends, action: &str) {
        if let (Some(from), Some(to)) = ends {
            let call = What::Call { from: from.clone(), to: to.clone(), action: action.to_owned() };
            self.traffic.called(&from, &to, action, || self.recent.add(call.into()));
        }
    }

    /// Notes that a call that was told of came to nothing.
    pub(crate) fn note_failure(&self, caller: &Caller, wish: Wish<'_>) {
        if let (Some(from), Some(to)) = self.stacks.ends(caller, wish) {
            self.traffic.failed(&from, &to);
        }
    }

    /// What a wish goes from and to.
    pub(crate) fn ends(&self, caller: &Caller, wish: Wish<'_>) -> Ends {
        self.stacks.ends(caller, wish)
    }

    /// The parts of the system that calls go between.
    pub(crate) fn nodes(&self) -> Arc<Nodes> {
        self.stacks.nodes()
    }

    /// Notes that all is deployed that there was at the start.
    pub(crate) fn came_up(&self) {
        self.is_up.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    pub(crate) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    /// What does not run of a stack, in place of what did not before.
    pub(crate) fn note_problems(&self, stack: &str, problems: Vec<Problem>) {
        let mut all = self.problems.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(stack.to_owned(), problems);
    }

    /// What does not run, of all stacks.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.problems.read().unwrap_or_else(PoisonError::into_inner).values().flatten().cloned().collect()
    }

    /// Stops the engines, and waits for the processes of functions to end.
    pub(crate) async fn stop(&self) {
        websocket::stop(&self.sockets).await;
        self.graphql.shutdown().await;
        self.mappings.shutdown().await;
        self.lambda.shutdown().await;
    }

    /// The stacks that run, by name.
    pub(crate) fn stacks(&self) -> BTreeMap<String, Arc<Stack>> {
        self.stacks.all()
    }

    /// Puts a stack in place of the one of its name.
    pub(crate) fn replace_stack(&self, stack: Arc<Stack>) {
        self.stacks.replace(stack);
    }

    /// What the stacks export, by the name of the export.
    pub(crate) fn exports(&self) -> BTreeMap<String, String> {
        let stacks = self.stacks();
        let outputs = stacks.values().flat_map(|stack| &stack.outputs);
        outputs.filter_map(|output| Some((output.export.clone()?, output.value.clone()))).collect()
    }

    /// The name by which people know what has this ARN, physical name or first part of a host: `Stack/LogicalId`.
    pub(crate) fn known_as(&self, name: &str) -> String {
        self.stacks.known_as(name)
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud").field("settings", &self.settings).finish_non_exhaustive()
    }
}
