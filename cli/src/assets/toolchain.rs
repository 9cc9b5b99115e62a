//! The Rust that is installed here: cargo, host, sysroot, programs on the path.
//! Looks and never installs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{AssetError, Options};

/// What decides how this machine can build.
#[derive(Clone, Debug)]
pub(super) struct Toolchain {
    pub(super) cargo: OsString,
    /// The triple that rustc builds for if not told otherwise.
    pub(super) host: String,
    pub(super) sysroot: PathBuf,
    /// Where programs are looked for.
    pub(super) path: Vec<PathBuf>,
}

impl Toolchain {
    /// Asks rustc, in the folder of the workspace: rustup may have another one there.
    pub(super) fn find(root: &Path, options: &Options) -> Result<Self, AssetError> {
        let cargo = chosen_cargo(options.cargo.as_deref());
        let mut rustc = Command::new(rustc(&cargo));
        rustc.args(["--print", "sysroot", "--print", "host-tuple"]).current_dir(root);
        let output = output(&mut rustc, "rustc --print sysroot")?;
        let mut lines = output.lines().map(str::to_owned);
        let sysroot = PathBuf::from(lines.next().unwrap_or_default());
        Ok(Self { cargo, host: lines.next().unwrap_or_default(), sysroot, path: search_path() })
    }

    /// Cargo in the folder of the workspace, as if the user had typed it.
    pub(super) fn cargo(&self, root: &Path) -> Command {
        cargo(&self.cargo, root)
    }

    /// Whether the standard library for a target is installed.
    pub(super) fn has_std(&self, target: &str) -> bool {
        self.sysroot.join("lib/rustlib").join(target).join("lib").is_dir()
    }

    pub(super) fn has_program(&self, name: &str) -> bool {
        self.path.iter().any(|folder| folder.join(name).is_file())
    }

    /// The compiler itself: an update of the toolchain changes it.
    pub(super) fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin").join(format!("rustc{}", env::consts::EXE_SUFFIX))
    }
}

/// A cargo in the folder of the workspace, as if the user had typed it.
pub(super) fn cargo(cargo: &OsString, root: &Path) -> Command {
    let mut command = Command::new(cargo);
    command.current_dir(root);
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(set_by_cargo_run)) {
        command.env_remove(name);
    }
    command
}

/// Variables that `cargo run` sets for this program. Build scripts that watch them (ring's does) would run again
/// whenever this program is started another way.
pub(super) fn set_by_cargo_run(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_CFG_", "DEP_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || ["CARGO_PRIMARY_PACKAGE", "CARGO_TARGET_TMPDIR", "OUT_DIR"].contains(&name)
}

/// The folder of cargo's own configuration and sources.
pub(super) fn cargo_home() -> Option<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// Runs a command and gives what it writes.
pub(super) fn output(command: &mut Command, spoken: &str) -> Result<String, AssetError> {
    let output =
        command.output().map_err(|source| AssetError::Start { command: spoken.to_owned(), source })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(AssetError::Command { command: spoken.to_owned(), message });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The cargo that the caller has chosen, else what the variable `CARGO` names, else the one on the path.
pub(super) fn chosen_cargo(chosen: Option<&Path>) -> OsString {
    let chosen = chosen.map(|path| path.as_os_str().to_owned());
    chosen.or_else(|| env::var_os("CARGO")).unwrap_or_else(|| "cargo".into())
}

/// The rustc that belongs to a cargo: beside it in a toolchain's own folder, else whatever the path has.
fn rustc(cargo: &OsString) -> OsString {
    let beside = Path::new(cargo).with_file_name(format!("rustc{}", env::consts::EXE_SUFFIX));
    let beside = Some(beside).filter(|path| path.is_absolute() && path.is_file());
    env::var_os("RUSTC").or(beside.map(PathBuf::into_os_string)).unwrap_or_else(|| "rustc".into())
}

fn search_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(cargo_home().map(|home| home.join("bin"))).collect()
}
