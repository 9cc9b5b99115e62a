//! The program that is running, as cargo sees it: what it was made from, and the command that makes it again.
//! Runs nothing.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::toolchain::{self, chosen_cargo};
use super::{Sources, Workspace, depinfo};

/// An executable that cargo has built, in the folder where it did.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    /// Where cargo finds the package.
    folder: PathBuf,
    package: String,
}

impl Program {
    /// The running one.
    ///
    /// # Errors
    /// If the system cannot tell where it is.
    pub fn running(workspace: &Workspace) -> io::Result<Self> {
        let path = env::current_exe()?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // `cargo run` says what it runs; without it, the name is as good as always that of the package.
        let package = env::var("CARGO_PKG_NAME").unwrap_or(name);
        let folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        Ok(Self { path, folder: folder.unwrap_or_else(|| workspace.root().to_owned()), package })
    }

    /// The executable.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the compiler read of the workspace for it; nothing, if it is not where cargo has put it.
    pub fn sources(&self) -> Sources {
        Sources { files: depinfo::sources(&self.path).into_iter().collect(), ..Sources::default() }
    }

    /// Cargo, told to build it again to the same place.
    pub fn build(&self) -> Command {
        let mut command = toolchain::cargo(&chosen_cargo(None), &self.folder);
        command.args(self.arguments());
        command
    }

    /// The arguments, from where the executable is: `target/<profile>/[examples/]<name>`.
    fn arguments(&self) -> Vec<OsString> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let example = folder.ends_with("examples");
        let folder = if example { folder.parent().unwrap_or(folder) } else { folder };
        let profile = match folder.file_name().unwrap_or_default() {
            name if name == "debug" => "dev".into(),
            name => name.to_owned(),
        };
        let kind = if example { "--example" } else { "--bin" };
        let name = self.path.file_stem().unwrap_or_default().to_owned();
        vec![
            "build".into(),
            "-p".into(),
            (&self.package).into(),
            kind.into(),
            name,
            "--profile".into(),
            profile,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        let program = Program { path: path.into(), folder: "/w".into(), package: "shop".into() };
        let arguments: Vec<_> =
            program.arguments().iter().map(|one| one.to_string_lossy().into_owned()).collect();
        assert_eq!(arguments.join(" "), expected);
    }

    #[test]
    fn the_command_makes_the_same_file_again() {
        check("/w/target/debug/stacks", "build -p shop --bin stacks --profile dev");
        check("/w/target/release/stacks", "build -p shop --bin stacks --profile release");
        check("/w/target/debug/examples/small", "build -p shop --example small --profile dev");
    }
}
