//! [`Resource`]: an L1, one CloudFormation resource; [`Declared`]: an L1 with attributes beside its properties.
//!
//! The types themselves are generated in `stackwright-cfn`; [`RawResource`] stands for those it has not.

use stackwright_template::{DeletionPolicy, Expr, Fields, LogicalId};

use crate::construct::Construct;
use crate::entries::ConditionHandle;
use crate::props::Props;
use crate::scope::Scope;
use crate::value::Value;

/// One CloudFormation resource type, with the properties set so far.
pub trait Resource: Sized {
    /// `AWS::DynamoDB::Table`.
    const TYPE: &'static str;
    /// Whether it holds data that is lost with it. Such resources are kept when they leave the stack.
    const STATEFUL: bool;
    /// What refers to it once it is declared.
    type Handle: From<LogicalId> + Copy;

    /// Its type, [`Self::TYPE`] for all but [`RawResource`].
    fn kind(&self) -> String {
        Self::TYPE.into()
    }
    /// Its properties, to change them.
    fn props_mut(&mut self) -> &mut Props;
    /// Its properties.
    fn into_props(self) -> Props;

    /// Sets a property that no setter knows yet, or to a value that the setter's type refuses.
    #[must_use]
    fn raw(mut self, name: &'static str, value: impl Into<Expr>) -> Self {
        self.props_mut().set(name, value.into());
        self
    }

    /// Declares that `id` must exist first, beyond what the properties refer to.
    #[must_use]
    fn after(self, id: impl Into<LogicalId>) -> Declared<Self> {
        Declared::from(self).after(id)
    }

    /// What happens when it leaves the stack or is replaced; stateful resources are kept unless this says otherwise.
    #[must_use]
    fn on_removal(self, policy: DeletionPolicy) -> Declared<Self> {
        Declared::from(self).on_removal(policy)
    }

    /// Declares that it exists only if the condition holds.
    #[must_use]
    fn only_if(self, condition: ConditionHandle) -> Declared<Self> {
        Declared::from(self).only_if(condition)
    }

    /// Adds an entry to its `Metadata`.
    #[must_use]
    fn metadata(self, key: &'static str, value: impl Into<Expr>) -> Declared<Self> {
        Declared::from(self).metadata(key, value)
    }
}

/// An L1 with `DependsOn`, `DeletionPolicy`, `Condition`, `Metadata` and the like.
#[derive(Clone, Debug)]
pub struct Declared<R> {
    /// The resource.
    pub resource: R,
    /// What must exist first.
    pub depends_on: Vec<LogicalId>,
    /// `None`: synthesis keeps it if its type is stateful, except when its creation is rolled back.
    pub removal: Option<DeletionPolicy>,
    /// The condition under which it exists.
    pub condition: Option<ConditionHandle>,
    /// Its `Metadata`.
    pub metadata: Fields,
    /// `CreationPolicy`, as it is.
    pub creation_policy: Option<Expr>,
    /// `UpdatePolicy`, as it is.
    pub update_policy: Option<Expr>,
}

impl<R> From<R> for Declared<R> {
    fn from(resource: R) -> Self {
        Self {
            resource,
            depends_on: Vec::new(),
            removal: None,
            condition: None,
            metadata: Vec::new(),
            creation_policy: None,
            update_policy: None,
        }
    }
}

impl<R> Declared<R> {
    /// Declares that `id` must exist first.
    #[must_use]
    pub fn after(mut self, id: impl Into<LogicalId>) -> Self {
        self.depends_on.push(id.into());
        self
    }

    /// Declares that all of these must exist first.
    #[must_use]
    pub fn after_all(mut self, ids: impl IntoIterator<Item = LogicalId>) -> Self {
        self.depends_on.extend(ids);
        self
    }

    /// What happens when it leaves the stack or is replaced.
    #[must_use]
    pub fn on_removal(mut self, policy: DeletionPolicy) -> Self {
        self.removal = Some(policy);
        self
    }

    /// Declares that it exists only if the condition holds.
    #[must_use]
    pub fn only_if(mut self, condition: ConditionHandle) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Adds an entry to its `Metadata`.
    #[must_use]
    pub fn metadata(mut self, key: &'static str, value: impl Into<Expr>) -> Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    /// Sets its `CreationPolicy`.
    #[must_use]
    pub fn creation_policy(mut self, policy: Expr) -> Self {
        self.creation_policy = Some(policy);
        self
    }

    /// Sets its `UpdatePolicy`.
    #[must_use]
    pub fn update_policy(mut self, policy: Expr) -> Self {
        self.update_policy = Some(policy);
        self
    }
}

impl<R: Resource> Construct for Declared<R> {
    type Handle = R::Handle;

    fn declare(self, scope: &mut Scope<'_>) -> R::Handle {
        scope.declare::<R>(self)
    }
}

/// A resource of a type that has no struct, or whose feature is not enabled. The schemas check it all the same.
///
/// ```
/// use stackwright_core::{Expr, RawResource, Resource};
/// let topic = RawResource::new("AWS::SNS::Topic").raw("TopicName", "alerts");
/// ```
#[derive(Clone, Debug)]
pub struct RawResource {
    kind: String,
    props: Props,
}

impl RawResource {
    /// A resource of that type, without properties.
    #[must_use]
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), props: Props::new() }
    }
}

impl Resource for RawResource {
    const TYPE: &'static str = "";
    const STATEFUL: bool = false;
    type Handle = RawHandle;

    fn kind(&self) -> String {
        self.kind.clone()
    }

    fn props_mut(&mut self) -> &mut Props {
        &mut self.props
    }

    fn into_props(self) -> Props {
        self.props
    }
}

impl Construct for RawResource {
    type Handle = RawHandle;

    fn declare(self, scope: &mut Scope<'_>) -> RawHandle {
        scope.declare(self)
    }
}

/// Refers to a [`RawResource`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawHandle(LogicalId);

impl RawHandle {
    /// `Ref`: what it is depends on the type.
    #[must_use]
    pub fn reference(self) -> Value<String> {
        Value::from_expr(Expr::Ref(self.0))
    }

    /// `Fn::GetAtt`, taking the caller's word that the attribute is a `T`.
    #[must_use]
    pub fn attribute<T>(self, name: &'static str) -> Value<T> {
        Value::from_expr(Expr::GetAtt(self.0, name.into()))
    }
}

impl From<LogicalId> for RawHandle {
    fn from(id: LogicalId) -> Self {
        Self(id)
    }
}

impl From<RawHandle> for LogicalId {
    fn from(handle: RawHandle) -> Self {
        handle.0
    }
}
