//! [`Owners`]: whose a name is that an account has once, such as that of a table.
//! Makes up no names: those that are made up differ.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Types whose names an account has once.
const SINGLE: [&str; 7] = [
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
];

/// Whether an account has only one thing of that type and name.
pub(crate) fn is_single(kind: &str) -> bool {
    SINGLE.contains(&kind)
}

/// The stacks that have such names, by type and name.
#[derive(Debug, Default)]
pub(crate) struct Owners(Mutex<HashMap<(String, String), String>>);

impl Owners {
    /// Makes a name a stack's own.
    ///
    /// # Errors
    /// If it is another's.
    pub(crate) fn claim(&self, kind: &str, name: &str, stack: &str) -> Result<(), String> {
        let mut owners = self.owners();
        let owner = owners.entry((kind.to_owned(), name.to_owned())).or_insert_with(|| stack.to_owned());
        match owner == stack {
            true => Ok(()),
            false => Err(format!("{name} already exists, in the stack `{owner}`")),
        }
    }

    /// Gives a name back.
    pub(crate) fn forget(&self, kind: &str, name: &str) {
        self.owners().remove(&(kind.to_owned(), name.to_owned()));
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<(String, String), String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_one_stack_until_it_is_given_back() {
        const TABLE: &str = "AWS::DynamoDB::Table";
        let owners = Owners::default();
        assert_eq!(owners.claim(TABLE, "notes", "Notes"), Ok(()));
        assert_eq!(owners.claim(TABLE, "notes", "Notes"), Ok(()));
        let refusal = "notes already exists, in the stack `Notes`";
        assert_eq!(owners.claim(TABLE, "notes", "Chat"), Err(refusal.to_owned()));
        assert_eq!(owners.claim("AWS::SQS::Queue", "notes", "Chat"), Ok(()));
        owners.forget(TABLE, "notes");
        assert_eq!(owners.claim(TABLE, "notes", "Chat"), Ok(()));
    }
}
