//! The Lambda function `chat-register-user`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<chat_register_user::RegisterUser>()
}
