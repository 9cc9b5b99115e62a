//! Policies that are none, and what is said of them.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_policy::{Fault, Kind, Policy};

#[track_caller]
fn check(kind: Kind, statement: Value, message: &str) {
    let document = json!({"Version": "2012-10-17", "Statement": [statement]});
    let error = Policy::parse(&document.to_string(), kind).unwrap_err().to_string();
    assert!(error.starts_with(message), "{document}: {error}");
}

#[track_caller]
fn whole(document: Value, message: &str) {
    assert_eq!(Policy::of_identity(&document).unwrap_err().to_string(), message);
}

/// A complete statement of an identity, with this in it too.
fn with(element: &str, value: Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "a:B", "Resource": "*"});
    statement[element] = value;
    statement
}

#[test]
fn the_document() {
    let error = Policy::parse("{", Kind::Identity).unwrap_err();
    assert!(matches!(error.fault, Fault::NotJson(_)), "{error}");
    whole(json!([]), "an object is allowed here, got []");
    whole(json!({}), "`Statement` is missing");
    whole(json!({"Statements": []}), "no element is called `Statements`, there are Version, Id, Statement");
    whole(
        json!({"Version": "2012-10-18", "Statement": []}),
        "Version: \"2012-10-17\" or \"2008-10-17\" is allowed here, got \"2012-10-18\"",
    );
    whole(json!({"Statement": "Allow"}), "Statement: an object is allowed here, got \"Allow\"");
    whole(json!({"Statement": {"Action": "a:B"}}), "Statement: `Effect` is missing");
}

#[test]
fn statements() {
    let of = Kind::Identity;
    check(
        of,
        with("Effect", json!("allow")),
        "Statement[0].Effect: \"Allow\" or \"Deny\" is allowed here, got \"allow\"",
    );
    check(
        of,
        with("Actions", json!("a:B")),
        "Statement[0]: no element is called `Actions`, there are Sid, Effect",
    );
    check(of, with("Sid", json!(1)), "Statement[0].Sid: a string is allowed here, got 1");
    check(of, json!({"Effect": "Allow", "Resource": "*"}), "Statement[0]: `Action` is missing");
    check(of, json!({"Effect": "Allow", "Action": "*"}), "Statement[0]: `Resource` is missing");
    check(of, with("NotAction", json!("a:C")), "Statement[0]: `Action` and `NotAction` stand side by side");
    check(
        of,
        with("NotResource", json!("x")),
        "Statement[0]: `Resource` and `NotResource` stand side by side",
    );
    check(
        of,
        with("Action", json!(["a:B", "PutItem"])),
        "Statement[0].Action[1]: an action is `service:Name` or `*`, got `PutItem`",
    );
    check(of, with("Action", json!([])), "Statement[0].Action: one value or more is allowed here, got []");
    check(
        of,
        with("Resource", json!({"Ref": "T"})),
        "Statement[0].Resource: a string is allowed here, got {\"Ref\":\"T\"}",
    );
    check(
        of,
        with("Resource", json!(["*", null])),
        "Statement[0].Resource[1]: a string is allowed here, got null",
    );
}

#[test]
fn principals() {
    let of = Kind::Resource;
    check(
        Kind::Identity,
        with("Principal", json!("*")),
        "Statement[0]: the policy of an identity has no `Principal`",
    );
    check(
        Kind::Identity,
        with("NotPrincipal", json!("*")),
        "Statement[0]: the policy of an identity has no `NotPrincipal`",
    );
    check(of, with("Sid", json!("x")), "Statement[0]: `Principal` is missing");
    check(of, with("Principal", json!("ann")), "Statement[0].Principal: \"*\" or an object of AWS, Service");
    check(of, with("Principal", json!({})), "Statement[0].Principal: \"*\" or an object of AWS, Service");
    check(
        of,
        with("NotPrincipal", json!({"Services": "x"})),
        "Statement[0].NotPrincipal.Services: \"*\" or an object",
    );
    check(
        of,
        with("Principal", json!({"AWS": [1]})),
        "Statement[0].Principal.AWS[0]: a string is allowed here, got 1",
    );
}

#[test]
fn conditions() {
    let of = Kind::Identity;
    let with = |condition: Value| with("Condition", condition);
    check(of, with(json!([])), "Statement[0].Condition: an object of operators is allowed here, got []");
    check(
        of,
        with(json!({"Bool": "x"})),
        "Statement[0].Condition.Bool: an object of keys is allowed here, got \"x\"",
    );
    for name in [
        "StringIs",
        "stringEquals",
        "ForSomeValue:Bool",
        "NullIfExists",
        "BinaryEquals",
        "NumericLike",
        "Date",
    ] {
        check(
            of,
            with(json!({name: {}})),
            &format!("Statement[0].Condition: no operator of conditions is called `{name}`"),
        );
    }
    check(
        of,
        with(json!({"NumericLessThanIfExists": {"s3:max-keys": ["1", "ten"]}})),
        "Statement[0].Condition.NumericLessThanIfExists.s3:max-keys[1]: `NumericLessThanIfExists` compares with numbers, got `ten`",
    );
    for (operator, allowed) in [
        ("DateLessThan", "ISO 8601 dates and seconds since 1970"),
        ("IpAddress", "addresses and blocks of them"),
        ("Null", "true and false"),
    ] {
        let message =
            format!("Statement[0].Condition.{operator}.k: `{operator}` compares with {allowed}, got `soon`");
        check(of, with(json!({operator: {"k": "soon"}})), &message);
    }
    check(
        of,
        with(json!({"StringLike": {"k": [null]}})),
        "Statement[0].Condition.StringLike.k[0]: a string, a number or a boolean",
    );
}
