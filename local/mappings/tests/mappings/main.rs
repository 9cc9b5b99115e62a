//! Mappings over tables in memory and queues of a few lines, with functions that are closures.
//! Time stands still but for what is waited for: windows, back-off and ages take none.

#![allow(clippy::unwrap_used)]

mod ages;
mod batches;
mod definitions;
mod destinations;
mod lanes;
mod partial_failures;
mod permissions;
mod queues;
mod redefinitions;
mod retries;
mod stage;
