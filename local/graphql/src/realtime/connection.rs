//! One realtime connection: its messages, its subscriptions, its timers.
//! Knows no mutations: results come into its outbox.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, SplitSink};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::handshake::caller;
use super::message::{self, Incoming, Refusal, Start};
use super::subscriber::{Outbox, Subscriber};
use crate::caller::{DENIED, Identity, MISSING};
use crate::graphql::{Served, Shared};
use crate::host::{Happening, Host};

/// How long a client may take to read one message, or to answer a close.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of `ka`, as AppSync tells clients: five of its intervals.
const TIMEOUT_INTERVALS: u32 = 5;

/// A connection.
pub(crate) struct Connection {
    /// The host does not live for its connections.
    shared: Weak<Shared>,
    host: Host,
    served: Arc<Served>,
    /// Its name, for whoever watches.
    name: String,
    source_ip: Vec<String>,
    outbox: Outbox,
    messages: mpsc::Receiver<String>,
    /// By the client's ids: the number of the subscription, none while it is being started.
    subscriptions: HashMap<String, Option<u64>>,
    starting: FuturesUnordered<BoxFuture<'static, Started>>,
}

/// A subscription that was looked at: its id, and what came of it.
type Started = (String, Result<Box<Subscriber>, Vec<Refusal>>);

type Sink<S> = SplitSink<WebSocketStream<S>, Message>;

/// Why a connection ends.
struct End {
    code: CloseCode,
    reason: &'static str,
    /// Whether nothing can be said any more: the client is gone, or does not read.
    is_cut: bool,
}

impl End {
    const fn new(code: CloseCode, reason: &'static str) -> End {
        End { code, reason, is_cut: false }
    }

    const fn cut(reason: &'static str) -> End {
        End { code: CloseCode::Abnormal, reason, is_cut: true }
    }
}

impl Connection {
    pub(crate) fn new(shared: &Arc<Shared>, served: Arc<Served>, source_ip: Vec<String>) -> Connection {
        let (sender, messages) = mpsc::channel(shared.host.limits.outbox.max(1));
        let (host, shared) = (shared.host.clone(), Arc::downgrade(shared));
        let (name, subscriptions) = ((host.unique_id)(), HashMap::new());
        let overflow = Arc::new(Notify::new());
        let outbox = Outbox { connection: name.clone(), messages: sender, overflow };
        Connection {
            shared,
            host,
            served,
            name,
            source_ip,
            outbox,
            messages,
            subscriptions,
            starting: FuturesUnordered::new(),
        }
    }

    /// Serves the client until one of both has enough.
    pub(crate) async fn live<S>(mut self, socket: WebSocketStream<S>, refusal: Option<Refusal>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let (mut sink, mut stream) = socket.split();
        let api = self.served.id.clone();
        (self.host.tell)(Happening::Connected { api: api.clone(), connection: self.name.clone() });
        let end = match &refusal {
            Some(refusal) => refuse(&mut sink, refusal).await,
            None => {
                self.served.channel.opened(&self.name, self.source_ip.first().cloned());
                self.serve(&mut sink, &mut stream).await
            }
        };
        self.served.channel.closed(&self.name);
        if !end.is_cut {
            let frame = CloseFrame { code: end.code, reason: end.reason.into() };
            // A client that has gone hears nothing any more.
            drop(timeout(PATIENCE, sink.send(Message::Close(Some(frame)))).await);
            drop(timeout(PATIENCE, async { while let Some(Ok(_)) = stream.next().await {} }).await);
        }
        let connection = self.name.clone();
        (self.host.tell)(Happening::Disconnected { api, connection, reason: end.reason.to_owned() });
    }

    async fn serve<S>(
        &mut self,
        sink: &mut Sink<S>,
        stream: &mut futures_util::stream::SplitStream<WebSocketStream<S>>,
    ) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let limits = self.host.limits;
        let mut keep_alive = interval_at(Instant::now() + limits.keep_alive, limits.keep_alive);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let life = tokio::time::sleep(limits.connection);
        tokio::pin!(life);
        let mut closing = self.served.channel.closing();
        let overflow = Arc::clone(&self.outbox.overflow);
        loop {
            let outgoing = tokio::select! {
                biased;
                () = overflow.notified() => return SLOW,
                _ = closing.wait_for(|is_closing| *is_closing) => return End::new(CloseCode::Away, "the API is gone"),
                () = &mut life => return End::new(CloseCode::Away, "the connection has reached its greatest age"),
                Some((id, started)) = self.starting.next() => self.started(&id, started),
                Some(message) = self.messages.recv() => Some(message),
                _ = keep_alive.tick() => Some(message::KEEP_ALIVE.to_owned()),
                frame = stream.next() => match self.frame(frame) {
                    ControlFlow::Continue(answer) => answer,
                    ControlFlow::Break(end) => return end,
                },
            };
            let Some(outgoing) = outgoing else { continue };
            let sent = tokio::select! {
                sent = timeout(PATIENCE, sink.send(Message::text(outgoing))) => sent,
                () = overflow.notified() => return SLOW,
            };
            match sent {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return GONE,
                Err(_) => return SLOW,
            }
        }
    }

    /// What a frame is answered with, or how it ends the connection.
    fn frame(&mut self, frame: Option<Result<Message, SocketError>>) -> ControlFlow<End, Option<String>> {
        match frame {
            Some(Ok(Message::Text(text))) => ControlFlow::Continue(self.incoming(Incoming::of(&text))),
            Some(Ok(Message::Binary(_))) => {
                ControlFlow::Break(End::new(CloseCode::Unsupported, "messages are text"))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => ControlFlow::Continue(None),
            Some(Ok(Message::Close(_))) => {
                ControlFlow::Break(End::new(CloseCode::Normal, "closed by the client"))
            }
            Some(Err(SocketError::Capacity(_))) => {
                ControlFlow::Break(End::new(CloseCode::Size, "a message is too large"))
            }
            Some(Err(SocketError::Protocol(_) | SocketError::Utf8(_))) => {
                ControlFlow::Break(End::new(CloseCode::Protocol, "that is no WebSocket frame"))
            }
            Some(Err(_)) | None => ControlFlow::Break(GONE),
        }
    }

    fn incoming(&mut self, incoming: Incoming) -> Option<String> {
        match incoming {
            Incoming::Init => {
                let timeout = (self.host.limits.keep_alive * TIMEOUT_INTERVALS).as_millis();
                Some(message::connection_ack(u64::try_from(timeout).unwrap_or(u64::MAX)))
            }
            Incoming::Start(start) => {
                self.start(*start).err().map(|(id, refusal)| message::error(Some(&id), &[refusal]))
            }
            Incoming::Stop(id) => Some(self.stop(&id)),
            Incoming::Unknown(id) => Some(message::error(id.as_deref(), &[Refusal::unsupported("unknown")])),
        }
    }

    /// Begins to look at a subscription; others are served meanwhile.
    fn start(&mut self, start: Start) -> Result<(), (String, Refusal)> {
        let limit = self.host.limits.subscriptions;
        if self.subscriptions.contains_key(&start.id) {
            return Err((start.id, Refusal::new("DuplicatedOperationError", "DuplicatedOperationError")));
        }
        if self.subscriptions.len() >= limit {
            let message = format!("Max number of {limit} subscriptions reached");
            return Err((start.id, Refusal::new("MaxSubscriptionsReachedError", message)));
        }
        self.subscriptions.insert(start.id.clone(), None);
        let (shared, served) = (self.shared.clone(), Arc::clone(&self.served));
        let (outbox, source_ip) = (self.outbox.clone(), self.source_ip.clone());
        self.starting.push(
            async move {
                let subscriber = subscriber(&shared, &served, &start, &source_ip, outbox).await;
                (start.id, subscriber.map(Box::new))
            }
            .boxed(),
        );
        Ok(())
    }

    /// Puts a subscription in force, if the client still wants it.
    fn started(&mut self, id: &str, started: Result<Box<Subscriber>, Vec<Refusal>>) -> Option<String> {
        match started {
            Ok(subscriber) => {
                let entry = self.subscriptions.get_mut(id)?;
                let (api, field) = (self.served.id.clone(), subscriber.field.clone());
                *entry = Some(self.served.channel.subscribe(*subscriber, &api, &self.host));
                (self.host.tell)(Happening::Subscribed { api, connection: self.name.clone(), field });
                None
            }
            Err(refusals) => {
                self.subscriptions.remove(id)?;
                Some(message::error(Some(id), &refusals))
            }
        }
    }

    fn stop(&mut self, id: &str) -> String {
        match self.subscriptions.remove(id) {
            Some(number) => {
                number.inspect(|number| self.served.channel.unsubscribe(*number));
                message::complete(id)
            }
            None => message::error(
                Some(id),
                &[Refusal::new("UnknownOperationError", format!("Unknown operation id {id}"))],
            ),
        }
    }
}

const SLOW: End = End::cut("the client reads too slowly");
const GONE: End = End::cut("the client is gone");

async fn refuse<S>(sink: &mut Sink<S>, refusal: &Refusal) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let message = message::connection_error(refusal);
    // A client that has gone hears nothing any more.
    drop(timeout(PATIENCE, sink.send(Message::text(message))).await);
    End::new(CloseCode::Normal, "refused")
}

/// Looks at who wants a subscription, and gets it ready.
async fn subscriber(
    shared: &Weak<Shared>,
    served: &Served,
    start: &Start,
    source_ip: &[String],
    outbox: Outbox,
) -> Result<Subscriber, Vec<Refusal>> {
    let (Some(shared), Some(api)) = (shared.upgrade(), served.api()) else {
        return Err(vec![Refusal::plain("the API does not work at the moment")]);
    };
    let caller = caller(&shared, &served.id, start.authorization.clone(), "/graphql", &start.data);
    let identity = Identity::of(caller, &api.definition, source_ip);
    let identity = identity
        .map_err(|message| vec![Refusal::unauthorized(if message == MISSING { DENIED } else { message })])?;
    let limit = shared.host.limits.time;
    let ready = timeout(limit, Subscriber::of(&shared, api, start, identity, outbox)).await;
    ready.unwrap_or_else(|_| Err(vec![Refusal::new("ExecutionTimeout", "Execution timed out.")]))
}

impl Drop for Connection {
    fn drop(&mut self) {
        for number in self.subscriptions.values().flatten() {
            self.served.channel.unsubscribe(*number);
        }
        self.served.channel.closed(&self.name);
    }
}
