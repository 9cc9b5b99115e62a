//! Files that are written when the site is deployed: `config.js.hbs` becomes `config.js`.
//! Knows the values of the stack and nothing else.

use handlebars::{Context, Handlebars, Helper, Output, RenderContext, RenderError, RenderErrorReason};
use serde_json::{Map, Value, json};

/// Renders templates with the resource's `Config`.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    language: Handlebars<'static>,
    values: Value,
}

/// A template that cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[error("template `{key}.hbs` cannot be rendered")]
pub struct TemplateError {
    key: String,
    source: Box<RenderError>,
}

impl Template {
    /// Templates see `config.<name>`. `{{json config.apiUrl}}` writes a JavaScript literal; a plain
    /// `{{config.title}}` is escaped for HTML. A value that is not there is an error, not an empty text.
    pub(crate) fn new(config: &Map<String, Value>) -> Template {
        let mut language = Handlebars::new();
        language.set_strict_mode(true);
        language.register_helper("json", Box::new(write_json));
        Template { language, values: json!({ "config": config }) }
    }

    /// Renders the text of the file with that key.
    pub(crate) fn render(&self, key: &str, text: &str) -> Result<String, TemplateError> {
        self.language
            .render_template(text, &self.values)
            .map_err(|error| TemplateError { key: key.to_owned(), source: Box::new(error) })
    }
}

fn write_json(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> Result<(), RenderError> {
    let value = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("json", 0))?;
    if value.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(value.relative_path().cloned()).into());
    }
    out.write(&script_literal(value.value()))?;
    Ok(())
}

/// JSON that can stand in a script, even in one inside a page: no `</script>`, no `<!--`, no line end that
/// JavaScript knows and JSON does not.
fn script_literal(value: &Value) -> String {
    let escape =
        |text: String, character: char| text.replace(character, &format!("\\u{:04x}", u32::from(character)));
    ['<', '>', '&', '\u{2028}', '\u{2029}'].into_iter().fold(value.to_string(), escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        let config = json!({"url": "https://x/y?a=1&b=2", "name": "</script>\"\u{2028}", "tags": {"a": "1"}});
        Template::new(config.as_object().unwrap())
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(template().render("config.js", text).unwrap(), expected);
    }

    #[test]
    fn values_become_script_literals() {
        check("u = {{json config.url}};", r#"u = "https://x/y?a=1\u0026b=2";"#);
        check("n = {{json config.name}};", r#"n = "\u003c/script\u003e\"\u2028";"#);
        check("t = {{json config.tags}};", r#"t = {"a":"1"};"#);
    }

    #[test]
    fn values_in_pages_are_escaped_for_html() {
        check("<p>{{config.tags.a}}</p>", "<p>1</p>");
        assert!(template().render("x.html", "{{config.name}}").unwrap().starts_with("&lt;/script&gt;&quot;"));
    }

    #[test]
    fn a_value_that_is_not_there_is_an_error() {
        for text in ["{{json config.missing}}", "{{config.missing}}", "{{json}}", "{{#if}"] {
            let error = template().render("config.js", text).unwrap_err();
            assert_eq!(error.to_string(), "template `config.js.hbs` cannot be rendered", "{text}");
        }
    }
}
