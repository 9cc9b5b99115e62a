//! [`Surroundings`]: where a stack is, and what others have left there for it.
//! Nothing in it is looked up: the caller says it all.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What the pseudo parameters, imports and stored parameters answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// `AWS::StackName`.
    pub stack_name: String,
    /// `AWS::StackId`, an ARN.
    pub stack_id: String,
    /// `AWS::Partition`.
    pub partition: String,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`, 12 digits.
    pub account: String,
    /// `AWS::URLSuffix`.
    pub url_suffix: String,
    /// What other stacks export, by the name of the export.
    pub exports: BTreeMap<String, String>,
    /// Values of Systems Manager's parameter store, for parameters of a type `AWS::SSM::Parameter::Value<…>`.
    pub stored: BTreeMap<String, String>,
}

impl Surroundings {
    pub(crate) const PSEUDO_PARAMETERS: [&str; 8] = [
        "AWS::AccountId",
        "AWS::NoValue",
        "AWS::NotificationARNs",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    ];

    /// Those of a stack of that name in `us-east-1` of the account `000000000000`, with nothing exported or stored.
    #[must_use]
    pub fn of_stack(name: &str) -> Self {
        Self::of_stack_in(name, "us-east-1", "000000000000")
    }

    /// Those of a stack of that name in this region and account, with nothing exported or stored.
    #[must_use]
    pub fn of_stack_in(name: &str, region: &str, account: &str) -> Self {
        Self {
            stack_name: name.into(),
            stack_id: format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/{}", uuid_of(name)),
            partition: "aws".into(),
            region: region.into(),
            account: account.into(),
            url_suffix: "amazonaws.com".into(),
            exports: BTreeMap::new(),
            stored: BTreeMap::new(),
        }
    }

    /// What `Ref` to a pseudo parameter gives; `AWS::NoValue` is none of them.
    pub(crate) fn pseudo_parameter(&self, name: &str) -> Option<Value> {
        Some(match name {
            "AWS::AccountId" => json!(self.account),
            "AWS::NotificationARNs" => json!([]),
            "AWS::Partition" => json!(self.partition),
            "AWS::Region" => json!(self.region),
            "AWS::StackId" => json!(self.stack_id),
            "AWS::StackName" => json!(self.stack_name),
            "AWS::URLSuffix" => json!(self.url_suffix),
            _ => return None,
        })
    }

    /// The three zones that every region has here.
    pub(crate) fn zones(region: &str) -> Value {
        ["a", "b", "c"].iter().map(|zone| format!("{region}{zone}")).collect()
    }
}

/// In the shape of a UUID, the same for the same name.
fn uuid_of(name: &str) -> String {
    let digest = crate::physical_name::digest(name);
    format!("00000000-0000-4000-8000-{:012x}", digest & 0xffff_ffff_ffff)
}
