//! From stacks to templates: run the declarations, tag, check, and hand over what is to be packaged.
//!
//! Pure: no IO, no clock, no randomness. Writing and packaging is the command line's work.

use std::collections::HashMap;

use stackwright_check::{EntryKind, Finding};
use stackwright_core::{
    Architecture, Asset, Declarations, DeletionPolicy, Expr, LogicalId, Origin, Problem, Scope, Template,
    declare,
};

use crate::tags;

/// A stack: a name and the function that declares it.
///
/// The table of a program's stacks is what the command line is given.
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// Its name: what templates are called, and the default name at deployment.
    pub name: &'static str,
    declare: fn(&mut Scope<'_>),
}

impl Stack {
    /// A stack declared by this function.
    #[must_use]
    pub const fn new(name: &'static str, declare: fn(&mut Scope<'_>)) -> Self {
        Self { name, declare }
    }

    /// Runs its declarations and checks what can be known of it alone.
    #[must_use]
    pub fn synthesise(&self) -> Synthesis {
        Synthesis::of(self.name, declare(self.name, self.declare))
    }
}

/// A stack turned into a template.
#[derive(Debug)]
pub struct Synthesis {
    /// The name of the stack.
    pub name: String,
    /// Its template; code paths are filled in by [`Synthesis::place`].
    pub template: Template,
    /// The code to package.
    pub assets: Vec<Asset>,
    /// Where each resource and parameter was declared.
    pub origins: HashMap<LogicalId, Origin>,
    /// What is wrong. While there is anything, the template must not be used.
    pub problems: Vec<Problem>,
}

impl Synthesis {
    /// The template of these declarations, with what is wrong with it.
    #[must_use]
    pub fn of(name: &str, declarations: Declarations) -> Self {
        let Declarations { mut template, assets, origins, output_origins, files, mut problems, tags } =
            declarations;
        problems.extend(tags::apply(&mut template, &tags, &origins));
        keep_stateful(&mut template);
        if !assets.is_empty() {
            template.metadata.push(("cfn-lint".into(), code_is_packaged_later()));
        }
        problems.extend(stack_name_problem(name));
        let found = stackwright_check::check(&template).into_iter().map(|mut finding| {
            if let Some(file) = file_of(&finding, &files) {
                finding.place = file.into();
            }
            let entry = finding.entry.map(|entry| match entry.kind {
                EntryKind::Output => output_origins.get(&entry.id),
                _ => origins.get(&entry.id),
            });
            placed(finding, entry.flatten(), name)
        });
        problems.extend(found);
        Self { name: name.into(), template, assets, origins, problems }
    }

    /// The template as YAML.
    ///
    /// # Errors
    /// If it is larger than CloudFormation takes, or holds what YAML cannot.
    pub fn to_yaml(&self) -> Result<String, Problem> {
        let yaml =
            self.template.to_yaml().map_err(|error| Problem::new(format!("{}: {error}", self.name)))?;
        match stackwright_check::check_size(yaml.len()) {
            Some(finding) => Err(placed(finding, None, &self.name)),
            None => Ok(yaml),
        }
    }

    /// Puts packaged code where it belongs: the path of the zip, what it was built for, and the hash of the files
    /// packed with it.
    pub fn place(&mut self, asset: &Asset, path: &str, architecture: Architecture, files: Option<&str>) {
        if let Some(function) = self.template.resources.get_mut(asset.resource) {
            function.set_property("Code", Expr::text(path.to_owned()));
            function.set_property("Architectures", Expr::list([architecture.as_str()]));
        }
        if let (Some((id, property)), Some(hash)) = (asset.fingerprint, files)
            && let Some(publisher) = self.template.resources.get_mut(id)
        {
            publisher.set_property(property, Expr::text(hash.to_owned()));
        }
    }
}

/// Data is kept whatever declared it: an L2, an L1, or a `RawResource`, whose type Rust does not know.
fn keep_stateful(template: &mut Template) {
    for (_, resource) in
        template.resources.iter_mut().filter(|(_, resource)| resource.deletion_policy.is_none())
    {
        if stackwright_schema::resource_type(&resource.kind).is_some_and(|kind| kind.stateful) {
            let policy = DeletionPolicy::RetainExceptOnCreate;
            resource.deletion_policy = Some(policy);
            resource.update_replace_policy = Some(policy.on_replacement());
        }
    }
}

/// Tells cfn-lint that paths of local zips are meant: `aws cloudformation package` replaces them.
fn code_is_packaged_later() -> Expr {
    Expr::map([("config", Expr::map([("ignore_checks", Expr::list(["W3002"]))]))])
}

fn stack_name_problem(name: &str) -> Option<Problem> {
    let legal = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (!legal).then(|| {
        Problem::new(format!("`{name}` cannot be the name of a stack"))
            .hint("use up to 128 ASCII letters, digits and hyphens, a letter first")
    })
}

/// What the file is called that the property was read from that a finding is about.
fn file_of(finding: &Finding, files: &HashMap<(LogicalId, &str), &'static str>) -> Option<&'static str> {
    let property = finding.place.strip_prefix("Properties.")?;
    files.get(&(finding.entry?.id, property)).copied()
}

fn placed(finding: Finding, origin: Option<&Origin>, stack: &str) -> Problem {
    let place = if finding.place.is_empty() { String::new() } else { format!("{}: ", finding.place) };
    let stack = if origin.is_none() { format!("{stack}: ") } else { String::new() };
    Problem {
        message: format!("{stack}{place}{}", finding.message),
        origin: origin.cloned(),
        hint: finding.hint,
    }
}
