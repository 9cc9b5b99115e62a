//! Policies: the form of their statements and what they must name.
//!
//! Source: [policy grammar](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
//! Which actions a service has, and whether a grant is wide, is not judged, except for `*`; how long policies may be is
//! the concern of `policy_length`.

use stackwright_template::{Expr, Key, LogicalId, Resource};

use super::{arn, given, graphql_fields, table_indexes};
use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::nearest::did_you_mean;
use crate::place::Place;

const KEYS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Message and hint, if the resource is in this template and has no part of that name.
type Lacking = fn(&Index<'_>, LogicalId, &str) -> Option<(String, Option<String>)>;

/// How ARNs of parts go on after that of the whole.
const PARTS: [(&str, Lacking); 2] =
    [(table_indexes::STEP, table_indexes::lacking), (graphql_fields::STEP, graphql_fields::lacking)];

/// Who a policy is for: it decides what its statements must name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of a role, user or group: says what, not who.
    Identity,
    /// Who may take the role: says who, not what.
    Trust,
    /// Of a bucket, queue, topic, key: says who.
    Resource,
}

/// Every policy of a type that is known to hold one.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.template.resources.iter() {
        let start = Place::Start("Properties");
        let mut document = |name: &str, kind: Kind| {
            if let Some(document) = given(resource, name) {
                Policies { index, id, kind, findings }.document(document, &start.field(name));
            }
        };
        match resource.kind.as_str() {
            "AWS::IAM::Role" => document("AssumeRolePolicyDocument", Kind::Trust),
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy" => document("PolicyDocument", Kind::Identity),
            "AWS::S3::BucketPolicy" | "AWS::SQS::QueuePolicy" | "AWS::SNS::TopicPolicy" => {
                document("PolicyDocument", Kind::Resource);
            }
            "AWS::KMS::Key" => document("KeyPolicy", Kind::Resource),
            _ => {}
        }
        if matches!(resource.kind.as_str(), "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group") {
            inline(index, id, resource, findings);
        }
    }
}

fn inline(index: &Index<'_>, id: LogicalId, resource: &Resource, findings: &mut Vec<Finding>) {
    let policies = given(resource, "Policies").and_then(Expr::as_list).unwrap_or_default();
    let start = Place::Start("Properties");
    let list = start.field("Policies");
    for (at, policy) in policies.iter().enumerate() {
        if let Some(document) = policy.field("PolicyDocument") {
            let item = list.item(at);
            let mut policies = Policies { index, id, kind: Kind::Identity, findings };
            policies.document(document, &item.field("PolicyDocument"));
        }
    }
}

struct Policies<'i, 't, 'f> {
    index: &'i Index<'t>,
    id: LogicalId,
    kind: Kind,
    findings: &'f mut Vec<Finding>,
}

impl Policies<'_, '_, '_> {
    fn report(&mut self, place: &Place<'_>, message: String, hint: Option<String>) {
        let finding = EntryKind::Resource.entry(self.id).finding(place, message);
        self.findings.push(finding.maybe_hint(hint));
    }

    fn document(&mut self, document: &Expr, place: &Place<'_>) {
        let Expr::Map(_) = document else { return };
        if let Some(version) = document.field("Version").and_then(Expr::as_text)
            && !matches!(version, "2012-10-17" | "2008-10-17")
        {
            let message = format!("the version of a policy is 2012-10-17, not {version:?}");
            self.report(&place.field("Version"), message, None);
        }
        let place = place.field("Statement");
        match document.field("Statement") {
            None => self.report(&place, format!("a policy of `{}` has no `Statement`", self.id), None),
            Some(Expr::List(statements)) => {
                statements.iter().enumerate().for_each(|(at, one)| self.statement(one, &place.item(at)));
                self.sids(statements, &place);
            }
            Some(one) => self.statement(one, &place),
        }
    }

    fn statement(&mut self, statement: &Expr, place: &Place<'_>) {
        let Some(fields) = statement.as_map() else { return };
        if fields.iter().any(|(key, _)| key.starts_with("Fn::")) {
            return;
        }
        self.keys(fields, place);
        self.needed(fields, place);
        self.effect(statement, place);
        self.actions(statement, place);
        self.resources(statement, place);
        self.parts(statement, place);
    }

    /// Keys that no statement has, and those that this kind of policy must not have.
    fn keys(&mut self, fields: &[(Key, Expr)], place: &Place<'_>) {
        let (unwanted, hint) = match self.kind {
            Kind::Identity => {
                (&["Principal", "NotPrincipal"][..], "it is for the role, user or group that has the policy")
            }
            Kind::Trust => (&["Resource", "NotResource"][..], "it is about the role itself"),
            Kind::Resource => (&[][..], ""),
        };
        for (key, _) in fields {
            if unwanted.contains(&key.as_ref()) {
                let message = format!("this policy cannot have `{key}`");
                self.report(&place.field(key), message, Some(hint.into()));
            } else if !KEYS.contains(&key.as_ref()) {
                let message = format!("a statement of a policy has no `{key}`");
                self.report(&place.field(key), message, did_you_mean(key, KEYS));
            }
        }
    }

    fn needed(&mut self, fields: &[(Key, Expr)], place: &Place<'_>) {
        let has = |names: &[&str]| fields.iter().any(|(key, _)| names.contains(&key.as_ref()));
        let needed = [
            (has(&["Effect"]), "`Effect`: Allow or Deny"),
            (has(&["Action", "NotAction"]), "`Action`"),
            (self.kind != Kind::Identity || has(&["Resource", "NotResource"]), "`Resource`"),
            (self.kind == Kind::Identity || has(&["Principal", "NotPrincipal"]), "`Principal`"),
        ];
        for (_, what) in needed.into_iter().filter(|(there, _)| !there) {
            self.report(place, format!("a statement of `{}` needs {what}", self.id), None);
        }
    }

    fn effect(&mut self, statement: &Expr, place: &Place<'_>) {
        if let Some(effect) = statement.field("Effect").and_then(Expr::as_text)
            && !matches!(effect, "Allow" | "Deny")
        {
            let message = format!("`Effect` must be Allow or Deny, not {effect:?}");
            self.report(&place.field("Effect"), message, did_you_mean(effect, ["Allow", "Deny"]));
        }
    }

    fn actions(&mut self, statement: &Expr, place: &Place<'_>) {
        let allows = statement.field("Effect").and_then(Expr::as_text) == Some("Allow");
        for action in texts(statement.field("Action")) {
            let place = place.field("Action");
            if action == "*" && allows && self.kind == Kind::Identity {
                let message = format!("`{}` allows every action of every service", self.id);
                self.report(&place, message, Some("name the actions, such as dynamodb:GetItem".into()));
            } else if action != "*" && !action.contains(':') {
                let message = format!("{action:?} is not an action");
                let hint = "an action is a service and what it does, such as dynamodb:GetItem";
                self.report(&place, message, Some(hint.into()));
            }
        }
    }

    fn resources(&mut self, statement: &Expr, place: &Place<'_>) {
        if self.kind != Kind::Identity {
            return;
        }
        for resource in texts(statement.field("Resource")) {
            if resource != "*" && !resource.starts_with("arn:") && !resource.starts_with("{{resolve:") {
                let message = format!("a policy names resources by their ARN or `*`, not {resource:?}");
                self.report(&place.field("Resource"), message, None);
            }
        }
    }

    /// Indexes of tables and fields of GraphQL APIs: what they are parts of must have them.
    fn parts(&mut self, statement: &Expr, place: &Place<'_>) {
        let index = self.index;
        for key in ["Resource", "NotResource"] {
            let Some(resources) = statement.field(key) else { continue };
            let place = place.field(key);
            for (step, lacking) in PARTS {
                arn::each(resources, &place, step, &mut |place, of, name| {
                    if let Some((message, hint)) = lacking(index, of, name) {
                        self.report(place, message, hint);
                    }
                });
            }
        }
    }

    /// IAM takes letters and digits, each once in a policy; other services are less strict.
    fn sids(&mut self, statements: &[Expr], place: &Place<'_>) {
        if self.kind == Kind::Resource {
            return;
        }
        let mut seen = Vec::new();
        for (at, statement) in statements.iter().enumerate() {
            let Some(sid) = statement.field("Sid").and_then(Expr::as_text) else { continue };
            let item = place.item(at);
            if !sid.chars().all(|letter| letter.is_ascii_alphanumeric()) {
                let message = format!("the Sid {sid:?} may hold letters and digits only");
                self.report(&item.field("Sid"), message, None);
            }
            if !sid.is_empty() && seen.contains(&sid) {
                self.report(&item.field("Sid"), format!("two statements have the Sid {sid:?}"), None);
            }
            seen.push(sid);
        }
    }
}

/// The literal texts: one, or those in a list.
fn texts(value: Option<&Expr>) -> Vec<&str> {
    match value {
        Some(Expr::Text(text)) => vec![text.as_ref()],
        Some(Expr::List(items)) => items.iter().filter_map(Expr::as_text).collect(),
        _ => Vec::new(),
    }
}
