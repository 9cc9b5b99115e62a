//! The Lambda function `chat-create-room`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_create_room::CreateRoom>()
}
