//! Constructs of our own that several systems use.
//!
//! Nothing about one system belongs here.

mod page;
mod prefix;

pub(crate) use page::page;
pub(crate) use prefix::prefix;
