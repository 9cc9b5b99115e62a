//! Whatever text a template holds, the AWS CLI reads the YAML we write as exactly that text.
//!
//! The CLI's parser is YAML 1.1, in which `no` is a boolean and `12:30:45` a number. It is asked itself, with
//! its own handling of tags, once for what we wrote and once for what `package` writes after it.

mod tools;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use stackwright_template::{Expr, LogicalId, Output, Resource, Template};

use crate::tools::{output, tool};

/// Reads a template as `aws cloudformation` does, writes it as `package` does, and reads that.
const READ_TWICE: &str = "
import json, sys
from awscli.customizations.cloudformation.yamlhelper import yaml_dump, yaml_parse
first = yaml_parse(open(sys.argv[1], encoding='utf-8', newline='').read())
again = yaml_parse(yaml_dump(first))
json.dump([first, again], sys.stdout, default=repr)
";

/// Texts that YAML 1.1, or a writer in a hurry, makes something else of.
const AWKWARD: &[&str] = &[
    "",
    " ",
    "2012-10-17",
    "2010-09-09",
    "2024-02-09T18:23:28Z",
    "2024-02-09 18:23:28",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "n",
    "true",
    "False",
    "null",
    "Null",
    "~",
    "<<",
    "=",
    "0",
    "007",
    "0o17",
    "0x1F",
    "0b101",
    "012345678901",
    "123456789012",
    "1_000",
    "1,000",
    "12:30:45",
    "1:30",
    "1e3",
    "1.",
    ".5",
    "1.10",
    "+1",
    "-1",
    "-",
    "--- ",
    "---",
    "...",
    ".inf",
    "-.INF",
    ".nan",
    "?",
    "? key",
    "- item",
    "key: value",
    "key:",
    ": value",
    "#comment",
    "text # not a comment",
    "*",
    "*alias",
    "&anchor",
    "!Ref Thing",
    "!",
    "%TAG",
    "@at",
    "`tick`",
    "|",
    ">",
    "[a, b]",
    "{a: b}",
    "'single'",
    "\"double\"",
    "it's \"both\"",
    "back\\slash",
    "\\n",
    "trailing space ",
    " leading space",
    "\ttab first",
    "tab\tinside",
    "tab last\t",
    "line\n",
    "\nline",
    "two\nlines",
    "two\n\n\nlines\n\n",
    "line with trailing space \nnext",
    " indented first\nthen not",
    "carriage\r\nreturn",
    "carriage\rreturn",
    "export function request(ctx) {\n  // a comment: with colon\n\n  return { payload: ctx.args };\n}\n",
    "{\"eventName\":[\"INSERT\",\"MODIFY\"]}",
    "$request.body.action",
    "${NotAVariable}",
    "arn:aws:execute-api:us-east-1:123456789012:abc/*$connect",
    "*/*",
    "'*'",
    "naïve café — “quotes”",
    "日本語",
    "😀",
    "\u{a0}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{7f}",
    "\u{1}",
    "\u{1b}[31m",
];

#[test]
fn texts_as_values() {
    let long = [long_line(), "x".repeat(5_000), format!("{}\n{}", long_line(), long_line())];
    let texts = AWKWARD.iter().map(|text| (*text).to_owned()).chain(long);
    let items: Vec<String> = texts.collect();
    let values = Expr::list(items.iter().map(|text| Expr::text(text.clone())));
    check("values", values, &json!(items));
}

#[test]
fn texts_as_keys() {
    let fields = AWKWARD.iter().map(|text| (*text, Expr::Integer(1)));
    let expected: serde_json::Map<_, _> = AWKWARD.iter().map(|text| ((*text).to_owned(), json!(1))).collect();
    check("keys", Expr::map(fields), &Value::Object(expected));
}

#[test]
fn texts_inside_functions() {
    let subs = Expr::list(AWKWARD.iter().map(|text| Expr::Sub((*text).into(), Vec::new())));
    let expected: Vec<_> = AWKWARD.iter().map(|text| json!({ "Fn::Sub": text })).collect();
    check("functions", subs, &json!(expected));
}

#[test]
fn what_is_not_text_stays_what_it_is() {
    let values = [
        (Expr::Null, json!(null)),
        (Expr::Bool(true), json!(true)),
        (Expr::Bool(false), json!(false)),
        (Expr::Integer(0), json!(0)),
        (Expr::Integer(-7), json!(-7)),
        (Expr::Integer(123_456_789_012), json!(123_456_789_012_i64)),
        (Expr::Float(0.5), json!(0.5)),
        (Expr::Float(1e21), json!(1e21)),
        (Expr::List(Vec::new()), json!([])),
        (Expr::Map(Vec::new()), json!({})),
        (Expr::reference("AWS::Region"), json!({ "Ref": "AWS::Region" })),
        (Expr::GetAtt("Table".into(), "Arn".into()), json!({ "Fn::GetAtt": ["Table", "Arn"] })),
        (
            Expr::GetAtt("Stack".into(), "Outputs.Url".into()),
            json!({ "Fn::GetAtt": ["Stack", "Outputs.Url"] }),
        ),
        (Expr::call("ImportValue", "007"), json!({ "Fn::ImportValue": "007" })),
        (
            Expr::call("Base64", Expr::Sub("yes".into(), Vec::new())),
            json!({ "Fn::Base64": { "Fn::Sub": "yes" } }),
        ),
    ];
    let (written, expected): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    check("others", Expr::List(written), &json!(expected));
}

/// Writes a template in which the value stands as a property and as an output, and compares what is read.
#[track_caller]
fn check(name: &str, value: Expr, expected: &Value) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.template.yaml"));
    fs::write(&path, template(value).to_yaml().expect("it renders")).expect("it is written");
    let text = output(tool("python").arg("-c").arg(READ_TWICE).arg(&path));
    let read: Value = serde_json::from_str(&text).expect("python writes JSON");
    for (reading, document) in [("ours", &read[0]), ("after package", &read[1])] {
        same(reading, &document["Resources"]["Holder"]["Properties"]["Value"], expected);
        same(reading, &document["Outputs"]["Held"]["Value"], expected);
    }
}

/// Compares item by item, so that a failure names the one text that changed.
#[track_caller]
fn same(reading: &str, read: &Value, expected: &Value) {
    if let (Some(read), Some(expected)) = (read.as_array(), expected.as_array()) {
        for (read, expected) in read.iter().zip(expected) {
            assert_eq!(read, expected, "{reading}");
        }
    }
    assert_eq!(read, expected, "{reading}");
}

fn template(value: Expr) -> Template {
    let mut template = Template::default();
    let properties = vec![("Value".into(), value.clone())];
    let holder = Resource { kind: "Custom::Holder".into(), properties, ..Resource::default() };
    template.resources.push(LogicalId::new("Holder"), holder);
    let held = Output { value, description: None, export: None, condition: None };
    template.outputs.push(LogicalId::new("Held"), held);
    template
}

fn long_line() -> String {
    "a line of many words that a writer would fold, ".repeat(60)
}
