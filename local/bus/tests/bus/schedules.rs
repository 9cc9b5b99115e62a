//! Rules with a clock.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use stackwright_bus::{Rule, Schedule};

use crate::bench::{Bench, START, lambda};

#[tokio::test(start_paused = true)]
async fn a_rule_makes_an_event_whenever_it_is_due() {
    let mut bench = Bench::new();
    bench.define(Rule::new("tick").scheduled("rate(5 minutes)").to(lambda()));
    let rule = "arn:aws:events:us-east-1:000000000000:rule/tick";
    assert_eq!(
        bench.body().await,
        json!({
            "version": "0",
            "id": "id-1",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": "2023-11-14T22:18:20Z",
            "region": "us-east-1",
            "resources": [rule],
            "detail": {},
        })
    );
    assert_eq!(bench.passed().as_secs(), 300);
    assert_eq!(bench.body().await["time"], "2023-11-14T22:23:20Z");
    assert_eq!(bench.passed().as_secs(), 600);
}

#[tokio::test(start_paused = true)]
async fn at_times_of_the_calendar_too() {
    let mut bench = Bench::new();
    bench.define(Rule::new("noon").scheduled("cron(0 12 ? * MON-FRI *)").to(lambda()));
    for expected in ["2023-11-15", "2023-11-16", "2023-11-17", "2023-11-20"] {
        assert_eq!(bench.body().await["time"], format!("{expected}T12:00:00Z"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_disabled_replaced_or_gone_is_never_due() {
    let mut bench = Bench::new();
    let rule = Rule::new("tick").scheduled("rate(1 minute)").to(lambda());
    bench.define(Rule { is_enabled: false, ..rule.clone() });
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(bench.rest().await, []);
    bench.define(rule.clone());
    bench.define(rule);
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(bench.rest().await.len(), 1);
    bench.buses.remove_rule("default", "tick");
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(bench.rest().await, []);
}

/// When an expression is due next after 14 November 2023, 22:13:20, a Tuesday.
#[track_caller]
fn check(expression: &str, expected: &str) {
    let next =
        Schedule::read(expression).unwrap().next_after(UNIX_EPOCH + Duration::from_secs(START)).unwrap();
    let seconds = next.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let next = time::OffsetDateTime::from_unix_timestamp(seconds.try_into().unwrap()).unwrap();
    let (date, time) = (next.date(), next.time());
    assert_eq!(format!("{date} {:02}:{:02}", time.hour(), time.minute()), expected, "{expression}");
}

#[test]
fn rates() {
    check("rate(1 minute)", "2023-11-14 22:14");
    check("rate(2 hours)", "2023-11-15 00:13");
    check("rate(1 day)", "2023-11-15 22:13");
}

#[test]
fn minutes_and_hours() {
    check("cron(* * * * ? *)", "2023-11-14 22:14");
    check("cron(0/15 * * * ? *)", "2023-11-14 22:15");
    check("cron(*/10 * * * ? *)", "2023-11-14 22:20");
    check("cron(5-10 * * * ? *)", "2023-11-14 23:05");
    check("cron(0,13 22 * * ? *)", "2023-11-15 22:00");
    check("cron(30 8-17/3 * * ? *)", "2023-11-15 08:30");
}

#[test]
fn days_of_the_month() {
    check("cron(0 0 15 * ? *)", "2023-11-15 00:00");
    check("cron(0 0 31 * ? *)", "2023-12-31 00:00");
    check("cron(0 0 L * ? *)", "2023-11-30 00:00");
    check("cron(0 0 L FEB ? *)", "2024-02-29 00:00");
    check("cron(0 0 1 JAN ? 2030)", "2030-01-01 00:00");
    // 18 November 2023 is a Saturday, 19 November a Sunday.
    check("cron(0 0 18W * ? *)", "2023-11-17 00:00");
    check("cron(0 0 19W * ? *)", "2023-11-20 00:00");
    // 1 June 2024 is a Saturday, 30 June a Sunday.
    check("cron(0 0 1W JUN ? 2024)", "2024-06-03 00:00");
    check("cron(0 0 30W JUN ? 2024)", "2024-06-28 00:00");
    check("cron(0 0 LW JUN ? 2024)", "2024-06-28 00:00");
}

#[test]
fn days_of_the_week() {
    check("cron(0 0 ? * SUN *)", "2023-11-19 00:00");
    check("cron(0 0 ? * 1 *)", "2023-11-19 00:00");
    check("cron(0 0 ? * L *)", "2023-11-18 00:00");
    check("cron(0 0 ? * 6L *)", "2023-11-24 00:00");
    check("cron(0 0 ? * 2#1 *)", "2023-12-04 00:00");
    check("cron(0 0 ? * fri#5 *)", "2023-12-29 00:00");
    check("cron(0 0 ? JAN-MAR MON,WED *)", "2024-01-01 00:00");
}

#[test]
fn times_that_never_come() {
    let never = Schedule::read("cron(0 0 1 1 ? 1999)").unwrap();
    assert_eq!(never.next_after(UNIX_EPOCH + Duration::from_secs(START)), None);
    let never = Schedule::read("cron(0 0 31 2 ? *)").unwrap();
    assert_eq!(never.next_after(UNIX_EPOCH + Duration::from_secs(START)), None);
}

#[track_caller]
fn check_refused(expression: &str, reason: &str) {
    assert_eq!(
        Schedule::read(expression).unwrap_err().to_string(),
        format!("Parameter ScheduleExpression is not valid: `{expression}`: {reason}")
    );
}

#[test]
fn expressions_that_cannot_be() {
    check_refused("every day", "it is `rate(…)` or `cron(…)`");
    check_refused("rate(5)", "a rate is a number and a unit: `rate(5 minutes)`");
    check_refused("rate(0 minutes)", "a rate is a positive number");
    check_refused("rate(1 minutes)", "1 takes the unit `minute`, got `minutes`");
    check_refused("rate(5 minute)", "5 takes the unit `minutes`, got `minute`");
    check_refused("rate(5 seconds)", "the units are minutes, hours and days");
    check_refused("cron(0 0 * * ?)", "a cron expression has six fields, got 5");
    check_refused("cron(0 0 * * * *)", "one of day of month and day of week is `?`");
    check_refused("cron(0 0 ? * ? *)", "only one of day of month and day of week is `?`");
    check_refused("cron(60 0 * * ? *)", "`60` is not allowed as minutes, which is 0 to 59");
    check_refused("cron(0 0 * FOO ? *)", "`FOO` is not allowed as month, which is 1 to 12");
    check_refused("cron(9-5 0 * * ? *)", "`9-5` is not allowed as minutes, which is 0 to 59");
    check_refused("cron(*/0 0 * * ? *)", "`*/0` is not allowed as minutes, which is 0 to 59");
    check_refused("cron(0 0 ? * MON#6 *)", "a number from 1 to 5 follows `#`, got `6`");
}
