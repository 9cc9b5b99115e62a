//! One bucket: its objects by key, and the uploads that are not objects yet.
//! Speaks no HTTP and asks for no permission.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::conditions::Conditions;
use crate::content::Sink;
use crate::object::Object;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::shelf::{Index, Shelf};
use crate::upload::Uploads;

/// A bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    /// Seconds since 1970.
    pub(crate) created: u64,
    shelf: Shelf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    objects: Index,
    uploads: Uploads,
    /// A put that began before the bucket was deleted must not end after it.
    is_deleted: bool,
}

impl Bucket {
    pub(crate) fn new(name: &str, created: u64, shelf: Shelf, objects: Index) -> Bucket {
        let state = State { objects, ..State::default() };
        Bucket { name: name.to_owned(), created, shelf, state: Mutex::new(state) }
    }

    /// A place for bytes that may become an object. Ids made from a seed begin anew with each run, so that a file of
    /// an earlier one may have the name already.
    pub(crate) async fn sink(&self, settings: &Settings) -> Result<Sink, Refusal> {
        loop {
            match Sink::open(self.shelf.contents().as_deref(), &(settings.unique_id)()).await {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                sink => return Ok(sink?),
            }
        }
    }

    /// The object of that key.
    pub(crate) fn object(&self, key: &str) -> Result<Arc<Object>, Refusal> {
        self.state().objects.get(key).cloned().ok_or_else(|| Refusal::no_such_key(key))
    }

    /// Looks at all objects in the order of their keys. Nothing else happens meanwhile: it must not take long.
    pub(crate) fn with_objects<T>(&self, look: impl FnOnce(&Index) -> T) -> T {
        look(&self.state().objects)
    }

    /// Puts an object in place of the one with its key, if that one is as the conditions say.
    ///
    /// Describing it takes one small file, written here and now: index and folder change together.
    pub(crate) fn put(&self, object: Object, conditions: &Conditions) -> Result<Arc<Object>, Refusal> {
        let mut state = self.open_state()?;
        let key = &object.about.key;
        conditions.check_write(state.objects.get(key).map(|object| &object.about), key)?;
        self.shelf.put(&object)?;
        let object = Arc::new(object);
        let before = state.objects.insert(object.about.key.clone(), Arc::clone(&object));
        before.iter().for_each(|before| before.content.keep(false));
        Ok(object)
    }

    /// Deletes the object of that key. It is no error if there is none.
    pub(crate) fn delete(&self, key: &str, conditions: &Conditions) -> Result<(), Refusal> {
        let mut state = self.open_state()?;
        let Some(object) = state.objects.get(key) else { return Ok(()) };
        conditions.check_write(Some(&object.about), key)?;
        self.shelf.remove(object)?;
        state.objects.remove(key);
        Ok(())
    }

    /// Ends the bucket if it is empty, whatever uploads there are.
    pub(crate) fn delete_empty(&self) -> Result<(), Refusal> {
        let mut state = self.open_state()?;
        if !state.objects.is_empty() {
            return Err(Refusal::bucket_not_empty(&self.name));
        }
        self.shelf.clear()?;
        state.is_deleted = true;
        state.uploads.clear();
        Ok(())
    }

    /// Looks at uploads, or changes them.
    pub(crate) fn with_uploads<T>(
        &self,
        look: impl FnOnce(&mut Uploads) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        look(&mut self.open_state()?.uploads)
    }

    fn open_state(&self) -> Result<MutexGuard<'_, State>, Refusal> {
        let state = self.state();
        if state.is_deleted { Err(Refusal::no_such_bucket(&self.name)) } else { Ok(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics in the middle of a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a bucket may have that name.
///
/// See [naming rules](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
pub(crate) fn is_name(name: &str) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_end(byte) || matches!(byte, b'.' | b'-'))
        && bytes.first().is_some_and(is_end)
        && bytes.last().is_some_and(is_end)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: bool) {
        assert_eq!(is_name(name), expected, "{name}");
    }

    #[test]
    fn names_are_those_that_aws_allows() {
        check("notes-sitebucket-1a2b", true);
        check("a.b.c", true);
        check(&"a".repeat(63), true);
        check(&"a".repeat(64), false);
        for name in ["", "ab", "Notes", "a_b", "-ab", "ab-", "..", "a..b", "../x", "192.168.0.1", "a/b"] {
            check(name, false);
        }
    }
}
