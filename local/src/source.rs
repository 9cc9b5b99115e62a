//! [`StackSource`]: a template, and what is known of it that is not in it.
//! Reads no file: whoever has the files says what is in them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stackwright_template::Template;

/// A stack to run.
#[derive(Clone, Debug, Default)]
pub struct StackSource {
    /// What the stack is called.
    pub name: String,
    /// What it consists of.
    pub template: Template,
    /// Where relative paths of code start: the template's folder.
    pub folder: PathBuf,
    /// Values of parameters; those not named have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// Where each resource was declared, `file:line`, by logical id.
    pub declared_at: BTreeMap<String, String>,
    /// The crate of each function, by logical id.
    pub crates: BTreeMap<String, String>,
}
