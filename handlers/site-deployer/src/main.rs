//! The Lambda function `site-deployer`.
use std::process::ExitCode;

fn main() -> ExitCode {
    handler_kit::run::<site_deployer::SiteDeployer>()
}
