//! The broadcast against a real HTTP endpoint that answers what `@connections` may answer.

#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::TcpListener;
use std::time::{Duration, Instant, SystemTime};

use futures_util::{Stream, StreamExt as _, stream};
use handler_kit::{Answer, Aws, Broadcast, Connection, Deadline, Outcome, Pace, Sender};
use handler_testing::Sockets;

const OLD: Duration = Duration::from_secs(60);
const YOUNG: Duration = Duration::ZERO;

/// A stage, and a broadcast to it that does not wait long.
struct Stage {
    sockets: Sockets,
    broadcast: Broadcast,
    removed: RefCell<Vec<String>>,
}

impl Stage {
    async fn start() -> Stage {
        let sockets = Sockets::start().await;
        let pace = Pace { attempts: 4, pause: Duration::from_millis(1), ..Pace::default() };
        let broadcast = Broadcast::new(sender(&sockets.url())).paced(pace);
        Stage { sockets, broadcast, removed: RefCell::default() }
    }

    async fn send<E>(&self, rows: impl Stream<Item = Result<Connection, E>>) -> Result<Outcome, E> {
        self.send_until(rows, Deadline::after(Duration::from_secs(60))).await
    }

    async fn send_until<E>(
        &self,
        rows: impl Stream<Item = Result<Connection, E>>,
        deadline: Deadline,
    ) -> Result<Outcome, E> {
        let remove = async |connection: Connection| {
            self.removed.borrow_mut().push(connection.id);
            Ok::<_, Infallible>(())
        };
        self.broadcast.send(rows, "hello", deadline, remove).await
    }

    /// Sends to one connection of that age, which answers so; then looks at what became of it.
    async fn check(&self, id: &str, age: Duration, answers: &[u16], expected: Outcome, attempts: usize) {
        self.sockets.answer(id, answers.iter().copied());
        let outcome = self.send(rows([(id, age)])).await.unwrap();
        assert_eq!(outcome, expected, "{id}: {answers:?}");
        assert_eq!(self.sockets.attempts(id), attempts, "{id}: {answers:?}");
        assert_eq!(self.removed.borrow().contains(&id.to_owned()), expected.removed == 1, "{id}");
    }
}

const DELIVERED: Outcome = Outcome { delivered: 1, removed: 0, kept: 0, cut_short: false };
const REMOVED: Outcome = Outcome { delivered: 0, removed: 1, kept: 0, cut_short: false };
const CUT_SHORT: Outcome = Outcome { delivered: 0, removed: 0, kept: 0, cut_short: true };
const KEPT: Outcome = Outcome { delivered: 0, removed: 0, kept: 1, cut_short: false };

fn sender(url: &str) -> Sender {
    Sender::new(&Aws::local("http://127.0.0.1:9"), url)
}

fn row(id: &str, age: Duration) -> Connection {
    Connection::new(id, SystemTime::now() - age)
}

fn rows<'a>(
    rows: impl IntoIterator<Item = (&'a str, Duration)>,
) -> impl Stream<Item = Result<Connection, Infallible>> {
    let rows: Vec<_> = rows.into_iter().map(|(id, age)| Ok(row(id, age))).collect();
    stream::iter(rows)
}

#[tokio::test]
async fn gone_is_what_is_old_and_answers_410_to_a_question() {
    let stage = Stage::start().await;
    let check = async |id: &str, age: Duration, status: u16, expected: bool, questions: usize| {
        stage.sockets.always(id, status);
        let is_gone = stage.broadcast.finds_gone(&row(id, age), Deadline::after(OLD)).await;
        assert_eq!((is_gone, stage.sockets.questions(id)), (expected, questions), "{id}");
    };
    check("gone=", OLD, 410, true, 1).await;
    check("there=", OLD, 200, false, 1).await;
    check("young=", YOUNG, 410, false, 0).await;
    for status in [403, 429, 500] {
        check(&format!("unknown{status}="), OLD, status, false, 1).await;
    }
    assert_eq!(stage.sockets.posts(), 0);
}

#[tokio::test]
async fn nobody_is_gone_of_whom_nothing_is_heard_in_time() {
    let stage = Stage::start().await;
    stage.sockets.fall_silent("silent=");
    let soon = Deadline::after(Duration::from_millis(1_500));
    assert!(!stage.broadcast.finds_gone(&row("silent=", OLD), soon).await);
    let nowhere = Broadcast::new(sender("http://127.0.0.1:9/dev"));
    assert!(!nowhere.finds_gone(&row("a=", OLD), Deadline::after(OLD)).await);
}

#[tokio::test]
async fn a_message_is_taken_at_once() {
    let stage = Stage::start().await;
    stage.check("fine=", OLD, &[200], DELIVERED, 1).await;
    assert_eq!(stage.sockets.received("fine="), ["hello"]);
}

#[tokio::test]
async fn throttling_and_faults_are_tried_again() {
    let stage = Stage::start().await;
    stage.check("throttled=", OLD, &[429], DELIVERED, 2).await;
    stage.check("twice=", OLD, &[429, 429], DELIVERED, 3).await;
    stage.check("faulty=", OLD, &[500, 503], DELIVERED, 3).await;
}

#[tokio::test]
async fn a_fault_that_lasts_keeps_the_row() {
    let stage = Stage::start().await;
    stage.check("faulty=", OLD, &[500, 500, 500, 500], KEPT, 4).await;
    stage.check("throttled=", OLD, &[429, 429, 429, 429], KEPT, 4).await;
}

#[tokio::test]
async fn an_old_connection_that_is_gone_loses_its_row() {
    let stage = Stage::start().await;
    stage.check("gone=", OLD, &[410], REMOVED, 1).await;
    stage.check("later=", OLD, &[500, 410], REMOVED, 2).await;
}

#[tokio::test]
async fn a_young_connection_may_still_be_opening() {
    let stage = Stage::start().await;
    stage.check("opening=", YOUNG, &[410, 410], DELIVERED, 3).await;
    stage.check("never=", YOUNG, &[410, 410, 410, 410], KEPT, 4).await;
}

#[tokio::test]
async fn a_connection_that_stops_being_young_while_we_try_is_gone() {
    let stage = Stage::start().await;
    let pace = Pace { attempts: 3, pause: Duration::from_millis(400), ..Pace::default() };
    let stage = Stage { broadcast: stage.broadcast.clone().paced(pace), ..stage };
    let almost_old = Duration::from_millis(9_900);
    stage.check("ageing=", almost_old, &[410, 410, 410], REMOVED, 2).await;
}

#[tokio::test]
async fn any_other_refusal_is_final_and_keeps_the_row() {
    let stage = Stage::start().await;
    for status in [400, 403, 404, 413] {
        stage.check(&format!("refused{status}="), OLD, &[status], KEPT, 1).await;
    }
}

#[tokio::test]
async fn one_failing_connection_never_stops_the_others() {
    let stage = Stage::start().await;
    let ids: Vec<_> = (0..100).map(|n| format!("c{n}=")).collect();
    for (n, id) in ids.iter().enumerate().filter(|(n, _)| n % 10 == 0) {
        stage.sockets.always(id, [410, 500, 403][n / 10 % 3]);
    }
    let outcome = stage.send(rows(ids.iter().map(|id| (id.as_str(), OLD)))).await.unwrap();
    assert_eq!(outcome, Outcome { delivered: 90, removed: 4, kept: 6, cut_short: false });
}

#[tokio::test]
async fn ids_are_percent_encoded_and_requests_signed() {
    let stage = Stage::start().await;
    stage.send(rows([("L0SM9cOFvHcCIhw=", OLD)])).await.unwrap();
    assert_eq!(stage.sockets.paths(), ["/dev/@connections/L0SM9cOFvHcCIhw%3D"]);
    assert!(stage.sockets.all_signed());
}

#[tokio::test]
async fn a_pause_beyond_the_deadline_is_not_waited_for() {
    let stage = Stage::start().await;
    let pace = Pace { pause: Duration::from_secs(1_000), ..Pace::default() };
    let stage = Stage { broadcast: stage.broadcast.clone().paced(pace), ..stage };
    stage.sockets.always("busy=", 500);
    let outcome = stage.send(rows([("busy=", OLD), ("fine=", OLD)])).await.unwrap();
    assert_eq!(outcome, DELIVERED + KEPT);
    assert_eq!(stage.sockets.attempts("busy="), 1);
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let stage = Stage::start().await;
    let late = Deadline::after(Duration::ZERO);
    let outcome = stage.send_until(rows([("a=", OLD), ("b=", OLD)]), late).await;
    assert_eq!(outcome, Ok(CUT_SHORT));
    assert_eq!(stage.sockets.posts(), 0);
}

#[tokio::test]
async fn rows_that_do_not_come_are_waited_for_until_the_deadline() {
    let stage = Stage::start().await;
    let rows = rows([("a=", OLD)]).chain(stream::pending());
    let outcome = stage.send_until(rows, Deadline::after(Duration::from_millis(500))).await;
    assert_eq!(outcome, Ok(DELIVERED + CUT_SHORT));
    assert_eq!(stage.sockets.received("a="), ["hello"]);
}

#[tokio::test]
async fn a_send_under_way_is_dropped_at_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/dev", silent.local_addr().unwrap());
    let stage = Stage { broadcast: Broadcast::new(sender(&url)), ..Stage::start().await };
    let start = Instant::now();
    let soon = Deadline::after(Duration::from_millis(300));
    assert_eq!(stage.send_until(rows([("a=", OLD)]), soon).await, Ok(KEPT));
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn rows_that_cannot_be_read_to_the_end_are_an_error_after_the_rest_is_served() {
    let stage = Stage::start().await;
    let rows = stream::iter([Ok(row("a=", OLD)), Err("the second page"), Ok(row("b=", OLD))]);
    assert_eq!(stage.send(rows).await, Err("the second page"));
    assert_eq!(stage.sockets.received("a="), ["hello"]);
    assert_eq!(stage.sockets.received("b="), ["hello"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_removed_is_kept() {
    let stage = Stage::start().await;
    stage.sockets.always("gone=", 410);
    let refuse = async |_| Err(std::io::Error::other("no"));
    let deadline = Deadline::after(Duration::from_secs(60));
    let outcome = stage.broadcast.send(rows([("gone=", OLD)]), "hello", deadline, refuse).await;
    assert_eq!(outcome.unwrap(), KEPT);
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_is_busy() {
    // Port 9 is the discard service: nobody listens there.
    let answer = sender("http://127.0.0.1:9/dev").post("a=", b"hello".as_slice().to_vec().into()).await;
    assert!(matches!(answer, Answer::Busy(_)), "{answer:?}");
}
