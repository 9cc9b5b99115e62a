//! The Lambda function `notifications-event-handler`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notifications_event_handler::EventHandler>()
}
