//! The Lambda function `visitor-counter-db-updater`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<visitor_counter_db_updater::DbUpdater>()
}
