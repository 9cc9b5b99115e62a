//! What a program imports and exports.
//!
//! Which names an AppSync module has is not judged: new ones come with the runtime.

use super::Fault;
use super::token::{Kind, Tokens};

/// Source: [built-in modules](https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html).
const MODULES: [&str; 4] =
    ["@aws-appsync/utils", "@aws-appsync/utils/ai", "@aws-appsync/utils/dynamodb", "@aws-appsync/utils/rds"];

/// Every import of what AppSync has not, and every handler that is not exported.
pub(super) fn check(tokens: &Tokens<'_>, handlers: &[&str], faults: &mut Vec<Fault>) {
    for (index, token) in tokens.iter().enumerate() {
        let named = tokens.word_near(index, -1, "from") || tokens.word_near(index, -1, "import");
        let module = token.text.trim_matches(['"', '\'']);
        if token.kind == Kind::Text && token.inside.is_none() && named && !MODULES.contains(&module) {
            faults.push(Fault::new(token.at, format!("AppSync cannot import {module:?}")).hint(hint(module)));
        }
    }
    let exported = exports(tokens);
    if exported.contains(&"*") {
        return;
    }
    for handler in handlers.iter().filter(|handler| !exported.contains(handler)) {
        faults.push(Fault::missing(format!("the code exports no `{handler}`")).hint(MISSING));
    }
}

const MISSING: &str = "write `export function request(ctx) {…}` and `export function response(ctx) {…}`";

fn hint(module: &str) -> &'static str {
    if module.starts_with("@aws-appsync/") {
        "its modules are @aws-appsync/utils, and in it /ai, /dynamodb and /rds"
    } else {
        "put that module into the code, as esbuild does; only @aws-appsync/utils stays an import"
    }
}

/// The names that the program exports; `*` for those of another module.
fn exports<'c>(tokens: &Tokens<'c>) -> Vec<&'c str> {
    tokens.words("export").flat_map(|index| exported(tokens, index)).collect()
}

fn exported<'c>(tokens: &Tokens<'c>, export: usize) -> Vec<&'c str> {
    let Some(first) = tokens.get(export + 1) else { return Vec::new() };
    match first.text {
        "{" => tokens
            .within(export + 1)
            .filter(|&index| tokens.sign_near(index, 1, ",") || tokens.sign_near(index, 1, "}"))
            .map(|index| tokens[index].text)
            .collect(),
        "*" => vec!["*"],
        "function" | "async" => {
            let words =
                tokens[export + 2..].iter().filter(|it| it.kind == Kind::Word && it.text != "function");
            words.take(1).map(|name| name.text).collect()
        }
        "const" | "let" | "var" => {
            let ends = |index: &usize| !(tokens[*index].is_sign(";") || tokens[*index].is_word("export"));
            let declaration = (export + 2..tokens.len()).take_while(ends);
            let assigned =
                |index: &usize| tokens.sign_near(*index, 1, "=") && tokens[*index].inside.is_none();
            declaration.filter(assigned).map(|index| tokens[index].text).collect()
        }
        _ => Vec::new(),
    }
}
