//! [`Ready`]: what the ready file says: where everything is, and the keys to it.
//! Writes no file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cloud::Cloud;
use crate::stack::{Piece, Stack};

/// What others need to know to use what runs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// The region.
    pub region: String,
    /// Keys that may do everything.
    pub credentials: Credentials,
    /// The stacks by name.
    pub stacks: BTreeMap<String, ReadyStack>,
    /// The physical names of functions by the crates that they are built from.
    pub functions: BTreeMap<String, String>,
}

/// Keys for signing requests.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The key's id.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: String,
    /// Goes with keys that expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// A stack that runs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyStack {
    /// Its outputs; URLs are those of this machine.
    pub outputs: BTreeMap<String, String>,
    /// Its resources by logical id.
    pub resources: BTreeMap<String, ReadyResource>,
}

/// A resource that runs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyResource {
    /// Such as `AWS::SQS::Queue`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What `Ref` gives.
    pub physical_id: String,
    /// Its ARN, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

impl Ready {
    /// The addresses that a person opens in a browser: the page of `/_local/`, then the outputs that are pages.
    #[must_use]
    pub fn pages(&self) -> Vec<String> {
        let inside = format!("{}/_local/", self.endpoint);
        let published = format!("{}/_aws/cloudfront/", self.endpoint);
        let outputs = self.stacks.values().flat_map(|stack| stack.outputs.values());
        let pages = outputs.filter(|output| output.starts_with(&published)).cloned();
        std::iter::once(inside).chain(pages).collect()
    }

    pub(crate) fn of(cloud: &Cloud) -> Ready {
        let stacks = cloud.stacks();
        let functions = cloud.functions.all();
        let named = functions.iter().filter_map(|known| Some((known.handler.clone()?, known.name.clone())));
        Ready {
            endpoint: cloud.addresses.endpoint(),
            region: cloud.settings.region.clone(),
            credentials: cloud.identity.root(),
            functions: named.collect(),
            stacks: stacks.iter().map(|(name, stack)| (name.clone(), ready_stack(cloud, stack))).collect(),
        }
    }
}

fn ready_stack(cloud: &Cloud, stack: &Stack) -> ReadyStack {
    let outputs = stack.outputs.iter();
    let output =
        |output: &stackwright_plan::Output| (output.id.to_string(), cloud.addresses.localise(&output.value));
    ReadyStack {
        outputs: outputs.map(output).collect(),
        resources: stack.pieces().map(|piece| (piece.id.to_owned(), ready_resource(piece))).collect(),
    }
}

fn ready_resource(piece: Piece<'_>) -> ReadyResource {
    let own = [piece.arn(), piece.reference()].into_iter().find(|arn| arn.starts_with("arn:"));
    ReadyResource {
        kind: piece.kind.to_owned(),
        physical_id: piece.reference().to_owned(),
        arn: own.map(str::to_owned),
    }
}
