//! What is known about a resource type: its properties, their shapes, what `Fn::GetAtt` gives.
//!
//! Facts only. It judges no template: `stackwright-check` walks these tables, `stackwright-cfn` writes Rust from them.

/// A CloudFormation resource type, such as `AWS::DynamoDB::Table`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceType {
    /// The full name, `AWS::DynamoDB::Table`.
    pub name: &'static str,
    /// Whether deleting the resource loses data: a table, a bucket, a user pool.
    pub stateful: bool,
    /// The properties that identify the resource, which is what `Ref` usually gives.
    pub identifier: Vec<&'static str>,
    /// The property that carries tags, where the type has one.
    pub tags: Option<Tags>,
    /// The pattern of the resource's ARN, with `${Region}`-like holes.
    pub arn: Option<&'static str>,
    /// Whether properties that are not listed are accepted too.
    pub open: bool,
    /// What stands under `Properties`, by name.
    pub properties: Vec<Property>,
    /// Which of the properties must, or must not, stand together.
    pub combinations: Vec<Combination>,
    /// What `Fn::GetAtt` gives, by name.
    pub attributes: Vec<Attribute>,
    /// The objects that the properties are made of, by name.
    pub definitions: Vec<Definition>,
}

/// An object that properties of one resource type are made of, such as `KeySchema`.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The name, unique inside its resource type.
    pub name: &'static str,
    /// Whether keys that are not listed are accepted too.
    pub open: bool,
    /// The keys of the object, by name.
    pub properties: Vec<Property>,
    /// Which of the keys must, or must not, stand together.
    pub combinations: Vec<Combination>,
}

/// A property of a resource type, or a key of one of its objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// CloudFormation's name, `BillingMode`.
    pub name: &'static str,
    /// What a value must look like.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What a change does to a resource that exists.
    pub replacement: Replacement,
    /// Set by the service: a template must not write it.
    pub read_only: bool,
    /// What holds when it is left out.
    pub default: Option<&'static str>,
    /// The resource attributes that it takes, when it points at another resource.
    pub targets: Vec<Target>,
}

/// Whether a change replaces the resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// It is updated in place.
    #[default]
    Never,
    /// It depends on the change.
    Sometimes,
    /// A new resource takes the place of the old one.
    Always,
}

/// Where a property points: `Arn` of `AWS::IAM::Role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The type pointed at.
    pub resource_type: &'static str,
    /// Its property or attribute.
    pub attribute: &'static str,
}

/// How a type is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tags {
    /// The property, mostly `Tags`.
    pub property: &'static str,
    /// The form of its value.
    pub form: TagForm,
}

/// The form of a tags property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagForm {
    /// A list of `Key`, `Value`.
    List,
    /// A list of `Key`, `Value`, `PropagateAtLaunch`.
    AutoScaling,
    /// A map of names to values.
    Map,
}

/// What `Fn::GetAtt` gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name as `Fn::GetAtt` takes it, `Endpoint.Address`.
    pub name: &'static str,
    /// What comes back.
    pub shape: Shape,
}

/// What a value must look like. Bounds are inclusive.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Text; timestamps too.
    String(Text),
    /// A whole number.
    Integer {
        /// The least value.
        min: Option<i64>,
        /// The greatest value.
        max: Option<i64>,
        /// All allowed values; empty: any.
        allowed: Vec<i64>,
    },
    /// A number.
    Number {
        /// The least value.
        min: Option<f64>,
        /// The greatest value.
        max: Option<f64>,
    },
    /// `true` or `false`.
    Boolean,
    /// Anything: a policy document, an OpenAPI body. A string that holds JSON is accepted as well.
    Json,
    /// A list.
    List {
        /// What each element looks like.
        items: Box<Shape>,
        /// The least number of elements.
        min: Option<u64>,
        /// The greatest number of elements.
        max: Option<u64>,
        /// Whether an element may stand only once.
        unique: bool,
    },
    /// A map from names of the user's choice.
    Map {
        /// What each value looks like.
        values: Box<Shape>,
        /// The least number of entries.
        min: Option<u64>,
        /// The greatest number of entries.
        max: Option<u64>,
    },
    /// An object with the keys of the [`Definition`] of this name.
    Object(&'static str),
    /// Any one of these.
    OneOf(Vec<Shape>),
}

/// What a string must look like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The least length, in characters.
    pub min: Option<u64>,
    /// The greatest length, in characters.
    pub max: Option<u64>,
    /// A regular expression in the dialect of ECMAScript; it need not be anchored.
    pub pattern: Option<&'static str>,
    /// All allowed values; empty: any.
    pub allowed: Vec<&'static str>,
    /// Whether the allowed values are compared without regard to case.
    pub any_case: bool,
}

/// Which properties must, or must not, stand together.
#[derive(Clone, Debug, PartialEq)]
pub enum Combination {
    /// At least one of the groups is there in full.
    AnyOf(Vec<Vec<&'static str>>),
    /// Exactly one of the groups is there in full.
    OneOf(Vec<Vec<&'static str>>),
    /// Where `property` is, the others must be.
    Requires {
        /// The property that asks.
        property: &'static str,
        /// What it asks for.
        others: Vec<&'static str>,
    },
    /// Where `property` is, the others must not be.
    Excludes {
        /// The property that shuts out.
        property: &'static str,
        /// What it shuts out.
        others: Vec<&'static str>,
    },
}

impl ResourceType {
    /// The property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }

    /// The attribute of this name, as `Fn::GetAtt` takes it.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        let at = self.attributes.binary_search_by(|each| each.name.cmp(name)).ok()?;
        self.attributes.get(at)
    }

    /// The definition of this name.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&Definition> {
        let at = self.definitions.binary_search_by(|each| each.name.cmp(name)).ok()?;
        self.definitions.get(at)
    }

    /// The service part of the name: `DynamoDB` of `AWS::DynamoDB::Table`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.name.split("::").nth(1).unwrap_or(self.name)
    }

    /// The last part of the name: `Table` of `AWS::DynamoDB::Table`.
    #[must_use]
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit("::").next().unwrap_or(self.name)
    }
}

impl Definition {
    /// The property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }
}

fn find<'a>(properties: &'a [Property], name: &str) -> Option<&'a Property> {
    let at = properties.binary_search_by(|each| each.name.cmp(name)).ok()?;
    properties.get(at)
}
