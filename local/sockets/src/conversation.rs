//! The life of an open connection: reads, writes, ends, and `$disconnect`. One task each.
//! Handles no message: each is a task of its own.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::closing::Closing;
use crate::connection::Connection;
use crate::engine::Engine;
use crate::limits::Limits;
use crate::message;
use crate::outbox::Order;

/// What is read at once. Every connection keeps as much, so it is little.
const READ_BUFFER: usize = 1024;
/// What may be written beyond a message: answers to pings, and the close frame.
const CONTROL_FRAMES: usize = 1024;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// From the handshake's answer to the end of `$disconnect`.
pub(crate) async fn live(engine: Arc<Engine>, connection: Arc<Connection>, upgrade: OnUpgrade) {
    let held = engine.hold();
    let limits = &engine.host.limits;
    let (end, socket) = match timeout(limits.farewell, upgrade).await {
        Ok(Ok(upgraded)) => {
            let (stream, config) = (TokioIo::new(upgraded), configuration(limits));
            let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
            (converse(&engine, &connection, &mut socket).await, Some(socket))
        }
        _ => (End::Fault(Closing::VANISHED), None),
    };
    engine.leave(&connection);
    let rest = connection.outbox.shut();
    let closing = end.closing();
    let farewell = async {
        if let Some(socket) = socket {
            let _too_slow_or_gone = timeout(limits.farewell, end.farewell(socket, rest, limits.frame)).await;
        }
        drop(held);
    };
    let disconnect = async {
        if !engine.is_stopped() {
            message::disconnect(&engine, &connection, closing).await;
        }
    };
    // A client may take its time to answer a close frame: `$disconnect` does not wait for that. In a box, so that
    // connections that are open need no memory for their end.
    Box::pin(async { tokio::join!(farewell, disconnect) }).await;
}

fn configuration(limits: &Limits) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(limits.message.max(limits.waiting) + CONTROL_FRAMES)
        .max_frame_size(Some(limits.frame))
        .max_message_size(Some(limits.message))
}

/// How a conversation ends.
enum End {
    /// The client closes.
    Client(Closing),
    /// We do.
    Server(Closing),
    /// The client broke a rule, so that nothing more can be understood.
    Fault(Closing),
}

enum Turn {
    Heard(Message),
    Ended(Option<Error>),
    Ordered(Closing),
}

async fn converse(engine: &Arc<Engine>, connection: &Arc<Connection>, socket: &mut Socket) -> End {
    let limits = &engine.host.limits;
    let mut place = None;
    let mut timer = pin!(sleep_until(connection.end(limits)));
    loop {
        let may_read = place.is_some();
        let turn = tokio::select! {
            taken = connection.place(), if !may_read => {
                place = taken;
                continue;
            }
            turn = poll_fn(|context| poll_turn(socket, connection, limits, may_read, context)) => turn,
            () = timer.as_mut() => {
                let end = connection.end(limits);
                if end <= Instant::now() {
                    return End::Server(Closing::GOING_AWAY);
                }
                timer.as_mut().reset(end);
                continue;
            }
        };
        match turn {
            Turn::Ordered(closing) => return End::Server(closing),
            Turn::Ended(fault) => return End::Fault(Closing::by_fault(fault.as_ref())),
            Turn::Heard(Message::Close(frame)) => return End::Client(Closing::by_client(frame)),
            Turn::Heard(Message::Binary(_)) => return End::Server(Closing::BINARY),
            Turn::Heard(Message::Text(text)) => {
                let (engine, connection) = (Arc::clone(engine), Arc::clone(connection));
                tokio::spawn(message::handle(engine, connection, text, place.take()));
            }
            Turn::Heard(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
        }
        connection.touch();
    }
}

/// Writes what waits and reads what comes, until something is to be done. A client that does not read is not waited
/// for: then only what it says and orders to close are heard.
fn poll_turn(
    socket: &mut Socket,
    connection: &Connection,
    limits: &Limits,
    may_read: bool,
    context: &mut Context<'_>,
) -> Poll<Turn> {
    loop {
        let is_written = match socket.poll_flush_unpin(context) {
            Poll::Ready(Ok(())) => true,
            Poll::Ready(Err(error)) => return Poll::Ready(Turn::Ended(Some(error))),
            Poll::Pending => false,
        };
        match connection.outbox.poll_order(context, is_written) {
            Poll::Ready(Order::Close(closing)) => return Poll::Ready(Turn::Ordered(closing)),
            Poll::Ready(Order::Send(message)) => {
                connection.touch();
                if let Err(error) = begin_sending(socket, &message, limits.frame) {
                    return Poll::Ready(Turn::Ended(Some(error)));
                }
            }
            Poll::Pending => break,
        }
    }
    if !may_read {
        return Poll::Pending;
    }
    match socket.poll_next_unpin(context) {
        Poll::Ready(Some(Ok(message))) => Poll::Ready(Turn::Heard(message)),
        Poll::Ready(Some(Err(error))) => Poll::Ready(Turn::Ended(Some(error))),
        Poll::Ready(None) => Poll::Ready(Turn::Ended(None)),
        Poll::Pending => Poll::Pending,
    }
}

fn begin_sending(socket: &mut Socket, message: &Bytes, limit: usize) -> Result<(), Error> {
    frames(message, limit).try_for_each(|frame| socket.start_send_unpin(Message::Frame(frame)))
}

/// A message in frames that are not over the limit. What is no text cannot be in text frames.
fn frames(message: &Bytes, limit: usize) -> impl Iterator<Item = Frame> {
    let kind = if std::str::from_utf8(message).is_ok() { Data::Text } else { Data::Binary };
    let count = message.len().div_ceil(limit).max(1);
    (0..count).map(move |index| {
        let kind = if index == 0 { kind } else { Data::Continue };
        let end = message.len().min((index + 1) * limit);
        Frame::message(message.slice(index * limit..end), OpCode::Data(kind), index + 1 == count)
    })
}

impl End {
    fn closing(&self) -> Closing {
        match self {
            End::Client(closing) | End::Server(closing) | End::Fault(closing) => closing.clone(),
        }
    }

    /// Ends the connection so that the client hears why: what it has sent meanwhile is read and dropped, as closing a
    /// socket with unread bytes would have the machine discard the close frame.
    async fn farewell(self, mut socket: Socket, rest: VecDeque<Bytes>, frame: usize) -> Result<(), Error> {
        match self {
            End::Client(_) => while let Some(Ok(_)) = socket.next().await {},
            End::Server(closing) => {
                for message in rest {
                    begin_sending(&mut socket, &message, frame)?;
                    socket.flush().await?;
                }
                socket.close(closing.frame()).await?;
                while let Some(Ok(_)) = socket.next().await {}
            }
            End::Fault(closing) if closing.frame().is_some() => {
                socket.close(closing.frame()).await?;
                let mut scrap = [0; 512];
                while socket.get_mut().read(&mut scrap).await? > 0 {}
            }
            End::Fault(_) => {}
        }
        Ok(())
    }
}
