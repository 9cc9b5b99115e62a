//! The intrinsic functions themselves: whether they exist and take what they are given.
//!
//! What they refer to is the concern of `graph`, what they stand for that of `schema`.
//!
//! Source: [intrinsic function reference](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).

use stackwright_template::{Expr, Fields};

use crate::finding::{Entry, EntryKind, Finding};
use crate::index::Index;
use crate::nearest::nearest;
use crate::place::Place;

/// All functions but those that only rules and `AWS::LanguageExtensions` know.
const FUNCTIONS: [&str; 18] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "Transform",
];

/// Every function that CloudFormation would not evaluate.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let template = index.template;
    for (id, condition) in template.conditions.iter() {
        let mut calls = Calls { entry: EntryKind::Condition.entry(id), expands: index.expands, findings };
        calls.expr(condition, &Place::Start(""));
    }
    for (id, resource) in template.resources.iter() {
        let mut calls = Calls { entry: EntryKind::Resource.entry(id), expands: index.expands, findings };
        calls.fields(&resource.properties, &Place::Start("Properties"));
        calls.fields(&resource.metadata, &Place::Start("Metadata"));
    }
    for (id, output) in template.outputs.iter() {
        let mut calls = Calls { entry: EntryKind::Output.entry(id), expands: index.expands, findings };
        calls.expr(&output.value, &Place::Start("Value"));
        output.export.iter().for_each(|name| calls.expr(name, &Place::Start("Export.Name")));
    }
}

struct Calls<'f> {
    entry: Entry,
    expands: bool,
    findings: &'f mut Vec<Finding>,
}

impl Calls<'_> {
    fn fields(&mut self, fields: &Fields, place: &Place<'_>) {
        fields.iter().for_each(|(key, value)| self.expr(value, &place.field(key)));
    }

    fn expr(&mut self, expr: &Expr, place: &Place<'_>) {
        match expr {
            Expr::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.expr(item, &place.item(at)));
            }
            Expr::Map(fields) => {
                self.misplaced(fields, place);
                self.fields(fields, place);
            }
            Expr::Null => {
                let message = format!("`{}` is null, which CloudFormation refuses", place.name());
                let finding = self.entry.finding(place, message);
                self.findings.push(finding.hint("leave it out, or write `!Ref AWS::NoValue`"));
            }
            Expr::Sub(_, variables) => self.fields(variables, place),
            Expr::Call(function, argument) => {
                self.call(function, argument, place);
                argument.children().for_each(|inner| self.expr(inner, place));
            }
            _ => {}
        }
    }

    /// A function in its long form stands alone in its map.
    fn misplaced(&mut self, fields: &Fields, place: &Place<'_>) {
        let Some((key, _)) = fields.iter().find(|(key, _)| key.starts_with("Fn::")) else { return };
        if self.expands {
            return;
        }
        let message = match fields.len() {
            1 => format!("`{key}` is not given what it takes"),
            _ => format!("`{key}` has other keys beside it"),
        };
        let hint = "a function is a map of one key, its name, with its arguments";
        self.findings.push(self.entry.finding(place, message).hint(hint));
    }

    fn call(&mut self, function: &str, argument: &Expr, place: &Place<'_>) {
        // With a macro there may be other functions, and other forms of these.
        if self.expands {
            return;
        }
        if !FUNCTIONS.contains(&function) {
            let message = format!("CloudFormation has no function `{function}`");
            let hint = nearest(function, FUNCTIONS).map(|name| format!("did you mean `!{name}`?"));
            self.findings.push(self.entry.finding(place, message).maybe_hint(hint));
        } else if let Some(wanted) = misused(function, argument) {
            self.findings.push(self.entry.finding(place, format!("`!{function}` takes {wanted}")));
        }
    }
}

/// What the function takes, if it is given something else.
fn misused(function: &str, argument: &Expr) -> Option<&'static str> {
    let items = argument.as_list();
    let count = items.map_or(0, <[Expr]>::len);
    let (fits, wanted) = match function {
        "If" => (
            items.is_some_and(|items| items.len() == 3 && items[0].as_text().is_some()),
            "three arguments: the name of a condition, the value if it holds, the value if not",
        ),
        "Join" => (
            items
                .is_some_and(|items| items.len() == 2 && items[0].as_text().is_some() && listlike(&items[1])),
            "two arguments: a separator and a list",
        ),
        "Split" => (
            items
                .is_some_and(|items| items.len() == 2 && items[0].as_text().is_some_and(|by| !by.is_empty())),
            "two arguments: a separator and a text",
        ),
        "Select" => (count == 2, "two arguments: an index and a list"),
        "FindInMap" => (count == 3, "three arguments: a mapping, its key, and the key below that"),
        "Equals" => (count == 2, "two arguments: the values to compare"),
        "Not" => (count == 1, "one condition, in a list"),
        "And" | "Or" => ((2..=10).contains(&count), "two to ten conditions"),
        "Cidr" => ((2..=3).contains(&count), "an address block, a count and the bits of each part"),
        "GetAtt" => (count == 2, "the id of a resource and the name of an attribute"),
        _ => (true, ""),
    };
    (!fits).then_some(wanted)
}

fn listlike(expr: &Expr) -> bool {
    expr.as_list().is_some() || expr.is_intrinsic()
}
