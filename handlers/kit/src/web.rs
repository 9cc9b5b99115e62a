//! A plain HTTP request to a URL that carries its own permission, such as a presigned one.
//! Signs nothing and follows nothing.

use std::time::Duration;

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use tokio::time::timeout;

/// Sends plain HTTP requests, over the SDK's own client: one TLS stack is enough.
#[derive(Debug)]
pub struct Web(Connector);

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The URL or a header cannot stand in a request.
    #[error("the request cannot be written")]
    Request(#[from] HttpError),
    /// No answer came.
    #[error("there was no answer")]
    Connection(#[from] ConnectorError),
    /// No answer came within [`Web::LIMIT`].
    #[error("there was no answer within {} s", Web::LIMIT.as_secs())]
    Late,
    /// An answer came, and it was no.
    #[error("the answer was {0}")]
    Status(u16),
}

impl Default for Web {
    fn default() -> Web {
        let settings = HttpConnectorSettings::builder().connect_timeout(Web::LIMIT).build();
        let builder = Connector::builder().connector_settings(settings).sleep_impl(TokioSleep::new());
        Web(builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build())
    }
}

impl Web {
    /// The longest that one request takes, from the connection to the answer.
    pub const LIMIT: Duration = Duration::from_secs(2);

    /// PUTs text to a URL, with that content type.
    pub async fn put(&self, url: &str, content_type: &'static str, text: &str) -> Result<(), WebError> {
        let mut request = HttpRequest::new(SdkBody::from(text));
        request.set_method("PUT")?;
        request.set_uri(url)?;
        request.headers_mut().try_insert("content-type", content_type)?;
        let response = timeout(Web::LIMIT, self.0.call(request)).await.map_err(|_| WebError::Late)?;
        let status = response?.status();
        if status.is_success() { Ok(()) } else { Err(WebError::Status(status.as_u16())) }
    }
}
