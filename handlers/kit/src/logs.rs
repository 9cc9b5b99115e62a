//! The log of a function: lines on stdout, as JSON when Lambda's logging configuration says so.
//! No regular expressions: a level for our crates, and warnings only from those below.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::env;

/// Starts logging. Lambda adds time and request id to plain lines; JSON lines carry their own time.
pub(crate) fn start() {
    let json =
        env::optional("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json"));
    let registry = tracing_subscriber::registry().with(levels(level()));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false);
    // A second start in one process would be refused; the first one goes on.
    let _already_started = if json {
        registry.with(lines.json().flatten_event(true).with_span_list(false)).try_init()
    } else {
        registry.with(lines.without_time()).try_init()
    };
}

fn level() -> Level {
    env::optional("AWS_LAMBDA_LOG_LEVEL").map_or(Level::INFO, |name| parse(&name))
}

/// Lambda's names are those of `tracing`, plus FATAL.
fn parse(name: &str) -> Level {
    if name.eq_ignore_ascii_case("fatal") { Level::ERROR } else { name.parse().unwrap_or(Level::INFO) }
}

/// The SDK and hyper write a line for every step of every request at DEBUG: only TRACE shows those. Not
/// among them is `lambda_runtime`: it opens the span that puts the request's id on every line.
fn levels(ours: Level) -> Targets {
    let theirs = if ours == Level::TRACE { Level::TRACE } else { ours.min(Level::WARN) };
    ["aws_", "h2", "hyper", "rustls", "tower"]
        .into_iter()
        .fold(Targets::new().with_default(ours), |targets, library| targets.with_target(library, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambdas_level_names_are_understood() {
        let expected = [
            ("TRACE", Level::TRACE),
            ("DEBUG", Level::DEBUG),
            ("INFO", Level::INFO),
            ("WARN", Level::WARN),
            ("ERROR", Level::ERROR),
            ("FATAL", Level::ERROR),
            ("nonsense", Level::INFO),
        ];
        for (name, level) in expected {
            assert_eq!(parse(name), level, "{name}");
        }
    }

    #[test]
    fn libraries_stay_quiet_when_we_debug() {
        let levels = levels(Level::DEBUG);
        assert!(levels.would_enable("notes_api", &Level::DEBUG));
        assert!(!levels.would_enable("hyper_util::client", &Level::INFO));
        assert!(!levels.would_enable("aws_smithy_runtime", &Level::DEBUG));
        assert!(levels.would_enable("aws_smithy_runtime", &Level::WARN));
    }

    #[test]
    fn libraries_never_log_more_than_we_do() {
        assert!(!levels(Level::ERROR).would_enable("hyper", &Level::WARN));
    }
}
