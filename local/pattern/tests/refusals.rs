//! Patterns that are none, and what is said of them.

#![allow(clippy::unwrap_used)]

use stackwright_pattern::{Fault, Pattern};

#[track_caller]
fn check(pattern: &str, message: &str) {
    let error = Pattern::parse(pattern).unwrap_err().to_string();
    assert!(error.starts_with(message), "{pattern}: {error}");
}

#[test]
fn the_shape_of_a_pattern() {
    check("{", "a pattern is JSON: EOF while parsing an object at line 1 column 1");
    check("[1]", "a pattern is an object, got [1]");
    check("{}", "an empty object is not allowed");
    check(r#"{"a": {}}"#, "a: an empty object is not allowed");
    check(r#"{"a": {"b": []}}"#, "a.b: an empty array is not allowed");
    check(r#"{"a": {"b": "x"}}"#, r#"a.b: a field takes an object or an array of values, got "x""#);
    check(r#"{"a": [1, [2]]}"#, "a[1]: a value is a string, a number, a boolean, null or a matcher, got [2]");
}

#[test]
fn the_names_of_matchers() {
    check(
        r#"{"a": ["x", {"regex": "x"}]}"#,
        "a[1]: no matcher is called `regex`, there are anything-but, cidr, equals-ignore-case, exists, numeric, prefix, \
         suffix, wildcard",
    );
    check(r#"{"a": [{}]}"#, "a[0]: an empty object is not allowed");
    check(
        r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
        r#"a[0]: an object among values is one matcher, got {"prefix":"x","suffix":"y"}"#,
    );
}

#[test]
fn what_matchers_compare_with() {
    check(r#"{"a": [{"prefix": 1}]}"#, "a[0]: `prefix` takes a string, got 1");
    check(r#"{"a": [{"suffix": {"prefix": "x"}}]}"#, "a[0]: `suffix` takes a string, got");
    check(r#"{"a": [{"equals-ignore-case": null}]}"#, "a[0]: `equals-ignore-case` takes a string, got null");
    check(r#"{"a": [{"exists": "yes"}]}"#, r#"a[0]: `exists` takes true or false, got "yes""#);
    check(r#"{"a": [{"wildcard": "a**"}]}"#, "a[0]: `wildcard` takes a string without `**`");
    check(r#"{"a": [{"wildcard": "a\\b"}]}"#, "a[0]: `wildcard` takes a string without `**`");
    check(r#"{"a": [{"wildcard": "a\\"}]}"#, "a[0]: `wildcard` takes a string without `**`");
    for block in ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/8", "x/8"] {
        check(&format!(r#"{{"a": [{{"cidr": "{block}"}}]}}"#), "a[0]: `cidr` takes a block of addresses");
    }
}

#[test]
fn what_may_be_excluded() {
    for operand in
        [r#"["a", 1]"#, "null", "[]", "true", "[null]", r#"[{"prefix": "x"}]"#, r#"{"exists": true}"#]
    {
        check(
            &format!(r#"{{"a": [{{"anything-but": {operand}}}]}}"#),
            "a[0]: `anything-but` takes strings or numbers",
        );
    }
    check(
        r#"{"a": [{"anything-but": {"prefix": ["x", 1]}}]}"#,
        "a[0].anything-but[1]: `prefix` takes a string, got 1",
    );
    check(r#"{"a": [{"anything-but": {"prefix": []}}]}"#, "a[0].anything-but: an empty array is not allowed");
    check(
        r#"{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}"#,
        "a[0].anything-but: `prefix` takes a string, got",
    );
}

#[test]
fn ranges() {
    let wrong = [
        "5",
        "[]",
        r#"[">"]"#,
        r#"[">", "5"]"#,
        r#"["!=", 5]"#,
        r#"["<", 5, ">", 0]"#,
        r#"[">", 5, "<", 5]"#,
        r#"["=", 5, "<", 6]"#,
        r#"[">", 5, ">", 6]"#,
        r#"["<", 5000000001]"#,
        r#"[">", 0, "<", 5, "<"]"#,
    ];
    for range in wrong {
        check(
            &format!(r#"{{"a": [{{"numeric": {range}}}]}}"#),
            "a[0]: `numeric` takes `=` or bounds with numbers",
        );
    }
}

#[test]
fn alternatives() {
    for alternatives in [r#"{"a": [1]}"#, r#"[{"a": [1]}]"#, r#"[{"a": [1]}, 2]"#, r#""x""#] {
        let message = "d.$or: `$or` takes an array of at least two objects";
        check(&format!(r#"{{"d": {{"$or": {alternatives}}}}}"#), message);
    }
    check(
        r#"{"$or": [{"a": [1]}, {"prefix": ["x"]}]}"#,
        "$or[1]: `prefix` is a matcher's name, which no field inside `$or` may have",
    );
    check(r#"{"$or": [{"a": [1]}, {"b": {"c": []}}]}"#, "$or[1].b.c: an empty array is not allowed");
}

#[test]
fn programs_can_tell_faults_apart() {
    let error = Pattern::parse(r#"{"a": {"b": [{"regex": "x"}]}}"#).unwrap_err();
    assert_eq!(error.path, "a.b[0]");
    assert_eq!(error.fault, Fault::UnknownMatcher { got: "regex".into() });
}
