//! Buses and their rules: an event that is put goes to every target of every rule that matches it.
//! Reads no requests and waits for no target.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use crate::actions;
use crate::courier::Courier;
use crate::delivery::{Deliver, Delivery, DeliveryError, Label, Step};
use crate::error::{AwsError, RuleError};
use crate::event::{self, Event, Said};
use crate::input::Shape;
use crate::rule::{Reading, Rule, Target};
use crate::settings::{DEFAULT_BUS, Settings};

/// Event buses of one region and account; `default` is always there. Clones are the same buses. When the last is
/// dropped, deliveries that are going on end, and schedules with them.
#[derive(Clone)]
pub struct Buses(Arc<Inner>);

struct Inner {
    settings: Settings,
    deliver: Deliver,
    buses: Mutex<BTreeMap<String, Bus>>,
    couriers: Mutex<JoinSet<()>>,
}

/// One bus.
#[derive(Default)]
pub(crate) struct Bus {
    pub(crate) description: Option<String>,
    pub(crate) rules: BTreeMap<String, Standing>,
}

/// A rule in force.
pub(crate) struct Standing {
    pub(crate) reading: Arc<Reading>,
    /// What waits for its schedule, until this is dropped.
    _clock: Option<Clock>,
}

/// Ends with its rule.
struct Clock(AbortHandle);

impl Drop for Clock {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Buses {
    /// The default bus, without rules. `deliver` takes a delivery to what its ARN stands for, after it has looked
    /// whether it may: at the role of the delivery, or at the resource policy of the target.
    ///
    /// For a target that is a bus here, that is [`forward`](Self::forward).
    pub fn new(
        settings: Settings,
        deliver: impl Fn(Delivery) -> BoxFuture<'static, Result<(), DeliveryError>> + Send + Sync + 'static,
    ) -> Buses {
        let buses = Mutex::new(BTreeMap::from([(DEFAULT_BUS.to_owned(), Bus::default())]));
        Buses(Arc::new(Inner { settings, deliver: Arc::new(deliver), buses, couriers: Mutex::default() }))
    }

    /// Adds a bus, or gives the one of its name this description. It keeps its rules.
    pub fn define_bus(&self, name: &str, description: Option<String>) {
        self.0.buses().entry(name.to_owned()).or_default().description = description;
    }

    /// Removes a bus and its rules; of the default bus only the rules. Answers whether it was there.
    pub fn remove_bus(&self, name: &str) -> bool {
        let removed = self.0.buses().remove(name).is_some();
        if name == DEFAULT_BUS {
            self.define_bus(DEFAULT_BUS, None);
        }
        removed
    }

    /// Adds a rule, or replaces the one of its name on its bus, which is made if it is not there. Deliveries that are
    /// going on end as they began.
    ///
    /// # Errors
    /// What EventBridge would refuse.
    ///
    /// # Panics
    /// Outside of a tokio runtime, if the rule has a schedule.
    pub fn define_rule(&self, rule: Rule) -> Result<(), RuleError> {
        let reading = Arc::new(Reading::of(rule, &self.0.settings)?);
        let clock = self.clock(&reading);
        let (bus, name) = (reading.rule.bus.clone(), reading.rule.name.clone());
        self.0.buses().entry(bus).or_default().rules.insert(name, Standing { reading, _clock: clock });
        Ok(())
    }

    /// Removes a rule. Answers whether it was there.
    pub fn remove_rule(&self, bus: &str, name: &str) -> bool {
        self.0.buses().get_mut(bus).is_some_and(|bus| bus.rules.remove(name).is_some())
    }

    /// The buses and rules that are defined, by name.
    #[must_use]
    pub fn defined(&self) -> BTreeMap<String, Vec<String>> {
        let names = |(name, bus): (&String, &Bus)| (name.clone(), bus.rules.keys().cloned().collect());
        self.0.buses().iter().map(names).collect()
    }

    /// The ARN of the bus of this name, whether it is there or not.
    #[must_use]
    pub fn bus_arn(&self, name: &str) -> String {
        self.0.settings.bus_arn(name)
    }

    /// The ARN of a rule, whether it is there or not.
    #[must_use]
    pub fn rule_arn(&self, bus: &str, name: &str) -> String {
        self.0.settings.rule_arn(bus, name)
    }

    /// Does what an action of EventBridge asks for: `PutEvents`, or one that looks at buses and rules.
    ///
    /// # Errors
    /// Those of the action; `UnsupportedOperationException` for those that are not here.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn execute(&self, action: &str, request: Value) -> Result<Value, AwsError> {
        actions::answer(self, action, request)
    }

    /// What a request is about, as policies name it: ARNs of buses and rules, or `*`.
    #[must_use]
    pub fn resources(&self, request: &Value) -> Vec<String> {
        actions::resources(&self.0.settings, request)
    }

    /// Puts what a rule of one bus delivers onto another. From there it goes to no third bus, as on AWS.
    ///
    /// # Errors
    /// If there is no such bus here, or the body is no event.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn forward(&self, bus_arn: &str, body: &str) -> Result<(), DeliveryError> {
        let missing =
            || DeliveryError::lasting("RESOURCE_NOT_FOUND", format!("Event bus {bus_arn} does not exist."));
        let name = bus_arn.strip_prefix(&self.0.settings.bus_arn("")).ok_or_else(missing)?;
        if !self.0.buses().contains_key(name) {
            return Err(missing());
        }
        let envelope: Value = serde_json::from_str(body).unwrap_or_default();
        if !envelope["source"].is_string() {
            return Err(DeliveryError::lasting("INVALID_EVENT", "an event bus takes events only"));
        }
        self.accept(name, &Event::forwarded(&self.0.settings, envelope));
        Ok(())
    }

    /// Puts an event onto a bus.
    pub(crate) fn put(&self, bus: &str, said: Said) -> String {
        let event = Event::new(&self.0.settings, said);
        self.accept(bus, &event);
        event.id
    }

    /// What a bus has, if it is there.
    pub(crate) fn look<T>(&self, name: &str, look: impl FnOnce(&Bus) -> T) -> Result<T, AwsError> {
        let buses = self.0.buses();
        buses.get(name).map(look).ok_or_else(|| AwsError::not_found(format_args!("Event bus {name}")))
    }

    fn accept(&self, bus: &str, event: &Event) {
        let label = event.label(bus);
        let tell = |step| (self.0.settings.tell)(label.telling(step));
        let rules = self.look(bus, |bus| bus.matching(&event.envelope));
        let Ok(rules) = rules else { return tell(Step::NoSuchBus) };
        tell(Step::Accepted { rules: rules.iter().map(|reading| reading.rule.name.clone()).collect() });
        rules.iter().for_each(|rule| self.0.dispatch(rule, event));
    }

    /// Has a rule's targets get an event whenever its schedule says so.
    fn clock(&self, reading: &Arc<Reading>) -> Option<Clock> {
        let schedule = reading.schedule.clone().filter(|_| reading.rule.is_enabled)?;
        let (inner, reading) = (Arc::downgrade(&self.0), Arc::clone(reading));
        let settings = self.0.settings.clone();
        let task = tokio::spawn(async move {
            let mut due = settings.now();
            while let Some(next) = schedule.next_after(due) {
                due = next;
                sleep(due.duration_since(settings.now()).unwrap_or_default()).await;
                let Some(inner) = Weak::upgrade(&inner) else { return };
                let event = event::scheduled(&settings, &reading.arn, due);
                inner.dispatch(&reading, &event);
            }
        });
        Some(Clock(task.abort_handle()))
    }
}

impl Bus {
    fn matching(&self, envelope: &Value) -> Vec<Arc<Reading>> {
        let readings = self.rules.values().map(|standing| &standing.reading);
        readings.filter(|reading| reading.matches(envelope)).cloned().collect()
    }
}

impl Inner {
    /// Sends an event on its way to each target of a rule.
    fn dispatch(&self, rule: &Reading, event: &Event) {
        let mut couriers = self.couriers.lock().unwrap_or_else(PoisonError::into_inner);
        while couriers.try_join_next().is_some() {}
        let label = event.label(&rule.rule.bus);
        for (target, shape) in rule.targets() {
            if event.is_forwarded && target.is_bus() {
                let reason = "an event from another bus goes to no third one";
                let error = DeliveryError::lasting("THIRD_BUS", reason);
                let target_arn = target.arn.clone();
                (self.settings.tell)(label.telling(Step::Dropped { target_arn, error }));
            } else {
                couriers.spawn(self.courier(rule, target, shape, event, label.clone()).run());
            }
        }
    }

    fn courier(
        &self,
        rule: &Reading,
        target: &Target,
        shape: &Shape,
        event: &Event,
        label: Label,
    ) -> Courier {
        Courier {
            settings: self.settings.clone(),
            deliver: Arc::clone(&self.deliver),
            delivery: Delivery {
                target_arn: target.arn.clone(),
                rule_arn: rule.arn.clone(),
                role_arn: target.role_arn.clone().or_else(|| rule.rule.role_arn.clone()),
                body: shape.body(event, &rule.by()),
                message_group: target.message_group.clone(),
                attributes: BTreeMap::new(),
                event_id: event.id.clone(),
            },
            retries: target.retries,
            maximum_age: target.maximum_age,
            dead_letter_arn: target.dead_letter_arn.clone(),
            event: event.envelope.to_string(),
            label,
        }
    }

    fn buses(&self) -> MutexGuard<'_, BTreeMap<String, Bus>> {
        // Nothing panics in the middle of a change.
        self.buses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buses {
    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// All buses, by name.
    pub(crate) fn each<T>(&self, mut each: impl FnMut(&str, &Bus) -> T) -> Vec<T> {
        self.0.buses().iter().map(|(name, bus)| each(name, bus)).collect()
    }
}

impl std::fmt::Debug for Buses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.defined()).finish()
    }
}
