//! The page of a system: its folder in `web/`, with what all pages share.

use stackwright::prelude::*;

/// The site of the files in `web/<folder>`, with `web/shared` beside them.
pub(crate) fn page(folder: &str) -> Site {
    Site::new(format!("web/{folder}")).including("web/shared", "shared")
}
