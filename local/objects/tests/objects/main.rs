//! Buckets as clients see them: requests of S3's API, and what is answered.

#![allow(clippy::unwrap_used)]

mod access;
mod buckets;
mod client;
mod copies;
mod durability;
mod lists;
mod parts;
mod payloads;
mod reads;
mod writes;
