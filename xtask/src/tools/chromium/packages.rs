//! Debian packages, fetched and unpacked below a folder, without root.
//!
//! It installs nothing: no maintainer script runs, and the machine's package manager never knows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};

use super::super::{last_error, run};

/// How apt is told all that; `{folder}` stands for ours.
pub(super) const CONFIGURATION: &str = include_str!("apt.conf");

/// Where dpkg says what is installed.
const STATUS: &str = "/var/lib/dpkg/status";

/// Chromium's packages depend on these for its windows and for opening links elsewhere. Without a window they
/// are 90 packages and 70 MB (GTK, Mesa, LLVM, systemd) that nothing calls.
pub(super) const NEEDLESS: &str = "
Package: no-window
Status: install ok installed
Maintainer: nobody
Architecture: all
Version: 1
Provides: x11-utils, xdg-utils, xdg-desktop-portal-backend
Description: stands for what headless Chromium does without
";

/// Whether this is a machine whose packages are Debian's.
pub(super) fn can_be_fetched() -> bool {
    Path::new(STATUS).is_file() && run(Command::new("apt-get").arg("--version")).is_ok()
}

/// Unpacks the packages, and what they depend on that is not installed, into `root` of the folder.
pub(super) fn fetch(folder: &Path, packages: &[&str]) -> Result<()> {
    let work = folder.join("apt");
    configure(folder, &work)?;
    download(&work, packages)?;
    unpack(&work.join("archives"), &folder.join("root"))?;
    fs::remove_dir_all(work).context("cannot remove the packages that were unpacked")
}

fn configure(folder: &Path, work: &Path) -> Result<()> {
    for inner in ["lists/partial", "archives/partial"] {
        fs::create_dir_all(work.join(inner)).context("cannot make the folder for packages")?;
    }
    let installed = fs::read(STATUS).with_context(|| format!("cannot read {STATUS}"))?;
    let installed = with_needless(&String::from_utf8_lossy(&installed));
    fs::write(work.join("status"), installed).context("cannot write apt's state")?;
    let configuration = CONFIGURATION.replace("{folder}", &folder.to_string_lossy());
    fs::write(work.join("apt.conf"), configuration).context("cannot write apt's configuration")
}

/// Paragraphs are parted by an empty line; the last one may lack its own.
fn with_needless(installed: &str) -> String {
    format!("{}\n{NEEDLESS}", installed.trim_end())
}

/// A source that fails matters only if a package is then missing: machines have sources that are not Debian's.
fn download(work: &Path, packages: &[&str]) -> Result<()> {
    let listed = apt_get(work, &["update"])?;
    let arguments: Vec<&str> = ["install"].iter().chain(packages).copied().collect();
    let fetched = apt_get(work, &arguments)?;
    let wrong = if listed.status.success() { &fetched } else { &listed };
    ensure!(
        fetched.status.success(),
        "apt-get cannot fetch {}: {}, hint: it asks the sources that `apt-cache policy` shows",
        packages.join(", "),
        first_complaint(wrong)
    );
    Ok(())
}

fn apt_get(work: &Path, arguments: &[&str]) -> Result<Output> {
    let mut apt_get = Command::new("apt-get");
    apt_get.env("LC_ALL", "C").arg("--config-file").arg(work.join("apt.conf")).args(arguments);
    run(&mut apt_get).context("cannot start apt-get")
}

/// apt says first what is wrong, and then what comes of it.
fn first_complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let first = text.lines().find_map(|line| line.strip_prefix("E: "));
    first.map_or_else(|| last_error(output), str::to_owned)
}

fn unpack(archives: &Path, root: &Path) -> Result<()> {
    fs::create_dir_all(root).context("cannot make the folder for what packages hold")?;
    for archive in entries(archives)? {
        if archive.extension().is_some_and(|extension| extension == "deb") {
            unpack_one(&archive, root)?;
        }
    }
    Ok(())
}

fn unpack_one(archive: &Path, root: &Path) -> Result<()> {
    let Ok(unpacked) = run(Command::new("dpkg-deb").arg("--extract").arg(archive).arg(root)) else {
        bail!("`dpkg-deb` is missing, hint: it is part of Debian's package dpkg");
    };
    ensure!(unpacked.status.success(), "cannot unpack {}: {}", archive.display(), last_error(&unpacked));
    Ok(())
}

/// The folders below `root` that hold shared libraries, as the dynamic linker wants them listed. Some packages
/// have one to themselves and name it by its installed path, which is not where it is here.
pub(super) fn libraries(root: &Path) -> Result<String> {
    let mut found = Vec::new();
    for folder in ["lib", "usr/lib"] {
        let folder = root.join(folder);
        if folder.is_dir() {
            find_libraries(&folder, &mut found)?;
        }
    }
    found.sort();
    Ok(found.join(":"))
}

fn find_libraries(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    let entries = entries(folder)?;
    if entries.iter().any(|entry| is_library(entry)) {
        found.push(folder.display().to_string());
    }
    let folders = entries.iter().filter(|entry| entry.is_dir() && !entry.is_symlink());
    folders.into_iter().try_for_each(|folder| find_libraries(folder, found))
}

/// `libdbus-1.so.3` and `libpulsecommon-16.1.so`, not the modules that programs load by path.
fn is_library(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("lib") && name.contains(".so")
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>();
    read().with_context(|| format!("cannot read {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Output {
        Output { status: Default::default(), stdout: Vec::new(), stderr: text.into() }
    }

    #[test]
    fn the_first_complaint_is_the_reason() {
        let text = "W: a source is odd\nE: Failed to fetch it: no route\nE: Some files failed to download.\n";
        assert_eq!(first_complaint(&said(text)), "Failed to fetch it: no route");
        assert_eq!(first_complaint(&said("Segmentation fault\n\n")), "Segmentation fault");
    }

    #[test]
    fn what_is_installed_stays_so_beside_what_is_needless() {
        let state = with_needless("Package: a\nVersion: 1\n\nPackage: b\nVersion: 2\n\n");
        let paragraphs: Vec<&str> = state.trim().split("\n\n").collect();
        assert_eq!(paragraphs[..2], ["Package: a\nVersion: 1", "Package: b\nVersion: 2"]);
        assert!(paragraphs.len() == 3 && paragraphs[2].starts_with("Package: no-window\n"), "{state}");
    }

    #[test]
    fn folders_with_libraries_are_listed_and_those_of_modules_are_not() {
        let root = std::env::temp_dir().join(format!("libraries-{}", std::process::id()));
        let files =
            ["lib/any/liba.so.1", "usr/lib/any/own/libb-2.so", "usr/lib/any/gio/module.so", "bin/libc.so.6"];
        for file in files {
            let file = root.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let expected = ["lib/any", "usr/lib/any/own"].map(|folder| root.join(folder).display().to_string());
        assert_eq!(libraries(&root).unwrap(), expected.join(":"));
        fs::remove_dir_all(root).unwrap();
        assert_eq!(libraries(Path::new("/nowhere")).unwrap(), "");
    }
}
