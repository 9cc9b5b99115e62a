//! [`Evaluation`]: the values of one entry's expressions, and what they refer to.
//!
//! The same code looks ahead, when resources have no names yet, and answers, when they have: what cannot be known yet
//! is [`Answer::Open`], and so is what contains it. So all that is wrong for certain is told before anything is there.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use stackwright_template::{Expr, Fields, LogicalId};

use crate::facts::Facts;
use crate::nearest::{did_you_mean, one_of};
use crate::parameters::Given;
use crate::plan::Created;
use crate::problem::{Cause, Place, Problem};
use crate::surroundings::Surroundings;

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Value(Value),
    /// `AWS::NoValue`: what holds it is to be left out.
    NoValue,
    /// Not known: a resource is not created yet, or a problem has been told.
    Open,
}

impl From<Option<Value>> for Answer {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Open, Self::Value)
    }
}

/// Which resources can be seen.
#[derive(Clone, Copy)]
pub(crate) enum Sight<'a> {
    /// None: there are no resources yet.
    Nothing,
    /// Their names in the template, not what they will be.
    Names,
    /// What they are, as far as they are created.
    Created(&'a HashMap<LogicalId, Created>),
}

/// The evaluation of one entry of the template.
pub(crate) struct Evaluation<'a> {
    pub(crate) facts: &'a Facts<'a>,
    sight: Sight<'a>,
    place: Place,
    pub(crate) problems: Vec<Problem>,
    /// The resources referred to.
    pub(crate) references: BTreeSet<LogicalId>,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(
        facts: &'a Facts<'a>,
        sight: Sight<'a>,
        section: &'static str,
        entry: LogicalId,
    ) -> Self {
        let place = Place { section, entry: Some(entry), path: String::new() };
        Self { facts, sight, place, problems: Vec::new(), references: BTreeSet::new() }
    }

    /// Tells a problem at this place; gives no value.
    pub(crate) fn problem<T>(&mut self, cause: Cause, hint: Option<String>) -> Option<T> {
        self.problems.push(Problem { place: self.place.clone(), cause, hint });
        None
    }

    /// Whether this is an entry of `Conditions`, where no condition can be asked for but by `Condition`.
    pub(crate) fn decides_conditions(&self) -> bool {
        self.place.section == "Conditions"
    }

    /// Does something one step further in: a field, or an item such as `[0]`.
    pub(crate) fn inside<T>(&mut self, step: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.path.len();
        if length > 0 && !step.starts_with('[') {
            self.place.path.push('.');
        }
        self.place.path.push_str(step);
        let result = work(self);
        self.place.path.truncate(length);
        result
    }

    /// The same where nothing but a value will do.
    pub(crate) fn value(&mut self, expr: &Expr) -> Option<Value> {
        match self.answer(expr) {
            Answer::Value(value) => Some(value),
            Answer::Open => None,
            Answer::NoValue => {
                let hint = "it leaves out a whole property, or an item of a list";
                self.problem(Cause::NoValueHere, Some(hint.into()))
            }
        }
    }

    pub(crate) fn answer(&mut self, expr: &Expr) -> Answer {
        match expr {
            Expr::Null => Answer::Value(Value::Null),
            Expr::Bool(value) => Answer::Value(json!(value)),
            Expr::Integer(number) => Answer::Value(json!(number)),
            Expr::Float(number) => Answer::Value(json!(number)),
            Expr::Text(text) => self.literal(text).into(),
            Expr::List(items) => self.list(items).map(Value::Array).into(),
            Expr::Map(fields) => self.map(fields).map(Value::Object).into(),
            Expr::Ref(id) if id.as_str() == "AWS::NoValue" => Answer::NoValue,
            Expr::Ref(id) => self.named(*id, None).into(),
            Expr::GetAtt(id, attribute) => self.named(*id, Some(attribute)).into(),
            Expr::Sub(text, variables) => {
                self.inside("Fn::Sub", |this| this.substitute(text, variables)).into()
            }
            Expr::Call(function, argument) => self.call(function, argument),
        }
    }

    fn literal(&mut self, text: &str) -> Option<Value> {
        if text.contains("{{resolve:") {
            let hint = "take the value from a parameter of the template";
            return self.problem(Cause::DynamicReference(text.into()), Some(hint.into()));
        }
        Some(json!(text))
    }

    /// All items are looked at, also after one that is open.
    pub(crate) fn list(&mut self, items: &[Expr]) -> Option<Vec<Value>> {
        let mut values = Some(Vec::with_capacity(items.len()));
        for (index, item) in items.iter().enumerate() {
            match self.inside(&format!("[{index}]"), |this| this.answer(item)) {
                Answer::Value(value) => values.iter_mut().for_each(|values| values.push(value.clone())),
                Answer::NoValue => {}
                Answer::Open => values = None,
            }
        }
        values
    }

    /// All fields are looked at, also after one that is open.
    pub(crate) fn map(&mut self, fields: &Fields) -> Option<Map<String, Value>> {
        let mut values = Some(Map::new());
        for (key, field) in fields {
            let answer = self.inside(key, |this| match key.starts_with("Fn::") {
                true => this.problem(Cause::Unsupported(key.clone().into_owned()), None).into(),
                false => this.answer(field),
            });
            match (answer, &mut values) {
                (Answer::Value(value), Some(values)) => {
                    values.insert(key.clone().into_owned(), value);
                }
                (Answer::Open, _) => values = None,
                (Answer::NoValue | Answer::Value(_), _) => {}
            }
        }
        values
    }

    /// `Ref` and `Fn::GetAtt`.
    pub(crate) fn named(&mut self, id: LogicalId, attribute: Option<&str>) -> Option<Value> {
        if attribute.is_none() {
            if let Some(value) = self.facts.surroundings.pseudo_parameter(id.as_str()) {
                return Some(value);
            }
            match self.facts.parameters.get(&id) {
                Some(Given::Value(value)) => return Some(value.clone()),
                Some(Given::NotStored(name)) => return self.not_stored(name.clone()),
                Some(Given::Wrong) => return None,
                None => {}
            }
        }
        self.resource(id, attribute)
    }

    fn not_stored(&mut self, name: String) -> Option<Value> {
        let hint = format!("give the surroundings a stored value for `{name}`");
        self.problem(Cause::NotStored(name), Some(hint))
    }

    fn resource(&mut self, id: LogicalId, attribute: Option<&str>) -> Option<Value> {
        let Some(resource) = self.facts.resources.get(&id) else {
            return self.nothing_called(id, attribute);
        };
        if let Some(condition) = resource.condition.filter(|_| !self.facts.holds(resource.condition)) {
            let hint = format!("refer to it inside `!If [{condition}, …]`");
            return self.problem(Cause::NotThere { resource: id, condition }, Some(hint));
        }
        self.references.insert(id);
        let created = match self.sight {
            Sight::Nothing => return self.problem(Cause::TooEarly(id), None),
            Sight::Names => return None,
            Sight::Created(created) => created.get(&id)?,
        };
        match attribute {
            None => Some(json!(created.reference)),
            Some(attribute) => match created.attributes.get(attribute) {
                Some(value) => Some(value.clone()),
                None => {
                    let hint = one_of(attribute, created.attributes.keys().map(String::as_str));
                    let (kind, attribute) = (resource.kind.clone(), attribute.to_owned());
                    self.problem(Cause::NoAttribute { resource: id, kind, attribute }, hint)
                }
            },
        }
    }

    fn nothing_called(&mut self, id: LogicalId, attribute: Option<&str>) -> Option<Value> {
        let resources = self.facts.resources.keys().copied();
        let parameters = self.facts.parameters.keys().copied().filter(|_| attribute.is_none());
        let pseudo = Surroundings::PSEUDO_PARAMETERS.into_iter().filter(|_| attribute.is_none());
        let mut names: Vec<_> = resources.chain(parameters).map(LogicalId::as_str).chain(pseudo).collect();
        names.sort_unstable();
        let hint = did_you_mean(id.as_str(), names);
        let cause = if attribute.is_some() { Cause::NoResource(id) } else { Cause::NoEntry(id) };
        self.problem(cause, hint)
    }

    /// `Fn::Sub`: every `${…}` replaced; `${!Name}` stays as `${Name}`.
    fn substitute(&mut self, text: &str, variables: &Fields) -> Option<Value> {
        let variables: HashMap<&str, Option<Value>> = variables
            .iter()
            .map(|(name, expr)| (name.as_ref(), self.inside(name, |this| this.value(expr))))
            .collect();
        let mut pieces = text.split("${");
        let mut result = pieces.next().map(str::to_owned);
        for piece in pieces {
            let value = match piece.split_once('}') {
                None => Some(format!("${{{piece}")),
                Some((name, rest)) => match name.strip_prefix('!') {
                    Some(literal) => Some(format!("${{{literal}}}{rest}")),
                    None => self.placeholder(name.trim(), &variables).map(|value| value + rest),
                },
            };
            result = result.zip(value).map(|(result, value)| result + &value);
        }
        self.literal(&result?)
    }

    fn placeholder(&mut self, name: &str, variables: &HashMap<&str, Option<Value>>) -> Option<String> {
        let value = match (variables.get(name), name.split_once('.')) {
            (Some(value), _) => value.clone(),
            (None, Some((id, attribute))) => self.named(LogicalId::new(id), Some(attribute)),
            (None, None) => self.named(LogicalId::new(name), None),
        }?;
        text(&value).or_else(|| {
            let wanted = format!("texts and numbers; `{name}` is neither");
            self.problem(Cause::Argument { function: "Fn::Sub", wanted }, None)
        })
    }
}

/// A value as it is written into a text; lists, maps and null are not.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
