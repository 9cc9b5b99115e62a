//! How a function reaches AWS: region, credentials, one HTTP client, explicit time-outs.
//! Not `aws-config`: Lambda puts all of it into the environment, so there is no chain to search.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder as HttpClientBuilder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::env;

/// Where a function runs and as whom. Make it once, before the first event, and clients from it: they
/// share one pool of connections.
#[derive(Clone, Debug)]
pub struct Aws {
    config: SdkConfig,
    identity: Identity,
}

impl Aws {
    /// The account and region the function runs in, and `AWS_ENDPOINT_URL` if everything answers there.
    ///
    /// The credentials are those of the function's role. Lambda sets them once for the life of the
    /// process and ends the process before they expire.
    pub fn from_env() -> Result<Aws, env::Missing> {
        let credentials = Credentials::new(
            env::required("AWS_ACCESS_KEY_ID")?,
            env::required("AWS_SECRET_ACCESS_KEY")?,
            env::optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let region = env::required("AWS_REGION")?;
        Ok(Aws::new(region, credentials, env::optional("AWS_ENDPOINT_URL")))
    }

    /// Services that answer at one URL and take any credentials: an engine on this machine.
    pub fn local(endpoint: impl Into<String>) -> Aws {
        let credentials = Credentials::new("local", "local", None, None, "local");
        Aws::new("us-east-1".to_owned(), credentials, Some(endpoint.into()))
    }

    fn new(region: String, credentials: Credentials, endpoint: Option<String>) -> Aws {
        let identity = Identity::from(credentials.clone());
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(https())
            .sleep_impl(TokioSleep::new())
            .retry_config(retries())
            .timeout_config(time_outs())
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().build());
        config.set_endpoint_url(endpoint);
        Aws { config: config.build(), identity }
    }

    /// What every client is built from.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Who signs requests that no SDK makes.
    pub(crate) fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// Where those requests go.
    pub(crate) fn region(&self) -> &str {
        self.config.region().map_or("", Region::as_ref)
    }

    /// Whether requests go to one URL instead of the services' own hosts.
    pub fn is_local(&self) -> bool {
        self.config.endpoint_url().is_some()
    }
}

/// An HTTP client with ring's TLS and the machine's root certificates.
fn https() -> SharedHttpClient {
    HttpClientBuilder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}

/// Four attempts, the second after a tenth of a second at most: somebody waits for the answer.
fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(100))
}

/// An attempt that takes longer than this on AWS is lost; the next one is usually quick.
fn time_outs() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(15))
        .build()
}
