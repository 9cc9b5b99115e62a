//! The Lambda function `notifications-place-order`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notifications_place_order::PlaceOrder>()
}
