//! When a condition holds.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_policy::{Policy, Principal, Request};

/// Whether the operator holds for key `k` of these values; no values are no key.
#[track_caller]
fn holds(operator: &str, wanted: &Value, values: &[&str]) -> bool {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "a:K": wanted } }});
    let policy = Policy::of_identity(&json!({"Version": "2012-10-17", "Statement": statement})).unwrap();
    let request = Request::new(Principal::user("u"), "a:B", "*").with("aws:username", "ann");
    let request = if values.is_empty() { request } else { request.with_all("A:k", values.iter().copied()) };
    request.decide(&[policy], &[]).is_allowed()
}

/// A text for every value of the key that is so, and for every one that is not.
#[track_caller]
fn check(operator: &str, wanted: Value, yes: &[&str], no: &[&str]) {
    yes.iter()
        .for_each(|value| assert!(holds(operator, &wanted, &[value]), "{operator} {wanted}: {value} is so"));
    no.iter().for_each(|value| {
        assert!(!holds(operator, &wanted, &[value]), "{operator} {wanted}: {value} is not")
    });
}

#[test]
fn texts() {
    check("StringEquals", json!("a*"), &["a*"], &["A*", "ab"]);
    check("StringEquals", json!(["a", "b"]), &["a", "b"], &["c"]);
    check("StringNotEquals", json!(["a", "b"]), &["c", "A"], &["a", "b"]);
    check("StringEqualsIgnoreCase", json!("Ab"), &["ab", "AB"], &["abc"]);
    check("StringNotEqualsIgnoreCase", json!("Ab"), &["abc"], &["ab", "AB"]);
    check(
        "StringLike",
        json!(["home/", "home/?x*"]),
        &["home/", "home/ax", "home/axb"],
        &["home/a", "Home/"],
    );
    check("StringNotLike", json!("home/*"), &["hom"], &["home/a"]);
    check("StringLike", json!("${aws:username}/*"), &["ann/x"], &["bob/x"]);
    check("StringEquals", json!("${aws:username}"), &["ann"], &["${aws:username}"]);
}

#[test]
fn numbers() {
    check("NumericEquals", json!("10"), &["10", "10.0", "1e1"], &["11", "ten", ""]);
    check("NumericNotEquals", json!(10), &["11"], &["10"]);
    check("NumericLessThan", json!("10"), &["9.9", "-1"], &["10"]);
    check("NumericLessThanEquals", json!("10"), &["10"], &["10.1"]);
    check("NumericGreaterThan", json!("10"), &["10.1"], &["10"]);
    check("NumericGreaterThanEquals", json!(["10", "5"]), &["5"], &["4"]);
}

#[test]
fn dates() {
    let new_year = "2026-01-01T00:00:00Z";
    check(
        "DateEquals",
        json!(new_year),
        &[new_year, "2026-01-01", "1767225600", "2026-01-01T01:00:00+01:00"],
        &["2026-01-02", "x"],
    );
    check("DateNotEquals", json!(new_year), &["2026-01-02"], &["2026-01-01"]);
    check("DateLessThan", json!("2026-01-01"), &["2025-12-31T23:59:59Z"], &[new_year]);
    check("DateLessThanEquals", json!(1767225600), &[new_year], &["2026-01-01T00:00:01Z"]);
    check("DateGreaterThan", json!(new_year), &["2026-01-01T00:00:01Z"], &[new_year]);
    check("DateGreaterThanEquals", json!(new_year), &[new_year], &["2025-12-31"]);
}

#[test]
fn booleans() {
    check("Bool", json!("false"), &["false", "False"], &["true", ""]);
    check("Bool", json!(true), &["true"], &["false"]);
}

#[test]
fn arns() {
    let rule = "arn:aws:events:eu-west-1:1:rule/R";
    for operator in ["ArnEquals", "ArnLike"] {
        check(operator, json!(rule), &[rule], &["arn:aws:events:eu-west-1:1:rule/r", "x"]);
        check(operator, json!("arn:aws:events:*:1:rule/*"), &[rule], &["arn:aws:events:a:b:1:rule/R"]);
        check(
            operator,
            json!("arn:aws:execute-api:eu-west-1:1:api/*/$connect"),
            &["arn:aws:execute-api:eu-west-1:1:api/dev/$connect"],
            &[],
        );
    }
    for operator in ["ArnNotEquals", "ArnNotLike"] {
        check(operator, json!("arn:aws:events:*:1:rule/*"), &["arn:aws:events:eu-west-1:2:rule/R"], &[rule]);
    }
}

#[test]
fn addresses() {
    check(
        "IpAddress",
        json!(["203.0.113.0/24", "2001:DB8::/32"]),
        &["203.0.113.9", "2001:db8::1"],
        &["203.0.114.1", "x"],
    );
    check("IpAddress", json!("203.0.113.7"), &["203.0.113.7"], &["203.0.113.8"]);
    check("NotIpAddress", json!("203.0.113.0/24"), &["10.0.0.1"], &["203.0.113.9"]);
}

#[test]
fn presence() {
    assert!(holds("Null", &json!("true"), &[]));
    assert!(!holds("Null", &json!("true"), &["x"]));
    assert!(holds("Null", &json!(false), &["x"]));
    assert!(!holds("Null", &json!("false"), &[]));
}

#[test]
fn a_missing_key_equals_nothing_and_differs_from_all() {
    let of_all = |wanted: &str| json!(wanted);
    for operator in ["StringEquals", "StringLike", "ArnLike", "Bool"] {
        assert!(!holds(operator, &of_all("*"), &[]), "{operator}");
        assert!(holds(&format!("{operator}IfExists"), &of_all("x"), &[]), "{operator}IfExists");
    }
    for operator in ["StringNotEquals", "StringNotLike", "ArnNotEquals"] {
        assert!(holds(operator, &of_all("*"), &[]), "{operator}");
        assert!(holds(&format!("{operator}IfExists"), &of_all("x"), &[]), "{operator}IfExists");
    }
    assert!(!holds("NumericLessThan", &json!(1), &[]));
    assert!(!holds("IpAddress", &json!("0.0.0.0/0"), &[]));
    assert!(holds("NotIpAddress", &json!("0.0.0.0/0"), &[]));
}

#[test]
fn if_exists_compares_what_exists() {
    check("StringEqualsIfExists", json!("a"), &["a"], &["b"]);
    check("StringNotEqualsIfExists", json!("a"), &["b"], &["a"]);
}

#[test]
fn any_of_the_values() {
    let tags = json!(["a", "b"]);
    assert!(holds("ForAnyValue:StringEquals", &tags, &["x", "b"]));
    assert!(!holds("ForAnyValue:StringEquals", &tags, &["x", "y"]));
    assert!(holds("ForAnyValue:StringNotEquals", &tags, &["a", "x"]));
    assert!(!holds("ForAnyValue:StringNotEquals", &tags, &["a", "b"]));
    for operator in
        ["ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals", "ForAnyValue:StringEqualsIfExists"]
    {
        assert!(!holds(operator, &tags, &[]), "{operator}");
    }
    assert!(!holds("ForAnyValue:StringLike", &json!("*"), &[""]));
}

#[test]
fn all_of_the_values() {
    let tags = json!(["a*", "b"]);
    assert!(holds("ForAllValues:StringLike", &tags, &["b", "ax"]));
    assert!(!holds("ForAllValues:StringLike", &tags, &["b", "x"]));
    assert!(holds("ForAllValues:StringNotLike", &tags, &["x", "y"]));
    assert!(!holds("ForAllValues:StringNotLike", &tags, &["x", "b"]));
    assert!(holds("ForAllValues:StringLike", &tags, &[]));
    assert!(holds("ForAllValues:StringLike", &tags, &[""]));
}

#[test]
fn all_operators_and_all_keys_must_hold() {
    let condition = json!({"StringEquals": {"a:x": "1", "a:y": "2"}, "Bool": {"a:z": "true"}});
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    let policy = [Policy::of_identity(&json!({"Statement": [statement]})).unwrap()];
    let allowed = |x: &str, y: &str, z: &str| {
        let request = Request::new(Principal::user("u"), "a:B", "*");
        request.with("a:x", x).with("a:y", y).with("a:z", z).decide(&policy, &[]).is_allowed()
    };
    assert!(allowed("1", "2", "true"));
    assert!(!allowed("0", "2", "true"));
    assert!(!allowed("1", "0", "true"));
    assert!(!allowed("1", "2", "false"));
}
