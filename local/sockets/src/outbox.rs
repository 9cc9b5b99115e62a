//! What waits for one client to take it, in bytes bounded.
//! Writes nothing: the connection's own task does, at the speed of its client.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::body::Bytes;
use tokio::sync::Notify;

use crate::closing::Closing;

/// What a message takes besides its bytes.
const OVERHEAD: usize = 64;

/// Messages to a client, and the order to close.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    room: Notify,
}

#[derive(Debug, Default)]
struct State {
    messages: VecDeque<Bytes>,
    size: usize,
    closing: Option<Closing>,
    is_over: bool,
    writer: Option<Waker>,
}

/// Why a message does not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    Full,
    Over,
}

/// What the writer is to do.
pub(crate) enum Order {
    Send(Bytes),
    Close(Closing),
}

impl Outbox {
    /// Takes a message in, if there is room. An empty outbox has room for any message.
    pub(crate) fn push(&self, message: &Bytes, limit: usize) -> Result<(), Rejection> {
        let mut state = self.state();
        if state.is_over || state.closing.is_some() {
            return Err(Rejection::Over);
        }
        let size = state.size + message.len() + OVERHEAD;
        if size > limit && !state.messages.is_empty() {
            return Err(Rejection::Full);
        }
        state.size = size;
        state.messages.push_back(message.clone());
        state.wake();
        Ok(())
    }

    /// The same, as soon as there is room. Says whether the message went out before the connection was over.
    pub(crate) async fn push_when_there_is_room(&self, message: &Bytes, limit: usize) -> bool {
        loop {
            let room = self.room.notified();
            match self.push(message, limit) {
                Ok(()) => return true,
                Err(Rejection::Over) => return false,
                Err(Rejection::Full) => room.await,
            }
        }
    }

    /// Has the connection closed, unless that is ordered already. Says whether it was not.
    pub(crate) fn close(&self, closing: Closing) -> bool {
        let mut state = self.state();
        if state.is_over || state.closing.is_some() {
            return false;
        }
        state.closing = Some(closing);
        state.wake();
        true
    }

    /// The next thing to do; to close comes first. Only one task may ask.
    pub(crate) fn poll_order(&self, context: &Context<'_>, may_send: bool) -> Poll<Order> {
        let mut state = self.state();
        if let Some(closing) = &state.closing {
            return Poll::Ready(Order::Close(closing.clone()));
        }
        if may_send && let Some(message) = state.next() {
            drop(state);
            self.room.notify_waiters();
            return Poll::Ready(Order::Send(message));
        }
        state.writer = Some(context.waker().clone());
        Poll::Pending
    }

    /// The connection is over: what waits is given back, and nothing more is taken.
    pub(crate) fn shut(&self) -> VecDeque<Bytes> {
        let mut state = self.state();
        state.is_over = true;
        state.size = 0;
        let rest = std::mem::take(&mut state.messages);
        drop(state);
        self.room.notify_waiters();
        rest
    }

    /// Bytes that wait.
    pub(crate) fn size(&self) -> usize {
        self.state().size
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics in the middle of a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next(&mut self) -> Option<Bytes> {
        let message = self.messages.pop_front()?;
        self.size -= message.len() + OVERHEAD;
        if self.messages.is_empty() {
            // Most connections are idle most of the time: they keep no room for a burst that is over.
            self.messages = VecDeque::new();
        }
        Some(message)
    }

    fn wake(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
    }
}
