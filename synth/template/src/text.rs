//! Putting texts together: how several expressions become one readable `Fn::Sub`, and what a `Fn::Sub` refers to.
//!
//! It never evaluates anything.

use crate::expr::{Expr, Fields};
use crate::id::LogicalId;

impl Expr {
    /// The texts of the parts, one after the other.
    ///
    /// Literals stay a literal; references are written into the text (`${Table}`, `${Table.Arn}`); anything else
    /// becomes a variable `${Part0}`, `${Part1}`, … of the `Fn::Sub`.
    ///
    /// ```
    /// use stackwright_template::Expr;
    /// let joined = Expr::concat([Expr::text("a-"), Expr::reference("AWS::Region")]);
    /// assert_eq!(joined, Expr::Sub("a-${AWS::Region}".into(), vec![]));
    /// ```
    #[must_use]
    pub fn concat(parts: impl IntoIterator<Item = Expr>) -> Self {
        let mut joined = Joined::default();
        parts.into_iter().for_each(|part| joined.push(part));
        joined.finish()
    }

    /// What a `Fn::Sub` text refers to: (name, attribute) for each `${…}` that is not one of `variables`.
    pub fn sub_references<'a>(
        text: &'a str,
        variables: &'a Fields,
    ) -> impl Iterator<Item = (LogicalId, Option<&'a str>)> {
        placeholders(text).filter(|name| !variables.iter().any(|(key, _)| key == name)).map(|name| match name
            .split_once('.')
        {
            Some((id, attribute)) => (LogicalId::new(id), Some(attribute)),
            None => (LogicalId::new(name), None),
        })
    }
}

/// The names inside `${…}`; `${!literal}` is none.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.trim()))
        .filter(|name| !name.starts_with('!'))
}

/// A text under construction: literal so far, or already in need of a `Fn::Sub`.
#[derive(Default)]
struct Joined {
    literal: String,
    template: String,
    variables: Fields,
    substitutes: bool,
}

impl Joined {
    fn push(&mut self, part: Expr) {
        match part {
            Expr::Text(text) => {
                self.literal.push_str(&text);
                self.template.push_str(&text.replace("${", "${!"));
            }
            Expr::Ref(id) => self.substitute(id.as_str()),
            Expr::GetAtt(id, attribute) => self.substitute(&format!("{id}.{attribute}")),
            Expr::Sub(text, variables) if variables.is_empty() => {
                self.substitutes = true;
                self.template.push_str(&text);
            }
            other => {
                let name = format!("Part{}", self.variables.len());
                self.substitute(&name);
                self.variables.push((name.into(), other));
            }
        }
    }

    fn substitute(&mut self, name: &str) {
        self.substitutes = true;
        self.template.push_str("${");
        self.template.push_str(name);
        self.template.push('}');
    }

    fn finish(self) -> Expr {
        if self.substitutes {
            Expr::Sub(self.template.into(), self.variables)
        } else {
            Expr::Text(self.literal.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: Vec<Expr>, expected: Expr) {
        assert_eq!(Expr::concat(parts), expected);
    }

    #[test]
    fn literals_stay_literal() {
        check(vec!["a".into(), "${b}".into()], "a${b}".into());
    }

    #[test]
    fn references_are_written_into_the_text() {
        let arn = Expr::GetAtt(LogicalId::new("Table"), "Arn".into());
        check(vec![arn, "/index/*".into()], Expr::Sub("${Table.Arn}/index/*".into(), vec![]));
    }

    #[test]
    fn literal_dollar_braces_are_escaped_beside_references() {
        check(vec!["${x}".into(), Expr::reference("A")], Expr::Sub("${!x}${A}".into(), vec![]));
    }

    #[test]
    fn other_functions_become_variables() {
        let import = Expr::call("ImportValue", "X");
        check(
            vec!["a".into(), import.clone()],
            Expr::Sub("a${Part0}".into(), vec![("Part0".into(), import)]),
        );
    }

    #[test]
    fn substitutions_name_what_they_refer_to() {
        let variables = vec![("Own".into(), Expr::text("x"))];
        let found: Vec<_> = Expr::sub_references("${Own}${!Not}${A.B.C}${D}", &variables).collect();
        assert_eq!(found, [(LogicalId::new("A"), Some("B.C")), (LogicalId::new("D"), None)]);
    }
}
