//! The listener: one port on the loopback address, and one task a connection.
//! Reads no request: that is the router's.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::router;

/// How long the listener rests when the machine has no file descriptors left.
const REST: Duration = Duration::from_millis(20);

/// The size a connection's buffer may grow to for a request's head; beyond it is 431.
const LARGEST_HEAD: usize = 64 * 1024;

/// Accepts connections until it is told to stop.
pub(crate) async fn serve(cloud: Arc<Cloud>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|is_over| *is_over) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                drop(tokio::spawn(converse(Arc::clone(&cloud), stream, peer, stop.clone())))
            }
            // Connections that end give their descriptors back.
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn converse(cloud: Arc<Cloud>, stream: TcpStream, peer: SocketAddr, mut stop: watch::Receiver<bool>) {
    // Answers are small and somebody waits: without this each waits for an acknowledgement, 40 ms.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let head = cloud.settings.timers.request_head;
    let service = service_fn(move |request: Request<Incoming>| {
        let cloud = Arc::clone(&cloud);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        async move { Ok::<_, Infallible>(router::answer(&cloud, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::select! {
        _ = stop.wait_for(|is_over| *is_over) => {}
        // A client that speaks no HTTP, or is gone, has been told what there was to tell.
        _ = connection => {}
    }
}
