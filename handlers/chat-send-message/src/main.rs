//! The Lambda function `chat-send-message`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_send_message::SendMessage>()
}
