//! The Lambda function `visitor-counter-stream-processor`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<visitor_counter_stream_processor::StreamProcessor>()
}
