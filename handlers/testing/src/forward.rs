//! Passes requests on to another server of this machine, untouched.
//! Looks at neither requests nor answers.

use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The way to a server.
#[derive(Clone)]
pub(crate) struct Forward {
    to: SocketAddr,
    client: Client<HttpConnector, Body>,
}

impl Forward {
    /// To the server at that address.
    pub(crate) fn to(address: SocketAddr) -> Forward {
        Forward { to: address, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// The server's own answer.
    pub(crate) async fn pass_on(&self, mut parts: Parts, body: Bytes) -> Response {
        let path = parts.uri.path_and_query().unwrap().clone();
        let uri = Uri::builder().scheme("http").authority(self.to.to_string()).path_and_query(path);
        parts.uri = uri.build().unwrap();
        let request = Request::from_parts(parts, Body::from(body));
        self.client.request(request).await.unwrap().into_response()
    }
}
