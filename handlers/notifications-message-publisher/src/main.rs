//! The Lambda function `notifications-message-publisher`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notifications_message_publisher::MessagePublisher>()
}
