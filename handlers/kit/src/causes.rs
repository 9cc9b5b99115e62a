//! [`Causes`]: an error with all that led to it, in one line for logs and for people.
//!
//! Not the SDK's `DisplayErrorContext`: that appends a debug dump of several kilobytes to each line.

use std::error::Error;
use std::fmt;

/// An error and its sources, the outermost first: `service error: ThrottlingException: slow down`.
#[derive(Clone, Copy, Debug)]
pub struct Causes<E>(pub E);

impl<E: Error> fmt::Display for Causes<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Wrappers often repeat what they wrap.
            if text != said {
                write!(f, ": {text}")?;
            }
            said = text;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);

    fn check(layers: &[&'static str], expected: &str) {
        let error = layers.iter().rev().fold(None, |inner, text| Some(Box::new(Layer(text, inner))));
        assert_eq!(Causes(*error.unwrap()).to_string(), expected);
    }

    #[test]
    fn every_cause_is_named_once() {
        check(&["cannot write"], "cannot write");
        check(&["cannot write", "service error", "slow down"], "cannot write: service error: slow down");
        check(&["service error", "service error", "slow down"], "service error: slow down");
    }
}
