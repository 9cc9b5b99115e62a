//! Which events a pattern lets through.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_pattern::Pattern;

#[track_caller]
fn matches(pattern: &Value, event: &Value) -> bool {
    Pattern::of(pattern).unwrap().matches(event)
}

/// The values that field `f` may have, those it matches, and those it does not.
#[track_caller]
fn check<const YES: usize, const NO: usize>(values: Value, yes: [Value; YES], no: [Value; NO]) {
    let pattern = json!({ "f": values });
    for value in yes {
        assert!(matches(&pattern, &json!({ "f": value })), "{pattern} should match {value}");
    }
    for value in no {
        assert!(!matches(&pattern, &json!({ "f": value })), "{pattern} should not match {value}");
    }
}

#[track_caller]
fn yes(pattern: Value, event: Value) {
    assert!(matches(&pattern, &event), "{pattern} should match {event}");
}

#[track_caller]
fn no(pattern: Value, event: Value) {
    assert!(!matches(&pattern, &event), "{pattern} should not match {event}");
}

#[test]
fn values_are_compared_exactly() {
    check(json!(["a", "b"]), [json!("a"), json!("b")], [json!("A"), json!("ab"), json!(""), json!(null)]);
    check(json!([""]), [json!("")], [json!(null), json!(" ")]);
    check(json!([null]), [json!(null)], [json!("null"), json!(""), json!(false), json!(0)]);
    check(json!([true]), [json!(true)], [json!("true"), json!(false), json!(1)]);
}

#[test]
fn numbers_are_equal_however_they_are_written() {
    check(json!([300]), [json!(300), json!(300.0), json!(3e2)], [json!("300"), json!(300.1), json!(-300)]);
    check(json!([3.018e2]), [json!(301.8)], [json!(301), json!("301.8")]);
    check(json!([9007199254740993_u64]), [json!(9007199254740993_u64)], [json!(9007199254740992_u64)]);
    check(json!(["300"]), [json!("300")], [json!(300)]);
}

#[test]
fn a_field_that_is_not_there_matches_nothing_but_its_absence() {
    for values in [json!([null]), json!([""]), json!([{"anything-but": "a"}]), json!([{"exists": true}])] {
        no(json!({ "f": values }), json!({ "g": 1 }));
    }
    yes(json!({"f": [{"exists": false}]}), json!({"g": 1}));
}

#[test]
fn strings_by_their_ends() {
    check(
        json!([{"prefix": "eu-"}]),
        [json!("eu-west-1"), json!("eu-")],
        [json!("EU-west-1"), json!("a eu-"), json!(1)],
    );
    check(
        json!([{"suffix": ".png"}]),
        [json!("a.png"), json!(".png")],
        [json!("a.PNG"), json!("a.png "), json!(null)],
    );
    check(
        json!([{"prefix": {"equals-ignore-case": "Ev"}}]),
        [json!("event"), json!("EVENT")],
        [json!("neva")],
    );
    check(
        json!([{"suffix": {"equals-ignore-case": ".Png"}}]),
        [json!("a.png"), json!("a.PNG")],
        [json!("png")],
    );
    check(json!([{"prefix": "1"}]), [json!("12")], [json!(12)]);
}

#[test]
fn strings_in_any_case() {
    check(
        json!([{"equals-ignore-case": "alicE"}]),
        [json!("ALICE"), json!("alice")],
        [json!("alice "), json!(1)],
    );
    check(json!([{"equals-ignore-case": "ÄÖ"}]), [json!("äö")], [json!("ao")]);
}

#[test]
fn wildcards_stand_for_any_characters_and_none() {
    check(
        json!([{"wildcard": "dir/*.png"}]),
        [json!("dir/a.png"), json!("dir/.png"), json!("dir/b/c.png")],
        [json!("dir/a.pn"), json!("a/dir/a.png")],
    );
    check(
        json!([{"wildcard": "*/lib/*"}]),
        [json!("a/lib/b"), json!("/lib/")],
        [json!("lib/"), json!("/lib")],
    );
    check(json!([{"wildcard": "*"}]), [json!(""), json!("a")], [json!(1), json!(null)]);
    check(json!([{"wildcard": "abc"}]), [json!("abc")], [json!("abcd")]);
    check(json!([{"wildcard": "a*a"}]), [json!("aa"), json!("aba")], [json!("a"), json!("ab")]);
    check(json!([{"wildcard": "a*bc*b"}]), [json!("abbcb"), json!("abcbcxb")], [json!("abc"), json!("abcc")]);
    check(json!([{"wildcard": r"a\*b"}]), [json!("a*b")], [json!("axb"), json!(r"a\*b")]);
    check(json!([{"wildcard": r"a\\*"}]), [json!(r"a\"), json!(r"a\b")], [json!("ab")]);
    check(json!([{"wildcard": r"\**"}]), [json!("*"), json!("*a")], [json!("a")]);
}

#[test]
fn anything_but_values() {
    check(
        json!([{"anything-but": "a"}]),
        [json!("b"), json!("A"), json!(""), json!(1), json!(null)],
        [json!("a")],
    );
    check(json!([{"anything-but": 1}]), [json!(2), json!("1"), json!(true)], [json!(1), json!(1.0)]);
    check(json!([{"anything-but": ["a", "b"]}]), [json!("c")], [json!("a"), json!("b")]);
    check(json!([{"anything-but": [100, 200]}]), [json!(150)], [json!(100), json!(2e2)]);
}

#[test]
fn anything_but_strings_like_this() {
    check(json!([{"anything-but": {"prefix": "us-"}}]), [json!("eu-"), json!(1)], [json!("us-1")]);
    check(
        json!([{"anything-but": {"prefix": ["us-", "eu-"]}}]),
        [json!("ap-1")],
        [json!("us-1"), json!("eu-1")],
    );
    check(json!([{"anything-but": {"suffix": ".png"}}]), [json!("a.jpg")], [json!("a.png")]);
    check(
        json!([{"anything-but": {"suffix": [".png", ".jpg"]}}]),
        [json!("a.gif")],
        [json!("a.png"), json!("a.jpg")],
    );
    check(json!([{"anything-but": {"equals-ignore-case": "a"}}]), [json!("b")], [json!("a"), json!("A")]);
    check(
        json!([{"anything-but": {"equals-ignore-case": ["a", "B"]}}]),
        [json!("c")],
        [json!("A"), json!("b")],
    );
    check(json!([{"anything-but": {"wildcard": "*/lib/*"}}]), [json!("/src/")], [json!("/lib/a")]);
    check(json!([{"anything-but": {"wildcard": ["*a*", "*b"]}}]), [json!("bc")], [json!("cac"), json!("cb")]);
}

#[test]
fn numbers_by_their_size() {
    check(
        json!([{"numeric": [">", 0, "<=", 5]}]),
        [json!(1), json!(5), json!(0.01)],
        [json!(0), json!(5.01), json!("3"), json!(null)],
    );
    check(json!([{"numeric": [">=", -1, "<", 1]}]), [json!(-1), json!(0)], [json!(1), json!(-1.5)]);
    check(json!([{"numeric": ["<", 10]}]), [json!(-4), json!(9.99)], [json!(10)]);
    check(json!([{"numeric": ["=", 3.018e2]}]), [json!(301.8)], [json!(301.81)]);
    check(json!([{"numeric": [">", 0]}]), [json!(5_000_000_000_u64)], [json!(5_000_000_001_u64)]);
}

#[test]
fn addresses_by_their_block() {
    check(
        json!([{"cidr": "10.0.0.0/24"}]),
        [json!("10.0.0.0"), json!("10.0.0.255")],
        [json!("10.0.1.0"), json!("::1"), json!("no"), json!(10)],
    );
    check(json!([{"cidr": "10.1.2.3/8"}]), [json!("10.9.9.9")], [json!("11.1.2.3")]);
    check(json!([{"cidr": "10.0.0.7/32"}]), [json!("10.0.0.7")], [json!("10.0.0.6")]);
    check(json!([{"cidr": "0.0.0.0/0"}]), [json!("255.1.1.1")], [json!("::")]);
    check(
        json!([{"cidr": "2001:db8::/32"}]),
        [json!("2001:db8:1::9")],
        [json!("2001:db9::"), json!("32.1.13.184")],
    );
    check(json!([{"cidr": "::/0"}]), [json!("ff::1")], [json!("1.1.1.1")]);
}

#[test]
fn one_value_of_many_is_enough() {
    check(
        json!(["a", {"prefix": "b"}, {"numeric": ["<", 0]}, null]),
        [json!("a"), json!("bc"), json!(-1), json!(null)],
        [json!("c"), json!(0)],
    );
    check(json!([{"exists": false}, "a"]), [json!("a")], [json!("b")]);
    yes(json!({"f": [{"exists": false}, "a"]}), json!({}));
}

#[test]
fn presence_is_asked_of_leaves() {
    check(
        json!([{"exists": true}]),
        [json!(""), json!(null), json!([1]), json!(false)],
        [json!({"a": 1}), json!([]), json!([{"a": 1}])],
    );
    check(json!([{"exists": false}]), [json!({"a": 1}), json!([])], [json!(null), json!([1]), json!("")]);
    let without = json!({"d": {"f": [{"exists": false}]}});
    for event in [json!({}), json!({"d": 1}), json!({"d": {}}), json!({"d": {"g": 1}}), json!({"d": []})] {
        yes(without.clone(), event);
    }
    no(without, json!({"d": {"f": null}}));
}

#[test]
fn all_fields_must_hold() {
    let pattern = json!({"source": ["shop"], "detail": {"state": ["paid"], "by": {"name": ["A"]}}});
    yes(
        pattern.clone(),
        json!({"source": "shop", "x": 1, "detail": {"state": "paid", "by": {"name": "A", "age": 3}}}),
    );
    no(pattern.clone(), json!({"source": "shop", "detail": {"state": "paid", "by": {"name": "B"}}}));
    no(pattern.clone(), json!({"source": "shop", "detail": {"state": "paid", "by": "A"}}));
    no(pattern.clone(), json!({"source": "shop", "detail": "paid"}));
    no(pattern, json!(["shop"]));
}

#[test]
fn an_array_matches_if_an_element_does() {
    check(
        json!(["b"]),
        [json!(["a", "b"]), json!([["b"], 1])],
        [json!(["a"]), json!([]), json!([{"b": "b"}])],
    );
    check(json!([{"anything-but": "a"}]), [json!(["a", "b"])], [json!(["a"]), json!(["a", "a"])]);
    check(json!([{"numeric": [">", 5]}]), [json!([1, 9])], [json!([1, 2])]);
}

#[test]
fn fields_below_an_array_hold_in_one_element() {
    let people =
        json!({"people": [{"first": "Anna", "last": "Smith"}, [{"first": "Peter", "last": "Jones"}]]});
    yes(json!({"people": {"first": ["Anna"]}}), people.clone());
    yes(json!({"people": {"first": ["Peter"], "last": ["Jones"]}}), people.clone());
    no(json!({"people": {"first": ["Anna"], "last": ["Jones"]}}), people.clone());
    yes(
        json!({"people": {"$or": [{"first": ["Anna"]}, {"last": ["Jones"]}], "last": ["Jones"]}}),
        people.clone(),
    );
    no(json!({"people": {"$or": [{"first": ["Anna"]}, {"first": ["Eve"]}], "last": ["Jones"]}}), people);
}

#[test]
fn a_field_is_absent_if_no_element_has_it() {
    let pattern = json!({"people": {"age": [{"exists": false}]}});
    yes(pattern.clone(), json!({"people": [{"first": "Anna"}, {"first": "Peter"}]}));
    no(pattern, json!({"people": [{"first": "Anna"}, {"age": 7}]}));
}

#[test]
fn many_elements_without_a_field_are_looked_at_once() {
    let people: Vec<_> = (0..50_000).map(|age| json!({"years": age})).collect();
    let pattern = json!({"people": {"age": [{"exists": false}], "years": [-1]}});
    no(pattern, json!({"people": people}));
}

#[test]
fn absence_in_an_alternative() {
    let pattern = json!({"d": {"$or": [{"a": [{"exists": false}]}, {"b": [1]}]}});
    yes(pattern.clone(), json!({"d": {"b": 2}}));
    yes(pattern.clone(), json!({"d": {"a": 1, "b": 1}}));
    no(pattern, json!({"d": {"a": 1, "b": 2}}));
}

#[test]
fn alternatives_of_fields() {
    let pattern = json!({"source": ["s"], "$or": [{"a": ["x"]}, {"b": ["y"], "c": ["z"]}]});
    yes(pattern.clone(), json!({"source": "s", "a": "x"}));
    yes(pattern.clone(), json!({"source": "s", "b": "y", "c": "z"}));
    no(pattern.clone(), json!({"source": "s", "b": "y"}));
    no(pattern, json!({"source": "t", "a": "x"}));
    let nested = json!({"d": {"$or": [{"a": [1]}, {"$or": [{"b": [2]}, {"c": {"e": [3]}}]}]}});
    yes(nested.clone(), json!({"d": {"c": {"e": 3}}}));
    no(nested, json!({"d": {"a": 2, "b": 1}}));
}

#[test]
fn filters_of_changes_in_a_table() {
    let unmarked =
        json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"origin": {"S": [{"exists": false}]}}}});
    let change = |name: &str, image: Value| json!({"eventName": name, "dynamodb": {"NewImage": image, "SequenceNumber": "1"}});
    yes(unmarked.clone(), change("INSERT", json!({"id": {"S": "1"}})));
    no(unmarked.clone(), change("INSERT", json!({"id": {"S": "1"}, "origin": {"S": "graphql"}})));
    no(unmarked.clone(), change("MODIFY", json!({"id": {"S": "1"}})));
    yes(unmarked, change("INSERT", json!({"origin": {"N": "5"}})));
    no(json!({"eventName": ["INSERT", "MODIFY"]}), json!({"eventName": "REMOVE", "dynamodb": {}}));
    let image = |age: Value| json!({"dynamodb": {"NewImage": {"age": {"N": age}}}});
    yes(image(json!(["7"])), change("INSERT", json!({"age": {"N": "7"}})));
    no(image(json!([7])), change("INSERT", json!({"age": {"N": "7"}})));
    no(image(json!([{"numeric": [">", 5]}])), change("INSERT", json!({"age": {"N": "7"}})));
}

#[test]
fn rules_of_our_stacks() {
    let told = json!({"source": ["custom.food_app"], "detail-type": [{"anything-but": ["Order Placed"]}]});
    yes(told.clone(), json!({"source": "custom.food_app", "detail-type": "Order Accepted", "detail": {}}));
    no(told.clone(), json!({"source": "custom.food_app", "detail-type": "Order Placed"}));
    no(told, json!({"source": "custom.food", "detail-type": "Order Accepted"}));
}
