//! What buses need of others: targets to deliver to, as EventBridge, and somebody to tell.
//! Decides nothing about retries.

use std::sync::{Arc, Weak};

use futures_util::FutureExt as _;
use stackwright_bus::{Buses, Delivery, DeliveryError, Happening, Settings, Step};
use stackwright_queues::Attribute;

use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::random::Random;
use crate::services::delivery::{self, Undelivered};
use crate::settings::Settings as RunSettings;

/// EventBridge, as resource policies and roles know it.
const SERVICE: &str = "events.amazonaws.com";

/// Buses that deliver within a cloud, and nowhere once that is gone.
pub(crate) fn start(cloud: &Weak<Cloud>, settings: &RunSettings, random: &Arc<Random>) -> Buses {
    let (delivering, telling, random) = (cloud.clone(), cloud.clone(), Arc::clone(random));
    let settings = Settings {
        region: settings.region.clone(),
        account: settings.account.clone(),
        unique_id: Arc::new(move || random.uuid()),
        tell: Arc::new(move |happening| {
            if let Some(cloud) = telling.upgrade() {
                tell(&cloud, &happening);
            }
        }),
        ..Settings::default()
    };
    Buses::new(settings, move |delivery| deliver(delivering.upgrade(), delivery).boxed())
}

async fn deliver(cloud: Option<Arc<Cloud>>, delivery: Delivery) -> Result<(), DeliveryError> {
    let stopped = || DeliveryError::lasting("STOPPED", "everything is being stopped");
    let cloud = cloud.ok_or_else(stopped)?;
    let Delivery { target_arn, rule_arn, role_arn, body, message_group, attributes, .. } = delivery;
    let attributes = attributes.into_iter().map(|(name, value)| (name, Attribute::string(value)));
    let sent = delivery::Delivery {
        body,
        source: rule_arn,
        attributes: attributes.collect(),
        group: message_group,
        detail_type: None,
    };
    let delivered = match caller(&cloud, role_arn.as_deref(), &sent.source) {
        Ok(caller) => delivery::deliver(&cloud, &caller, &target_arn, sent).await,
        Err(undelivered) => Err(undelivered),
    };
    delivered.map_err(|Undelivered { code, message, is_passing }| match is_passing {
        true => DeliveryError::retryable(code, message),
        false => DeliveryError::lasting(code, message),
    })
}

/// EventBridge itself, whom the target's resource policy is asked about; or a session of the target's role.
fn caller(cloud: &Cloud, role: Option<&str>, rule: &str) -> Result<Caller, Undelivered> {
    let service = Caller::service(SERVICE);
    let Some(role) = role else { return Ok(service) };
    let context = delivery::context(rule);
    let wish = Wish { action: "sts:AssumeRole", resource: role, context: &context };
    match cloud.authorise(&service, wish) {
        Ok(()) => Ok(Caller::session(role, "events").on_behalf_of(rule)),
        Err(denied) => Err(Undelivered::lasting("NO_PERMISSIONS", denied.to_string())),
    }
}

fn tell(cloud: &Cloud, happening: &Happening) {
    let label = &happening.event;
    let bus = cloud.known_as(&cloud.buses.bus_arn(&label.bus));
    let event = format!("{} {}", label.source, label.detail_type);
    let line = |event: String| cloud.tell(What::Event { bus: bus.clone(), event });
    let failure = |message| cloud.tell(What::Failure { place: bus.clone(), message });
    match &happening.step {
        Step::Accepted { rules } if rules.is_empty() => line(format!("{event} matches no rule")),
        Step::Accepted { rules } => line(format!("{event} matches {}", counted(rules.len()))),
        Step::NoSuchBus => failure(format!("{event} was put on a bus that is not there")),
        Step::Delivered { target_arn } => line(format!("{event} → {}", cloud.known_as(target_arn))),
        Step::Failed { target_arn, error, retry_in: Some(wait) } => {
            line(format!("{event} → {} {error}, tried again in {wait:?}", cloud.known_as(target_arn)));
        }
        // What comes of it is told next.
        Step::Failed { retry_in: None, error, target_arn } => {
            failure(format!("{event} → {} {error}", cloud.known_as(target_arn)));
        }
        Step::Buried { target_arn, queue_arn } => line(format!(
            "{event} for {} → {}, its dead-letter queue",
            cloud.known_as(target_arn),
            cloud.known_as(queue_arn)
        )),
        Step::Dropped { target_arn, error } => {
            failure(format!("{event} for {} was dropped: {error}", cloud.known_as(target_arn)));
        }
    }
}

fn counted(rules: usize) -> String {
    if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") }
}
