//! The Lambda function `agenda-stream-to-appsync`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<agenda_stream_to_appsync::StreamToAppsync>()
}
