//! The Lambda function `chat-leave-room`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_leave_room::LeaveRoom>()
}
