//! Executables for Lambda from handler crates, and the record of what they were made from.
//! Decides when cargo runs a second time; never whether it has to run at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::build::{Order, Outcome, deps_folder};
use super::fitness::fit;
use super::metadata::Graph;
use super::package::Packaging;
use super::record::{self, Executable, Record};
use super::rustflags::{Configuration, configuration_files};
use super::snapshot::{Snapshot, Stamp};
use super::target::{Machine, Route, architecture_of};
use super::toolchain::Toolchain;
use super::{Architecture, AssetError, AssetRequest, Destination, Event, Progress, depinfo};

/// What a new record is filled with while building.
struct Building {
    toolchain: Toolchain,
    configuration: Configuration,
    graph: Graph,
    record: Record,
    started: SystemTime,
}

impl Packaging<'_> {
    /// Builds, and gives the record of it: with the old zips, with which packing may find it has nothing to do.
    pub(super) fn executables(&self, old: Record, progress: &mut dyn Progress) -> Result<Record, AssetError> {
        self.refuse_missing()?;
        let mut building = self.prepare(old)?;
        if self.options.destination == Destination::Lambda && building.configuration.is_native() {
            progress.tell(Event::Warning(NATIVE));
        }
        for (architecture, requests) in self.by_architecture(&building.toolchain.host) {
            self.build_for(&mut building, architecture, &requests, progress)?;
        }
        Ok(building.record)
    }

    /// Asks toolchain and cargo, and takes the snapshot: before the build, so that what changes meanwhile is seen.
    fn prepare(&self, old: Record) -> Result<Building, AssetError> {
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
        Ok(Building { toolchain, configuration, graph, record, started })
    }

    fn by_architecture(&self, host: &str) -> BTreeMap<Architecture, Vec<&AssetRequest>> {
        let chosen = self.options.target.as_deref().unwrap_or(host);
        let usual = architecture_of(chosen).unwrap_or(Architecture::X86_64);
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        for request in self.requests {
            groups.entry(request.architecture.unwrap_or(usual)).or_default().push(request);
        }
        groups
    }

    /// Builds the handlers of one architecture, a second time if they turn out to need a newer glibc than Lambda's.
    fn build_for(
        &self,
        building: &mut Building,
        wanted: Architecture,
        requests: &[&AssetRequest],
        progress: &mut dyn Progress,
    ) -> Result<(), AssetError> {
        if self.options.destination == Destination::ThisMachine {
            let outcome = self.run(building, &Route::Plain, requests, progress)?;
            return building.remember(wanted, Route::Plain, &outcome, requests);
        }
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
        building: &Building,
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
            profile: &self.options.profile,
            destination: self.options.destination,
            crates: crates.into_iter().collect(),
            route,
            color: self.options.color,
        };
        order.run(progress)
    }
}

impl Building {
    fn remember(
        &mut self,
        wanted: Architecture,
        route: Route,
        outcome: &Outcome,
        requests: &[&AssetRequest],
    ) -> Result<(), AssetError> {
        for request in requests {
            let Some(path) = outcome.executables.get(&request.crate_name) else { continue };
            self.remember_sources(path);
            let stamp = Stamp::of_output(path).map_err(|error| AssetError::read(path, error))?;
            self.record.executables.push(Executable {
                crate_name: request.crate_name.clone(),
                wanted: request.architecture,
                built: wanted,
                path: path.clone(),
                stamp,
            });
        }
        // All executables have one such folder, and there are thousands of files in it after debug builds.
        let folders: BTreeSet<PathBuf> = outcome.executables.values().map(|path| deps_folder(path)).collect();
        folders.iter().for_each(|folder| self.remember_variables(folder, &outcome.script_outputs));
        self.record.routes.insert(wanted, route);
        Ok(())
    }

    /// Adds what the compiler says it read outside of the packages.
    fn remember_sources(&mut self, executable: &Path) {
        let target = &self.graph.target_folder;
        let known: BTreeSet<PathBuf> = self.record.sources.paths().map(Path::to_owned).collect();
        let mut further = depinfo::sources(executable);
        further.retain(|path| !path.starts_with(target) && !known.contains(path));
        self.record.sources.add(further.iter().cloned(), self.started);
        self.record.others.extend(further);
    }

    /// Adds the variables that compiler and build scripts looked at.
    fn remember_variables(&mut self, deps: &Path, script_outputs: &[PathBuf]) {
        for name in depinfo::variables(deps, script_outputs) {
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
