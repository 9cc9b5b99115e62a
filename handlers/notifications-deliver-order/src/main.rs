//! The Lambda function `notifications-deliver-order`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notifications_deliver_order::DeliverOrder>()
}
