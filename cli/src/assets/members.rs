//! `[workspace] members`: the folders its patterns stand for.
//! Patterns are `*` and `?` inside one path component, as in every workspace we have seen; `**` and `[…]` are not known.

use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::WorkspaceTable;

/// Every folder below `root` that `members` names and that holds a `Cargo.toml`, sorted, without the excluded.
pub(super) fn folders(root: &Path, table: &WorkspaceTable) -> Vec<PathBuf> {
    let excluded: Vec<PathBuf> = table.exclude.iter().map(|path| root.join(path)).collect();
    let mut found: Vec<PathBuf> = table.members.iter().flat_map(|pattern| expand(root, pattern)).collect();
    found.retain(|folder| !excluded.iter().any(|one| folder.starts_with(one)));
    found.sort();
    found.dedup();
    found
}

fn expand(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut folders = vec![root.to_owned()];
    for component in pattern.split('/').filter(|component| !component.is_empty() && *component != ".") {
        folders = folders.iter().flat_map(|folder| step(folder, component)).collect();
    }
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders
}

fn step(folder: &Path, component: &str) -> Vec<PathBuf> {
    if !component.contains(['*', '?']) {
        return vec![folder.join(component)];
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| matches(component.as_bytes(), entry.file_name().as_encoded_bytes()))
        .map(|entry| entry.path())
        .collect()
}

fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            matches(rest, name) || name.split_first().is_some_and(|(_, tail)| matches(pattern, tail))
        }
        ([b'?', rest @ ..], [_, tail @ ..]) => matches(rest, tail),
        ([one, rest @ ..], [other, tail @ ..]) => one == other && matches(rest, tail),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "`{pattern}` on `{name}`");
    }

    #[test]
    fn a_pattern_matches_a_whole_component() {
        check("*", "anything", true);
        check("*", "", true);
        check("notes-*", "notes-api", true);
        check("notes-*", "notes", false);
        check("*-api", "notes-api", true);
        check("*-api", "notes-api-2", false);
        check("n?tes", "notes", true);
        check("n?tes", "ntes", false);
        check("a*b*c", "a-b-b-c", true);
    }
}
