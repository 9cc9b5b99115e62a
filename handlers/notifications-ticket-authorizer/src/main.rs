//! The Lambda function `notifications-ticket-authorizer`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<notifications_ticket_authorizer::TicketAuthorizer>()
}
