//! [`Signer`]: somebody who signs requests, as the AWS SDK does, by the SDK's own crate.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::Value;

use crate::world::{Answer, World};

/// Id, secret and token.
pub(crate) struct Signer([String; 3]);

impl Signer {
    /// Whoever has the ready file.
    pub(crate) fn root(world: &World) -> Signer {
        let keys = world.local.ready().credentials;
        Signer([keys.access_key_id, keys.secret_access_key, keys.session_token.unwrap_or_default()])
    }

    /// The function of the stack, as it signs itself.
    pub(crate) async fn function(world: &World) -> Signer {
        let name = world.physical("Function");
        let path = format!("/2015-03-31/functions/{name}/invocations");
        let answer = Signer::root(world).send(world, "lambda", &path, &[], "{}").await;
        let environment: Value = serde_json::from_str(&answer.body).unwrap();
        let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        Signer(keys.map(|name| environment[name].as_str().unwrap().to_owned()))
    }

    /// Somebody whose keys nobody has given out.
    pub(crate) fn stranger() -> Signer {
        Signer(["AKIAIOSFODNN7EXAMPLE", "secret", ""].map(str::to_owned))
    }

    /// Asks a service with a JSON protocol, such as `DynamoDB_20120810.PutItem`.
    pub(crate) async fn ask(&self, world: &World, target: &str, request: Value) -> Answer {
        let service = match target.split(['_', '.']).next() {
            Some("DynamoDB") => "dynamodb",
            Some("AmazonSQS") => "sqs",
            Some("AWSEvents") => "events",
            other => panic!("{other:?} is no service of these tests"),
        };
        self.send(world, service, "/", &[("x-amz-target", target)], &request.to_string()).await
    }

    /// Posts a body with these headers.
    pub(crate) async fn send(
        &self,
        world: &World,
        service: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let signed = self.sign(service, "POST", path, headers, body);
        let signed = signed.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all = headers.iter().copied().chain(signed);
        let all: String = all.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        world.send("POST", path, &all, body).await
    }

    /// The headers by which a request without a body is signed.
    pub(crate) fn get(&self, service: &str, path: &str) -> Vec<(String, String)> {
        self.sign(service, "GET", path, &[], "")
    }

    fn sign(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Vec<(String, String)> {
        let [id, secret, token] = self.0.clone();
        let identity =
            Credentials::new(id, secret, Some(token).filter(|t| !t.is_empty()), None, "test").into();
        let parameters = v4::SigningParams::builder().identity(&identity).region("us-east-1").name(service);
        let parameters = parameters.time(SystemTime::now()).settings(SigningSettings::default());
        let url = format!("http://localhost{path}");
        let signed = headers.iter().copied().chain([("host", "localhost")]);
        let signable = SignableRequest::new(method, &url, signed, SignableBody::Bytes(body.as_bytes()));
        let (signed, _) = sign(signable.unwrap(), &parameters.build().unwrap().into()).unwrap().into_parts();
        signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}
