//! Names and logical ids: the only place that makes one from the other.
//!
//! An id is a pure function of the names on its path: no hash, no counter, no random number.

use stackwright_template::LogicalId;

/// CloudFormation's limit on the length of a logical id.
pub(crate) const LONGEST_ID: usize = 255;

/// The id of a child: the parent's, then the child's name in camel case.
///
/// Characters other than ASCII letters and digits only separate words: `$connect` → `Connect`,
/// `join-room` → `JoinRoom`.
pub(crate) fn child_id(parent: &str, name: &str) -> String {
    let mut id = String::with_capacity(parent.len() + name.len());
    id.push_str(parent);
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
    }
    id
}

/// What is wrong with a name, if anything.
pub(crate) fn fault(name: &str, id: &str) -> Option<String> {
    if !name.chars().any(|c| c.is_ascii_alphanumeric()) {
        return Some(format!("the name `{name}` has no letter or digit to make a logical id of"));
    }
    if !name.is_ascii() {
        return Some(format!("the name `{name}` has characters that a logical id cannot hold"));
    }
    (id.len() > LONGEST_ID).then(|| {
        format!("the logical id `{id}` has {} characters, at most {LONGEST_ID} are allowed", id.len())
    })
}

/// The interned id.
pub(crate) fn logical_id(id: &str) -> LogicalId {
    LogicalId::new(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parent: &str, name: &str, id: &str) {
        assert_eq!(child_id(parent, name), id);
    }

    #[test]
    fn names_become_camel_case() {
        check("", "Notes", "Notes");
        check("Clients", "Join", "ClientsJoin");
        check("ClientsJoin", "$connect", "ClientsJoinConnect");
        check("Rooms", "join-room", "RoomsJoinRoom");
        check("A", "word count 2", "AWordCount2");
    }

    #[test]
    fn unusable_names_are_refused() {
        assert!(fault("$", "").is_some());
        assert!(fault("Größe", "GrE").is_some());
        assert!(fault("A", &"A".repeat(256)).is_some());
        assert!(fault("Notes", "Notes").is_none());
    }
}
