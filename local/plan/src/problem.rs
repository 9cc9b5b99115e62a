//! [`Problem`]: one thing because of which a template cannot be evaluated, and where it stands.
//! It does not print, and does not know who wrote the template.

use std::fmt;

use stackwright_template::LogicalId;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {cause}")]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub cause: Cause,
    /// How to mend it, where that is known.
    pub hint: Option<String>,
}

/// A place in a template, such as `Resources.Queue.Properties.Tags[0].Value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The section: `Parameters`, `Conditions`, `Resources`, `Outputs` or `Transform`.
    pub section: &'static str,
    /// The entry of the section.
    pub entry: Option<LogicalId>,
    /// Where in the entry; empty for the entry as a whole.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.section)?;
        if let Some(entry) = self.entry {
            write!(f, ".{entry}")?;
        }
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        write!(f, "{separator}{}", self.path)
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// A macro that would have to run first.
    #[error("the transform `{0}` is not run here")]
    Transform(String),
    /// A value for a parameter that the template does not have.
    #[error("the template has no parameter `{0}`")]
    NoParameter(String),
    /// A parameter without value and default.
    #[error("the parameter `{0}` has no default and was given no value")]
    NoValue(LogicalId),
    /// A parameter's value that the template does not allow.
    #[error("{value} is not allowed: it must be {wanted}")]
    NotAllowed {
        /// The value, quoted; for a parameter with `NoEcho` only that there is one.
        value: String,
        /// What is allowed.
        wanted: String,
    },
    /// A parameter whose value is stored in Systems Manager, under a name that is not known here.
    #[error("nothing is stored under `{0}`")]
    NotStored(String),
    /// A name that nothing has.
    #[error("there is neither a resource nor a parameter `{0}`")]
    NoEntry(LogicalId),
    /// A name that no resource has.
    #[error("there is no resource `{0}`")]
    NoResource(LogicalId),
    /// A resource whose condition does not hold.
    #[error("`{resource}` is not there, since its condition `{condition}` does not hold")]
    NotThere {
        /// The resource.
        resource: LogicalId,
        /// Its condition.
        condition: LogicalId,
    },
    /// A reference to a resource where there are none yet: in a condition, or in the name of an export.
    #[error("`{0}` is a resource, and there are none yet when this is decided")]
    TooEarly(LogicalId),
    /// An attribute that the created resource does not have.
    #[error("`{resource}`, which is of type {kind}, has no attribute `{attribute}` here")]
    NoAttribute {
        /// The resource.
        resource: LogicalId,
        /// Its type.
        kind: String,
        /// The attribute.
        attribute: String,
    },
    /// A condition that is not declared.
    #[error("there is no condition `{0}`")]
    NoCondition(LogicalId),
    /// Something that is no condition where one belongs.
    #[error("this is not a condition")]
    NotACondition,
    /// Entries that wait for each other, the first of them once.
    #[error("{} for {}", waiting(.0), names(.0))]
    Cycle(Vec<LogicalId>),
    /// A function that is not answered here.
    #[error("`{0}` is not supported here")]
    Unsupported(String),
    /// A text that names a secret or a stored parameter, such as `{{resolve:ssm:name}}`.
    #[error("the dynamic reference `{0}` is not looked up here")]
    DynamicReference(String),
    /// `AWS::NoValue` where there must be a value.
    #[error("`AWS::NoValue` has no place here")]
    NoValueHere,
    /// A function with an argument of the wrong shape.
    #[error("`{function}` takes {wanted}")]
    Argument {
        /// The function, such as `Fn::Join`.
        function: &'static str,
        /// What it takes.
        wanted: String,
    },
    /// An output, or the name of an export, that is a list, a map or nothing.
    #[error("an output must be a text or a number")]
    NotAText,
    /// A key that a mapping does not have.
    #[error("there is no mapping `{0}`")]
    NoMapping(String),
    /// An export that no stack has.
    #[error("no stack exports `{0}`")]
    NoExport(String),
    /// What the creator said.
    #[error("{0}")]
    Refused(String),
}

fn waiting(cycle: &[LogicalId]) -> &'static str {
    if cycle.len() == 1 { "it waits" } else { "they wait" }
}

fn names(cycle: &[LogicalId]) -> String {
    match cycle {
        [only] => format!("itself: `{only}`"),
        _ => {
            let round = cycle.iter().chain(cycle.first()).map(|id| format!("`{id}`"));
            format!("each other: {}", round.collect::<Vec<_>>().join(" → "))
        }
    }
}
