//! The Lambda function `agenda-put-event`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<agenda_put_event::PutEvent>()
}
