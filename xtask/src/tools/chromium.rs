//! A Chromium for the browser tests, and the fonts of their pictures: `target/tools/chromium/chromium` starts it.
//!
//! It never picks a version: the machine's own is good enough, or else what Debian ships today.
//!
//! Debian's packages rather than a browser's own download: they are signed, kept secure, and bring the libraries
//! that a machine without a desktop lacks. Unpacked below `target` they need no root. That Debian keeps only the
//! newest version is why none is pinned.

mod launcher;
mod packages;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Tools, in_workspace, last_error, run};

const FOLDER: &str = "target/tools/chromium";

/// The variable that names a Chromium, or a Chrome, and the names that one is looked for by without it.
const VARIABLE: &str = "CHROMIUM";
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Inter for text, DejaVu for code and for what Inter lacks.
const FONTS: [&str; 2] = ["fonts-inter", "fonts-dejavu-core"];
const PACKAGE: &str = "chromium";
/// Where the package has its program, which asks nothing of the machine's settings, as its wrapper would.
const PROGRAM: &str = "root/usr/lib/chromium/chromium";

pub(crate) fn install() -> Result<()> {
    let own = find(env::var_os(VARIABLE).as_deref(), env::var_os("PATH").as_deref())?;
    tools(own.as_deref())?.once(|tools| fetch(&tools.folder, own.as_deref()))
}

/// Which Chromium it is, is part of the mark: one that came or went since is noticed.
fn tools(own: Option<&Path>) -> Result<Tools> {
    let found = own.map_or_else(|| PACKAGE.to_owned(), |own| own.display().to_string());
    let written = [launcher::SCRIPT, launcher::FONTS, packages::CONFIGURATION, packages::NEEDLESS].concat();
    Tools::new(FOLDER, &format!("{found}\n{}\n{written}", FONTS.join(" ")))
}

/// The machine's own, if it has one.
fn find(named: Option<&OsStr>, path: Option<&OsStr>) -> Result<Option<PathBuf>> {
    match named.filter(|named| !named.is_empty()) {
        Some(named) => find_named(named).map(Some),
        None => find_on(path.unwrap_or_default()),
    }
}

fn find_named(named: &OsStr) -> Result<PathBuf> {
    let named = env::current_dir().context("there is no current folder")?.join(named);
    ensure!(runs(&named), "the variable {VARIABLE} names {}, which is no program", named.display());
    let ours = named.starts_with(in_workspace(FOLDER)?);
    ensure!(!ours, "the variable {VARIABLE} names what this chore writes, hint: unset it");
    Ok(named)
}

fn find_on(path: &OsStr) -> Result<Option<PathBuf>> {
    let ours = in_workspace(FOLDER)?;
    let folders = || env::split_paths(path).filter(|folder| folder.is_absolute() && *folder != ours);
    let mut candidates = NAMES.iter().flat_map(|name| folders().map(move |folder| folder.join(name)));
    Ok(candidates.find(|candidate| runs(candidate)))
}

/// Whether it is an executable file.
fn runs(program: &Path) -> bool {
    fs::metadata(program).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn fetch(folder: &Path, own: Option<&Path>) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("cannot remove the Chromium of before")?;
    }
    fs::create_dir_all(folder.join("home")).context("cannot make the folder for Chromium")?;
    fetch_packages(folder, own)?;
    let program = own.map_or_else(|| folder.join(PROGRAM), Path::to_owned);
    ensure!(runs(&program), "no Chromium on the PATH, and the package `{PACKAGE}` has none, hint: {INSTEAD}");
    let launcher = launcher::write(folder, &program)?;
    try_out(&launcher, &program)
}

const INSTEAD: &str = "install Chromium or Chrome, or name its program in the variable CHROMIUM";

fn fetch_packages(folder: &Path, own: Option<&Path>) -> Result<()> {
    let mut wanted = FONTS.to_vec();
    match (packages::can_be_fetched(), own) {
        (true, Some(_)) => {}
        (true, None) => wanted.push(PACKAGE),
        (false, None) => bail!("`apt-get` is missing, and no Chromium is on the PATH, hint: {INSTEAD}"),
        (false, Some(_)) => {
            crate::say("`apt-get` is missing: pictures of pages will be in the fonts of this machine");
            return Ok(());
        }
    }
    packages::fetch(folder, &wanted)
}

/// A library that is missing is told here, not by every test.
fn try_out(launcher: &Path, program: &Path) -> Result<()> {
    let tried = run(Command::new(launcher).arg("--version")).context("cannot start Chromium")?;
    ensure!(
        tried.status.success(),
        "{} does not start: {}, hint: {INSTEAD}",
        program.display(),
        last_error(&tried)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own with programs of these names, and one file that is none.
    fn machine(test: &str, programs: &[&str]) -> PathBuf {
        let folder = env::temp_dir().join(format!("chromium-{}-{test}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("chromium-browser"), "a text").unwrap();
        for program in programs {
            fs::write(folder.join(program), "").unwrap();
            fs::set_permissions(folder.join(program), fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }

    #[test]
    fn chromium_is_preferred_wherever_on_the_path_it_is() {
        let (first, second) = (machine("first", &["google-chrome"]), machine("second", &["chromium"]));
        let path = env::join_paths([&first, &second]).unwrap();
        assert_eq!(find(None, Some(&path)).unwrap(), Some(second.join("chromium")));
        fs::remove_dir_all(second).unwrap();
        assert_eq!(find(None, Some(&path)).unwrap(), Some(first.join("google-chrome")));
        fs::remove_dir_all(first).unwrap();
        assert_eq!(find(None, Some(&path)).unwrap(), None);
    }

    #[test]
    fn what_is_no_program_is_not_found() {
        let folder = machine("text", &[]);
        assert_eq!(find(None, Some(folder.as_os_str())).unwrap(), None);
        assert_eq!(find(None, None).unwrap(), None);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_variable_comes_first_and_must_name_a_program() {
        let folder = machine("named", &["mine", "chromium"]);
        let (mine, text) = (folder.join("mine"), folder.join("chromium-browser"));
        let path = Some(folder.as_os_str());
        assert_eq!(find(Some(mine.as_os_str()), path).unwrap(), Some(mine));
        assert_eq!(find(Some(OsStr::new("")), path).unwrap(), Some(folder.join("chromium")));
        let refused = find(Some(text.as_os_str()), path).unwrap_err().to_string();
        assert!(refused.ends_with("chromium-browser, which is no program"), "{refused}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn another_chromium_is_another_mark() {
        let marks = [None, Some("/opt/a"), Some("/opt/b")].map(|own| tools(own.map(Path::new)).unwrap().mark);
        assert!(marks[0] != marks[1] && marks[1] != marks[2], "{marks:?}");
        assert_eq!(marks[0], tools(None).unwrap().mark);
    }
}
