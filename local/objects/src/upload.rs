//! Uploads in parts, until they become objects.
//! Survive no restart: who uploads finds that out by `NoSuchUpload` and begins anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::checksum::{Algorithm, Checksum, Kind};
use crate::content::Content;
use crate::headers::Kept;
use crate::refusal::Refusal;

/// Uploads by id.
pub(crate) type Uploads = BTreeMap<String, Upload>;

/// An upload.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) key: String,
    /// Seconds since 1970.
    pub(crate) initiated: u64,
    pub(crate) headers: Kept,
    pub(crate) algorithm: Algorithm,
    pub(crate) kind: Kind,
    /// Whether it was asked for: only then parts must have it.
    pub(crate) is_chosen: bool,
    pub(crate) parts: BTreeMap<u16, Arc<Part>>,
}

/// A part; its content goes with it.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) number: u16,
    pub(crate) etag: String,
    pub(crate) modified: u64,
    pub(crate) checksum: Checksum,
    pub(crate) content: Content,
}

/// A part that the end of an upload names.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) number: u16,
    pub(crate) etag: String,
    /// The checksum, if the request has it.
    pub(crate) checksum: Option<String>,
}

/// The upload of that id, if it is one of that key.
pub(crate) fn find<'a>(uploads: &'a mut Uploads, id: &str, key: &str) -> Result<&'a mut Upload, Refusal> {
    uploads.get_mut(id).filter(|upload| upload.key == key).ok_or_else(|| Refusal::no_such_upload(id))
}

impl Upload {
    /// Takes a part, in place of the one of its number.
    pub(crate) fn put(&mut self, part: Part, largest: u64) -> Result<(), Refusal> {
        let others = self.parts.values().filter(|other| other.number != part.number);
        let length: u64 = others.map(|other| other.content.length()).sum();
        if length + part.content.length() > largest {
            return Err(Refusal::too_large(largest));
        }
        self.parts.insert(part.number, Arc::new(part));
        Ok(())
    }

    /// The parts that are named, in their order.
    pub(crate) fn choose(&self, named: &[Named], smallest: u64) -> Result<Vec<Arc<Part>>, Refusal> {
        if !named.is_sorted_by(|one, other| one.number < other.number) {
            return Err(Refusal::invalid_part_order());
        }
        let parts = named.iter().map(|named| self.part(named)).collect::<Result<Vec<_>, _>>()?;
        let but_last = parts.split_last().map_or(&[][..], |(_, but_last)| but_last);
        match but_last.iter().find(|part| part.content.length() < smallest) {
            Some(part) => Err(Refusal::too_small(part.number, part.content.length(), smallest)),
            None => Ok(parts),
        }
    }

    fn part(&self, named: &Named) -> Result<Arc<Part>, Refusal> {
        let part = self.parts.get(&named.number).filter(|part| part.etag == named.etag.trim_matches('"'));
        let part = part.ok_or_else(Refusal::invalid_part)?;
        match &named.checksum {
            Some(value) if *value != part.checksum.value => Err(Refusal::invalid_part()),
            _ => Ok(Arc::clone(part)),
        }
    }
}
