//! [`Stack`]: a template evaluated so far, and what else is known of it.
//! Creates nothing: the services read what they are to be from here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Map, Value};
use stackwright_plan::{Created, Output, Planned};

use crate::place::Place;
use crate::problem::Problem;
use crate::properties::{Properties, Unfit};

/// A stack: evaluated as a whole, or up to a resource that something has to run for.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    pub(crate) place: Place,
    pub(crate) folder: PathBuf,
    pub(crate) declared_at: BTreeMap<String, String>,
    pub(crate) crates: BTreeMap<String, String>,
    pub(crate) resources: Vec<Planned>,
    pub(crate) outputs: Vec<Output>,
    /// The resources that stay when the stack loses them.
    pub(crate) retained: BTreeSet<String>,
    /// Those that stay when another takes their place.
    pub(crate) retained_when_replaced: BTreeSet<String>,
}

/// A resource of a stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) map: &'a Map<String, Value>,
    pub(crate) created: &'a Created,
    /// Whether another takes its place, under the same logical id.
    pub(crate) is_replaced: bool,
}

impl Stack {
    /// The name of the stack.
    pub(crate) fn name(&self) -> &str {
        &self.place.stack
    }

    /// All resources, in the order of their creation.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.resources.iter().map(|planned| Piece {
            stack: self,
            id: planned.resource.id.as_str(),
            kind: &planned.resource.kind,
            map: &planned.resource.properties,
            created: &planned.created,
            is_replaced: false,
        })
    }

    /// The resources of a type, such as `AWS::SQS::Queue`.
    pub(crate) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = Piece<'_>> {
        self.pieces().filter(move |piece| piece.kind == kind)
    }

    /// Goes through the resources of a type and gathers what is wrong with them.
    pub(crate) fn each<'a>(
        &'a self,
        kind: &'static str,
        problems: &mut Vec<Problem>,
        mut realise: impl FnMut(Piece<'a>) -> Result<(), String>,
    ) {
        for piece in self.of_kind(kind) {
            if let Err(message) = realise(piece) {
                problems.push(piece.problem(message));
            }
        }
    }

    /// What the stack that was here before has and this one has not, what was made last first.
    pub(crate) fn lost<'a>(&self, before: &'a Stack) -> Vec<Piece<'a>> {
        let kept: BTreeSet<_> = self.pieces().map(|piece| (piece.kind, piece.reference())).collect();
        let ids: BTreeSet<_> = self.pieces().map(|piece| piece.id).collect();
        let lost = before.pieces().filter(|piece| !kept.contains(&(piece.kind, piece.reference())));
        let mut lost: Vec<_> =
            lost.map(|piece| Piece { is_replaced: ids.contains(piece.id), ..piece }).collect();
        lost.reverse();
        lost
    }

    /// This stack while it takes the place of another, of which nothing is deleted yet.
    pub(crate) fn over(&self, before: &Stack) -> Stack {
        let lost = self.lost(before).into_iter().map(|piece| piece.id.to_owned()).collect::<BTreeSet<_>>();
        let stays = |planned: &&Planned| lost.contains(planned.resource.id.as_str());
        let mut both = self.clone();
        both.resources.extend(before.resources.iter().filter(stays).cloned());
        both
    }

    /// A problem with a resource of this stack.
    pub(crate) fn problem(&self, id: Option<&str>, message: impl Into<String>) -> Problem {
        Problem {
            stack: self.name().to_owned(),
            resource: id.map(str::to_owned),
            declared_at: id.and_then(|id| self.declared_at.get(id).cloned()),
            message: message.into(),
            hint: None,
        }
    }
}

impl<'a> Piece<'a> {
    /// Its properties.
    pub(crate) fn properties(&self) -> Properties<'a> {
        Properties::of(self.map)
    }

    /// What `Ref` gives.
    pub(crate) fn reference(&self) -> &'a str {
        &self.created.reference
    }

    /// An attribute that is a text; empty if it has none of that name.
    pub(crate) fn attribute(&self, name: &str) -> &'a str {
        self.created.attributes.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> &'a str {
        self.attribute("Arn")
    }

    /// `Stack/LogicalId`, as people know it.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.stack.name(), self.id)
    }

    /// `file:line` of its declaration.
    pub(crate) fn declared_at(&self) -> Option<String> {
        self.stack.declared_at.get(self.id).cloned()
    }

    /// Whether it stays when the stack loses it.
    pub(crate) fn is_retained(&self) -> bool {
        match self.is_replaced {
            true => self.stack.retained_when_replaced.contains(self.id),
            false => self.stack.retained.contains(self.id),
        }
    }

    /// Something that is wrong with it.
    pub(crate) fn problem(&self, message: impl Into<String>) -> Problem {
        self.stack.problem(Some(self.id), message)
    }

    /// A property with a policy, as it stands or as JSON in a text.
    pub(crate) fn document(&self, name: &str) -> Result<Value, Unfit> {
        match self.map.get(name) {
            Some(Value::String(text)) => {
                serde_json::from_str(text).map_err(|error| Unfit(format!("`{name}` is not JSON: {error}")))
            }
            Some(value) => Ok(value.clone()),
            None => Err(Unfit(format!("`{name}` is missing"))),
        }
    }
}
