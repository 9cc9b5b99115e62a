//! What was done is remembered in a real DynamoDB engine.

#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::io::Error;
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_dynamodb::Client;
use futures_util::future::join_all;
use handler_kit::{Aws, Claim, Deadline, Idempotency, NotDone, Once};
use handler_testing::Tables;
use serde_json::{Value, json};

/// A table, and work that counts how often it was done.
struct Memory {
    tables: Tables,
    idempotency: Idempotency,
    times: Cell<u32>,
}

impl Memory {
    async fn start() -> Memory {
        let tables = Tables::start().await;
        tables.create("handled", "id");
        Memory { idempotency: idempotency(&tables, "handled"), tables, times: Cell::default() }
    }

    /// Does the work once for a key.
    async fn once(&self, key: &str) -> Result<Once, NotDone<Error>> {
        let work = async {
            self.times.set(self.times.get() + 1);
            Ok(())
        };
        self.idempotency.once(key, soon(), work).await
    }

    async fn claim(&self, key: &str) -> Claim {
        self.idempotency.claim(key, soon()).await.unwrap()
    }

    fn row(&self, key: &str) -> Value {
        self.tables.item("handled", json!({"id": {"S": key}}))
    }

    /// Turns the clock of a row forward until it has expired.
    fn expire(&self, key: &str) {
        let mut row = self.row(key);
        row["expires"] = json!({"N": (now() - 1).to_string()});
        self.tables.put("handled", row);
    }

    /// For how many seconds a row is good.
    fn life(&self, key: &str) -> u64 {
        self.row(key)["expires"]["N"].as_str().unwrap().parse::<u64>().unwrap() - now()
    }
}

fn idempotency(tables: &Tables, table: &str) -> Idempotency {
    Idempotency::new(Client::new(Aws::local(tables.url()).config()), table)
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(30))
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

#[tokio::test]
async fn what_was_done_is_not_done_again() {
    let memory = Memory::start().await;
    assert_eq!(memory.once("a").await.unwrap(), Once::Now);
    assert_eq!(memory.once("a").await.unwrap(), Once::Before);
    assert_eq!(memory.once("b").await.unwrap(), Once::Now);
    assert_eq!(memory.times.get(), 2);
}

#[tokio::test]
async fn what_was_done_is_remembered_for_longer_than_a_queue_holds_it() {
    let memory = Memory::start().await;
    memory.once("a").await.unwrap();
    let days = memory.life("a") / 86_400;
    assert!((14..=15).contains(&days), "{days}");
    assert_eq!(memory.row("a").get("claimant"), None);
}

#[tokio::test]
async fn what_was_forgotten_is_done_again_before_the_row_is_deleted() {
    let memory = Memory::start().await;
    memory.once("a").await.unwrap();
    memory.expire("a");
    assert_eq!(memory.once("a").await.unwrap(), Once::Now);
    assert_eq!(memory.times.get(), 2);
}

#[tokio::test]
async fn work_that_failed_is_done_again_at_once() {
    let memory = Memory::start().await;
    let fails = async { Err(Error::other("no")) };
    let failed = memory.idempotency.once("a", soon(), fails).await;
    assert!(matches!(failed, Err(NotDone::Work(error)) if error.to_string() == "no"));
    assert_eq!(memory.row("a"), Value::Null);
    assert_eq!(memory.once("a").await.unwrap(), Once::Now);
}

#[tokio::test]
async fn while_somebody_is_at_it_nobody_else_is() {
    let memory = Memory::start().await;
    let Claim::Mine(held) = memory.claim("a").await else { panic!() };
    assert!(matches!(memory.claim("a").await, Claim::Busy));
    assert!(matches!(memory.once("a").await, Err(NotDone::Busy)));
    assert_eq!(memory.times.get(), 0);
    memory.idempotency.finish(&held).await.unwrap();
    assert!(matches!(memory.claim("a").await, Claim::Done));
}

#[tokio::test]
async fn a_claim_lasts_a_little_longer_than_the_invocation() {
    let memory = Memory::start().await;
    memory.claim("a").await;
    let life = memory.life("a");
    assert!((31..=36).contains(&life), "{life}");
}

#[tokio::test]
async fn a_crashed_attempt_is_done_again_once_its_claim_has_lapsed() {
    let memory = Memory::start().await;
    // Nobody finishes it.
    assert!(matches!(memory.claim("a").await, Claim::Mine(_)));
    memory.expire("a");
    assert_eq!(memory.once("a").await.unwrap(), Once::Now);
    assert_eq!(memory.once("a").await.unwrap(), Once::Before);
    assert_eq!(memory.times.get(), 1);
}

#[tokio::test]
async fn who_lost_the_claim_neither_finishes_nor_releases_it() {
    let memory = Memory::start().await;
    let Claim::Mine(lost) = memory.claim("a").await else { panic!() };
    memory.expire("a");
    let Claim::Mine(_held) = memory.claim("a").await else { panic!() };
    memory.idempotency.finish(&lost).await.unwrap_err();
    memory.idempotency.release(&lost).await.unwrap_err();
    assert!(matches!(memory.claim("a").await, Claim::Busy));
}

#[tokio::test]
async fn of_many_claims_at_once_one_is_granted() {
    let memory = Memory::start().await;
    let claims = join_all((0..20).map(|_| memory.claim("a"))).await;
    let (mine, others): (Vec<_>, Vec<_>) = claims.iter().partition(|claim| matches!(claim, Claim::Mine(_)));
    assert_eq!((mine.len(), others.len()), (1, 19));
    assert!(others.iter().all(|claim| matches!(claim, Claim::Busy)));
}

#[tokio::test]
async fn of_many_claims_of_a_crashed_attempt_one_is_granted() {
    let memory = Memory::start().await;
    memory.claim("a").await;
    memory.expire("a");
    let claims = join_all((0..20).map(|_| memory.claim("a"))).await;
    assert_eq!(claims.iter().filter(|claim| matches!(claim, Claim::Mine(_))).count(), 1);
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_still_mine() {
    let memory = Memory::start().await;
    memory.tables.lose_answers("claimant", 1);
    assert_eq!(memory.once("a").await.unwrap(), Once::Now);
    assert_eq!(memory.times.get(), 1);
}

#[tokio::test]
async fn without_a_table_no_work_is_done() {
    let memory = Memory::start().await;
    let memory = Memory { idempotency: idempotency(&memory.tables, "no-such-table"), ..memory };
    assert!(matches!(memory.once("a").await, Err(NotDone::Unknown(_))));
    assert_eq!(memory.times.get(), 0);
}

#[tokio::test]
async fn after_the_deadline_no_work_is_begun() {
    let memory = Memory::start().await;
    let work = async {
        memory.times.set(1);
        Ok::<_, Error>(())
    };
    let late = memory.idempotency.once("a", Deadline::after(Duration::ZERO), work).await;
    assert!(matches!(late, Err(NotDone::Late)));
    assert_eq!(memory.times.get(), 0);
}

#[tokio::test]
async fn work_that_was_done_is_no_failure_when_it_cannot_be_remembered() {
    let memory = Memory::start().await;
    let work = async {
        memory.tables.delete("handled", json!({"id": {"S": "a"}}));
        Ok::<_, Error>(())
    };
    assert_eq!(memory.idempotency.once("a", soon(), work).await.unwrap(), Once::Now);
}

#[tokio::test]
async fn a_table_that_falls_silent_is_told_no_longer_than_there_is_time() {
    let deadline = || Deadline::after(Duration::from_millis(200));
    let memory = Memory::start().await;
    memory.tables.fall_silent("\"claimant = :claimant\"", 2);
    let start = Instant::now();
    assert_eq!(
        memory.idempotency.once("a", deadline(), async { Ok::<_, Error>(()) }).await.unwrap(),
        Once::Now
    );
    let failed = memory.idempotency.once("b", deadline(), async { Err(Error::other("no")) }).await;
    assert!(matches!(failed, Err(NotDone::Work(_))));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
