//! Which requests a statement is about: its principals, actions and resources.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_policy::{Policy, Principal, Request};

const TABLE: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes";
const ROLE: &str = "arn:aws:iam::111122223333:role/Writer";

fn session() -> Principal {
    Principal::session(ROLE, "word-count")
}

/// Whether one statement of an identity allows it.
#[track_caller]
fn allows(rest: &Value, action: &str, resource: &str) -> bool {
    let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    for (name, value) in rest.as_object().unwrap() {
        if let Some(opposite) = name.strip_prefix("Not") {
            statement.as_object_mut().unwrap().remove(opposite);
        }
        statement[name] = value.clone();
    }
    let policy = Policy::of_identity(&json!({"Version": "2012-10-17", "Statement": statement})).unwrap();
    Request::new(session(), action, resource).with("aws:username", "ann*").decide(&[policy], &[]).is_allowed()
}

#[track_caller]
fn actions(element: &str, texts: Value, yes: &[&str], no: &[&str]) {
    let rest = json!({ element: texts });
    yes.iter().for_each(|action| assert!(allows(&rest, action, TABLE), "{rest} should include {action}"));
    no.iter().for_each(|action| assert!(!allows(&rest, action, TABLE), "{rest} should not include {action}"));
}

#[track_caller]
fn resources(element: &str, texts: Value, yes: &[&str], no: &[&str]) {
    let rest = json!({ element: texts });
    yes.iter().for_each(|arn| assert!(allows(&rest, "s3:GetObject", arn), "{rest} should include {arn}"));
    no.iter().for_each(|arn| assert!(!allows(&rest, "s3:GetObject", arn), "{rest} should not include {arn}"));
}

/// Whether a resource policy that names these principals allows it, with no policy of the identity.
#[track_caller]
fn principals(element: &str, effect: &str, value: Value, yes: &[Principal], no: &[Principal]) {
    let statement = json!({"Effect": effect, element: value, "Action": "*"});
    let everyone =
        json!({"Effect": if effect == "Deny" { "Allow" } else { "Deny" }, "Principal": "*", "Action": "x:Y"});
    let policy = Policy::of_resource(&json!({"Statement": [statement, everyone]})).unwrap();
    let is_included = |principal: &Principal| {
        let action = if effect == "Deny" { "x:Y" } else { "sqs:SendMessage" };
        let decision =
            Request::new(principal.clone(), action, TABLE).decide(&[], std::slice::from_ref(&policy));
        decision.is_allowed() == (effect == "Allow")
    };
    yes.iter()
        .for_each(|principal| assert!(is_included(principal), "{effect} {value} should include {principal}"));
    no.iter().for_each(|principal| {
        assert!(!is_included(principal), "{effect} {value} should not include {principal}")
    });
}

#[test]
fn actions_are_the_same_in_any_case() {
    actions(
        "Action",
        json!("dynamodb:GetItem"),
        &["dynamodb:GetItem", "DynamoDB:getitem"],
        &["dynamodb:GetItems", "dax:GetItem"],
    );
    actions("Action", json!(["s3:GetObject", "s3:PutObject"]), &["s3:PutObject"], &["s3:DeleteObject"]);
}

#[test]
fn actions_have_wildcards() {
    actions("Action", json!("*"), &["a:B"], &[]);
    actions("Action", json!("*:*"), &["a:B"], &[]);
    actions(
        "Action",
        json!("dynamodb:*Item"),
        &["dynamodb:GetItem", "dynamodb:Item"],
        &["dynamodb:BatchGetItems"],
    );
    actions(
        "Action",
        json!("dynamodb:Get?tem"),
        &["dynamodb:GetItem"],
        &["dynamodb:Gettem", "dynamodb:GetIItem"],
    );
    actions("Action", json!("iam:*access*"), &["iam:ListAccessKeys"], &["iam:ListUsers"]);
}

#[test]
fn all_actions_but_these() {
    actions(
        "NotAction",
        json!(["iam:*", "sts:AssumeRole"]),
        &["s3:GetObject", "sts:GetCallerIdentity"],
        &["iam:ListUsers", "STS:assumerole"],
    );
}

#[test]
fn resources_are_compared_part_by_part() {
    resources("Resource", json!(TABLE), &[TABLE], &[&TABLE.to_lowercase(), &format!("{TABLE}/index/I"), "*"]);
    resources(
        "Resource",
        json!([TABLE, format!("{TABLE}/index/*")]),
        &[TABLE, &format!("{TABLE}/index/I")],
        &[&format!("{TABLE}/stream/1")],
    );
    resources("Resource", json!("*"), &[TABLE, "*", "x"], &[]);
    resources(
        "Resource",
        json!("arn:aws:sqs:*:1:Q"),
        &["arn:aws:sqs:eu-west-1:1:Q"],
        &["arn:aws:sqs:eu-west-1:2:1:Q"],
    );
    resources(
        "Resource",
        json!("arn:aws:s3:::b*/x?"),
        &["arn:aws:s3:::b/xy", "arn:aws:s3:::bucket/a/xy"],
        &["arn:aws:s3:::b/x"],
    );
    let function = "arn:aws:lambda:eu-west-1:1:function:f";
    resources("Resource", json!(format!("{function}:*")), &[&format!("{function}:live")], &[function]);
    resources("Resource", json!("arn:aws:lambda:*"), &[function], &[TABLE]);
}

#[test]
fn wildcards_do_not_take_forever() {
    let pattern = format!("arn:aws:s3:::{}b", "a*".repeat(200));
    resources("Resource", json!(pattern), &[], &[&format!("arn:aws:s3:::{}", "a".repeat(2000))]);
}

#[test]
fn all_resources_but_these() {
    resources(
        "NotResource",
        json!(["arn:aws:s3:::private/*"]),
        &["arn:aws:s3:::public/a"],
        &["arn:aws:s3:::private/a"],
    );
}

#[test]
fn resources_have_variables() {
    resources(
        "Resource",
        json!("arn:aws:s3:::b/${aws:username}/*"),
        &["arn:aws:s3:::b/ann*/x"],
        &["arn:aws:s3:::b/anna/x", "arn:aws:s3:::b/bob/x"],
    );
    resources("Resource", json!("arn:aws:s3:::b/${AWS:UserName}"), &["arn:aws:s3:::b/ann*"], &[]);
    resources(
        "Resource",
        json!("arn:aws:s3:::b/${aws:userid}"),
        &[],
        &["arn:aws:s3:::b/", "arn:aws:s3:::b/${aws:userid}"],
    );
    resources(
        "Resource",
        json!("arn:aws:s3:::b/${aws:userid, 'guest'}"),
        &["arn:aws:s3:::b/guest"],
        &["arn:aws:s3:::b/"],
    );
    resources(
        "Resource",
        json!("arn:aws:s3:::b/${*}${?}${$}"),
        &["arn:aws:s3:::b/*?$"],
        &["arn:aws:s3:::b/ab$"],
    );
    resources("Resource", json!("arn:aws:s3:::b/${open"), &["arn:aws:s3:::b/${open"], &[]);
}

#[test]
fn the_first_version_of_the_language_has_no_variables() {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}"});
    let request = |end: &str| {
        Request::new(session(), "s3:GetObject", format!("arn:aws:s3:::b/{end}")).with("aws:username", "ann")
    };
    for document in
        [json!({"Statement": statement}), json!({"Version": "2008-10-17", "Statement": statement})]
    {
        let policy = [Policy::of_identity(&document).unwrap()];
        assert!(request("${aws:username}").decide(&policy, &[]).is_allowed());
        assert!(!request("ann").decide(&policy, &[]).is_allowed());
    }
}

#[test]
fn everyone() {
    let all = [
        session(),
        Principal::user("arn:aws:iam::111122223333:user/ann"),
        Principal::Service("s3.amazonaws.com".into()),
        Principal::Federated("cognito-identity.amazonaws.com".into()),
        Principal::Anonymous,
    ];
    for everyone in [json!("*"), json!({"AWS": "*"})] {
        principals("Principal", "Allow", everyone.clone(), &all, &[]);
        principals("Principal", "Deny", everyone, &all, &[]);
    }
}

#[test]
fn identities_are_named_by_their_arns() {
    let other = Principal::session("arn:aws:iam::111122223333:role/Reader", "word-count");
    principals(
        "Principal",
        "Allow",
        json!({"AWS": ROLE}),
        &[session()],
        &[other.clone(), Principal::Anonymous],
    );
    let one_session = "arn:aws:sts::111122223333:assumed-role/Writer/word-count";
    let another_session = Principal::session(ROLE, "another");
    principals("Principal", "Allow", json!({"AWS": [one_session]}), &[session()], &[another_session, other]);
    let ann = "arn:aws:iam::111122223333:user/ann";
    principals(
        "Principal",
        "Allow",
        json!({"AWS": [ROLE, ann]}),
        &[session(), Principal::user(ann)],
        &[Principal::user("ann")],
    );
    principals(
        "Principal",
        "Allow",
        json!({"CanonicalUser": "79a59d"}),
        &[],
        &[session(), Principal::Anonymous],
    );
}

#[test]
fn naming_the_account_allows_nobody_but_denies_all_of_it() {
    let stranger = Principal::user("arn:aws:iam::999999999999:user/eve");
    for account in ["111122223333", "arn:aws:iam::111122223333:root"] {
        principals("Principal", "Allow", json!({"AWS": account}), &[], &[session(), stranger.clone()]);
        principals(
            "Principal",
            "Deny",
            json!({"AWS": account}),
            &[session()],
            &[stranger.clone(), Principal::Anonymous],
        );
    }
}

#[test]
fn services_and_providers_are_named() {
    let service = |name: &str| Principal::Service(name.into());
    let events = service("events.amazonaws.com");
    principals(
        "Principal",
        "Allow",
        json!({"Service": "events.amazonaws.com"}),
        std::slice::from_ref(&events),
        &[service("s3.amazonaws.com"), session()],
    );
    principals(
        "Principal",
        "Allow",
        json!({"Service": "*"}),
        std::slice::from_ref(&events),
        &[session(), Principal::Anonymous],
    );
    let cognito = Principal::Federated("cognito-identity.amazonaws.com".into());
    principals(
        "Principal",
        "Allow",
        json!({"Federated": "cognito-identity.amazonaws.com"}),
        &[cognito],
        &[events],
    );
}

#[test]
fn all_principals_but_these() {
    let other = Principal::session("arn:aws:iam::111122223333:role/Reader", "x");
    principals(
        "NotPrincipal",
        "Deny",
        json!({"AWS": ROLE}),
        &[other.clone(), Principal::Anonymous],
        &[session()],
    );
    principals(
        "NotPrincipal",
        "Deny",
        json!({"AWS": "111122223333"}),
        &[Principal::Anonymous],
        &[session(), other],
    );
}
