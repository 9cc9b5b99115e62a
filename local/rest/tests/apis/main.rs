//! APIs asked as clients ask them, with functions that answer what a case says.
#![allow(clippy::unwrap_used)]

mod answers;
mod authorizers;
mod events;
mod gateway_responses;
mod http_apis;
mod mocks;
mod over_http;
mod requests;
mod restrictions;
mod surroundings;
mod urls;
