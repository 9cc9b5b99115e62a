//! [`SourceFile`]: a text that lies beside the declarations, such as a GraphQL schema or the code of a resolver.
//!
//! The compiler reads it, so that declaring does no IO; nobody looks into it here.

/// A file of the program's sources, its bytes as they are. [`source_file!`](crate::source_file) makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// What it is called in messages: the path as it was written.
    pub name: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// The [`SourceFile`](crate::SourceFile) at a path relative to the file that says this. Cargo compiles anew when it
/// changes; a file that is missing or no UTF-8 does not compile.
///
/// ```
/// use stackwright::prelude::*;
///
/// let own = source_file!("source_file.rs");
/// assert_eq!(own.name, "source_file.rs");
/// ```
#[macro_export]
macro_rules! source_file {
    ($path:literal) => {
        $crate::SourceFile { name: $path, text: include_str!($path) }
    };
}
