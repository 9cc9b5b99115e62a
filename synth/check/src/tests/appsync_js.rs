//! Tests of what `APPSYNC_JS` takes and refuses, and of where in the code it is told.

use crate::appsync_js::faults;

/// Faults of code that exports its handlers, each with its place.
#[track_caller]
fn whole(code: &str, expected: &[&str]) {
    let found: Vec<String> =
        faults(code, &["request", "response"]).iter().map(|fault| fault.message(code)).collect();
    assert_eq!(found, expected, "in\n{code}");
}

/// Faults of statements, without their places.
#[track_caller]
fn check(statements: &str, expected: &[&str]) {
    let found: Vec<String> =
        faults(statements, &[]).iter().map(|fault| bare(&fault.message(statements))).collect();
    assert_eq!(found, expected, "in\n{statements}");
}

/// The message without `line 1, column 2: `.
fn bare(message: &str) -> String {
    message.split_once(": ").map_or(message, |(_, rest)| rest).to_owned()
}

const HANDLERS: &str =
    "export function request(ctx) { return {} }\nexport const response = (ctx) => ctx.result\n";

#[test]
fn a_resolver_as_it_should_be() {
    whole(
        r#"import { util } from '@aws-appsync/utils';
import * as ddb from "@aws-appsync/utils/dynamodb";

/** Puts an event; `try` and while are only words here. */
export function request(ctx) {
  const { input, class: group = 'none', ...rest } = ctx.args; // do not throw
  const key = { user_id: input.user_id, id: util.autoUlid() };
  if (!input.name || input.name.length / 2 > 50 / 4) {
    util.error(`the name "${input.name ?? `of ${key.id}`}" is too long`, 'BadRequest');
  }
  for (const name of Object.keys(rest)) {
    if (name === 'async') break;
    ctx.stash[name] = rest[name];
    ctx.stash.count += 1;
  }
  for (const at in input.tags) ctx.stash.last = at;
  switch (group) {
    case 'a': return ddb.get({ key });
    default: break;
  }
  const size = input.size > 3 ? { big: true } : { big: false };
  return ddb.put({ key, item: { ...input, ...size, for: 1, new: -2, in: [1, 2,], async: true, this: null } });
}

export const response = (ctx) => {
  const { error, result } = ctx;
  if (error) { return util.appendError(error.message, error.type, result) }
  return result.items.map((item) => ({ ...item, at: item.class.do.while.for }))
    .filter(item => item?.yield !== undefined)
    .reduce((sum, item) => sum + item.try, 0);
};
"#,
        &[],
    );
}

#[test]
fn places_are_lines_and_columns_of_the_code() {
    whole(
        &format!("{HANDLERS}// comment\n    while (true) {{}}"),
        &["line 4, column 5: AppSync has no `while` loops"],
    );
    whole(&format!("{HANDLERS}`two\nlines`; a++"), &["line 4, column 10: AppSync has no `++`"]);
}

#[test]
fn remedies_are_told() {
    let hint = |code: &str| faults(code, &[]).first().and_then(|fault| fault.hint);
    assert_eq!(hint("while (a) {}"), Some("use `for … of` over a list"));
    assert_eq!(hint("a++"), Some("write `+= 1`"));
    assert_eq!(hint("throw a"), Some("end the request with `util.error(message, type)`"));
    assert_eq!(hint("'a' in b"), Some("use `Object.hasOwn(object, name)`"));
    assert_eq!(hint("fetch(url)"), Some("return the request from `request`: an HTTP data source sends it"));
}

#[test]
fn statements_that_are_refused() {
    check("while (a) { b() }", &["AppSync has no `while` loops"]);
    check("do { b() } while (a)", &["AppSync has no `do … while` loops"]);
    check(
        "do { b() } while (a); while (c) {}",
        &["AppSync has no `do … while` loops", "AppSync has no `while` loops"],
    );
    check("for (let i = 0; i < 3; i += 1) {}", &["AppSync has no `for (…; …; …)` loops"]);
    check("for (;;) {}", &["AppSync has no `for (…; …; …)` loops"]);
    check("for (const a of b) { continue }", &["AppSync has no `continue`"]);
    check("throw a", &["AppSync has no `throw`"]);
    check("try { a() } catch (e) { b() } finally { c() }", &["AppSync has no `try`"]);
    check("with (a) { b }", &["AppSync has no `with`"]);
    check("outer: for (const a of b) { break outer }", &["AppSync has no labels"]);
    check("class A { constructor() { this.for = 1 } }", &["AppSync has no classes", "AppSync has no `this`"]);
    check(
        "class A extends B { constructor() { super() } }",
        &["AppSync has no classes", "AppSync has no classes"],
    );
    check("import('a')", &["AppSync has no `import(…)`"]);
}

#[test]
fn loops_that_are_taken() {
    check("for (const a of b) {}", &[]);
    check("for (const key in { a: 1, b: 2 }) {}", &[]);
    check("for (const a of b) { c.forEach((d) => { e(d); f(d); }) }", &[]);
}

#[test]
fn what_runs_later_is_refused() {
    check("async function a() {}", &["AppSync has no asynchronous functions"]);
    check("const a = async () => 1", &["AppSync has no asynchronous functions"]);
    check("const a = async b => 1", &["AppSync has no asynchronous functions"]);
    check("const a = { async b() {} }", &["AppSync has no asynchronous functions"]);
    check(
        "const a = async function () { await b }",
        &["AppSync has no asynchronous functions", "AppSync has no `await`"],
    );
    check("new Promise((done) => done())", &["AppSync has no `Promise`"]);
    check("setTimeout(() => 1, 2)", &["AppSync has no `setTimeout`"]);
    check("function* a() { yield 1 }", &["AppSync has no generators", "AppSync has no generators"]);
    check("const a = { *b() {} }", &["AppSync has no generators"]);
}

#[test]
fn words_that_are_names_are_taken() {
    check("const async = 1; const b = async * 2; f(async, { async })", &[]);
    check("const a = { async: 1, get: 2, class: 3, 'while': 4, do() { return 1 } }", &[]);
    check("a.for.while?.class.this?.try(b.throw)", &[]);
    check("const { class: kind, try: attempt = 1, in: place } = a", &[]);
    check("const text = 'while (true) { a++ }' + \"it's ~ /* no */ comment\"", &[]);
    check("const whiled = a, $this = b, _try = c, ünder = d", &[]);
    check("const a = { of: 1, from: 2, let: 3, as: 4 }", &[]);
}

#[test]
fn operators() {
    for sign in ["++", "--"] {
        let message = format!("AppSync has no `{sign}`");
        check(&format!("a{sign}"), &[&message]);
        check(&format!("{sign}a"), &[&message]);
    }
    check("const a = ~b", &["AppSync has no `~`"]);
    check("a instanceof Date", &["AppSync has no `instanceof`"]);
    check("if ('a' in b) {}", &["AppSync has no operator `in`"]);
    check("const a = { b: 'c' in d }", &["AppSync has no operator `in`"]);
    check("a ??= b; a ||= c; a &&= d; a **= 2; a >>>= 1; a = -b + +c - -d", &[]);
    check("const a = void 0, b = typeof c, d = a === b ? !c : a?.b?.[c]?.(d)", &[]);
    check("delete a.b; const c = [...d, ...e], f = { ...g }", &[]);
    check("const a = b ? c ? { d: 1 } : { e: 2 } : f ? 1 : .5", &[]);
    check("const a = b?.5:1", &[]);
}

#[test]
fn regular_expressions_and_divisions() {
    let refused = ["AppSync has no regular expression literals"];
    check("const a = /b+/g", &refused);
    check("a.replace(/[/'\"]/, '')", &refused);
    check("return /it's/.test(a)", &refused);
    check("if (a) /\"/.test(b)", &refused);
    check("const a = b ? /c/ : d", &refused);
    check("`${/`/}`", &refused);
    check("const a = b / c / d, e = (f) / 2, g = h[0] / 3 / i, j = 4 / 5 / k", &[]);
    check("const a = { b: 1 }.b / 2 / 3, c = `d` / 2 / e, f = a.in / 2 / b", &[]);
    check("const a = { b: 1 } / 2 + c / 3", &[]);
    check("a /= 2; b = c /* d */ / e // f / g", &[]);
}

#[test]
fn templates_nest() {
    check("const a = `b ${c ? `d ${{ e: 1 }.e} }` : '}'} f`", &[]);
    check("const a = `\\`${b}\\${ ' \" // /*`", &[]);
    check("const a = `${b => { return `${b}` }}`", &[]);
    check("const a = `${b++}`", &["AppSync has no `++`"]);
}

#[test]
fn globals_that_are_not_there() {
    for name in [
        "Buffer",
        "Function",
        "Map",
        "Promise",
        "Proxy",
        "Reflect",
        "RegExp",
        "Set",
        "Symbol",
        "WeakMap",
        "WeakSet",
        "XMLHttpRequest",
        "eval",
        "fetch",
        "globalThis",
        "process",
        "require",
        "setInterval",
        "setTimeout",
    ] {
        let message = format!("AppSync has no `{name}`");
        check(&format!("const a = {name}(b)"), &[&message]);
        check(&format!("const a = b ? new {name}() : {name}.c"), &[&message, &message]);
    }
}

#[test]
fn functions_that_are_not_there() {
    for name in ["Array.from", "Array.of", "String.fromCharCode", "String.fromCodePoint", "Object.create"] {
        check(&format!("const a = {name}(b)"), &[&format!("AppSync has no `{name}`")]);
    }
    for name in
        ["defineProperty", "freeze", "getOwnPropertyNames", "getPrototypeOf", "is", "seal", "setPrototypeOf"]
    {
        check(&format!("Object.{name}(a)"), &[&format!("AppSync has no `Object.{name}`")]);
        check(&format!("a.Object.{name}(b)"), &[]);
    }
    for name in
        ["charCodeAt", "copyWithin", "localeCompare", "matchAll", "padEnd", "padStart", "toLocaleString"]
    {
        check(&format!("a.{name}(b)"), &[&format!("AppSync has no method `{name}`")]);
        check(&format!("a?.{name}(b)"), &[&format!("AppSync has no method `{name}`")]);
        check(&format!("a.{name} = b"), &[]);
    }
}

#[test]
fn names_of_the_program_are_its_own() {
    check("const process = (order) => order.id; process(a)", &[]);
    check("import { Map } from '@aws-appsync/utils'; Map()", &[]);
    check("function fetch(a, require) { return require }", &[]);
    check("const { Set, b: { eval: Symbol } } = a; Set(Symbol)", &[]);
    check("let a = 1, Map; Map = 2", &[]);
    check("b.map(({ process }) => process.id).map(Set => Set.id)", &[]);
    check("a.Map.Set({ Promise: 1 }).fetch(b.process)", &[]);
}

#[test]
fn what_there_is() {
    check(
        "Object.keys(a); Object.values(b); Object.entries(c); Object.assign(d, e); Object.hasOwn(f, 'g')",
        &[],
    );
    check(
        "Math.floor(Math.random() * 10); JSON.parse(JSON.stringify(a)); Array.isArray(b); Number.isNaN(c)",
        &[],
    );
    check("a.trim().toUpperCase().replaceAll('b', 'c').split(',').includes('d')", &[]);
    check(
        "console.log(util.time.nowISO8601(), runtime.earlyReturn(), extensions, Infinity, NaN, undefined)",
        &[],
    );
    check("util.matches('a+', b) && new Date()", &[]);
}

#[test]
fn functions_neither_recur_nor_travel() {
    check("function a(n) { return n ? a(n - 1) : 0 }", &["`a` calls itself; AppSync has no recursion"]);
    check("const a = (n) => n ? a(n - 1) : 0\na(1)", &["`a` calls itself; AppSync has no recursion"]);
    check(
        "function a() { return b() }\nconst b = () => c()\nconst c = function () { a() }",
        &["`a` calls `b`, which calls it again; AppSync has no recursion"],
    );
    check(
        "const a = (f) => f\na(() => 1)",
        &["`a` is given a function; in AppSync only methods of lists such as `map` are"],
    );
    check(
        "const a = (f) => f\nconst b = () => 1\na(b)",
        &["`a` is given a function; in AppSync only methods of lists such as `map` are"],
    );
    check("function a() {}\na.call(b)", &["functions of AppSync have no `call`"]);
    check("const a = () => { return () => 1 }", &["a function of AppSync cannot return a function"]);
    check("a.sort((b, c) => b - c)", &["AppSync has no order for `sort` but its own"]);
}

#[test]
fn functions_that_call_others() {
    check("const a = (n) => n + 1\na(1)\nconst b = x => a(x)\nb(2)", &[]);
    check("function a() { return b.a(1) }", &[]);
    check("function a(b) { return b(1) }\nfunction b() { return a(c) }", &[]);
    check("function a(n) { return n }\nfunction b(a) { return a(1) }", &[]);
    check("function double(n) { return n * 2 }\nconst c = [1].map(double).map((n) => double(n)).sort()", &[]);
    check("function a(b) { return b }\na({ c: 1, d: [2] }, a(e))", &[]);
    check("const a = () => 1; const b = { a() { return a() } }", &[]);
}

#[test]
fn the_context_stays() {
    let handler =
        |body: &str| format!("export function request(ctx) {{ {body} }}\nexport function response() {{}}");
    let refused = |body: &str, what: &str| {
        let found = faults(&handler(body), &["request", "response"]);
        let messages: Vec<String> = found.iter().map(|fault| bare(&fault.message(""))).collect();
        assert_eq!(messages, [format!("`{what}` cannot be replaced")], "{body}");
    };
    refused("ctx = {}", "ctx");
    refused("ctx.args = {}", "ctx.args");
    refused("ctx.stash ??= {}", "ctx.stash");
    refused("ctx['stash'] = {}", "ctx['stash']");
    refused("delete ctx.args", "ctx.args");
    for good in [
        "ctx.args.id = ctx.args.id || util.autoId()",
        "ctx.stash.a = 1; ctx.stash['b'] += 2; delete ctx.stash.c",
        "if (ctx.args === a || ctx.prev == b) return ctx",
        "a[ctx.args] = 1; const { args } = ctx",
        "const b = a.map((ctx) => { ctx = 1 })",
        "a.ctx = 1; const c = { ctx: 2 }",
    ] {
        whole(&handler(good), &[]);
    }
}

#[test]
fn imports() {
    check("import { a } from 'lodash'", &["AppSync cannot import \"lodash\""]);
    check("import a, { b } from './shared.js'", &["AppSync cannot import \"./shared.js\""]);
    check("import '@aws-appsync/utils/s3'", &["AppSync cannot import \"@aws-appsync/utils/s3\""]);
    check("export { a } from \"b\"", &["AppSync cannot import \"b\""]);
    for module in [
        "@aws-appsync/utils",
        "@aws-appsync/utils/dynamodb",
        "@aws-appsync/utils/rds",
        "@aws-appsync/utils/ai",
    ] {
        check(&format!("import {{ a as b, default as c }} from '{module}'"), &[]);
    }
    check("const a = { from: 'here' }", &[]);
}

#[test]
fn both_handlers_are_exported() {
    let none = ["the code exports no `request`", "the code exports no `response`"];
    whole("", &none);
    whole("function request() {}\nfunction response() {}", &none);
    whole("export function request() {}", &none[1..]);
    whole("export const response = () => 1, other = 2", &none[..1]);
    for good in [
        HANDLERS,
        "export function request() {}; export function response() {}",
        "export const request = function () {}, response = (ctx) => { const a = 1; return a }",
        "function request() {}\nconst a = () => 1\nexport { request, a as response }",
        "export { request, response, };\nfunction request() {}\nfunction response() {}",
    ] {
        whole(good, &[]);
    }
}

#[test]
fn texts_that_are_no_javascript() {
    whole("export function request( {", &["line 1, column 26: `{` is never closed"]);
    whole("a)", &["line 1, column 2: `)` closes nothing"]);
    whole("f({\n  a: [1, 2)", &["line 2, column 11: `)` cannot close the `[` of line 2, column 6"]);
    whole("const a = 'b\nc'", &["line 1, column 11: the text never ends"]);
    whole("const a = `b ${c", &["line 1, column 11: `${` is never closed"]);
    whole("const a = `b ${c}", &["line 1, column 17: the template literal never ends"]);
    whole("/* a", &["line 1, column 1: the comment never ends"]);
    whole("@decorated", &["line 1, column 1: '@' has no place in JavaScript"]);
    whole("function a(b: string) {}", &["line 1, column 13: `:` has no place here"]);
    whole("const a: string = 'b'", &["line 1, column 8: `:` has no place here"]);
}

#[test]
fn no_text_makes_it_panic() {
    let code =
        "export const a = { b: `c ${d => { return /e/ }} f` } ? [1, 'g'] : async ({ h }) => h; /* ü */";
    let ends = code.char_indices().map(|(at, _)| at);
    for end in ends.clone() {
        let _ = faults(&code[..end], &["request"]);
        let _ = faults(&code[end..], &["request"]);
    }
    for noise in [
        "=>", "(", ")", "}", "`", "`${", "export", "import", "function", "return", "for", "async", ".", "\\",
        "ctx =>", "{,",
    ] {
        let _ = faults(noise, &["request"]);
        let _ = faults(&format!("{noise} {noise}"), &["request"]);
    }
}
