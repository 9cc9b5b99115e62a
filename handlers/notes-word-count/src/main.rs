//! The Lambda function `notes-word-count`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notes_word_count::WordCount>()
}
