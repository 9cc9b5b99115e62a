//! From requests to assets: decides what has to be done, and has it done.
//! Builds, zips and remembers nothing itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use super::archive::{self, Contents, Effort};
use super::build::{Order, Outcome, deps_folder};
use super::metadata::Graph;
use super::record::{self, Executable, Packed, Record};
use super::rustflags::{Configuration, configuration_files};
use super::snapshot::{Snapshot, Stamp};
use super::target::{Machine, Route};
use super::toolchain::Toolchain;
use super::{
    Architecture, Asset, AssetError, AssetRequest, Event, Mode, NEWEST_GLIBC, Options, Progress, Workspace,
    depinfo, elf, site, stub,
};

/// Makes the zips that are asked for in `<out>/assets`, one for each request, in the same order.
///
/// With nothing changed since last time this calls no cargo. Otherwise one call builds all handlers (one for each
/// architecture, if several are asked for). Cargo resolves features over all crates of a call: ask for the handlers
/// of all stacks, also when only some stacks are written, or the same handler may come out different.
///
/// # Errors
/// Every [`AssetError`] says what to do about it. Nothing is left half-written.
pub fn package(
    workspace: &Workspace,
    requests: &[AssetRequest],
    out: &Path,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Vec<Asset>, AssetError> {
    let out = std::path::absolute(out).map_err(|error| AssetError::write(out, error))?;
    let packaging = Packaging { workspace, requests, out: &out, options };
    match &options.mode {
        Mode::Stub => packaging.stubs(),
        Mode::Build { profile } => packaging.build(profile, progress),
    }
}

struct Packaging<'a> {
    workspace: &'a Workspace,
    requests: &'a [AssetRequest],
    out: &'a Path,
    options: &'a Options,
}

/// What a new record is filled with while building.
struct Building<'a> {
    toolchain: Toolchain,
    configuration: Configuration,
    graph: Graph,
    profile: &'a str,
    record: Record,
    started: SystemTime,
}

impl Packaging<'_> {
    fn stubs(&self) -> Result<Vec<Asset>, AssetError> {
        self.refuse_missing()?;
        let stub = |request: &AssetRequest| {
            let contents = self.contents(request, stub::bootstrap(&request.crate_name))?;
            let architecture = request.architecture.unwrap_or_else(Architecture::of_this_program);
            self.store(request, &contents, Effort::Stored, architecture)
        };
        self.requests.iter().map(stub).collect()
    }

    fn build(&self, profile: &str, progress: &mut dyn Progress) -> Result<Vec<Asset>, AssetError> {
        if self.requests.is_empty() {
            return Ok(Vec::new());
        }
        let file = record::file(self.workspace, self.requests, self.options)?;
        let before = Record::load(&file);
        let mut record = before.clone().unwrap_or_default();
        if before.is_none() || !record.executables_hold(self.out) {
            record = self.executables(profile, record, progress)?;
        }
        let assets = self.pack(&mut record, progress)?;
        if before.as_ref() != Some(&record) {
            record.save(&file)?;
        }
        Ok(assets)
    }

    fn refuse_missing(&self) -> Result<(), AssetError> {
        let missing = self.workspace.missing(self.crates())?;
        if missing.is_empty() { Ok(()) } else { Err(AssetError::Missing(missing)) }
    }

    fn crates(&self) -> BTreeSet<&str> {
        self.requests.iter().map(|request| request.crate_name.as_str()).collect()
    }

    /// Builds, and gives the record of it: with the old zips, with which packing may find it has nothing to do.
    fn executables(
        &self,
        profile: &str,
        old: Record,
        progress: &mut dyn Progress,
    ) -> Result<Record, AssetError> {
        self.refuse_missing()?;
        let mut building = self.prepare(profile, old)?;
        if building.configuration.is_native() {
            progress.tell(Event::Warning(NATIVE));
        }
        for (architecture, requests) in self.by_architecture(&building.toolchain.host) {
            self.build_for(&mut building, architecture, &requests, progress)?;
        }
        Ok(building.record)
    }

    /// Asks toolchain and cargo, and takes the snapshot: before the build, so that what changes meanwhile is seen.
    fn prepare<'a>(&self, profile: &'a str, old: Record) -> Result<Building<'a>, AssetError> {
        let root = self.workspace.root();
        let toolchain = Toolchain::find(root, self.options)?;
        let configuration = Configuration::read(root)?;
        let graph = Graph::read(self.workspace, &toolchain, &self.crates())?;
        let started = SystemTime::now();
        let mut record = Record {
            folders: graph.folders.clone(),
            routes: old.routes,
            packed: old.packed,
            ..Record::default()
        };
        record.others = watched_files(root, &toolchain);
        record.sources = Snapshot::take(record.listing(self.out));
        Ok(Building { toolchain, configuration, graph, profile, record, started })
    }

    fn by_architecture(&self, host: &str) -> BTreeMap<Architecture, Vec<&AssetRequest>> {
        let chosen = self.options.target.as_deref().unwrap_or(host);
        let usual = Architecture::of_triple(chosen).unwrap_or(Architecture::X86_64);
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        for request in self.requests {
            groups.entry(request.architecture.unwrap_or(usual)).or_default().push(request);
        }
        groups
    }

    /// Builds the handlers of one architecture, a second time if they turn out to need a newer glibc than Lambda's.
    fn build_for(
        &self,
        building: &mut Building<'_>,
        wanted: Architecture,
        requests: &[&AssetRequest],
        progress: &mut dyn Progress,
    ) -> Result<(), AssetError> {
        let machine = Machine { toolchain: &building.toolchain, configuration: &building.configuration };
        let chosen = self.options.target.as_deref();
        let fallback = machine.route_to_older_glibc(wanted).filter(|_| chosen.is_none());
        let known = building.record.routes.get(&wanted).filter(|known| fallback.as_ref() == Some(known));
        let mut route =
            known.map_or_else(|| machine.first_route(wanted, chosen), |known| Ok(known.clone()))?;
        let mut outcome = self.run(building, &route, requests, progress)?;
        let mut fitness = fit(&outcome, wanted);
        if let (Err(AssetError::Glibc { .. }), Some(other)) =
            (&fitness, fallback.filter(|other| *other != route))
        {
            progress.tell(Event::Warning("this machine's glibc is newer than Lambda's, building once more"));
            outcome = self.run(building, &other, requests, progress)?;
            fitness = fit(&outcome, wanted);
            route = other;
        }
        fitness?;
        building.remember(wanted, route, &outcome, requests)
    }

    fn run(
        &self,
        building: &Building<'_>,
        route: &Route,
        requests: &[&AssetRequest],
        progress: &mut dyn Progress,
    ) -> Result<Outcome, AssetError> {
        let crates: BTreeSet<&str> = requests.iter().map(|request| request.crate_name.as_str()).collect();
        let order = Order {
            workspace: self.workspace,
            toolchain: &building.toolchain,
            configuration: &building.configuration,
            graph: &building.graph,
            profile: building.profile,
            crates: crates.into_iter().collect(),
            route,
            color: self.options.color,
        };
        order.run(progress)
    }

    /// Finds or makes the zip for each request; those that have to be made are made side by side.
    fn pack(&self, record: &mut Record, progress: &mut dyn Progress) -> Result<Vec<Asset>, AssetError> {
        let mut assets = BTreeMap::new();
        let mut waiting = Vec::new();
        for request in self.requests.iter().collect::<BTreeSet<_>>() {
            let executable = self.executable(record, request)?;
            let folder = self.folder(request);
            match record.packed(&executable, folder.as_deref(), self.out)? {
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

    fn executable(&self, record: &Record, request: &AssetRequest) -> Result<Executable, AssetError> {
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
        let folder = self.folder(request);
        let files = folder.as_deref().map(site::files).transpose()?.unwrap_or_default();
        let files = Snapshot::take(files.into_iter().map(|file| file.path));
        let path = &executable.path;
        let bootstrap = fs::read(path).map_err(|error| AssetError::read(path, error))?;
        let contents = self.contents(request, bootstrap)?;
        let asset = self.store(request, &contents, Effort::Deflated, executable.built)?;
        Ok(Packed { executable: executable.clone(), folder, files, asset })
    }

    fn contents(&self, request: &AssetRequest, bootstrap: Vec<u8>) -> Result<Contents, AssetError> {
        let files = self.folder(request).as_deref().map(site::files).transpose()?.unwrap_or_default();
        let read = |file: site::SiteFile| match fs::read(&file.path) {
            Ok(bytes) => Ok((file.name, bytes)),
            Err(error) => Err(AssetError::site(&file.path, error)),
        };
        let contents = Contents { bootstrap, site: files.into_iter().map(read).collect::<Result<_, _>>()? };
        let (crate_name, size) = (request.crate_name.clone(), contents.unzipped());
        if size > archive::UNZIPPED_LIMIT {
            return Err(AssetError::TooLarge { crate_name, size, limit: archive::UNZIPPED_LIMIT });
        }
        Ok(contents)
    }

    fn store(
        &self,
        request: &AssetRequest,
        contents: &Contents,
        effort: Effort,
        architecture: Architecture,
    ) -> Result<Asset, AssetError> {
        let zip = contents.zip(effort)?;
        let (hash, path) = archive::store(self.out, &zip)?;
        let files_hash = request.files.as_ref().map(|_| site::hash(&contents.site));
        let crate_name = request.crate_name.clone();
        Ok(Asset { crate_name, hash, path, size: zip.len() as u64, architecture, files_hash })
    }

    fn folder(&self, request: &AssetRequest) -> Option<PathBuf> {
        request.files.as_ref().map(|folder| self.workspace.root().join(folder))
    }
}

impl Building<'_> {
    fn remember(
        &mut self,
        wanted: Architecture,
        route: Route,
        outcome: &Outcome,
        requests: &[&AssetRequest],
    ) -> Result<(), AssetError> {
        for request in requests {
            let Some(path) = outcome.executables.get(&request.crate_name) else { continue };
            self.remember_sources(path, &outcome.script_outputs);
            let stamp = Stamp::of_output(path).map_err(|error| AssetError::read(path, error))?;
            self.record.executables.push(Executable {
                crate_name: request.crate_name.clone(),
                wanted: request.architecture,
                built: wanted,
                path: path.clone(),
                stamp,
            });
        }
        self.record.routes.insert(wanted, route);
        Ok(())
    }

    /// Adds what the compiler says it read outside of the packages, and the variables it looked at.
    fn remember_sources(&mut self, executable: &Path, script_outputs: &[PathBuf]) {
        let target = &self.graph.target_folder;
        let known: BTreeSet<PathBuf> = self.record.sources.paths().map(Path::to_owned).collect();
        let mut further = depinfo::sources(executable);
        further.retain(|path| !path.starts_with(target) && !known.contains(path));
        self.record.sources.add(further.iter().cloned(), self.started);
        self.record.others.extend(further);
        for name in depinfo::variables(&deps_folder(executable), script_outputs) {
            self.record.variables.insert(name.clone(), record::variable(&name));
        }
    }
}

const NATIVE: &str = "rustflags say `target-cpu=native`: handlers are built for the processor of this machine, \
    and may crash on Lambda\n  hint: name a processor, `target-cpu=x86-64-v3` or `neoverse-n1`";

/// Files outside the packages that decide what is built; those not there count too, for they may appear.
fn watched_files(root: &Path, toolchain: &Toolchain) -> Vec<PathBuf> {
    let mut files = configuration_files(root);
    files.extend([root.join("Cargo.toml"), root.join("Cargo.lock"), toolchain.rustc()]);
    files.extend(
        root.ancestors()
            .flat_map(|folder| [folder.join("rust-toolchain.toml"), folder.join("rust-toolchain")]),
    );
    files
}

/// Whether all executables start on Lambda.
fn fit(outcome: &Outcome, wanted: Architecture) -> Result<(), AssetError> {
    outcome.executables.iter().try_for_each(|(crate_name, path)| fit_one(crate_name, path, wanted))
}

fn fit_one(crate_name: &str, path: &Path, wanted: Architecture) -> Result<(), AssetError> {
    let bytes = fs::read(path).map_err(|error| AssetError::read(path, error))?;
    let crate_name = crate_name.to_owned();
    let unfit = |found: String| AssetError::NotForLambda {
        crate_name: crate_name.clone(),
        wanted,
        found,
        path: path.to_owned(),
        hint: Machine::hint_to_linux(wanted),
    };
    let executable = elf::read(&bytes).map_err(unfit)?;
    if executable.architecture != wanted {
        return Err(unfit(format!("an ELF file for {}", executable.architecture)));
    }
    match executable.glibc.filter(|needed| *needed > NEWEST_GLIBC) {
        Some(needed) => {
            Err(AssetError::Glibc { crate_name, needed, hint: Machine::hint_to_older_glibc(wanted) })
        }
        None => Ok(()),
    }
}
