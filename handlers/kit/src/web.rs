//! HTTP requests that no SDK makes: to a URL that carries its own permission, such as a presigned one, or
//! signed beforehand.
//! Signs nothing, follows nothing and tries nothing again.

use std::time::Duration;

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::{ByteStream, error::Error as Interrupted};
use tokio::time::timeout;

/// Sends HTTP requests, over the SDK's own client: one TLS stack is enough.
#[derive(Debug)]
pub struct Web {
    connector: Connector,
    limit: Duration,
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub(crate) struct WebAnswer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The URL or a header cannot stand in a request.
    #[error("the request cannot be written")]
    Request(#[from] HttpError),
    /// No answer came.
    #[error("there was no answer")]
    Connection(#[from] ConnectorError),
    /// The answer broke off.
    #[error("the answer broke off")]
    Interrupted(#[from] Interrupted),
    /// No answer came within the limit.
    #[error("there was no answer within {} s", .0.as_secs())]
    Late(Duration),
    /// An answer came, and it was no.
    #[error("the answer was {0}")]
    Status(u16),
}

impl Default for Web {
    /// Within [`Web::LIMIT`].
    fn default() -> Web {
        Web::within(Web::LIMIT)
    }
}

impl Web {
    /// The longest that one request takes unless another limit is given, from the connection to the end
    /// of the answer.
    pub const LIMIT: Duration = Duration::from_secs(2);

    /// Requests that take so long at most.
    pub fn within(limit: Duration) -> Web {
        let settings = HttpConnectorSettings::builder().connect_timeout(limit).build();
        let builder = Connector::builder().connector_settings(settings).sleep_impl(TokioSleep::new());
        Web { connector: builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build(), limit }
    }

    /// PUTs text to a URL, with that content type.
    pub async fn put(&self, url: &str, content_type: &'static str, text: &str) -> Result<(), WebError> {
        let mut request = HttpRequest::new(SdkBody::from(text));
        request.set_method("PUT")?;
        request.set_uri(url)?;
        request.headers_mut().try_insert("content-type", content_type)?;
        let answer = self.send(request).await?;
        if answer.is_success() { Ok(()) } else { Err(WebError::Status(answer.status)) }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<WebAnswer, WebError> {
        timeout(self.limit, self.exchange(request)).await.unwrap_or(Err(WebError::Late(self.limit)))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<WebAnswer, WebError> {
        let response = self.connector.call(request).await?;
        let status = response.status().as_u16();
        let body = ByteStream::new(response.into_body()).collect().await?.to_vec();
        Ok(WebAnswer { status, body })
    }
}

impl WebAnswer {
    /// Whether the status is 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
