//! The launcher: Chromium with the fonts of the pictures, the libraries that were fetched, a home of its own.
//!
//! It knows neither where Chromium came from nor what it is to show.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::packages;

/// Its text; `{folder}`, `{libraries}` and `{program}` are filled in.
pub(super) const SCRIPT: &str = include_str!("launcher.sh");
/// The fonts' configuration; `{folder}` is filled in.
pub(super) const FONTS: &str = include_str!("fonts.conf");

/// Writes the launcher of a program, and what it reads.
pub(super) fn write(folder: &Path, program: &Path) -> Result<PathBuf> {
    let launcher = folder.join("chromium");
    let libraries = packages::libraries(&folder.join("root"))?;
    let fonts = FONTS.replace("{folder}", &escaped(&folder.to_string_lossy()));
    fs::write(folder.join("fonts.conf"), fonts).context("cannot write the fonts' configuration")?;
    fs::write(&launcher, script(folder, program, &libraries))
        .and_then(|()| fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("cannot write {}", launcher.display()))?;
    Ok(launcher)
}

fn script(folder: &Path, program: &Path, libraries: &str) -> String {
    SCRIPT
        .replace("{folder}", &quoted(&folder.to_string_lossy()))
        .replace("{libraries}", &quoted(libraries))
        .replace("{program}", &quoted(&program.to_string_lossy()))
}

/// One word for the shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Text for XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A folder with a character that shells and XML take for their own, and a program that says what it was given.
    fn folder_and_program(test: &str) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("it's <{test}> & {}", std::process::id()));
        fs::create_dir_all(folder.join("root/usr/lib")).unwrap();
        let program = folder.join("program");
        let said = r#"printf '%s\n' "$FONTCONFIG_FILE" "$HOME" "$LD_LIBRARY_PATH" "$@""#;
        fs::write(&program, format!("#!/bin/sh\n{said}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        (folder, program)
    }

    fn said(launcher: &Path) -> Vec<String> {
        let mut launched = Command::new(launcher);
        launched.args(["--headless", "a b"]).env("LD_LIBRARY_PATH", "mine");
        let done = launched.output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_program_is_started_with_its_arguments_fonts_and_home() {
        let (folder, program) = folder_and_program("own");
        let path = |name: &str| folder.join(name).display().to_string();
        let launcher = write(&folder, &program).unwrap();
        assert_eq!(said(&launcher), [&path("fonts.conf"), &path("home"), "mine", "--headless", "a b"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn fetched_libraries_come_before_the_machine_s() {
        let (folder, program) = folder_and_program("fetched");
        fs::write(folder.join("root/usr/lib/libnew.so.1"), "").unwrap();
        let launcher = write(&folder, &program).unwrap();
        assert_eq!(said(&launcher)[2], folder.join("root/usr/lib").display().to_string());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn fonts_are_looked_for_in_the_folder_first() {
        let (folder, program) = folder_and_program("fonts");
        write(&folder, &program).unwrap();
        let fonts = fs::read_to_string(folder.join("fonts.conf")).unwrap();
        let first = fonts.lines().find_map(|line| line.trim().strip_prefix("<dir>")).unwrap();
        let expected = format!("it's &lt;fonts> &amp; {}/root/usr/share/fonts</dir>", std::process::id());
        assert!(first.ends_with(&expected), "{first}");
        fs::remove_dir_all(folder).unwrap();
    }
}
