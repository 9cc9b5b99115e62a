//! The environment of a function: the only way its handler reads variables.
//! Never a default: a variable that a stack forgot to declare must be seen at the first start.

/// A variable that the stack has to declare and did not.
#[derive(Debug, thiserror::Error)]
#[error(
    "environment variable `{name}` is missing or empty; hint: declare it on the function with `.env(\"{name}\", …)`"
)]
pub struct Missing {
    name: &'static str,
}

/// The value of a variable without which the handler cannot work.
pub fn required(name: &'static str) -> Result<String, Missing> {
    optional(name).ok_or(Missing { name })
}

/// The value of a variable that may be absent. An empty value counts as absent.
pub fn optional(name: &'static str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_set_is_read() {
        assert_eq!(required("CARGO_PKG_NAME").unwrap(), "handler-kit");
    }

    #[test]
    fn a_missing_variable_is_named_together_with_the_remedy() {
        let message = required("NO_SUCH_VARIABLE").unwrap_err().to_string();
        assert!(message.starts_with("environment variable `NO_SUCH_VARIABLE` is missing"), "{message}");
        assert!(message.contains("hint: declare it on the function"), "{message}");
    }
}
