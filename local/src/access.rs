//! [`Access`]: the policies of all roles and resources, and what they make of a request.
//! Knows no protocol: how a refusal is worded on the wire is each service's.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use stackwright_policy::{Decision, Policy, Request};

use crate::caller::Caller;
use crate::services::lambda::Known;

/// Policies by the ARN of what they belong to.
pub(crate) type ByArn = HashMap<String, Vec<Policy>>;

/// The policies that are in force.
#[derive(Debug, Default)]
pub(crate) struct Access(RwLock<InForce>);

#[derive(Debug, Default)]
struct InForce {
    stacks: HashMap<String, Policies>,
    /// Those of all stacks: a queue's policy may be in another stack than the queue.
    all: Policies,
}

/// The policies of one stack.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies {
    /// Of roles: what they may do.
    pub(crate) identity: ByArn,
    /// Of functions, queues, buckets; also the trust policies of roles.
    pub(crate) resource: ByArn,
}

/// What somebody wants to do, with the context keys that its service knows: one of several values is there
/// several times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) context: &'a [(&'a str, &'a str)],
}

/// A wish that was not granted. Its text is what the caller is told: AWS's words, and which function asked, and where it was declared.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{decision}{}", place(.function.as_deref()))]
pub(crate) struct Denied {
    pub(crate) decision: Decision,
    /// The function that wished.
    pub(crate) function: Option<Arc<Known>>,
}

fn place(function: Option<&Known>) -> String {
    match function {
        Some(Known { path, declared_at: Some(line), .. }) => format!(" ({path}, declared at {line})"),
        Some(Known { path, .. }) => format!(" ({path})"),
        None => String::new(),
    }
}

impl Access {
    /// Puts the policies of a stack in place of those it had.
    pub(crate) fn define(&self, stack: &str, policies: Policies) {
        let mut in_force = self.0.write().unwrap_or_else(PoisonError::into_inner);
        in_force.stacks.insert(stack.to_owned(), policies);
        let mut all = Policies::default();
        for policies in in_force.stacks.values() {
            join(&mut all.identity, &policies.identity);
            join(&mut all.resource, &policies.resource);
        }
        in_force.all = all;
    }

    /// Those of all stacks.
    pub(crate) fn all(&self) -> Policies {
        self.0.read().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// What the policies make of a wish.
    pub(crate) fn decide(&self, caller: &Caller, wish: Wish<'_>) -> Decision {
        let in_force = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let identity = caller.role.as_ref().and_then(|role| in_force.all.identity.get(role));
        let resource = in_force.all.resource.get(owner(wish.resource));
        let request = Request::new(caller.principal.clone(), wish.action, wish.resource);
        // The loopback of one machine is as private as TLS.
        let request = request.with("aws:SecureTransport", "true");
        let request = with_guest(request, caller);
        let request = with_context(request, wish.context);
        request.decide(identity.map_or(&[], Vec::as_slice), resource.map_or(&[], Vec::as_slice))
    }
}

/// A key that is there several times has several values.
fn with_context(request: Request, context: &[(&str, &str)]) -> Request {
    context.iter().fold(request, |request, (key, _)| {
        let values = context.iter().filter(|(other, _)| other == key).map(|(_, value)| *value);
        request.with_all(key, values)
    })
}

/// What policies may ask about a guest of a page.
fn with_guest(request: Request, caller: &Caller) -> Request {
    let Some(guest) = &caller.guest else { return request };
    request
        .with("cognito-identity.amazonaws.com:aud", &guest.pool_id)
        .with("cognito-identity.amazonaws.com:sub", &guest.identity_id)
        .with("cognito-identity.amazonaws.com:amr", "unauthenticated")
}

fn join(all: &mut ByArn, stack: &ByArn) {
    for (arn, policies) in stack {
        all.entry(arn.clone()).or_default().extend(policies.iter().cloned());
    }
}

/// What has the policy that speaks for a resource: the bucket of an object, the API of a method, the function of an
/// alias, the table of an index, or the resource.
fn owner(resource: &str) -> &str {
    let end = match resource.split(':').nth(2) {
        Some("s3" | "execute-api") => resource.find('/'),
        Some("dynamodb") => resource.find("/index/"),
        Some("lambda") => resource.match_indices(':').nth(6).map(|(at, _)| at),
        _ => None,
    };
    &resource[..end.unwrap_or(resource.len())]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(resource: &str, expected: &str) {
        assert_eq!(owner(resource), expected);
    }

    #[test]
    fn parts_of_a_thing_are_spoken_for_by_its_policy() {
        check("arn:aws:s3:::pages/index.html", "arn:aws:s3:::pages");
        check("arn:aws:s3:::pages", "arn:aws:s3:::pages");
        let api = "arn:aws:execute-api:eu-west-1:000000000000:a1";
        check(&format!("{api}/prod/GET/notes/5"), api);
        let greet = "arn:aws:lambda:eu-west-1:000000000000:function:greet";
        check(greet, greet);
        check(&format!("{greet}:live"), greet);
        let table = "arn:aws:dynamodb:eu-west-1:000000000000:table/notes";
        check(&format!("{table}/index/ByUser"), table);
        let queue = "arn:aws:sqs:eu-west-1:000000000000:letters";
        check(queue, queue);
        check("*", "*");
    }

    const ROLE: &str = "arn:aws:iam::000000000000:role/page";

    /// What a role that may read the notes of `ann` alone may do with the notes of these people.
    fn check_keys(keys: &[&str], is_allowed: bool) {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Action": "dynamodb:BatchGetItem",
            "Resource": "*",
            "Condition": { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["ann"] } },
        }] });
        let policy = Policy::of_identity(&policy).expect("it is a policy");
        let access = Access::default();
        let identity = HashMap::from([(ROLE.to_owned(), vec![policy])]);
        access.define("Notes", Policies { identity, ..Policies::default() });
        let context: Vec<_> = keys.iter().map(|key| ("dynamodb:LeadingKeys", *key)).collect();
        let wish = Wish { action: "dynamodb:BatchGetItem", resource: "table", context: &context };
        let decision = access.decide(&Caller::session(ROLE, "guest"), wish);
        assert_eq!(decision.is_allowed(), is_allowed, "{keys:?}");
    }

    #[test]
    fn a_key_may_have_several_values() {
        check_keys(&["ann"], true);
        check_keys(&["ann", "ann"], true);
        check_keys(&["ann", "bob"], false);
        check_keys(&["bob"], false);
    }
}
