//! Whether an executable starts on Lambda: for Linux, for the processor wanted, with a glibc old enough.
//! Builds nothing: on a glibc too new the caller may know another way.

use std::fs;
use std::path::Path;

use super::build::Outcome;
use super::target::Machine;
use super::{Architecture, AssetError, NEWEST_GLIBC, elf};

/// Whether all executables start on Lambda.
pub(super) fn fit(outcome: &Outcome, wanted: Architecture) -> Result<(), AssetError> {
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
