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
    let after = export + 2..tokens.len();
    let is_name = |index: &usize| tokens[*index].kind == Kind::Word && tokens[*index].text != "function";
    let found: Vec<usize> = match tokens.near(export, 1).map_or("", |first| first.text) {
        "*" => vec![export + 1],
        "{" => tokens.within(export + 1).filter(|&index| ends_an_item(tokens, index)).collect(),
        "function" | "async" => after.filter(is_name).take(1).collect(),
        "const" | "let" | "var" => variables(tokens, export + 2),
        _ => Vec::new(),
    };
    found.into_iter().map(|index| tokens[index].text).collect()
}

/// Whether this is the last word between two commas of `export {a, b as c}`.
fn ends_an_item(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.sign_near(index, 1, ",") || tokens.sign_near(index, 1, "}")
}

/// The names of a declaration such as `a = 1, b = 2`.
fn variables(tokens: &Tokens<'_>, start: usize) -> Vec<usize> {
    let ends = |index: &usize| tokens[*index].is_sign(";") || tokens[*index].is_word("export");
    let declaration = (start..tokens.len()).take_while(|index| !ends(index));
    declaration.filter(|&at| tokens.sign_near(at, 1, "=") && tokens[at].inside.is_none()).collect()
}
