//! The listener: one port on the loopback address, and one task a connection.
//! Reads no request: that is the router's.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::happening::What;
use crate::router;

/// How long the listener rests when the machine has no file descriptors left.
const REST: Duration = Duration::from_millis(20);

/// The size a connection's buffer may grow to for a request's head; beyond it is 431.
const LARGEST_HEAD: usize = 64 * 1024;

/// How many connections may wait to be accepted. Of more the system forgets some, whose clients try again a second later.
const WAITING: u32 = 4096;

/// Takes a port of the loopback address; 0 is a free one.
pub(crate) fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // A port that a run before has just left is free.
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(WAITING)
}

/// Accepts connections until it is told to stop.
pub(crate) async fn serve(cloud: Arc<Cloud>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let mut is_short = false;
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|is_over| *is_over) => return,
            accepted = listener.accept() => accepted,
        };
        let was_short = std::mem::replace(&mut is_short, accepted.is_err());
        match accepted {
            Ok((stream, peer)) => {
                drop(tokio::spawn(converse(Arc::clone(&cloud), stream, peer, stop.clone())))
            }
            Err(error) => {
                if !was_short {
                    let place = "new connections wait".to_owned();
                    cloud.tell(What::Failure { place, message: error.to_string() });
                }
                // Connections that end give their descriptors back.
                tokio::time::sleep(REST).await;
            }
        }
    }
}

async fn converse(cloud: Arc<Cloud>, stream: TcpStream, peer: SocketAddr, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|is_over| *is_over) => {}
        () = attend(cloud, stream, peer) => {}
    }
}

async fn attend(cloud: Arc<Cloud>, stream: TcpStream, peer: SocketAddr) {
    // Answers are small and somebody waits: without this each waits for an acknowledgement, 40 ms.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let first = tokio::time::timeout(cloud.settings.timers.request_head, stream.peek(&mut [0])).await;
    if let Ok(Ok(1)) = first {
        // In a box, so that whoever says nothing costs next to nothing.
        Box::pin(speak(cloud, stream, peer)).await;
    }
}

async fn speak(cloud: Arc<Cloud>, stream: TcpStream, peer: SocketAddr) {
    let head = cloud.settings.timers.request_head;
    let service = service_fn(move |request: Request<Incoming>| {
        let cloud = Arc::clone(&cloud);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // In a box, so that a connection has room for the work on a request only while there is one.
        Box::pin(async move { Ok::<_, Infallible>(router::answer(&cloud, request).await) })
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A client that speaks no HTTP, or is gone, has been told what there was to tell.
    drop(connection.await);
}
