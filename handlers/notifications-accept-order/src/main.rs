//! The Lambda function `notifications-accept-order`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notifications_accept_order::AcceptOrder>()
}
