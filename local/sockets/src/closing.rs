//! How connections end: the codes and reasons that clients and `$disconnect` are told.
//! Ends nothing itself.

use std::borrow::Cow;

use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The end of a connection, as `$disconnect` has it in `disconnectStatusCode` and `disconnectReason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// [RFC 6455's code](https://www.rfc-editor.org/rfc/rfc6455#section-7.4); 1005 and 1006 are never sent.
    pub code: u16,
    /// What the other side was told; empty where a client gave a code alone.
    pub reason: Cow<'static, str>,
}

impl Closing {
    /// `DELETE` of the connection.
    pub(crate) const DELETED: Closing = Closing::of(1000, "Connection Closed Normally");
    /// Idle for too long, too old, or the host is stopped.
    pub(crate) const GOING_AWAY: Closing = Closing::of(1001, "Going away");
    /// Frames that are not WebSocket's.
    const PROTOCOL: Closing = Closing::of(1002, "Protocol error");
    /// API Gateway takes no binary frames.
    pub(crate) const BINARY: Closing = Closing::of(1003, "Binary frames are not supported");
    /// The client closed without a code.
    const UNSET: Closing = Closing::of(1005, "Client-side close frame status not set");
    /// The client is gone without a word.
    pub(crate) const VANISHED: Closing = Closing::of(1006, "Connection closed abnormally");
    /// A text frame that is no text.
    const NOT_TEXT: Closing = Closing::of(1007, "Invalid UTF-8");
    /// A frame or a message over the limit.
    const TOO_LONG: Closing = Closing::of(1009, "Message too long");

    const fn of(code: u16, reason: &'static str) -> Closing {
        Closing { code, reason: Cow::Borrowed(reason) }
    }

    /// By what the client said.
    pub(crate) fn by_client(frame: Option<CloseFrame>) -> Closing {
        frame.map_or(Closing::UNSET, |frame| Closing {
            code: frame.code.into(),
            reason: Cow::Owned(frame.reason.to_string()),
        })
    }

    /// By what went wrong; nothing at all is an end without a word.
    pub(crate) fn by_fault(fault: Option<&Error>) -> Closing {
        match fault {
            Some(Error::Capacity(_)) => Closing::TOO_LONG,
            Some(Error::Utf8(_)) => Closing::NOT_TEXT,
            None | Some(Error::Io(_) | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => {
                Closing::VANISHED
            }
            Some(_) => Closing::PROTOCOL,
        }
    }

    /// What the client is sent, if it is to be told.
    pub(crate) fn frame(&self) -> Option<CloseFrame> {
        let is_sent = !matches!(self.code, 1005 | 1006);
        is_sent.then(|| CloseFrame { code: self.code.into(), reason: self.reason.as_ref().into() })
    }
}
