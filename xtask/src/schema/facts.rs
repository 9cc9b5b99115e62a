//! The facts about a resource type while they are gathered.
//!
//! `stackwright-schema` has the same model for readers; this one is owned, and can change.

use std::collections::{BTreeMap, BTreeSet};

/// The properties of a resource type or of a definition, by name.
pub(super) type Properties = BTreeMap<String, PropertyFacts>;

#[derive(Default)]
pub(super) struct ResourceFacts {
    pub(super) name: String,
    pub(super) stateful: bool,
    pub(super) identifier: Vec<String>,
    /// The property and the form of its value.
    pub(super) tags: Option<(String, &'static str)>,
    pub(super) arn: Option<String>,
    /// What stands under `Properties`.
    pub(super) body: ObjectFacts,
    pub(super) attributes: BTreeMap<String, Form>,
    pub(super) definitions: BTreeMap<String, ObjectFacts>,
}

#[derive(Default)]
pub(super) struct ObjectFacts {
    pub(super) open: bool,
    pub(super) properties: Properties,
    /// Lines as they are written: `one-of A|B`.
    pub(super) combinations: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct PropertyFacts {
    pub(super) form: Form,
    pub(super) required: bool,
    pub(super) read_only: bool,
    pub(super) replacement: Replacement,
    pub(super) default: Option<String>,
    /// `AWS::IAM::Role.Arn`, ….
    pub(super) targets: Vec<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Replacement {
    #[default]
    Never,
    Sometimes,
    Always,
}

/// Least and greatest, as they are written.
pub(super) type Range = (Option<i64>, Option<i64>);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Text {
        range: Range,
        pattern: Option<String>,
        allowed: Vec<String>,
        any_case: bool,
    },
    Integer {
        range: Range,
        allowed: Vec<i64>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
    },
    Boolean,
    Json,
    List {
        items: Box<Form>,
        range: Range,
        unique: bool,
    },
    Map {
        values: Box<Form>,
        range: Range,
    },
    Object(String),
    OneOf(Vec<Form>),
    /// From a patch, in the words of the data files.
    Verbatim(String),
}

impl Form {
    pub(super) fn text() -> Self {
        Self::Text { range: (None, None), pattern: None, allowed: Vec::new(), any_case: false }
    }

    pub(super) fn integer() -> Self {
        Self::Integer { range: (None, None), allowed: Vec::new() }
    }

    pub(super) fn list(items: Self) -> Self {
        Self::List { items: Box::new(items), range: (None, None), unique: false }
    }

    pub(super) fn map(values: Self) -> Self {
        Self::Map { values: Box::new(values), range: (None, None) }
    }

    /// Any one of the forms; whatever may be JSON is nothing but JSON.
    pub(super) fn one_of(forms: Vec<Self>) -> Self {
        let mut distinct: Vec<Self> = Vec::new();
        for form in forms {
            if !distinct.contains(&form) {
                distinct.push(form);
            }
        }
        match distinct.len() {
            0 => Self::Json,
            1 => distinct.swap_remove(0),
            _ if distinct.contains(&Self::Json) => Self::Json,
            _ => Self::OneOf(distinct),
        }
    }

    /// The definitions that it names.
    fn objects(&self, found: &mut Vec<String>) {
        match self {
            Self::Object(name) => found.push(name.clone()),
            Self::List { items: inner, .. } | Self::Map { values: inner, .. } => inner.objects(found),
            Self::OneOf(forms) => forms.iter().for_each(|form| form.objects(found)),
            Self::Verbatim(text) => {
                found.extend(text.split_once("object ").map(|(_, name)| name.to_owned()));
            }
            _ => {}
        }
    }
}

impl PropertyFacts {
    pub(super) fn of(form: Form) -> Self {
        Self {
            form,
            required: false,
            read_only: false,
            replacement: Replacement::Never,
            default: None,
            targets: Vec::new(),
        }
    }
}

impl ResourceFacts {
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The object of this name; the type's own properties for `None`.
    pub(super) fn object_mut(&mut self, definition: Option<&str>) -> &mut ObjectFacts {
        match definition {
            None => &mut self.body,
            Some(name) => self.definitions.entry(name.to_owned()).or_default(),
        }
    }

    /// Leaves out definitions that no property leads to.
    pub(super) fn drop_unreachable(&mut self) {
        let mut reached = BTreeSet::new();
        let mut ahead = named_by(&self.body);
        while let Some(name) = ahead.pop() {
            if reached.insert(name.clone()) {
                ahead.extend(self.definitions.get(&name).map(named_by).unwrap_or_default());
            }
        }
        self.definitions.retain(|name, _| reached.contains(name));
    }

    /// Leaves out combinations that name what is no property: the sources misplace some by a level.
    pub(super) fn drop_misplaced_combinations(&mut self) {
        for object in self.definitions.values_mut().chain([&mut self.body]) {
            let ObjectFacts { properties, combinations, .. } = object;
            combinations
                .retain(|line| line.split([' ', '|']).skip(1).all(|name| properties.contains_key(name)));
        }
    }
}

fn named_by(object: &ObjectFacts) -> Vec<String> {
    let mut found = Vec::new();
    object.properties.values().for_each(|property| property.form.objects(&mut found));
    found
}
