//! `--template [NAME=]FILE`: a stack whose template somebody else wrote, by hand or with the AWS CDK.
//!
//! It is read, not judged: what of it cannot run here is said when it is started.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result};
use stackwright_local::StackSource;
use stackwright_template::Template;

use super::stacks::Loaded;
use crate::assets;

/// A file and what its stack is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateFile {
    pub(super) stack: String,
    pub(super) path: PathBuf,
}

impl FromStr for TemplateFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A path may have a `=` in it, but then what is before it has a slash or a dot.
        let named = text.split_once('=').filter(|(name, _)| is_stack_name(name));
        let (stack, path) = named.unwrap_or_else(|| (stem(text), text));
        if !is_stack_name(stack) {
            return Err(format!("`{stack}` cannot be the name of a stack: give it one with `NAME={path}`"));
        }
        Ok(Self { stack: stack.to_owned(), path: path.into() })
    }
}

impl TemplateFile {
    /// Where it is, from the root.
    pub(super) fn absolute(&self) -> PathBuf {
        // Fails for an empty path only, which is no file either.
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    pub(super) fn load(&self) -> Result<Loaded> {
        let path = self.absolute();
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read the template {}", self.path.display()))?;
        let template =
            Template::read(&text).with_context(|| format!("{} is not a template", self.path.display()))?;
        let source = StackSource {
            name: self.stack.clone(),
            declared_at: lines(&text, &template, &self.path),
            template,
            folder: path.parent().unwrap_or(&path).to_owned(),
            ..StackSource::default()
        };
        Ok(Loaded { source, fingerprint: assets::digest(text.as_bytes()) })
    }
}

/// What the file is called, without `.template.yaml` and the like.
fn stem(path: &str) -> &str {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let kind = ["yaml", "yml", "json"].iter().find_map(|kind| name.strip_suffix(kind)?.strip_suffix('.'));
    let name = kind.unwrap_or(name);
    name.strip_suffix(".template").unwrap_or(name)
}

/// What CloudFormation takes for a name.
fn is_stack_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.len() <= 128
        && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
}

/// The line of each resource: the first one behind `Resources` that starts with its id, quoted or not.
fn lines(text: &str, template: &Template, path: &Path) -> BTreeMap<String, String> {
    let key = |line: &str| {
        line.split(':').next().map(|key| key.trim().trim_matches(['"', '\'', '{', ' ']).to_owned())
    };
    let keys = text.lines().enumerate().filter_map(|(index, line)| Some((key(line)?, index + 1)));
    let mut found = BTreeMap::new();
    for (key, line) in keys.skip_while(|(key, _)| key != "Resources") {
        if template.resources.ids().any(|id| id.as_str() == key) {
            found.entry(key).or_insert_with(|| format!("{}:{line}", path.display()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(text: &str, expected: Result<(&str, &str), &str>) {
        let file = text.parse::<TemplateFile>();
        let found = file.as_ref().map(|file| (file.stack.as_str(), file.path.to_str().unwrap()));
        assert_eq!(found.map_err(String::as_str), expected, "{text}");
    }

    #[test]
    fn a_stack_is_called_like_its_file() {
        check("Notes.template.yaml", Ok(("Notes", "Notes.template.yaml")));
        check("cdk.out/Shop-Prod.template.json", Ok(("Shop-Prod", "cdk.out/Shop-Prod.template.json")));
        check("shop.yml", Ok(("shop", "shop.yml")));
        check("shop.template", Ok(("shop", "shop.template")));
        check(
            "my_shop.yaml",
            Err("`my_shop` cannot be the name of a stack: give it one with `NAME=my_shop.yaml`"),
        );
        check("", Err("`` cannot be the name of a stack: give it one with `NAME=`"));
    }

    #[test]
    fn or_as_one_likes() {
        check("Shop=my_shop.yaml", Ok(("Shop", "my_shop.yaml")));
        check("out/a=b/Shop.yaml", Ok(("Shop", "out/a=b/Shop.yaml")));
    }

    #[test]
    fn each_resource_has_a_line() {
        let yaml = "Parameters:\n  Api: {Type: String}\nResources:\n  Table:\n    Type: T\n    Metadata: {Api: 1}\n  'Api':\n    Type: A\n";
        let json = "{\"Resources\": {\n  \"Table\": {\"Type\": \"T\"},\n  \"Api\": {\"Type\": \"A\"}\n}}";
        for (text, table, api) in [(yaml, "t.yaml:4", "t.yaml:7"), (json, "t.yaml:2", "t.yaml:3")] {
            let found = lines(text, &Template::read(text).unwrap(), Path::new("t.yaml"));
            assert_eq!((found["Table"].as_str(), found["Api"].as_str()), (table, api));
        }
    }
}
