//! WebSocket APIs as their clients see them: over TCP, with functions that do what they are told.

#![allow(clippy::unwrap_used)]

mod authorizing;
mod crowds;
mod endings;
mod events;
mod hostile;
mod limits;
mod managing;
mod opening;
mod reloading;
mod routing;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use stackwright_sockets::{
    Api, Happening, Host, Integration, Invocation, InvokeError, Limits, Route, Signer, Sockets, Stage,
    Target, What,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};

const API: &str = "a1b2c3d4e5";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:000000000000:function:told";

/// Long enough for the busiest machine; no test that passes waits for it.
const LONG: Duration = Duration::from_secs(60);

type Client = WebSocketStream<TcpStream>;

/// The function, with so much time.
fn running(timeout: Option<Duration>) -> Integration {
    Integration::Function { function: FUNCTION.to_owned(), timeout }
}

/// A route that runs the function and answers nothing.
fn one_way() -> Route {
    Route { integration: Some(running(None)), ..Route::default() }
}

/// A route that runs the function and answers.
fn two_way() -> Route {
    Route { is_two_way: true, ..one_way() }
}

/// An API with these routes.
fn api<const N: usize>(routes: [(&str, Route); N]) -> Api {
    Api {
        id: API.to_owned(),
        region: "eu-west-1".to_owned(),
        account: "000000000000".to_owned(),
        stages: BTreeMap::from([("prod".to_owned(), Stage::default())]),
        selection: "$request.body.action".parse().unwrap(),
        routes: routes.into_iter().map(|(key, route)| (key.to_owned(), route)).collect(),
    }
}

/// An API whose every message is a task for the function, and is answered.
fn echo() -> Api {
    api([("$default", two_way())])
}

/// A server with one API, and what is heard of it.
struct Site {
    sockets: Sockets,
    address: SocketAddr,
    runs: mpsc::UnboundedReceiver<Run>,
    told: Arc<Mutex<Vec<Happening>>>,
    /// Tasks that wait at the gate need a permit each.
    gate: Arc<Semaphore>,
}

/// One run of the function.
struct Run {
    source: String,
    event: Value,
}

impl Site {
    async fn of(api: Api) -> Site {
        Site::limited(api, |_| {}).await
    }

    async fn limited(api: Api, change: impl FnOnce(&mut Limits)) -> Site {
        Site::hosted(api, change, |host| host).await
    }

    async fn hosted(api: Api, change: impl FnOnce(&mut Limits), adapt: impl FnOnce(Host) -> Host) -> Site {
        Site::serving(api, change, adapt, None).await
    }

    /// All of its handshakes count as signed.
    async fn signed_by(api: Api, signer: Signer) -> Site {
        Site::serving(api, |_| {}, |host| host, Some(signer)).await
    }

    async fn serving(
        api: Api,
        change: impl FnOnce(&mut Limits),
        adapt: impl FnOnce(Host) -> Host,
        signer: Option<Signer>,
    ) -> Site {
        let mut limits = Limits { connections_per_second: 100_000, ..Limits::default() };
        change(&mut limits);
        let (sender, runs) = mpsc::unbounded_channel();
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let gate = Arc::new(Semaphore::new(0));
        let passed = Arc::clone(&gate);
        let host =
            Host::new(move |invocation| Box::pin(perform(invocation, sender.clone(), Arc::clone(&passed))))
                .telling(move |happening| heard.lock().unwrap().push(happening))
                .limited(limits);
        let sockets = Sockets::start(adapt(host));
        sockets.define(api);
        let address = serve(sockets.clone(), signer).await;
        Site { sockets, address, runs, told, gate }
    }

    /// A connection to the stage, with a task for `$connect`.
    async fn try_connect(&self, task: &Value) -> Result<Client, Refusal> {
        let parameters: String = match task {
            Value::Null => String::new(),
            task => format!("?task={}", percent(&task.to_string())),
        };
        connect(self.address, &format!("/prod{parameters}"), &[]).await.map(|(client, _)| client)
    }

    async fn connect(&self) -> Client {
        self.try_connect(&Value::Null).await.unwrap()
    }

    /// The only open connection's id.
    fn only(&self) -> String {
        let all = self.sockets.connections();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].id.clone()
    }

    /// The next run of the function.
    async fn run(&mut self) -> Run {
        tokio::time::timeout(LONG, self.runs.recv()).await.unwrap().unwrap()
    }

    /// The next run for a route.
    async fn run_of(&mut self, route: &str) -> Value {
        loop {
            let event = self.run().await.event;
            if event["requestContext"]["routeKey"] == route {
                return event;
            }
        }
    }

    /// Waits until something has been told.
    async fn hears<T>(&self, what: impl Fn(&What) -> Option<T>) -> T {
        eventually(|| self.told.lock().unwrap().iter().find_map(|happening| what(&happening.what))).await
    }
}

/// Asks again and again until there is something.
async fn eventually<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            match ask() {
                Some(answer) => return answer,
                None => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
    };
    tokio::time::timeout(LONG, asking).await.unwrap()
}

async fn serve(sockets: Sockets, signer: Option<Signer>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state((sockets, signer));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}

async fn answer(
    State((sockets, signer)): State<(Sockets, Option<Signer>)>,
    mut request: Request,
) -> Response {
    if let Some(signer) = signer {
        request.extensions_mut().insert(signer);
    }
    let path = request.uri().path().to_owned();
    match Target::of(&path) {
        Some(target) => sockets.management(API, &target, request).await,
        None => sockets.upgrade(API, path.trim_start_matches('/'), request).await,
    }
}

/// What the function does: its task is the message, or the parameter `task` of `$connect`.
async fn perform(
    invocation: Invocation,
    runs: mpsc::UnboundedSender<Run>,
    gate: Arc<Semaphore>,
) -> Result<Bytes, InvokeError> {
    let event: Value = serde_json::from_slice(&invocation.payload).unwrap();
    let text = event["body"].as_str().or_else(|| event["queryStringParameters"]["task"].as_str());
    let task: Value = serde_json::from_str(text.unwrap_or_default()).unwrap_or_default();
    let _nobody_listens = runs.send(Run { source: invocation.source, event });
    if let Some(milliseconds) = task["wait"].as_u64() {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    if task["gate"] == true {
        gate.acquire().await.unwrap().forget();
    }
    if task["hang"] == true {
        std::future::pending::<()>().await;
    }
    let text = |name: &str| task[name].as_str().map(str::to_owned);
    match (text("fail"), text("refuse")) {
        (Some(message), _) => Err(InvokeError::Failed(message)),
        (_, Some(message)) => Err(InvokeError::Refused(message)),
        _ => Ok(task.get("answer").unwrap_or(&json!({"statusCode": 200})).to_string().into()),
    }
}

/// A handshake that was refused.
#[derive(Debug)]
struct Refusal {
    status: u16,
    body: String,
}

async fn connect(
    address: SocketAddr,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<(Client, BTreeMap<String, String>), Refusal> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(address).await.unwrap();
    let shaking = tokio_tungstenite::client_async(request, stream);
    match tokio::time::timeout(LONG, shaking).await.unwrap() {
        Ok((client, response)) => {
            let text = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
                (name.to_string(), value.to_str().unwrap().to_owned())
            };
            Ok((client, response.headers().iter().map(text).collect()))
        }
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            Err(Refusal { status: response.status().as_u16(), body: String::from_utf8(body).unwrap() })
        }
        Err(error) => panic!("{error}"),
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Sends a task.
async fn say(client: &mut Client, task: &Value) {
    client.send(Message::text(task.to_string())).await.unwrap();
}

/// The next text that a client gets.
async fn hear(client: &mut Client) -> String {
    loop {
        match tokio::time::timeout(LONG, client.next()).await.unwrap().unwrap().unwrap() {
            Message::Text(text) => return text.to_string(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?} instead of a text"),
        }
    }
}

/// How a client's connection is closed: the code and the reason.
async fn closing(client: &mut Client) -> (u16, String) {
    loop {
        match tokio::time::timeout(LONG, client.next()).await.unwrap() {
            Some(Ok(Message::Close(frame))) => {
                let frame = frame.unwrap();
                return (frame.code.into(), frame.reason.to_string());
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?} instead of a close frame"),
        }
    }
}

/// Says hello and waits for the answer: afterwards both sides know that the connection is open.
async fn greet(client: &mut Client) {
    say(client, &json!({"answer": {"statusCode": 200, "body": "hello"}})).await;
    assert_eq!(hear(client).await, "hello");
}
