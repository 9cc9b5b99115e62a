//! The Lambda function `chat-default`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_default::NoRoute>()
}
