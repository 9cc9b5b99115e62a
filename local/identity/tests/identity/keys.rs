//! Which keys are known, and whose they are.

use std::time::Duration;

use stackwright_identity::{Caller, Credentials, KeyError, KeyPair, Keys, Session, role_id};

use crate::{ACCOUNT, ROLE, keys, now};

const HOUR: Duration = Duration::from_secs(3600);

fn issue(keys: &Keys, name: &str) -> Credentials {
    keys.issue(&Session::new(ROLE, name), HOUR, now())
}

#[test]
fn the_accounts_own_key() {
    let root = keys().lookup("AKIALOCAL", None, now()).unwrap();
    assert_eq!(root.secret_access_key, "root's secret");
    assert_eq!(root.caller.arn(), "arn:aws:iam::000000000000:root");
    assert_eq!((root.caller.account(), root.caller.user_id().as_str()), (ACCOUNT, ACCOUNT));
    assert_eq!(keys().lookup("AKIALOCAL", Some(""), now()), Ok(root));
    assert_eq!(keys().lookup("AKIALOCAL", Some("token"), now()), Err(KeyError::WrongToken));
    assert_eq!(keys().lookup("AKIAOTHER", None, now()), Err(KeyError::Unknown));
}

#[test]
fn a_sessions_key() {
    let keys = keys();
    let greet = issue(&keys, "greet");
    assert!(greet.access_key_id.starts_with("ASIA") && greet.access_key_id.len() == 20);
    assert_eq!(greet.secret_access_key.len(), 40);
    assert_eq!(greet.expiration, now() + HOUR);
    let key = keys.lookup(&greet.access_key_id, Some(&greet.session_token), now() + HOUR).unwrap();
    assert_eq!(key.secret_access_key, greet.secret_access_key);
    assert_eq!(key.caller, Caller::Session(Session::new(ROLE, "greet")));
    assert_eq!(key.caller.arn(), "arn:aws:sts::000000000000:assumed-role/Greeter/greet");
    assert_eq!(key.caller.user_id(), format!("{}:greet", role_id(ROLE)));
    assert_eq!(role_id(ROLE).len(), 21);
}

#[test]
fn a_session_ends() {
    let keys = keys();
    let greet = issue(&keys, "greet");
    let later = now() + HOUR + Duration::from_secs(1);
    let answer = keys.lookup(&greet.access_key_id, Some(&greet.session_token), later);
    assert_eq!(answer, Err(KeyError::Expired));
}

#[test]
fn tokens_belong_to_their_keys_and_to_us() {
    let keys = keys();
    let (greet, count) = (issue(&keys, "greet"), issue(&keys, "count"));
    assert_ne!(greet.access_key_id, count.access_key_id);
    assert_ne!(greet.secret_access_key, count.secret_access_key);
    let answer = |id: &str, token: Option<&str>| keys.lookup(id, token, now()).unwrap_err();
    assert_eq!(answer(&greet.access_key_id, None), KeyError::Unknown);
    assert_eq!(answer(&greet.access_key_id, Some(&count.session_token)), KeyError::WrongToken);
    let elsewhere = Keys::new(ACCOUNT, KeyPair::new("AKIALOCAL", "x"), 5);
    let foreign = issue(&elsewhere, "greet");
    assert_eq!(answer(&foreign.access_key_id, Some(&foreign.session_token)), KeyError::WrongToken);
}

#[test]
fn a_changed_token_is_none() {
    let keys = keys();
    let greet = issue(&keys, "greet");
    for place in 0..greet.session_token.len() {
        let mut token = greet.session_token.clone().into_bytes();
        token[place] = if token[place] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(token).unwrap();
        let answer = keys.lookup(&greet.access_key_id, Some(&token), now());
        assert_eq!(answer, Err(KeyError::WrongToken), "{token}");
    }
    for token in ["x", "====", "e30=", "\u{fc}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(keys.lookup(&greet.access_key_id, Some(token), now()), Err(KeyError::WrongToken));
    }
}

#[test]
fn a_seed_repeats_everything() {
    assert_eq!(issue(&keys(), "greet"), issue(&keys(), "greet"));
}

#[test]
fn secrets_are_not_shown() {
    assert!(!format!("{:?}", keys()).contains("secret"));
}
