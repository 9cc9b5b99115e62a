//! The stacks to run, read from their files: those that the program wrote, and templates of other hands.
//!
//! The declarations are not asked: what runs here is what would be deployed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use stackwright::Stack;
use stackwright_local::StackSource;
use stackwright_template::Template;

use super::parameters::{self, Assignment};
use super::template_file::TemplateFile;
use crate::arguments::Local;
use crate::assets;
use crate::manifest::{Manifest, StackEntry};
use crate::selection;

/// Which stacks are to run.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    program: OfProgram,
    templates: &'a [TemplateFile],
    parameters: &'a [Assignment],
}

/// Which of the program's stacks.
#[derive(Debug, PartialEq)]
enum OfProgram {
    /// Those it has, and those it will have when it is built again.
    All,
    /// None of them, if the list is empty.
    Named(Vec<&'static str>),
}

/// A stack as its files are now.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) source: StackSource,
    /// Another one when anything of the stack is.
    pub(super) fingerprint: String,
}

impl<'a> Wanted<'a> {
    /// What the command line asks for: all stacks of the program if it names neither a stack nor a template.
    pub(super) fn of(arguments: &'a Local, stacks: &[Stack]) -> Result<Self> {
        if stacks.is_empty() && arguments.templates.is_empty() {
            bail!("this program has no stacks\n  hint: `--template FILE` runs one that somebody else wrote");
        }
        let named = selection::named(&arguments.stacks, stacks)?;
        let program = match arguments.stacks.is_empty() && arguments.templates.is_empty() {
            true => OfProgram::All,
            false => OfProgram::Named(named),
        };
        let (templates, parameters) = (&arguments.templates, &arguments.parameters);
        let wanted = Self { program, templates, parameters };
        wanted.refuse_equal_names()?;
        Ok(wanted)
    }

    /// Whether any of the program's own is.
    pub(super) fn any_of_program(&self) -> bool {
        self.program != OfProgram::Named(Vec::new())
    }

    fn refuse_equal_names(&self) -> Result<()> {
        let mut names = match &self.program {
            OfProgram::All => BTreeSet::new(),
            OfProgram::Named(names) => names.iter().copied().collect(),
        };
        match self.templates.iter().find(|template| !names.insert(&template.stack)) {
            None => Ok(()),
            Some(TemplateFile { stack, path }) => {
                bail!(
                    "two stacks are called `{stack}`\n  hint: give this one another name: `--template NAME={}`",
                    path.display()
                )
            }
        }
    }

    /// The files of the templates of other hands.
    pub(super) fn template_paths(&self) -> impl Iterator<Item = PathBuf> {
        self.templates.iter().map(TemplateFile::absolute)
    }

    /// The templates of other hands.
    pub(super) fn load_templates(&self) -> Result<Vec<Loaded>> {
        self.templates.iter().map(TemplateFile::load).collect()
    }

    /// The stacks that the program has written to the folder.
    pub(super) fn load_program(&self, folder: &Path) -> Result<Vec<Loaded>> {
        let wanted = |name: &str| match &self.program {
            OfProgram::All => true,
            OfProgram::Named(names) => names.contains(&name),
        };
        let manifest = Manifest::load(folder);
        if let OfProgram::Named(names) = &self.program
            && let Some(gone) = names.iter().find(|name| !manifest.stacks.contains_key(**name))
        {
            bail!("the program has no stack `{gone}` any more");
        }
        let entries = manifest.stacks.iter().filter(|(name, _)| wanted(name));
        entries.map(|(name, entry)| load(folder, name, entry)).collect()
    }

    /// Gives the stacks the parameters that the command line has for them.
    pub(super) fn parametrise(&self, stacks: &mut [Loaded]) -> Result<()> {
        let sources: Vec<&StackSource> = stacks.iter().map(|stack| &stack.source).collect();
        parameters::refuse_unknown(self.parameters, &sources)?;
        for stack in stacks {
            stack.source.parameters = parameters::given(self.parameters, &stack.source);
        }
        Ok(())
    }
}

/// A stack of the program, as the manifest and its template tell it.
fn load(folder: &Path, name: &str, entry: &StackEntry) -> Result<Loaded> {
    let path = folder.join(&entry.template);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let template = Template::read(&text).with_context(|| format!("{} is not a template", path.display()))?;
    let lines = entry.resources.iter().map(|(id, resource)| (id.clone(), resource.source.clone()));
    let crates = entry.assets.iter().map(|(id, code)| (id.clone(), code.handler.clone()));
    let source = StackSource {
        name: name.to_owned(),
        template,
        folder: folder.to_owned(),
        declared_at: lines.collect(),
        crates: crates.collect(),
        ..StackSource::default()
    };
    Ok(Loaded { source, fingerprint: assets::digest(&serde_json::to_vec(entry)?) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser as _;

    use super::*;
    use crate::arguments::{Arguments, Command};

    const STACKS: &[Stack] = &[Stack::new("Notes", |_| ()), Stack::new("Chat", |_| ())];

    fn local(arguments: &[&str]) -> Local {
        let all = ["program", "local"].into_iter().chain(arguments.iter().copied());
        match Arguments::parse_from(all).command {
            Command::Local(local) => local,
            other => panic!("{other:?}"),
        }
    }

    fn check(arguments: &[&str], expected: Result<OfProgram, &str>) {
        let local = local(arguments);
        let wanted = Wanted::of(&local, STACKS).map(|wanted| wanted.program);
        let message = |error: anyhow::Error| error.to_string().lines().next().unwrap_or_default().to_owned();
        assert_eq!(wanted.map_err(message), expected.map_err(str::to_owned), "{arguments:?}");
    }

    #[test]
    fn all_stacks_of_the_program_run_unless_something_is_named() {
        check(&[], Ok(OfProgram::All));
        check(&["Chat"], Ok(OfProgram::Named(vec!["Chat"])));
        check(&["--template", "Shop.yaml"], Ok(OfProgram::Named(vec![])));
        check(&["Notes", "--template", "Shop.yaml"], Ok(OfProgram::Named(vec!["Notes"])));
    }

    #[test]
    fn stacks_have_different_names() {
        check(&["Notes", "--template", "Notes.yaml"], Err("two stacks are called `Notes`"));
        check(&["--template", "Notes.yaml"], Ok(OfProgram::Named(vec![])));
        check(
            &["--template", "a/Shop.yaml", "--template", "b/Shop.yaml"],
            Err("two stacks are called `Shop`"),
        );
        check(&["--template", "a/Shop.yaml", "--template", "Two=b/Shop.yaml"], Ok(OfProgram::Named(vec![])));
    }

    #[test]
    fn a_program_without_stacks_runs_templates_only() {
        let error = Wanted::of(&local(&[]), &[]).unwrap_err().to_string();
        assert!(error.starts_with("this program has no stacks\n"), "{error}");
        assert!(!Wanted::of(&local(&["--template", "Shop.yaml"]), &[]).unwrap().any_of_program());
    }
}
