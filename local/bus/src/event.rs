//! An event in its envelope, as rules see it and targets get it.
//! Compares nothing: that is for patterns.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::delivery::Label;
use crate::settings::Settings;

/// An event that a bus has taken.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    /// The whole of it.
    pub(crate) envelope: Value,
    /// When the bus took it, which is not always the time it says.
    pub(crate) ingested: String,
    /// Whether another bus has had it before.
    pub(crate) is_forwarded: bool,
}

/// What an event says beside its envelope.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) time: Option<SystemTime>,
    pub(crate) resources: Vec<String>,
    pub(crate) detail: Value,
}

impl Event {
    pub(crate) fn new(settings: &Settings, said: Said) -> Event {
        let (id, now) = ((settings.unique_id)(), settings.now());
        let envelope = json!({
            "version": "0",
            "id": id,
            "detail-type": said.detail_type,
            "source": said.source,
            "account": settings.account,
            "time": iso(said.time.unwrap_or(now)),
            "region": settings.region,
            "resources": said.resources,
            "detail": said.detail,
        });
        let (source, detail_type) = (said.source, said.detail_type);
        Event { id, source, detail_type, envelope, ingested: iso(now), is_forwarded: false }
    }

    /// One that has its envelope already, from another bus.
    pub(crate) fn forwarded(settings: &Settings, envelope: Value) -> Event {
        let text = |field: &str| envelope[field].as_str().unwrap_or_default().to_owned();
        let (id, source, detail_type) = (text("id"), text("source"), text("detail-type"));
        Event { id, source, detail_type, envelope, ingested: iso(settings.now()), is_forwarded: true }
    }

    /// What people are told of it, on that bus.
    pub(crate) fn label(&self, bus: &str) -> Label {
        Label {
            bus: bus.to_owned(),
            id: self.id.clone(),
            source: self.source.clone(),
            detail_type: self.detail_type.clone(),
        }
    }
}

/// The event that a rule makes when its schedule is due.
pub(crate) fn scheduled(settings: &Settings, rule_arn: &str, due: SystemTime) -> Event {
    let said = Said {
        source: "aws.events".to_owned(),
        detail_type: "Scheduled Event".to_owned(),
        time: Some(due),
        resources: vec![rule_arn.to_owned()],
        detail: json!({}),
    };
    Event::new(settings, said)
}

/// `2026-11-21T20:17:49Z`.
pub(crate) fn iso(time: SystemTime) -> String {
    let it = utc(time);
    let (date, hour, minute, second) = (it.date(), it.hour(), it.minute(), it.second());
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

pub(crate) fn utc(time: SystemTime) -> OffsetDateTime {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A time as the protocol writes it: seconds since 1970, or RFC 3339.
pub(crate) fn time_of(value: &Value) -> Option<SystemTime> {
    let of_seconds = |seconds: f64| {
        Duration::try_from_secs_f64(seconds).ok().and_then(|since| UNIX_EPOCH.checked_add(since))
    };
    match value {
        Value::Number(number) => of_seconds(number.as_f64()?),
        Value::String(text) => OffsetDateTime::parse(text, &Rfc3339).ok().and_then(system_time),
        _ => None,
    }
}

/// A time of the calendar as the system counts; none before 1970.
pub(crate) fn system_time(time: OffsetDateTime) -> Option<SystemTime> {
    let seconds = u64::try_from(time.unix_timestamp()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
