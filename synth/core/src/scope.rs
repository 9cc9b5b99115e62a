//! [`Scope`]: where constructs get their names, and [`declare`], which runs a stack's function in one.
//!
//! A scope only collects. What has been collected is checked elsewhere.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::Location;

use stackwright_template::{
    DeletionPolicy, Expr, LogicalId, Output, Parameter, Resource as ResourceEntry, Section, Template,
};

use crate::asset::{Architecture, Asset, Folder};
use crate::name;
use crate::problem::{Origin, Problem};
use crate::resource::{Declared, Resource};

/// All that a stack's function has declared.
#[derive(Debug)]
pub struct Declarations {
    /// The template as declared, asset paths still to be filled in.
    pub template: Template,
    /// The code to package.
    pub assets: Vec<Asset>,
    /// Where each resource, parameter, condition and mapping was declared.
    pub origins: HashMap<LogicalId, Origin>,
    /// Where each output was declared: their keys have a namespace of their own.
    pub output_origins: HashMap<LogicalId, Origin>,
    /// Files that properties were read from: the resource, the property, and what the file is called.
    pub files: HashMap<(LogicalId, &'static str), &'static str>,
    /// What was wrong already while declaring.
    pub problems: Vec<Problem>,
    /// Tags: the path at and below which they apply, key and value.
    pub tags: Vec<(String, String, Expr)>,
}

/// Runs a stack's function and returns what it declared. Pure: the same function gives the same declarations.
#[track_caller]
pub fn declare<H>(stack: &str, function: impl FnOnce(&mut Scope<'_>) -> H) -> Declarations {
    let mut declarations = Declarations {
        template: Template::default(),
        assets: Vec::new(),
        origins: HashMap::new(),
        output_origins: HashMap::new(),
        files: HashMap::new(),
        problems: Vec::new(),
        tags: Vec::new(),
    };
    let mut root = Scope {
        declarations: &mut declarations,
        id: String::new(),
        path: stack.to_owned(),
        at: Location::caller(),
    };
    function(&mut root);
    declarations
}

/// A place in a stack where constructs are added under names.
#[derive(Debug)]
pub struct Scope<'a> {
    declarations: &'a mut Declarations,
    id: String,
    path: String,
    at: &'static Location<'static>,
}

impl Scope<'_> {
    /// Adds a construct under a name and returns what refers to it. The path of names makes the logical ids.
    #[track_caller]
    pub fn add<C: crate::Construct>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        construct: C,
    ) -> C::Handle {
        self.child(&name.into(), Location::caller(), construct)
    }

    /// Like [`Scope::add`], for the inner parts of a construct: problems point at the line that added the whole.
    pub fn part<C: crate::Construct>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        construct: C,
    ) -> C::Handle {
        self.child(&name.into(), self.at, construct)
    }

    fn child<C: crate::Construct>(
        &mut self,
        name: &str,
        at: &'static Location<'static>,
        construct: C,
    ) -> C::Handle {
        let id = name::child_id(&self.id, name);
        let path = format!("{}/{name}", self.path);
        if let Some(fault) = name::fault(name, &id) {
            let problem = Problem::new(fault).at(Origin { path: path.clone(), at });
            self.declarations
                .problems
                .push(problem.hint("use ASCII letters and digits, such as `WordCount`"));
        }
        construct.declare(&mut Scope { declarations: self.declarations, id, path, at })
    }

    /// Reports a mistake in the construct being declared.
    pub fn report(&mut self, problem: Problem) {
        let origin = self.origin();
        self.declarations.problems.push(Problem { origin: problem.origin.or(Some(origin)), ..problem });
    }

    /// Says which file a property of this scope's resource was read from, for problems to name it.
    pub fn read_from(&mut self, property: &'static str, file: &'static str) {
        self.declarations.files.insert((self.id(), property), file);
    }

    /// The logical id of this scope, which a construct's main resource takes.
    #[must_use]
    pub fn id(&self) -> LogicalId {
        name::logical_id(&self.id)
    }

    /// The logical id that a child of this name has, or will have.
    #[must_use]
    pub fn id_of(&self, child: &str) -> LogicalId {
        name::logical_id(&name::child_id(&self.id, child))
    }

    /// The last name on the path of this scope.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// A resource of this type that was declared before and depends on no condition: for what a stack has once.
    #[must_use]
    pub fn existing(&self, kind: &str) -> Option<LogicalId> {
        let mut resources = self.declarations.template.resources.iter();
        let found = resources.find(|(_, entry)| entry.kind == kind && entry.condition.is_none());
        found.map(|(id, _)| id)
    }

    /// The name of the stack.
    #[must_use]
    pub fn stack(&self) -> &str {
        self.path.split('/').next().unwrap_or(&self.path)
    }

    /// Where this scope was added.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin { path: self.path.clone(), at: self.at }
    }

    /// Says what the stack is. Only meaningful on the stack's own scope.
    pub fn describe(&mut self, text: impl Into<String>) {
        self.declarations.template.description = Some(text.into());
    }

    /// Tags every resource at and below this scope whose type takes tags.
    pub fn tag(&mut self, key: impl Into<String>, value: impl Into<crate::Value<String>>) {
        let entry = (self.path.clone(), key.into(), value.into().into_expr());
        self.declarations.tags.push(entry);
    }

    /// Declares an L1 at this scope's own id.
    pub fn declare<R: Resource>(&mut self, resource: impl Into<Declared<R>>) -> R::Handle {
        let declared = resource.into();
        let entry = ResourceEntry {
            kind: declared.resource.kind(),
            condition: declared.condition.map(crate::ConditionHandle::id),
            depends_on: declared.depends_on,
            deletion_policy: declared.removal,
            update_replace_policy: declared.removal.map(DeletionPolicy::on_replacement),
            creation_policy: declared.creation_policy,
            update_policy: declared.update_policy,
            metadata: declared.metadata,
            properties: declared.resource.into_props().into_fields(),
        };
        R::Handle::from(self.insert(|template| &mut template.resources, entry))
    }

    /// Asks for the code of the function at `resource` to be packaged from the crate `handler`.
    pub fn package(
        &mut self,
        handler: impl Into<String>,
        resource: LogicalId,
        architecture: Option<Architecture>,
    ) {
        let asset = Asset {
            resource,
            handler: handler.into(),
            architecture,
            files: Vec::new(),
            fingerprint: None,
            origin: self.origin(),
        };
        self.declarations.assets.push(asset);
    }

    /// Packs folders beside the code of the function at `function`, and sets `property` of the resource at
    /// `publisher` to the hash of their files.
    pub fn package_files(
        &mut self,
        function: LogicalId,
        folders: Vec<Folder>,
        publisher: LogicalId,
        property: &'static str,
    ) {
        let asset = self.declarations.assets.iter_mut().find(|asset| asset.resource == function);
        if let Some(asset) = asset {
            asset.files = folders;
            asset.fingerprint = Some((publisher, property));
        }
    }

    /// A fingerprint of the resources declared at and below this scope so far.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let declared = self.declarations.template.resources.iter();
        let below = declared.filter(|(id, _)| {
            self.declarations.origins.get(id).is_some_and(|origin| origin.is_within(&self.path))
        });
        below.fold(0, |hash, (_, resource)| hash.rotate_left(1) ^ resource.digest())
    }

    /// Declares a construct here, and returns the resources it has declared.
    pub(crate) fn declaring<C: crate::Construct>(
        &mut self,
        construct: C,
    ) -> (C::Handle, impl Iterator<Item = &mut ResourceEntry>) {
        let first = self.declarations.template.resources.len();
        let handle = construct.declare(self);
        let resources = self.declarations.template.resources.iter_mut().skip(first);
        (handle, resources.map(|(_, resource)| resource))
    }

    /// Adds a `DependsOn` to a resource declared before.
    pub(crate) fn depend(&mut self, id: LogicalId, awaited: LogicalId) {
        match self.declarations.template.resources.get_mut(id) {
            Some(resource) => resource.depends_on.push(awaited),
            None => self.report(
                Problem::new(format!("there is no resource `{id}` that could wait for `{awaited}`"))
                    .hint("only a construct with a main resource can wait"),
            ),
        }
    }

    pub(crate) fn declare_parameter(&mut self, entry: Parameter) -> LogicalId {
        self.insert(|template| &mut template.parameters, entry)
    }

    pub(crate) fn declare_condition(&mut self, entry: Expr) -> LogicalId {
        self.insert(|template| &mut template.conditions, entry)
    }

    pub(crate) fn declare_mapping(&mut self, entry: Expr) -> LogicalId {
        self.insert(|template| &mut template.mappings, entry)
    }

    pub(crate) fn declare_output(&mut self, entry: Output) {
        let id = self.id();
        let origin = self.origin();
        if let Some(first) = self.declarations.output_origins.get(&id).cloned() {
            return self.report(duplicate("output", id, &first));
        }
        self.declarations.output_origins.insert(id, origin);
        self.declarations.template.outputs.push(id, entry);
    }

    fn insert<T>(&mut self, section: impl FnOnce(&mut Template) -> &mut Section<T>, entry: T) -> LogicalId {
        let id = self.id();
        let origin = self.origin();
        if let Some(first) = self.declarations.origins.get(&id).cloned() {
            self.report(duplicate("logical id", id, &first));
            return id;
        }
        self.declarations.origins.insert(id, origin);
        section(&mut self.declarations.template).push(id, entry);
        id
    }
}

fn duplicate(what: &str, id: LogicalId, first: &Origin) -> Problem {
    let Origin { path, at } = first;
    Problem::new(format!("the {what} `{id}` is declared twice")).hint(format!(
        "`{path}` at {}:{} has it already: give one of them another name",
        at.file(),
        at.line()
    ))
}
