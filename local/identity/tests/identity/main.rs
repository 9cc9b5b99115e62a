//! Keys and tokens, STS and Cognito's pools, as clients see them.

#![allow(clippy::unwrap_used)]

mod keys;
mod pools;
mod sts;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stackwright_identity::{KeyPair, Keys};

const ACCOUNT: &str = "000000000000";
const ROLE: &str = "arn:aws:iam::000000000000:role/service/Greeter";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn keys() -> Arc<Keys> {
    Arc::new(Keys::new(ACCOUNT, KeyPair::new("AKIALOCAL", "root's secret"), 4))
}
