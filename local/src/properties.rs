//! [`Properties`]: a resource's properties as what they mean, whoever wrote them and in whatever form.
//! A parameter's value is a text even where a number belongs, so numbers and flags are read from texts too.

use serde_json::{Map, Value};

/// The properties of a resource, or a map inside of them, with the place they are at.
#[derive(Clone, Debug)]
pub(crate) struct Properties<'a> {
    map: Option<&'a Map<String, Value>>,
    path: String,
}

/// A property that is missing or of the wrong kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unfit(pub(crate) String);

impl From<Unfit> for String {
    fn from(unfit: Unfit) -> String {
        unfit.0
    }
}

type Fit<T> = Result<T, Unfit>;

impl<'a> Properties<'a> {
    pub(crate) fn of(map: &'a Map<String, Value>) -> Properties<'a> {
        Properties { map: Some(map), path: String::new() }
    }

    /// As it stands; null counts as missing.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map?.get(name).filter(|value| !value.is_null())
    }

    /// A text that must be there.
    pub(crate) fn text(&self, name: &str) -> Fit<String> {
        self.optional_text(name)?.ok_or_else(|| Unfit(format!("`{}` is missing", self.at(name))))
    }

    /// A text, or a number or flag as a text.
    pub(crate) fn optional_text(&self, name: &str) -> Fit<Option<String>> {
        self.value(name).map(|value| self.as_text(name, value)).transpose()
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Fit<Option<i64>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
        number.map(Some).ok_or_else(|| self.unfit(name, value, "a whole number"))
    }

    /// `true` or `false`; missing counts as `false`.
    pub(crate) fn flag(&self, name: &str) -> Fit<bool> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(other) => Err(self.unfit(name, other, "`true` or `false`")),
        }
    }

    /// A list of texts; one text alone is a list of one, and missing is none.
    pub(crate) fn texts(&self, name: &str) -> Fit<Vec<String>> {
        self.values(name)?.into_iter().map(|value| self.as_text(name, value)).collect()
    }

    /// A map of texts, in their order; missing is none.
    pub(crate) fn map_of_texts(&self, name: &str) -> Fit<Vec<(String, String)>> {
        let inner = self.inside(name)?;
        let fields = inner.map.into_iter().flatten();
        fields.map(|(key, value)| Ok((key.clone(), inner.as_text(key, value)?))).collect()
    }

    /// A map inside; missing is an empty one.
    pub(crate) fn inside(&self, name: &str) -> Fit<Properties<'a>> {
        let path = self.at(name);
        match self.value(name) {
            None => Ok(Properties { map: None, path }),
            Some(Value::Object(map)) => Ok(Properties { map: Some(map), path }),
            Some(other) => Err(self.unfit(name, other, "a map")),
        }
    }

    /// The maps of a list; missing is none.
    pub(crate) fn list(&self, name: &str) -> Fit<Vec<Properties<'a>>> {
        let entry = |(index, value): (usize, &'a Value)| match value {
            Value::Object(map) => {
                Ok(Properties { map: Some(map), path: format!("{}[{index}]", self.at(name)) })
            }
            other => Err(self.unfit(name, other, "a list of maps")),
        };
        self.values(name)?.into_iter().enumerate().map(entry).collect()
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_none_or(Map::is_empty)
    }

    fn values(&self, name: &str) -> Fit<Vec<&'a Value>> {
        Ok(match self.value(name) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(single) => vec![single],
        })
    }

    fn as_text(&self, name: &str, value: &Value) -> Fit<String> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(flag) => Ok(flag.to_string()),
            other => Err(self.unfit(name, other, "a text")),
        }
    }

    fn unfit(&self, name: &str, value: &Value, wanted: &str) -> Unfit {
        Unfit(format!("`{}` is `{value}`, and must be {wanted}", self.at(name)))
    }

    fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check<T: PartialEq + std::fmt::Debug>(
        value: Value,
        read: impl Fn(&Properties<'_>) -> Fit<T>,
        expected: Result<T, &str>,
    ) {
        let map = value.as_object().cloned().unwrap_or_default();
        assert_eq!(read(&Properties::of(&map)), expected.map_err(|message| Unfit(message.to_owned())));
    }

    #[test]
    fn numbers_and_flags_may_be_texts() {
        check(json!({ "Timeout": 30 }), |p| p.number("Timeout"), Ok(Some(30)));
        check(json!({ "Timeout": "30" }), |p| p.number("Timeout"), Ok(Some(30)));
        check(json!({ "On": "true" }), |p| p.flag("On"), Ok(true));
        check(json!({}), |p| p.flag("On"), Ok(false));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        check(
            json!({ "Timeout": "soon" }),
            |p| p.number("Timeout"),
            Err("`Timeout` is `\"soon\"`, and must be a whole number"),
        );
        check(json!({}), |p| p.text("Name"), Err("`Name` is missing"));
        let nested = |p: &Properties<'_>| p.list("Rules")?[1].text("Id");
        check(json!({ "Rules": [{ "Id": "a" }, {}] }), nested, Err("`Rules[1].Id` is missing"));
    }

    #[test]
    fn one_text_alone_is_a_list_of_one() {
        check(json!({ "Roles": "a" }), |p| p.texts("Roles"), Ok(vec!["a".to_owned()]));
        check(json!({ "Roles": ["a", 1] }), |p| p.texts("Roles"), Ok(vec!["a".to_owned(), "1".to_owned()]));
    }
}
