//! The build script: writes Rust for the services whose features are enabled, from the facts of `stackwright-schema`.
//!
//! Every function it writes is generic or `#[inline]`: what a program does not call is never compiled to machine code.
//! It writes into `OUT_DIR` only, and reads nothing but those facts and the list of features.

mod docs;
mod enumeration;
mod names;
mod object;
mod resource;
mod shape;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=generate");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let mut modules = String::new();
    for service in stackwright_schema::services().filter(|name| is_enabled(name)) {
        write_service(&folder, service)?;
        module(&mut modules, service);
    }
    std::fs::write(folder.join("services.rs"), modules)
}

fn is_enabled(service: &str) -> bool {
    let feature = service.to_ascii_uppercase().replace('-', "_");
    std::env::var_os(format!("CARGO_FEATURE_{feature}")).is_some()
}

fn write_service(folder: &Path, service: &str) -> std::io::Result<()> {
    let mut text = "use crate::vocabulary as v;\n".to_owned();
    let types = stackwright_schema::service(service)
        .into_iter()
        .flat_map(stackwright_schema::Service::resource_types);
    types.for_each(|resource_type| resource::write(&mut text, resource_type));
    std::fs::write(folder.join(format!("{service}.rs")), text)
}

/// Declares the module of a service. Its text is included, so that lints can be eased for all of it.
fn module(text: &mut String, service: &str) {
    let name = service.replace('-', "_");
    let _ = writeln!(
        text,
        "/// The resource types of the service `{service}`.\n\
         pub mod {name} {{\n\
         #![allow(clippy::all, clippy::pedantic, rustdoc::all)]\n\
         include!(concat!(env!(\"OUT_DIR\"), \"/{service}.rs\"));\n}}"
    );
}
