//! Zips from executables and folders of files, side by side, and only those that are not there yet.
//! Does not care how an executable came about.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZero;
use std::thread;

use super::archive::{self, Contents, Effort};
use super::package::Packaging;
use super::record::{Executable, Packed, Record};
use super::snapshot::Snapshot;
use super::{Architecture, Asset, AssetError, AssetRequest, Event, Progress, site};

impl Packaging<'_> {
    /// Finds or makes the zip for each request; those that have to be made are made side by side.
    pub(super) fn pack(
        &self,
        record: &mut Record,
        progress: &mut dyn Progress,
    ) -> Result<Vec<Asset>, AssetError> {
        let mut assets = BTreeMap::new();
        let mut waiting = Vec::new();
        for request in self.requests.iter().collect::<BTreeSet<_>>() {
            let executable = self.executable(record, request)?;
            match record.packed(&executable, &self.folders(request), self.out)? {
                Some(asset) => drop(assets.insert(request, asset)),
                None => waiting.push((request, executable)),
            }
        }
        for (request, packed) in self.pack_all(&waiting)? {
            let Asset { crate_name, path, size, .. } = &packed.asset;
            progress.tell(Event::Packaged { crate_name, path, size: *size });
            assets.insert(request, packed.asset.clone());
            record.packed.retain(|one| !packed.replaces(one));
            record.packed.push(packed);
        }
        Ok(self.requests.iter().filter_map(|request| assets.get(request).cloned()).collect())
    }

    pub(super) fn executable(
        &self,
        record: &Record,
        request: &AssetRequest,
    ) -> Result<Executable, AssetError> {
        record.executable(request).cloned().ok_or_else(|| AssetError::NoExecutable {
            crate_name: request.crate_name.clone(),
            command: format!("cargo build -p {}", request.crate_name),
        })
    }

    fn pack_all<'r>(
        &self,
        waiting: &[(&'r AssetRequest, Executable)],
    ) -> Result<Vec<(&'r AssetRequest, Packed)>, AssetError> {
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let share = waiting.len().div_ceil(workers).max(1);
        let pack_share = |share: &[(&'r AssetRequest, Executable)]| -> Vec<_> {
            share
                .iter()
                .map(|(request, executable)| Ok((*request, self.pack_one(request, executable)?)))
                .collect()
        };
        thread::scope(|scope| {
            let workers: Vec<_> =
                waiting.chunks(share).map(|share| scope.spawn(move || pack_share(share))).collect();
            let results = workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            results.collect()
        })
    }

    fn pack_one(&self, request: &AssetRequest, executable: &Executable) -> Result<Packed, AssetError> {
        let folders = self.folders(request);
        let files = site::files(&folders)?;
        let files = Snapshot::take(files.into_iter().map(|file| file.path));
        let path = &executable.path;
        let bootstrap = fs::read(path).map_err(|error| AssetError::read(path, error))?;
        let contents = self.contents(request, bootstrap)?;
        let asset = self.store(request, &contents, Effort::Deflated, executable.built)?;
        Ok(Packed { executable: executable.clone(), folders, files, asset })
    }

    pub(super) fn contents(
        &self,
        request: &AssetRequest,
        bootstrap: Vec<u8>,
    ) -> Result<Contents, AssetError> {
        let contents = Contents { bootstrap, site: site::contents(&self.folders(request))? };
        let (crate_name, size) = (request.crate_name.clone(), contents.unzipped());
        if size > archive::UNZIPPED_LIMIT {
            return Err(AssetError::TooLarge { crate_name, size, limit: archive::UNZIPPED_LIMIT });
        }
        Ok(contents)
    }

    pub(super) fn store(
        &self,
        request: &AssetRequest,
        contents: &Contents,
        effort: Effort,
        architecture: Architecture,
    ) -> Result<Asset, AssetError> {
        let zip = contents.zip(effort)?;
        let (hash, path) = archive::store(self.out, &zip)?;
        let files_hash = (!request.files.is_empty()).then(|| site::hash(&contents.site));
        let crate_name = request.crate_name.clone();
        Ok(Asset { crate_name, hash, path, size: zip.len() as u64, architecture, files_hash })
    }
}
