//! Executes an operation: fields side by side, those of a mutation one after the other.
//! Resolves nothing itself: a field's value is its object's, or comes from [`resolve`](crate::resolve).
//!
//! The executor of `apollo-compiler` is not used: it takes one field after the other in queries too, its errors have no
//! place for AppSync's types and data, and what it answers has lost the names of fields that subscribers are told by.

use std::collections::{BTreeSet, HashSet};

use apollo_compiler::ast::{self, Type};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node as Parsed, Schema};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use serde_json::{Map, Value};

use crate::api::Api;
use crate::caller::Identity;
use crate::code::Workers;
use crate::fault::{Fault, Location, Path};
use crate::gathered::Gathered;
use crate::host::{Host, Wanted};
use crate::input;
use crate::node::{FieldNode, Node, ObjectNode};
use crate::output;
use crate::request::Prepared;

/// The bytes of `"a":1`, of which an answer consists at least.
const SMALLEST_FIELD: usize = 5;

/// One operation, executed for one caller.
pub(crate) struct Execution<'e> {
    pub(crate) api: &'e Api,
    pub(crate) host: &'e Host,
    /// None: fields have what their objects have, nothing is resolved. So a published result is executed.
    pub(crate) workers: Option<&'e Workers>,
    pub(crate) document: &'e Valid<ExecutableDocument>,
    pub(crate) operation: &'e Operation,
    pub(crate) variables: &'e Map<String, Value>,
    pub(crate) identity: &'e Identity,
    /// `ctx.request`.
    pub(crate) request: &'e Value,
    pub(crate) gathered: Gathered,
    /// Fields of the root type that the caller's policies do not allow.
    denied: Vec<&'e str>,
}

/// A field of an answer, and the selections that ask for it.
pub(crate) struct Group<'e> {
    key: &'e Name,
    pub(crate) fields: Vec<&'e Parsed<Field>>,
}

/// Groups as they are made, for an object of this type.
struct Groups<'t, 's> {
    type_name: &'t Name,
    all: Vec<Group<'s>>,
    /// Fragments that are in them already: again they would add nothing.
    spread: HashSet<&'s Name>,
}

impl<'s> Groups<'_, 's> {
    fn add(&mut self, field: &'s Parsed<Field>) {
        match self.all.iter_mut().find(|group| group.key == field.response_key()) {
            Some(group) => group.fields.push(field),
            None => self.all.push(Group { key: field.response_key(), fields: vec![field] }),
        }
    }
}

/// A field to be resolved.
#[derive(Clone, Copy)]
pub(crate) struct Call<'c> {
    pub(crate) type_name: &'c Name,
    pub(crate) group: &'c Group<'c>,
    pub(crate) source: &'c Value,
    pub(crate) path: &'c Path,
}

impl<'e> Execution<'e> {
    /// An execution in which nothing is resolved: fields have what their objects have.
    pub(crate) fn new(
        host: &'e Host,
        api: &'e Api,
        prepared: &'e Prepared,
        identity: &'e Identity,
        request: &'e Value,
    ) -> Execution<'e> {
        Execution {
            api,
            host,
            workers: None,
            document: &prepared.document,
            operation: &prepared.operation,
            variables: &prepared.variables,
            identity,
            request,
            gathered: Gathered::default(),
            denied: Vec::new(),
        }
    }

    /// The same with resolvers, for who the caller's policies are asked, once for each field of the root type. AppSync
    /// does not ask about the fields below: the CDK grants none of them.
    pub(crate) fn resolving(self, workers: &'e Workers) -> Execution<'e> {
        let type_name = self.operation.object_type().as_str();
        let is_denied = |field: &str| {
            let may = |caller| (self.host.may)(Wanted { caller, api: &self.api.id, type_name, field });
            !self.identity.iam.as_ref().is_none_or(may)
        };
        let fields: BTreeSet<&str> = fields_of(self.operation, self.document).collect();
        let denied = fields.into_iter().filter(|field| is_denied(field)).collect();
        Execution { workers: Some(workers), denied, ..self }
    }

    /// The operation's data, as far as it came: null, if null came to a place at the top that must not be null.
    pub(crate) async fn data(&self, root: &Value) -> Node {
        let Some(ExtendedType::Object(object)) = self.api.schema.types.get(self.operation.object_type())
        else {
            return Node::NULL;
        };
        let sets = [&self.operation.selection_set];
        self.object(&object.name, root, &sets, &Path::default(), self.operation.is_mutation())
            .await
            .unwrap_or(Node::NULL)
    }

    /// An object's fields; none if one of them is null and must not be.
    async fn object(
        &self,
        type_name: &Name,
        source: &Value,
        sets: &[&SelectionSet],
        path: &Path,
        is_serial: bool,
    ) -> Option<Node> {
        // Large answers let others have their turn, and the request its time limit.
        tokio::task::coop::consume_budget().await;
        let groups = self.groups(type_name, sets);
        if self.gathered.count_fields(groups.len()) > self.host.limits.answer / SMALLEST_FIELD {
            let message = "the answer has more fields than an answer may have bytes";
            self.gathered.null(message.to_owned(), &Path::default());
            return None;
        }
        let fields = groups.iter().map(|group| self.field(type_name, source, group, path));
        let fields = if is_serial { one_by_one(fields).await } else { join_all(fields).await };
        let fields = fields.into_iter().collect::<Option<Vec<FieldNode>>>()?;
        Some(Node::Object(ObjectNode { type_name: type_name.clone(), fields }))
    }

    /// Groups the selections that apply to an object by their keys in the answer.
    fn groups<'s>(&'s self, type_name: &Name, sets: &[&'s SelectionSet]) -> Vec<Group<'s>> {
        let mut groups = Groups { type_name, all: Vec::new(), spread: HashSet::new() };
        sets.iter().for_each(|set| self.collect(set, &mut groups));
        groups.all
    }

    fn collect<'s>(&'s self, set: &'s SelectionSet, groups: &mut Groups<'_, 's>) {
        for selection in set.selections.iter().filter(|selection| self.is_included(selection)) {
            match selection {
                Selection::Field(field) => groups.add(field),
                Selection::InlineFragment(inline) => {
                    let condition = inline.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.applies(condition, groups.type_name)) {
                        self.collect(&inline.selection_set, groups);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    let fragment =
                        fragment.filter(|one| self.applies(one.type_condition(), groups.type_name));
                    if let Some(fragment) = fragment.filter(|one| groups.spread.insert(&one.name)) {
                        self.collect(&fragment.selection_set, groups);
                    }
                }
            }
        }
    }

    /// Whether a selection stays, by `@skip` and `@include`.
    fn is_included(&self, selection: &Selection) -> bool {
        let condition = |directive: &str| {
            let given = selection.directives().get(directive)?.specified_argument_by_name("if")?;
            match given.as_ref() {
                ast::Value::Boolean(value) => Some(*value),
                ast::Value::Variable(name) => self.variables.get(name.as_str())?.as_bool(),
                _ => None,
            }
        };
        condition("skip") != Some(true) && condition("include") != Some(false)
    }

    /// Whether a fragment on a type applies to an object.
    fn applies(&self, condition: &Name, type_name: &Name) -> bool {
        condition == type_name || self.api.schema.is_subtype(condition, type_name)
    }

    async fn field(
        &self,
        type_name: &Name,
        source: &Value,
        group: &Group<'_>,
        parent: &Path,
    ) -> Option<FieldNode> {
        let field = group.fields[0];
        let path = parent.key(group.key);
        let call = Call { type_name, group, source, path: &path };
        let value = match field.name.as_str() {
            "__typename" => Node::Leaf(type_name.as_str().into()),
            "__schema" | "__type" => Node::Leaf(source[group.key.as_str()].clone()),
            _ => match self.value(call).await {
                Ok(value) => self.complete(call, field.ty(), &value, &path).await?,
                Err(fault) => {
                    self.gathered.fault(fault.at(&path, self.location(field)));
                    // The fault says it: no second one for the null it leaves.
                    if field.ty().is_non_null() {
                        return None;
                    }
                    Node::NULL
                }
            },
        };
        Some(FieldNode { key: group.key.clone(), name: field.name.clone(), value })
    }

    /// What a field comes to, before its type is looked at.
    async fn value(&self, call: Call<'_>) -> Result<Value, Fault> {
        let field = call.group.fields[0];
        let refused = || Fault::unauthorized(call.type_name, &field.name);
        if !self.is_open(call.type_name, &field.name) {
            return Err(refused());
        }
        let own = || call.source.get(field.name.as_str()).cloned().unwrap_or_default();
        let Some((plan, workers)) = self.api.plan(call.type_name, &field.name).zip(self.workers) else {
            return Ok(own());
        };
        if self.gathered.count_resolver() > self.api.resolver_limit() {
            let message = format!("a request may run {} resolvers at most", self.api.resolver_limit());
            return Err(Fault::of_resolver(message, "ResolverCountLimitReached"));
        }
        let arguments = input::arguments(&self.api.schema, field, self.variables);
        let arguments = arguments.map_err(|message| Fault::of_resolver(message, "BadRequest"))?;
        self.resolve(plan, workers, call, arguments).boxed().await
    }

    /// Whether the caller may have a field: by the schema, and by IAM where it is one of the operation's root type.
    fn is_open(&self, type_name: &str, field: &str) -> bool {
        let is_open = self.api.access.allows(type_name, field, self.identity.mode);
        let is_root = type_name == self.operation.object_type().as_str();
        is_open && !(is_root && self.denied.contains(&field))
    }

    /// Whether the caller's policies allow nothing of the operation.
    pub(crate) fn is_denied_altogether(&self) -> bool {
        let mut fields = fields_of(self.operation, self.document).peekable();
        fields.peek().is_some() && fields.all(|field| self.denied.contains(&field))
    }

    /// Begins a subscription: its field is resolved, if it has a resolver. The field, and its arguments.
    ///
    /// # Errors
    /// If the caller may not have it, or its resolver refuses.
    pub(crate) async fn subscribe(&self) -> Result<(Name, Map<String, Value>), Fault> {
        let groups = self.groups(self.operation.object_type(), &[&self.operation.selection_set]);
        let Some(group) = groups.first() else {
            return Err(Fault::of_request("a subscription needs a field", None));
        };
        let field = group.fields[0];
        let path = Path::default().key(group.key);
        let call = Call { type_name: self.operation.object_type(), group, source: &Value::Null, path: &path };
        self.value(call).await?;
        let arguments = input::arguments(&self.api.schema, field, self.variables);
        let arguments = arguments.map_err(|message| Fault::of_request(message, None))?;
        Ok((field.name.clone(), arguments))
    }

    /// Makes an answer of a value, by its type; none where it is null and must not be.
    fn complete<'s>(
        &'s self,
        call: Call<'s>,
        ty: &'s Type,
        value: &'s Value,
        path: &'s Path,
    ) -> BoxFuture<'s, Option<Node>> {
        async move {
            let completed = match (value, ty) {
                (Value::Null, _) => Some(Node::NULL),
                (Value::Array(items), Type::List(item) | Type::NonNullList(item)) => {
                    self.list(call, item, items, path).await
                }
                (_, Type::List(_) | Type::NonNullList(_)) => {
                    Some(self.mismatch(path, "type mismatch error, expected type LIST"))
                }
                (_, Type::Named(name) | Type::NonNullNamed(name)) => {
                    self.named(call, name, value, path).await
                }
            };
            match completed {
                Some(node) if node.is_null() && ty.is_non_null() => {
                    self.forbidden_null(call.type_name, ty, path);
                    None
                }
                // What is below has said why.
                None if !ty.is_non_null() => Some(Node::NULL),
                completed => completed,
            }
        }
        .boxed()
    }

    async fn list(&self, call: Call<'_>, item: &Type, items: &[Value], path: &Path) -> Option<Node> {
        let paths: Vec<Path> = (0..items.len()).map(|index| path.index(index)).collect();
        let items = items.iter().zip(&paths).map(|(value, path)| self.complete(call, item, value, path));
        join_all(items).await.into_iter().collect::<Option<Vec<Node>>>().map(Node::List)
    }

    async fn named(&self, call: Call<'_>, name: &Name, value: &Value, path: &Path) -> Option<Node> {
        let schema: &Schema = &self.api.schema;
        let type_name = match schema.types.get(name) {
            Some(ExtendedType::Object(object)) => &object.name,
            Some(ExtendedType::Interface(_) | ExtendedType::Union(_)) => {
                let concrete = value["__typename"].as_str().and_then(|concrete| schema.get_object(concrete));
                match concrete.filter(|object| schema.is_subtype(name, &object.name)) {
                    Some(object) => &object.name,
                    None => {
                        return Some(self.mismatch(path, &format!("`__typename` names no type of '{name}'")));
                    }
                }
            }
            _ => return Some(self.leaf(name, value, path)),
        };
        if !value.is_object() {
            return Some(self.mismatch(path, "type mismatch error, expected type OBJECT"));
        }
        let sets: Vec<&SelectionSet> = call.group.fields.iter().map(|field| &field.selection_set).collect();
        self.object(type_name, value, &sets, path, false).await
    }

    fn leaf(&self, name: &Name, value: &Value, path: &Path) -> Node {
        match output::leaf(&self.api.schema, name, value) {
            Ok(value) => Node::Leaf(value),
            Err(why) => {
                self.gathered.fault(Fault::of_value(format!("Can't serialize value ({path}) : {why}"), path));
                Node::NULL
            }
        }
    }

    fn mismatch(&self, path: &Path, why: &str) -> Node {
        self.gathered.fault(Fault::of_value(format!("Can't resolve value ({path}) : {why}"), path));
        Node::NULL
    }

    fn forbidden_null(&self, parent: &Name, ty: &Type, path: &Path) {
        let named = ty.inner_named_type();
        let message =
            format!("Cannot return null for non-nullable type: '{named}' within parent '{parent}' ({path})");
        self.gathered.null(message, path);
    }

    pub(crate) fn location(&self, field: &Parsed<Field>) -> Option<Location> {
        Location::of(field.location(), &self.document.sources)
    }
}

/// The fields that an operation asks of its root type, but for introspection.
fn fields_of<'d>(
    operation: &'d Operation,
    document: &'d ExecutableDocument,
) -> impl Iterator<Item = &'d str> {
    operation.root_fields(document).map(|field| field.name.as_str()).filter(|name| !name.starts_with("__"))
}

/// Waits for each before the next is begun.
async fn one_by_one<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut outputs = Vec::new();
    for future in futures {
        outputs.push(future.await);
    }
    outputs
}
