//! The Lambda function `notes-api`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notes_api::NotesApi>()
}
