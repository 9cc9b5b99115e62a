//! [`Functions`]: what is known of each function beside what its engine needs.
//! Runs nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use stackwright_lambda::Function;

use crate::ready::Credentials;

/// What is known of a function.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// `Stack/LogicalId`.
    pub(crate) path: String,
    /// The ARN of its role.
    pub(crate) role: String,
    /// The handler crate that it is built from.
    pub(crate) handler: Option<String>,
    /// `file:line` of its declaration.
    pub(crate) declared_at: Option<String>,
    pub(crate) runtime: String,
    /// What runs, with its variables and limits.
    pub(crate) function: Function,
    /// When its program was made: another one may stand at the same path.
    pub(crate) made: Option<SystemTime>,
    /// What it signs its requests with.
    pub(crate) keys: Credentials,
    /// Destinations of asynchronous invocations, by ARN.
    pub(crate) on_success: Option<String>,
    pub(crate) on_failure: Option<String>,
    pub(crate) dead_letters: Option<String>,
}

/// All functions by name.
#[derive(Debug, Default)]
pub(crate) struct Functions(RwLock<BTreeMap<String, Arc<Known>>>);

impl Known {
    /// The ARN that permissions are about where it is called by that name or ARN: a version and an alias have their own.
    pub(crate) fn arn_called(&self, function: &str) -> String {
        match named(function).split_once(':') {
            Some((_, qualifier)) => format!("{}:{qualifier}", self.arn),
            None => self.arn.clone(),
        }
    }
}

impl Functions {
    /// Puts a function in place of the one of its name.
    pub(crate) fn put(&self, function: Known) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(function.name.clone(), Arc::new(function));
    }

    pub(crate) fn forget(&self, name: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// The function of that name or ARN, with or without a qualifier.
    pub(crate) fn known(&self, function: &str) -> Option<Arc<Known>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(function_name(function)).cloned()
    }

    /// All, by name.
    pub(crate) fn all(&self) -> Vec<Arc<Known>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The name by which people know it.
    pub(crate) fn known_as(&self, name: &str) -> String {
        self.known(name).map_or_else(|| name.to_owned(), |known| known.path.clone())
    }
}

/// The bare name in `name`, `name:qualifier`, `account:function:name` or an ARN, and in API Gateway's URI of one.
pub(crate) fn function_name(function: &str) -> &str {
    let name = named(function);
    name.split(':').next().unwrap_or(name)
}

/// The name, and the qualifier if there is one.
fn named(function: &str) -> &str {
    let inner = function.split_once("/functions/").map_or(function, |(_, arn)| arn);
    let inner = inner.strip_suffix("/invocations").unwrap_or(inner);
    inner.split_once("function:").map_or(inner, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(function: &str) {
        assert_eq!(function_name(function), "greet", "{function}");
    }

    #[test]
    fn versions_and_aliases_stand_behind_the_name() {
        assert_eq!(named("greet"), "greet");
        assert_eq!(named("greet:live"), "greet:live");
        assert_eq!(named("000000000000:function:greet"), "greet");
        assert_eq!(named("arn:aws:lambda:eu-west-1:000000000000:function:greet:3"), "greet:3");
    }

    #[test]
    fn functions_are_named_in_many_ways() {
        check("greet");
        check("greet:live");
        check("000000000000:function:greet");
        check("arn:aws:lambda:eu-west-1:000000000000:function:greet");
        check("arn:aws:lambda:eu-west-1:000000000000:function:greet:3");
        check(
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:000000000000:function:greet/invocations",
        );
    }
}
