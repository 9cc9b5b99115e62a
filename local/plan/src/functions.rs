//! The functions of a template, each from its argument.
//! `Ref`, `Fn::GetAtt` and `Fn::Sub` are expressions of their own: those are in `evaluation`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stackwright_template::{Expr, LogicalId};

use crate::evaluation::{Answer, Evaluation, text};
use crate::nearest::one_of;
use crate::problem::Cause;
use crate::surroundings::Surroundings;

impl Evaluation<'_> {
    /// Any function that has no variant of [`Expr`] of its own.
    pub(crate) fn call(&mut self, function: &str, argument: &Expr) -> Answer {
        match function {
            // Outside of `Conditions` a map with this one key is a map.
            "Condition" => return self.value(argument).map(|value| json!({ "Condition": value })).into(),
            "Ref" => return self.wrong("Ref", "a name").into(),
            "If" if self.decides_conditions() => {}
            "If" => return self.inside("Fn::If", |this| this.either(argument)),
            _ => {}
        }
        self.inside(&format!("Fn::{function}"), |this| match function {
            "Base64" => this.base64(argument),
            "FindInMap" => this.find_in_map(argument),
            "GetAtt" => this.get_att(argument),
            "GetAZs" => this.zones(argument),
            "ImportValue" => this.import(argument),
            "Join" => this.join(argument),
            "Length" => this.length(argument),
            "Select" => this.select(argument),
            "Split" => this.split(argument),
            "ToJsonString" => this.value(argument).map(|value| json!(value.to_string())),
            _ => this.unsupported(function),
        })
        .into()
    }

    fn unsupported(&mut self, function: &str) -> Option<Value> {
        let hint = match function {
            "And" | "Equals" | "Not" | "Or" => Some("write it under `Conditions`, and `Fn::If` here".into()),
            _ => None,
        };
        self.problem(Cause::Unsupported(format!("Fn::{function}")), hint)
    }

    fn wrong<T>(&mut self, function: &'static str, wanted: &str) -> Option<T> {
        self.problem(Cause::Argument { function, wanted: wanted.into() }, None)
    }

    /// The value of an argument that must be a text or a number.
    fn text(&mut self, expr: &Expr, function: &'static str, wanted: &str) -> Option<String> {
        let value = self.value(expr)?;
        text(&value).or_else(|| self.wrong(function, wanted))
    }

    /// The value of an argument that must be a list.
    fn items(&mut self, expr: &Expr, function: &'static str, wanted: &str) -> Option<Vec<Value>> {
        match self.value(expr)? {
            Value::Array(items) => Some(items),
            _ => self.wrong(function, wanted),
        }
    }

    fn either(&mut self, argument: &Expr) -> Answer {
        let Some([Expr::Text(name), then, otherwise]) = argument.as_list() else {
            return self.wrong("Fn::If", "the name of a condition and two values").into();
        };
        let id = LogicalId::new(name);
        match self.facts.conditions.get(&id) {
            Some(true) => self.inside("[1]", |this| this.answer(then)),
            Some(false) => self.inside("[2]", |this| this.answer(otherwise)),
            None if self.facts.template.conditions.get(id).is_some() => Answer::Open,
            None => {
                let names = self.facts.template.conditions.ids().map(LogicalId::as_str);
                self.problem(Cause::NoCondition(id), one_of(name, names)).into()
            }
        }
    }

    fn join(&mut self, argument: &Expr) -> Option<Value> {
        const WANTED: &str = "a delimiter, and a list of texts and numbers";
        let Some([Expr::Text(delimiter), items]) = argument.as_list() else {
            return self.wrong("Fn::Join", WANTED);
        };
        let items = self.inside("[1]", |this| this.items(items, "Fn::Join", WANTED))?;
        match items.iter().map(text).collect::<Option<Vec<_>>>() {
            Some(texts) => Some(json!(texts.join(delimiter))),
            None => self.wrong("Fn::Join", WANTED),
        }
    }

    fn split(&mut self, argument: &Expr) -> Option<Value> {
        const WANTED: &str = "a delimiter that is not empty, and a text";
        match argument.as_list() {
            Some([Expr::Text(delimiter), source]) if !delimiter.is_empty() => {
                let source = self.inside("[1]", |this| this.text(source, "Fn::Split", WANTED))?;
                Some(source.split(delimiter.as_ref()).collect())
            }
            _ => self.wrong("Fn::Split", WANTED),
        }
    }

    fn select(&mut self, argument: &Expr) -> Option<Value> {
        const WANTED: &str = "an index and a list";
        let Some([index, items]) = argument.as_list() else {
            return self.wrong("Fn::Select", WANTED);
        };
        let index = self.inside("[0]", |this| this.text(index, "Fn::Select", WANTED));
        let items = self.inside("[1]", |this| this.items(items, "Fn::Select", WANTED));
        let (index, items) = (index?, items?);
        match index.parse::<usize>().ok().and_then(|index| items.get(index)) {
            Some(item) => Some(item.clone()),
            None => self.wrong("Fn::Select", &format!("an index below {}, not {index}", items.len())),
        }
    }

    fn base64(&mut self, argument: &Expr) -> Option<Value> {
        self.text(argument, "Fn::Base64", "a text").map(|text| json!(STANDARD.encode(text)))
    }

    fn length(&mut self, argument: &Expr) -> Option<Value> {
        self.items(argument, "Fn::Length", "a list").map(|items| json!(items.len()))
    }

    fn zones(&mut self, argument: &Expr) -> Option<Value> {
        let region = self.text(argument, "Fn::GetAZs", "a region, or an empty text for this one")?;
        Some(Surroundings::zones(if region.is_empty() { &self.facts.surroundings.region } else { &region }))
    }

    fn import(&mut self, argument: &Expr) -> Option<Value> {
        let name = self.text(argument, "Fn::ImportValue", "the name of an export")?;
        let exports = &self.facts.surroundings.exports;
        match exports.get(&name) {
            Some(value) => Some(json!(value)),
            None => {
                let hint = one_of(&name, exports.keys().map(String::as_str));
                self.problem(Cause::NoExport(name), hint)
            }
        }
    }

    /// With an attribute that is itself an expression; all others are an [`Expr::GetAtt`].
    fn get_att(&mut self, argument: &Expr) -> Option<Value> {
        const WANTED: &str = "a resource and an attribute";
        let Some([Expr::Text(id), attribute]) = argument.as_list() else {
            return self.wrong("Fn::GetAtt", WANTED);
        };
        let attribute = self.text(attribute, "Fn::GetAtt", WANTED)?;
        self.named(LogicalId::new(id), Some(&attribute))
    }

    fn find_in_map(&mut self, argument: &Expr) -> Option<Value> {
        const WANTED: &str = "a mapping, a key, a second key, and perhaps a map with `DefaultValue`";
        let Some([mapping, top, second, more @ ..]) = argument.as_list() else {
            return self.wrong("Fn::FindInMap", WANTED);
        };
        let keys = [mapping, top, second].map(|key| self.text(key, "Fn::FindInMap", WANTED));
        let [Some(mapping), Some(top), Some(second)] = keys else { return None };
        let found = self.facts.template.mappings.get(LogicalId::new(&mapping));
        let found = found.and_then(|mapping| mapping.field(&top)).and_then(|row| row.field(&second));
        let default = more.first().and_then(|options| options.field("DefaultValue"));
        match found.or(default) {
            Some(value) if found.is_some() && has_function(value) => {
                self.wrong("Fn::FindInMap", "what a mapping holds as it is: there it has a function")
            }
            Some(value) => self.value(value),
            None => self.problem(Cause::NoMapping(format!("{mapping}.{top}.{second}")), None),
        }
    }
}

fn has_function(expr: &Expr) -> bool {
    expr.is_intrinsic() || expr.children().any(has_function)
}
