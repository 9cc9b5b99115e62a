//! An API that listens, and clients that are connected to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use stackwright_graphql::{Definition, Graphql, Handling, Host, Limits, Resolver};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::api::{Api, BOTH, ID, KEY, code, definition, patient, saying, unit};

pub(crate) const SCHEMA: &str = "
    type Query { hello: String }
    type Mutation { add(input: Input!): Thing @aws_api_key @aws_iam  remove(id: ID!): Thing }
    type Subscription {
        added(id: ID, n: Int): Thing @aws_subscribe(mutations: [\"add\"])
        changed: Thing @aws_subscribe(mutations: [\"add\", \"remove\"])
        strict: Strict @aws_subscribe(mutations: [\"add\"])
        signed: Thing @aws_subscribe(mutations: [\"add\"]) @aws_iam
        guarded(room: String): Thing @aws_subscribe(mutations: [\"add\"])
        chosen(least: Int): Thing @aws_subscribe(mutations: [\"add\"])
        broken: Thing @aws_subscribe(mutations: [\"add\"])
    }
    type Thing @aws_api_key @aws_iam { id: ID!  n: Int  name: String  owner: Owner  hidden: Int @aws_iam  big: String }
    type Owner { name: String  age: Int }
    type Strict { id: ID!  name: String! }
    input Input { id: ID!  n: Int  name: String }";

pub(crate) fn resolvers() -> Vec<Resolver> {
    let javascript = |request: &str, response: &str| Handling::Javascript(code(request, response));
    let guard = "if (ctx.args.room !== 'mine') { util.unauthorized(); } return {};";
    let filter = "extensions.setSubscriptionFilter({ filterGroup: [
        { filters: [{ fieldName: 'n', operator: 'ge', value: ctx.args.least }] }] }); return null;";
    vec![
        saying("Mutation.add", "{ ...ctx.args.input, owner: { name: 'Ada', age: 36 }, hidden: 1 }"),
        saying("Mutation.remove", "ctx.args.id === '0' ? null : { id: ctx.args.id }"),
        saying("Thing.big", "'x'.repeat(300000)"),
        unit("Subscription.guarded", "None", javascript(guard, "return null;")),
        unit("Subscription.chosen", "None", javascript("return {};", filter)),
        unit("Subscription.broken", "None", javascript("util.error('no', 'Closed');", "")),
    ]
}

/// An API that listens.
pub(crate) struct Server {
    pub(crate) api: Arc<Api>,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) async fn start() -> Server {
        Server::over(Host::new().limited(patient())).await
    }

    pub(crate) async fn limited(limits: Limits) -> Server {
        Server::over(Host::new().limited(limits)).await
    }

    pub(crate) async fn over(host: Host) -> Server {
        let both = Definition { additional_modes: BOTH.to_vec(), ..definition(SCHEMA, resolvers()) };
        let (api, problems) = Api::over(host, both);
        assert_eq!(problems, []);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let realtime =
            async |State(graphql): State<Graphql>, request: Request| graphql.realtime(ID, request).await;
        let router = axum::Router::new().fallback(any(realtime)).with_state(api.graphql.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Server { api: Arc::new(api), address }
    }

    /// A client that brings these headers, in the query.
    pub(crate) async fn open(&self, header: Value) -> Client {
        let header = STANDARD.encode(header.to_string()).replace('+', "%2B").replace('=', "%3D");
        self.connect(&format!("/graphql?header={header}&payload=e30="), &["graphql-ws"]).await.unwrap()
    }

    pub(crate) async fn connect(&self, path: &str, protocols: &[&str]) -> Result<Client, tungstenite::Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        if !protocols.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocols.join(", ").parse().unwrap());
        }
        // Small, so that a client that does not read is soon slow.
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4_096)?;
        let stream = socket.connect(self.address).await?;
        let (socket, _) = tokio_tungstenite::client_async(request, MaybeTlsStream::Plain(stream)).await?;
        Ok(Client { socket })
    }

    pub(crate) async fn client(&self) -> Client {
        let mut client = self.open(json!({"host": "a", "x-api-key": KEY})).await;
        client.send(json!({"type": "connection_init"})).await;
        assert_eq!(client.next().await["type"], "connection_ack");
        client
    }

    pub(crate) async fn add(&self, input: Value) {
        self.mutate(
            "mutation($i: Input!) { add(input: $i) { id n name owner { name age } } }",
            json!({ "i": input }),
        )
        .await;
    }

    pub(crate) async fn mutate(&self, query: &str, variables: Value) {
        let answer = self.api.ask_with(query, variables).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
    }
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub(crate) async fn send(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message that is not a `ka`.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let frame = timeout(Duration::from_secs(5), self.socket.next())
                .await
                .expect("a message")
                .unwrap()
                .unwrap();
            let message: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
            if message != json!({"type": "ka"}) {
                return message;
            }
        }
    }

    pub(crate) async fn start(&mut self, id: &str, query: &str, variables: Value) {
        self.start_as(id, query, variables, json!({"host": "a", "x-api-key": KEY})).await;
    }

    pub(crate) async fn start_as(&mut self, id: &str, query: &str, variables: Value, authorization: Value) {
        let data = json!({"query": query, "variables": variables}).to_string();
        let payload = json!({"data": data, "extensions": {"authorization": authorization}});
        self.send(json!({"id": id, "type": "start", "payload": payload})).await;
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        self.start(id, query, variables).await;
        assert_eq!(self.next().await, json!({"type": "start_ack", "id": id}));
    }

    /// The payload of the next message, which is for this subscription.
    pub(crate) async fn data(&mut self, id: &str) -> Value {
        let message = self.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("data"), &json!(id)), "{message}");
        message["payload"].clone()
    }

    /// The errors of the next message.
    pub(crate) async fn errors(&mut self, id: Value) -> Value {
        let message = self.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &id), "{message}");
        message["payload"]["errors"].clone()
    }

    /// Whether nothing comes, as far as can be told: what was sent before would have come before this.
    pub(crate) async fn hears_nothing(&mut self) {
        self.send(json!({"type": "nothing"})).await;
        assert_eq!(self.next().await["type"], "error");
    }

    pub(crate) async fn closed(&mut self) -> CloseCode {
        loop {
            match timeout(Duration::from_secs(5), self.socket.next())
                .await
                .expect("a close")
                .unwrap()
                .unwrap()
            {
                Message::Close(frame) => return frame.unwrap().code,
                _ => continue,
            }
        }
    }
}
