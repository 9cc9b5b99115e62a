//! The Lambda function `chat-join-room`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_join_room::JoinRoom>()
}
