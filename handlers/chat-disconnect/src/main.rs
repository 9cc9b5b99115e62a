//! The Lambda function `chat-disconnect`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_disconnect::Disconnect>()
}
