//! Pages of a bucket's keys: what begins with a prefix, grouped at a delimiter, so many at a time.
//! Writes no document: what lists look like depends on the operation.

use std::ops::Bound;
use std::sync::Arc;

use crate::object::Object;
use crate::shelf::Index;

/// What is wanted of a list.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    /// The last entry of the page before, a key or a group; or any text to start after.
    pub(crate) after: &'a str,
    pub(crate) most: usize,
}

/// A page of a list.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Arc<Object>>,
    /// Beginnings of keys, up to the delimiter.
    pub(crate) groups: Vec<String>,
    /// The last entry, if more come after it.
    pub(crate) next: Option<String>,
}

impl Wanted<'_> {
    /// The page of these objects.
    pub(crate) fn page(&self, objects: &Index) -> Page {
        let mut page = Page::default();
        let mut last: Option<&str> = None;
        for (key, object) in objects.range::<str, _>(self.start()) {
            if !key.starts_with(self.prefix) {
                break;
            }
            let group = self.group(key);
            // A group that was begun, on this page or the one before, is listed already.
            if group.is_some_and(|group| last == Some(group) || group == self.after) {
                continue;
            }
            if page.objects.len() + page.groups.len() >= self.most {
                // Nothing was asked for: that is all of it.
                page.next = last.map(str::to_owned);
                break;
            }
            match group {
                Some(group) => page.groups.push(group.to_owned()),
                None => page.objects.push(Arc::clone(object)),
            }
            last = Some(group.unwrap_or(key));
        }
        page
    }

    fn start(&self) -> (Bound<&str>, Bound<&str>) {
        let start =
            if self.after < self.prefix { Bound::Included(self.prefix) } else { Bound::Excluded(self.after) };
        (start, Bound::Unbounded)
    }

    fn group<'a>(&self, key: &'a str) -> Option<&'a str> {
        let delimiter = self.delimiter?;
        let rest = &key[self.prefix.len()..];
        let end = rest.find(delimiter)?;
        Some(&key[..self.prefix.len() + end + delimiter.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::{Algorithm, Running};
    use crate::content::Content;
    use crate::headers::Kept;
    use crate::object::About;

    fn objects(keys: &[&str]) -> Index {
        let object = |key: &&str| {
            let checksum = Running::new(Algorithm::Crc32).finish();
            let (key, etag, headers) = ((*key).to_owned(), String::new(), Kept::new());
            let about = About { key: key.clone(), length: 0, etag, modified: 0, headers, checksum };
            (key, Arc::new(Object { about, content: Content::Memory(Vec::new().into()) }))
        };
        keys.iter().map(object).collect()
    }

    /// All pages, each as its keys and then its groups.
    fn check(keys: &[&str], wanted: &Wanted<'_>, expected: &[&str]) {
        let (objects, mut pages, mut after) = (objects(keys), Vec::new(), wanted.after.to_owned());
        loop {
            let Wanted { prefix, delimiter, most, .. } = *wanted;
            let page = Wanted { prefix, delimiter, after: &after, most }.page(&objects);
            let keys = page.objects.iter().map(|object| object.about.key.as_str());
            pages.push(keys.chain(page.groups.iter().map(String::as_str)).collect::<Vec<_>>().join(" "));
            let Some(next) = page.next else { break };
            after = next;
        }
        assert_eq!(pages, expected);
    }

    const KEYS: [&str; 6] = ["a", "b/1", "b/2", "b/c/1", "c", "d/1"];

    #[test]
    fn keys_come_in_pages() {
        check(&KEYS, &Wanted { most: 4, ..Wanted::default() }, &["a b/1 b/2 b/c/1", "c d/1"]);
        check(&KEYS, &Wanted { most: 6, ..Wanted::default() }, &["a b/1 b/2 b/c/1 c d/1"]);
        check(&KEYS, &Wanted { prefix: "b/", most: 2, ..Wanted::default() }, &["b/1 b/2", "b/c/1"]);
        check(&KEYS, &Wanted { prefix: "x", most: 2, ..Wanted::default() }, &[""]);
        check(&KEYS, &Wanted { after: "b/c", most: 9, ..Wanted::default() }, &["b/c/1 c d/1"]);
        check(&KEYS, &Wanted { most: 0, ..Wanted::default() }, &[""]);
        check(&[], &Wanted { most: 9, ..Wanted::default() }, &[""]);
    }

    #[test]
    fn groups_count_once_however_pages_are_cut() {
        let grouped = |prefix, most| Wanted { prefix, delimiter: Some("/"), after: "", most };
        check(&KEYS, &grouped("", 9), &["a c b/ d/"]);
        check(&KEYS, &grouped("", 1), &["a", "b/", "c", "d/"]);
        check(&KEYS, &grouped("", 2), &["a b/", "c d/"]);
        check(&KEYS, &grouped("b/", 2), &["b/1 b/2", "b/c/"]);
        check(&["x//y", "x/z"], &grouped("x/", 9), &["x/z x//"]);
        check(&["aXXb", "aXXc"], &Wanted { delimiter: Some("XX"), most: 9, ..Wanted::default() }, &["aXX"]);
    }
}
