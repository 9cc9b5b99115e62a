//! Handler crates become zips and folders: real cargo on small workspaces without dependencies.
//! No network, no AWS, none of this workspace's own handlers.
#![allow(clippy::unwrap_used)]

mod archives;
mod building;
mod folders;
mod refusals;
mod stubs;
mod world;
