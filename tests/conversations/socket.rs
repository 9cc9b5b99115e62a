//! [`Socket`]: a client of a WebSocket API.

use std::net::{Shutdown, TcpStream};
use std::thread::{self, sleep};
use std::time::Duration;

use serde_json::Value;
use tungstenite::client::IntoClientRequest as _;
use tungstenite::handshake::client::Request as ClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::protocol::CloseFrame;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Error, Message, WebSocket};

use crate::machine::SOON;

/// How many handshakes a crowd has open at a time.
const AT_ONCE: usize = 16;

pub(crate) struct Socket(WebSocket<MaybeTlsStream<TcpStream>>);

impl Socket {
    #[track_caller]
    pub(crate) fn open(url: &str) -> Socket {
        Socket::try_to_open(url).unwrap_or_else(|status| panic!("{url} was refused with {status}"))
    }

    /// That many sockets, some at a time. API Gateway lets 500 a second in, so whoever is refused for that asks again.
    pub(crate) fn open_many(url: &str, count: usize) -> Vec<Socket> {
        let open = || loop {
            match Socket::try_to_open(url) {
                Ok(socket) => return socket,
                Err(429) => sleep(Duration::from_millis(50)),
                Err(status) => panic!("{url} was refused with {status}"),
            }
        };
        thread::scope(|scope| {
            let share = |at| (at..count).step_by(AT_ONCE).map(|_| open()).collect::<Vec<_>>();
            let opening: Vec<_> = (0..AT_ONCE).map(|at| scope.spawn(move || share(at))).collect();
            opening.into_iter().flat_map(|opened| opened.join().unwrap()).collect()
        })
    }

    /// A socket that speaks a subprotocol.
    #[track_caller]
    pub(crate) fn open_with(url: &str, protocol: &'static str) -> Socket {
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
        Socket::try_to(request).unwrap_or_else(|status| panic!("{url} was refused with {status}"))
    }

    /// A socket, or the status of the refusal.
    pub(crate) fn try_to_open(url: &str) -> Result<Socket, u16> {
        Socket::try_to(url.into_client_request().unwrap())
    }

    fn try_to(request: ClientRequest) -> Result<Socket, u16> {
        let url = request.uri().clone();
        match tungstenite::connect(request) {
            Ok((socket, _)) => Ok(Socket(socket).hearing_for(SOON)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{url}: {other}"),
        }
    }

    fn hearing_for(mut self, time: Duration) -> Socket {
        self.listen_for(time);
        self
    }

    fn listen_for(&mut self, time: Duration) {
        let MaybeTlsStream::Plain(stream) = self.0.get_mut() else { panic!("nothing here speaks TLS") };
        stream.set_read_timeout(Some(time)).unwrap();
    }

    #[track_caller]
    pub(crate) fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string());
    }

    #[track_caller]
    pub(crate) fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).unwrap();
    }

    /// The next message, as JSON.
    #[track_caller]
    pub(crate) fn hear(&mut self) -> Value {
        let text = self.hear_text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[track_caller]
    pub(crate) fn hear_text(&mut self) -> String {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return text.to_string(),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("no message came, but {other:?}"),
            }
        }
    }

    /// The next message for which this holds; others are passed over.
    #[track_caller]
    pub(crate) fn hear_until(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.hear();
            if is_wanted(&message) {
                return message;
            }
        }
    }

    /// Nothing is to come within that time.
    #[track_caller]
    pub(crate) fn hear_nothing_for(&mut self, time: Duration) {
        self.listen_for(time);
        match self.0.read() {
            Err(Error::Io(error)) if is_over(&error) => self.listen_for(SOON),
            other => panic!("there was to be silence, and there came {other:?}"),
        }
    }

    /// The code with which the other side closes.
    #[track_caller]
    pub(crate) fn closed_with(&mut self) -> Option<u16> {
        loop {
            match self.0.read() {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(error) => panic!("it was not closed, but {error}"),
            }
        }
    }

    /// Goes without a word, as a telephone does in a tunnel.
    pub(crate) fn vanish(self) {
        let MaybeTlsStream::Plain(stream) = self.0.get_ref() else { panic!("nothing here speaks TLS") };
        stream.shutdown(Shutdown::Both).unwrap();
    }

    /// Closes as a browser does that leaves.
    pub(crate) fn close(mut self) {
        let _ = self.0.close(None::<CloseFrame>);
        // Until the other side has closed, too.
        while self.0.read().is_ok() {}
    }
}

/// Whether it says that the time is over.
fn is_over(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}
