//! The Lambda function `chat-connect`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_connect::Connect>()
}
