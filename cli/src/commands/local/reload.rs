//! [`Reload`]: the stacks as their files are now, and what a change of files leads to.
//!
//! While something does not build or cannot be read, what ran before keeps running.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use stackwright_local::{Local, StackSource};

use super::own::Own;
use super::stacks::{Loaded, Wanted};
use crate::assets::Sources;
use crate::printer::Printer;

/// What runs, and what it was made from.
#[derive(Debug)]
pub(super) struct Reload<'a> {
    wanted: Wanted<'a>,
    own: Option<Own>,
    /// What is applied of each stack.
    applied: BTreeMap<String, String>,
}

impl<'a> Reload<'a> {
    /// The first time: gives the stacks to start too.
    pub(super) fn first(
        wanted: Wanted<'a>,
        templates: Vec<Loaded>,
        own: Option<Own>,
    ) -> Result<(Self, Vec<StackSource>)> {
        let mut reload = Self { wanted, own, applied: BTreeMap::new() };
        let stacks = reload.load(templates)?;
        let fingerprint = |stack: &Loaded| (stack.source.name.clone(), stack.fingerprint.clone());
        reload.applied = stacks.iter().map(fingerprint).collect();
        Ok((reload, stacks.into_iter().map(|stack| stack.source).collect()))
    }

    /// All files that stacks and functions were made from.
    pub(super) fn sources(&self) -> Sources {
        let mut sources = self.own.as_ref().map(Own::sources).unwrap_or_default();
        sources.files.extend(self.wanted.template_paths());
        sources
    }

    /// Whether changes of the program's declarations can be followed.
    pub(super) fn follows_program(&self) -> bool {
        self.own.as_ref().is_none_or(Own::can_be_built_again)
    }

    /// Makes what these files are part of, and applies the stacks that are different then.
    pub(super) async fn changed(
        &mut self,
        changed: &BTreeSet<PathBuf>,
        local: &Local,
        printer: &mut Printer,
    ) -> Result<()> {
        printer.changed(changed)?;
        let templates: BTreeSet<PathBuf> = self.wanted.template_paths().collect();
        if let Some(own) = self.own.as_mut().filter(|_| !changed.is_subset(&templates))
            && !own.make_again(changed).await?
        {
            return printer.kept();
        }
        let stacks = self.load(self.wanted.load_templates()?)?;
        self.tell_gone(&stacks, printer)?;
        for stack in stacks {
            self.apply(stack, local, printer).await?;
        }
        Ok(())
    }

    /// What people work with does not vanish under their hands.
    fn tell_gone(&mut self, stacks: &[Loaded], printer: &mut Printer) -> Result<()> {
        let is_there = |name: &str| stacks.iter().any(|stack| stack.source.name == name);
        let gone = self.applied.extract_if(.., |name, _| !is_there(name));
        for (name, _) in gone {
            printer
                .warning(format!("the program has no stack `{name}` any more; it runs on until this ends"))?;
        }
        Ok(())
    }

    async fn apply(&mut self, stack: Loaded, local: &Local, printer: &mut Printer) -> Result<()> {
        let Loaded { source, fingerprint } = stack;
        let name = source.name.clone();
        if self.applied.get(&name) == Some(&fingerprint) {
            return Ok(());
        }
        match local.apply(source).await {
            Ok(()) => drop(self.applied.insert(name, fingerprint)),
            Err(problems) => {
                printer.refused(&problems)?;
                printer.kept()?;
            }
        }
        Ok(())
    }

    fn load(&self, mut stacks: Vec<Loaded>) -> Result<Vec<Loaded>> {
        if let Some(own) = &self.own {
            stacks.extend(self.wanted.load_program(own.folder())?);
        }
        self.wanted.parametrise(&mut stacks)?;
        Ok(stacks)
    }
}
