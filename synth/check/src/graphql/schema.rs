//! [`Schema`]: the types of a GraphQL schema, each name with the byte at which it stands.
//!
//! Nothing in it is resolved: a type may name another that does not exist.

/// All that a schema defines.
#[derive(Debug, Default)]
pub(crate) struct Schema<'s> {
    pub(crate) types: Vec<Type<'s>>,
    /// What `schema { … }` names: `query`, `mutation` or `subscription`, and a type.
    pub(crate) roots: Vec<(&'s str, TypeUse<'s>)>,
    /// The directives it declares.
    pub(crate) directives: Vec<&'s str>,
}

/// One type, or an extension of one.
#[derive(Debug)]
pub(crate) struct Type<'s> {
    pub(crate) kind: TypeKind,
    pub(crate) name: &'s str,
    pub(crate) at: usize,
    /// Whether it only adds to a type.
    pub(crate) extends: bool,
    /// The interfaces of an object, the members of a union.
    pub(crate) uses: Vec<TypeUse<'s>>,
    /// The fields of an object, an interface or an input.
    pub(crate) fields: Vec<Field<'s>>,
    pub(crate) directives: Vec<Directive<'s>>,
}

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeKind {
    Object,
    Interface,
    Input,
    Union,
    Enum,
    Scalar,
}

/// A field, or an argument of one.
#[derive(Debug)]
pub(crate) struct Field<'s> {
    pub(crate) name: &'s str,
    pub(crate) at: usize,
    pub(crate) arguments: Vec<Field<'s>>,
    pub(crate) of: TypeUse<'s>,
    pub(crate) directives: Vec<Directive<'s>>,
}

/// A type where it is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeUse<'s> {
    pub(crate) name: &'s str,
    pub(crate) at: usize,
    /// How many lists are around it.
    pub(crate) lists: usize,
}

/// `@name(argument: value)`.
#[derive(Debug)]
pub(crate) struct Directive<'s> {
    pub(crate) name: &'s str,
    pub(crate) at: usize,
    pub(crate) arguments: Vec<(&'s str, Value<'s>)>,
}

/// The value of an argument, as far as anything depends on it.
#[derive(Debug)]
pub(crate) enum Value<'s> {
    /// A text, without its quotes, and where it stands.
    Text(&'s str, usize),
    List(Vec<Value<'s>>),
    Other,
}

impl<'s> Schema<'s> {
    /// The name of the root type for `query`, `mutation` or `subscription`.
    pub(crate) fn root(&self, operation: &str) -> Option<&'s str> {
        if self.roots.is_empty() {
            return match operation {
                "query" => Some("Query"),
                "mutation" => Some("Mutation"),
                _ => Some("Subscription"),
            };
        }
        self.roots.iter().find(|(name, _)| *name == operation).map(|(_, of)| of.name)
    }

    /// The definitions of that name: one, and its extensions.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Type<'s>> {
        self.types.iter().filter(move |it| it.name == name)
    }

    /// The fields of that type, those of its extensions too.
    pub(crate) fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field<'s>> {
        self.named(name).flat_map(|it| &it.fields)
    }

    /// The fields of a root type.
    pub(crate) fn root_fields(&self, operation: &str) -> Vec<&Field<'s>> {
        self.root(operation).map_or_else(Vec::new, |name| self.fields(name).collect())
    }
}
