//! Distributions as viewers see them: a path in, what CloudFront makes of it out.

#![allow(clippy::unwrap_used)]

mod headers;
mod pages;
mod viewer;
