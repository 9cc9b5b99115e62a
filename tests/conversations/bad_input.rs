//! What no client should send: noise instead of HTTP, signatures that do not hold, bodies without end, connections that
//! say nothing. None of it is answered with a 5xx, and none of it disturbs a client that behaves.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::json;

use crate::machine::{Machine, SOON, eventually};
use crate::signing::Keys;
use crate::web::Request;

/// No answer to somebody who behaves may take longer, also where many tests share few processors.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a client may take for the head of a request, and some more.
const HEAD: Duration = Duration::from_secs(15);

/// No service reads more of a body than that, in bytes, whatever comes.
const MOST_READ: usize = 256 << 20;

/// How a frame begins that closes a WebSocket.
const CLOSE: u8 = 0x88;

/// The descriptors that a process needs for other things than the crowd.
const OTHER_DESCRIPTORS: u64 = 500;

#[test]
fn nobody_is_disturbed_by_what_others_send() {
    let machine = Machine::start("bad-input", &[]);
    let neighbour = Neighbour::start(&machine);
    let slow = slow_clients(&machine);
    let memory = memory(&machine, "VmRSS");
    noise_is_no_http(&machine);
    strange_paths_lead_nowhere(&machine);
    signatures_have_to_hold(&machine);
    bodies_have_an_end(&machine);
    frames_have_to_be_right(&machine);
    slow.into_iter().for_each(is_closed_in_time);
    neighbour.was_not_disturbed();
    let log = machine.log();
    let failures: Vec<&str> = log.lines().filter(|line| line.contains(r#""status":5"#)).collect();
    assert_eq!(failures, Vec::<&str>::new());
    if let (Some(before), Some(most)) = (memory, self::memory(&machine, "VmHWM")) {
        assert!(most < before + (512 << 20), "it took {} MB", most >> 20);
    }
}

#[test]
fn ten_thousand_connections_that_say_nothing_cost_little() {
    let machine = Machine::start("half-open", &["Notes", "VisitorCounter"]);
    let neighbour = Neighbour::start(&machine);
    let count = room_for(10_000);
    let before = memory(&machine, "VmRSS");
    // As many again are no more than as many: what they took is given back.
    for _ in 0..2 {
        let crowd: Vec<TcpStream> = (0..count).map(|at| half_open(&machine, at)).collect();
        let answer = Request::get(&format!("{}/_local/health", machine.endpoint())).send();
        assert_eq!(answer.status, 200);
        drop(crowd);
    }
    if let (Some(before), Some(most)) = (before, memory(&machine, "VmHWM")) {
        // Two buffers for a request that has begun, and some for the work that goes on meanwhile.
        let allowed = (32 << 20) + count * (20 << 10);
        assert!(most - before < allowed, "{count} connections took {} MB", (most - before) >> 20);
    }
    neighbour.was_not_disturbed();
}

/// One in two has begun a request, the others have not said a word.
fn half_open(machine: &Machine, at: usize) -> TcpStream {
    let mut stream = connect(machine);
    if at.is_multiple_of(2) {
        stream.write_all(b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-am").unwrap();
    }
    stream
}

/// A client that behaves: it writes notes and reads them, one after another.
struct Neighbour {
    is_over: Arc<AtomicBool>,
    work: JoinHandle<(usize, Duration)>,
}

impl Neighbour {
    fn start(machine: &Machine) -> Neighbour {
        let notes = format!("{}/notes", machine.output("Notes", "ApiUrl"));
        let is_over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&is_over);
        let work = thread::spawn(move || {
            let (mut times, mut slowest) = (0, Duration::ZERO);
            while !seen.load(Ordering::Relaxed) {
                let since = Instant::now();
                let note = json!({ "title": "Quiet", "content": "one two" }).to_string();
                let written = Request::post(&notes, &note).send();
                assert_eq!(written.status, 201, "{}", written.text());
                let id = written.header("location").rsplit('/').next().unwrap().to_owned();
                let read = Request::get(&format!("{notes}/{id}")).send();
                assert_eq!((read.status, &read.json()["title"]), (200, &json!("Quiet")));
                slowest = slowest.max(since.elapsed());
                times += 1;
                thread::sleep(Duration::from_millis(10));
            }
            (times, slowest)
        });
        Neighbour { is_over, work }
    }

    #[track_caller]
    fn was_not_disturbed(self) {
        self.is_over.store(true, Ordering::Relaxed);
        let (times, slowest) = self.work.join().expect("an answer was wrong");
        assert!(times > 0 && slowest < PATIENCE, "of {times} notes the slowest took {slowest:?}");
    }
}

fn connect(machine: &Machine) -> TcpStream {
    let stream = TcpStream::connect(machine.endpoint().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.set_write_timeout(Some(SOON)).unwrap();
    stream
}

/// Sends bytes as they are, and gives the status of the answer; none if the other side closed without a word.
fn sent(machine: &Machine, bytes: &[u8]) -> Option<u16> {
    let mut stream = connect(machine);
    // The other side may have heard enough before the end.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    status(&mut stream)
}

/// The status that stands at the beginning of what comes, up to the end of the connection.
#[track_caller]
fn status(stream: &mut TcpStream) -> Option<u16> {
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(
            matches!(error.kind(), ErrorKind::ConnectionReset),
            "it was neither answered nor closed: {error}"
        );
    }
    let text = String::from_utf8_lossy(&answer).into_owned();
    text.strip_prefix("HTTP/1.1 ").map(|rest| rest[..3].parse().unwrap())
}

fn noise_is_no_http(machine: &Machine) {
    let head = |line: &str| format!("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n{line}\r\n\r\n").into_bytes();
    let long = "a".repeat(200_000);
    let noise: [Vec<u8>; 18] = [
        b"\r\n\r\n\r\n".to_vec(),
        b"hello\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET /\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET / ICY/1.0\r\n\r\n".to_vec(),
        b"G\x00T / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(),
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(),
        // The beginning of TLS, and of HTTP/2.
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03random bytes of a greeting".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        head("no colon"),
        head("x: a\x00b"),
        head("content-length: -1"),
        head("content-length: 1\r\ncontent-length: 2"),
        head("content-length: 99999999999999999999999999"),
        head(&format!("x: {long}")),
        format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes(),
        (0..=255_u8).cycle().take(100_000).collect(),
    ];
    for bytes in noise {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let status = sent(machine, &bytes);
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{shown:?}: {status:?}");
    }
    let chunks = "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_20120810.ListTables\r\ntransfer-encoding: chunked\r\n\r\n";
    for body in ["zz\r\n", "5\r\nabc", "ffffffffffffffffff\r\n", "-1\r\n"] {
        let status = sent(machine, format!("{chunks}{body}").as_bytes());
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{body:?}: {status:?}");
    }
}

fn strange_paths_lead_nowhere(machine: &Machine) {
    let api = machine.physical("Notes", "Api");
    let deep = "/a".repeat(5_000);
    let own = [
        format!("/_aws/execute-api/{api}"),
        format!("/_aws/execute-api/{api}/"),
        format!("/_aws/execute-api/{api}/prod"),
        format!("/_aws/execute-api/{api}/prod/notes/%"),
        format!("/_aws/execute-api/{api}/prod/notes/%ff%fe"),
        format!("/_aws/execute-api/{api}/prod/../../../etc/passwd"),
        format!("/_aws/execute-api/{api}/prod/%2e%2e/notes"),
        format!("/_aws/execute-api/{api}/prod{deep}"),
        format!("/_aws/execute-api/{api}/@connections/x"),
    ];
    let others = [
        "//",
        "/..",
        "/_aws",
        "/_aws/",
        "/_aws/nothing",
        "/_aws/execute-api",
        "/_aws/execute-api//",
        "/_aws/lambda-url/x/",
        "/_aws/appsync/x/graphql",
        "/_aws/cloudfront/x/",
        "/_aws/cloudfront/x/../../y",
        "/_local/nothing",
        "/_local/../_local/state",
        "/@connections/",
        "/2015-03-31/functions/nobody",
        "/%00",
        "/bucket/%c0%ae%c0%ae/key",
        "/bucket?versions&list-type=2&x=%",
        "http://[::1",
        "*",
    ];
    for path in own.iter().map(String::as_str).chain(others) {
        let mut stream = connect(machine);
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let status = status(&mut stream);
        assert!(status.is_some_and(|status| (300..500).contains(&status)), "{path}: {status:?}");
    }
}

/// Requests to all services, and the name by which each signs.
fn requests(machine: &Machine) -> Vec<(Request, &'static str)> {
    let json = |target: &str| {
        let request = Request::post(machine.endpoint(), "{}").header("x-amz-target", target);
        request.header("content-type", "application/x-amz-json-1.0")
    };
    let form = Request::post(machine.endpoint(), "Action=GetCallerIdentity&Version=2011-06-15")
        .header("content-type", "application/x-www-form-urlencoded");
    let connection =
        machine.output("Chat", "WebSocketUrl").replace("ws://", "http://") + "/@connections/x%3D";
    vec![
        (json("DynamoDB_20120810.ListTables"), "dynamodb"),
        (json("DynamoDBStreams_20120810.ListStreams"), "dynamodb"),
        (json("AmazonSQS.ListQueues"), "sqs"),
        (json("AWSEvents.PutEvents"), "events"),
        (Request::get(&format!("{}/2015-03-31/functions", machine.endpoint())), "lambda"),
        (Request::get(&format!("{}/some-bucket", machine.endpoint())), "s3"),
        (form, "sts"),
        (Request::post(&connection, "hello"), "execute-api"),
        (Request::post(&machine.output("Agenda", "FunctionUrl"), "{}"), "lambda"),
        (Request::post(&machine.output("Agenda", "GraphqlUrl"), r#"{"query":"{ __typename }"}"#), "appsync"),
    ]
}

fn signatures_have_to_hold(machine: &Machine) {
    let keys = machine.keys();
    let id = machine.ready["credentials"]["accessKeyId"].as_str().unwrap();
    let secret = machine.ready["credentials"]["secretAccessKey"].as_str().unwrap();
    let strangers = [
        Keys::new(id, "another secret", None),
        Keys::new("AKIAIOSFODNN7EXAMPLE", secret, None),
        Keys::new("ASIAIOSFODNN7EXAMPLE", secret, Some("no token of ours")),
    ];
    for (request, service) in requests(machine) {
        check_refused(request.clone());
        strangers.iter().for_each(|keys| check_refused(request.clone().signed(keys, service)));
        let mut changed = request.clone().signed(&keys, service);
        changed.url.push_str("?another=query");
        check_refused(changed);
        for authorization in
            ["", "Basic eDp5", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=/,Signature=%"]
        {
            check_refused(request.clone().header("authorization", authorization));
        }
        check_refused(
            request.header("authorization", &format!("AWS4-HMAC-SHA256 {}", "a=b, ".repeat(2_000))),
        );
    }
}

#[track_caller]
fn check_refused(request: Request) {
    let answer = request.clone().send();
    let is_refused = matches!(answer.status, 400 | 401 | 403);
    assert!(is_refused && !answer.body.is_empty(), "{request:?}: {} {}", answer.status, answer.text());
}

/// Eight clients at once send until nobody listens any more.
fn bodies_have_an_end(machine: &Machine) {
    let path = |url: String| url.trim_start_matches(machine.endpoint()).to_owned();
    let notes = path(machine.output("Notes", "ApiUrl")) + "/notes";
    let agenda = path(machine.output("Agenda", "FunctionUrl"));
    let graphql = path(machine.output("Agenda", "GraphqlUrl"));
    let key = format!("x-api-key: {}", machine.output("Agenda", "ApiKey"));
    let target = "x-amz-target: DynamoDB_20120810.PutItem".to_owned();
    let places = [(notes, String::new()), (agenda, String::new()), (graphql, key), ("/".to_owned(), target)];
    thread::scope(|scope| {
        for (path, header) in places.iter().chain(&places) {
            scope.spawn(move || without_end(machine, path, header));
        }
    });
}

fn without_end(machine: &Machine, path: &str, header: &str) {
    let mut stream = connect(machine);
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{header}transfer-encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"10000\r\n", [b'a'; 0x10000].as_slice(), b"\r\n"].concat();
    let mut written = 0;
    while stream.write_all(&chunk).is_ok() {
        written += chunk.len();
        assert!(written < MOST_READ, "{path} never has enough");
    }
    let status = status(&mut stream);
    assert!(status.is_none_or(|status| (400..500).contains(&status)), "{path}: {status:?}");
}

fn frames_have_to_be_right(machine: &Machine) {
    let url = machine.output("Chat", "WebSocketUrl");
    let path = url.splitn(4, '/').nth(3).unwrap();
    let hello = |key: &str| {
        format!(
            "GET /{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n\r\n"
        )
    };
    let status = sent(machine, hello("no key").as_bytes());
    assert!(status.is_some_and(|status| (400..500).contains(&status)), "{status:?}");
    for frame in [
        // Not masked; a kind that is not there; reserved bits; text that is none; longer than anything; half a close.
        b"\x81\x05hello".as_slice(),
        b"\x83\x80\0\0\0\0",
        b"\xf1\x80\0\0\0\0",
        b"\x81\x82\0\0\0\0\xff\xfe",
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",
        b"\x88\x81\0\0\0\0\x03",
    ] {
        let mut stream = connect(machine);
        stream.write_all(hello("dGhlIHNhbXBsZSBub25jZQ==").as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        stream.write_all(frame).unwrap();
        let mut kind = [0];
        let heard = stream.read(&mut kind);
        let is_closed = heard.map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |_| true);
        assert!(is_closed && matches!(kind, [CLOSE | 0]), "{frame:?} was answered with {kind:?}");
    }
}

/// Clients that send a byte now and then, of a head that never ends.
fn slow_clients(machine: &Machine) -> Vec<(TcpStream, Instant)> {
    let begin = |_| {
        let mut stream = connect(machine);
        stream.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ").unwrap();
        (stream, Instant::now())
    };
    (0..20).map(begin).collect()
}

fn is_closed_in_time((mut stream, since): (TcpStream, Instant)) {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let closed = eventually(|| {
        let _ = stream.write_all(b"a");
        match stream.read(&mut [0; 1024]) {
            Ok(0) => Some(()),
            Ok(_) => None,
            Err(error) => {
                (!matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)).then_some(())
            }
        }
    });
    assert!(
        closed.is_some() && since.elapsed() < HEAD + SOON,
        "a slow client was borne {:?}",
        since.elapsed()
    );
}

/// How many connections this process and the machine can have, at most that many.
fn room_for(wanted: usize) -> usize {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let limit = hard.min(wanted as u64 + 2 * OTHER_DESCRIPTORS);
    if soft < limit {
        setrlimit(Resource::RLIMIT_NOFILE, limit, hard).unwrap();
    }
    wanted.min((limit.max(soft) - OTHER_DESCRIPTORS) as usize)
}

/// What the machine takes of the memory, in bytes, where the system tells: now (`VmRSS`), or at most so far (`VmHWM`).
fn memory(machine: &Machine, what: &str) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{}/status", machine.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    let kilobytes: usize = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes << 10)
}
