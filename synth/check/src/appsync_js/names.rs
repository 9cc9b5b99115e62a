//! The names that JavaScript has everywhere else and AppSync has not.
//!
//! A name that the program declares itself is the program's own.

use std::collections::HashSet;

use super::Fault;
use super::token::{Kind, Token, Tokens};

const NO_TIME: &str = "nothing runs later: one answer comes from one request to a data source";
const NO_CODE: &str = "there is no code made while it runs";
const NO_NETWORK: &str = "return the request from `request`: an HTTP data source sends it";
const NO_MODULES: &str =
    "write `import { util } from '@aws-appsync/utils'`; put other modules into the code, with esbuild";
const NO_COLLECTIONS: &str = "use an object or a list";
const NO_REFLECTION: &str = "use an object, with `Object.keys`, `Object.values` and `Object.hasOwn`";
const NO_PATTERNS: &str = "use `util.matches(pattern, text)` with the pattern in quotes";
const NO_ENVIRONMENT: &str = "read the API's environment variables from `ctx.env`";
const NO_BUFFER: &str = "use `util.base64Encode` and `util.base64Decode`";

const GLOBALS: [(&str, &str); 19] = [
    ("Buffer", NO_BUFFER),
    ("Function", NO_CODE),
    ("Map", NO_COLLECTIONS),
    ("Promise", NO_TIME),
    ("Proxy", NO_REFLECTION),
    ("Reflect", NO_REFLECTION),
    ("RegExp", NO_PATTERNS),
    ("Set", NO_COLLECTIONS),
    ("Symbol", NO_REFLECTION),
    ("WeakMap", NO_COLLECTIONS),
    ("WeakSet", NO_COLLECTIONS),
    ("XMLHttpRequest", NO_NETWORK),
    ("eval", NO_CODE),
    ("fetch", NO_NETWORK),
    ("globalThis", "name what is needed where it is used"),
    ("process", NO_ENVIRONMENT),
    ("require", NO_MODULES),
    ("setInterval", NO_TIME),
    ("setTimeout", NO_TIME),
];

/// Functions of JavaScript's own objects.
const FUNCTIONS: [(&str, &[&str]); 3] = [
    ("Array", &["from", "of"]),
    (
        "Object",
        &[
            "create",
            "defineProperties",
            "defineProperty",
            "freeze",
            "getOwnPropertyDescriptor",
            "getOwnPropertyDescriptors",
            "getOwnPropertyNames",
            "getOwnPropertySymbols",
            "getPrototypeOf",
            "is",
            "isExtensible",
            "isFrozen",
            "isSealed",
            "preventExtensions",
            "seal",
            "setPrototypeOf",
        ],
    ),
    ("String", &["fromCharCode", "fromCodePoint"]),
];

/// Methods that only texts, lists or dates have.
const METHODS: [&str; 11] = [
    "charCodeAt",
    "copyWithin",
    "localeCompare",
    "matchAll",
    "padEnd",
    "padStart",
    "toLocaleDateString",
    "toLocaleLowerCase",
    "toLocaleString",
    "toLocaleTimeString",
    "toLocaleUpperCase",
];

/// Every name that is not there.
pub(super) fn check(tokens: &Tokens<'_>, faults: &mut Vec<Fault>) {
    let own: HashSet<&str> = declared(tokens).into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Word if !own.contains(token.text) => faults.extend(global(token)),
            Kind::Property => faults.extend(member(tokens, index, &own)),
            _ => {}
        }
    }
}

fn global(token: &Token<'_>) -> Option<Fault> {
    let (name, hint) = GLOBALS.iter().find(|(name, _)| *name == token.text)?;
    Some(Fault::new(token.at, format!("AppSync has no `{name}`")).hint(hint))
}

/// What is called here, if it is a function or method that AppSync lacks.
fn member(tokens: &Tokens<'_>, index: usize, own: &HashSet<&str>) -> Option<Fault> {
    let name = tokens[index].text;
    let point = tokens.near(index, -1).filter(|it| it.is_sign(".") || it.is_sign("?."))?;
    let object = tokens.near(index, -2).filter(|it| it.kind == Kind::Word && !own.contains(it.text));
    let listed =
        |it: &&Token<'_>| FUNCTIONS.iter().any(|(of, names)| *of == it.text && names.contains(&name));
    if let Some(object) = object.filter(listed) {
        let message = format!("AppSync has no `{}.{name}`", object.text);
        return Some(Fault::new(object.at, message));
    }
    let method = METHODS.contains(&name) && tokens.sign_near(index, 1, "(");
    method.then(|| Fault::new(point.at, format!("AppSync has no method `{name}`")))
}

/// The names that the program declares, as often as it does: imports, variables, functions, parameters.
///
/// Too many rather than too few: in a pattern it takes keys and defaults for names as well.
pub(super) fn declared<'c>(tokens: &Tokens<'c>) -> Vec<&'c str> {
    let mut names = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match (token.kind, token.text) {
            (Kind::Word, "const" | "let" | "var" | "import") => names.extend(pattern(tokens, index + 1)),
            (Kind::Word, "function") => {
                names.extend(tokens.get(index + 1).map(|name| name.text));
                let list = [index + 1, index + 2].into_iter().find(|&at| tokens.sign_near(at, 0, "("));
                names.extend(list.map(|list| pattern(tokens, list)).unwrap_or_default());
            }
            (Kind::Sign, "=>") => names.extend(parameters(tokens, index)),
            (Kind::Sign, ",") => {
                names.extend(tokens.get(index + 1).filter(|_| in_list(tokens, index)).map(|it| it.text))
            }
            _ => {}
        }
    }
    names
}

/// The name at `start`, or all names in the brackets there.
fn pattern<'c>(tokens: &Tokens<'c>, start: usize) -> Vec<&'c str> {
    let Some(first) = tokens.get(start) else { return Vec::new() };
    match first.partner {
        Some(_) => tokens[tokens.within(start)].iter().map(|token| token.text).collect(),
        None => vec![first.text],
    }
}

/// The parameters of the arrow function with this arrow.
fn parameters<'c>(tokens: &Tokens<'c>, arrow: usize) -> Vec<&'c str> {
    let Some(before) = arrow.checked_sub(1) else { return Vec::new() };
    pattern(tokens, tokens[before].partner.unwrap_or(before))
}

/// Whether this `,` is between the variables of one declaration, as in `let a = 1, b`.
fn in_list(tokens: &Tokens<'_>, comma: usize) -> bool {
    let same = |index: &usize| tokens[*index].inside == tokens[comma].inside;
    let mut before = (0..comma).rev().filter(same).take_while(|&index| !tokens[index].is_sign(";"));
    before.any(|index| matches!(tokens[index].text, "const" | "let" | "var" | "import"))
}
