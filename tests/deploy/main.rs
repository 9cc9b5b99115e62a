//! The documented way to AWS, gone with the stock AWS CLI against ministack: `synth`, `package`, `deploy`. Then
//! every service is asked what it holds, and the functions are run.
//!
//! It knows no construct: it compares with the contract of the systems.

mod agenda;
mod chat;
mod cloud;
mod function;
mod holds;
mod notes;
mod notifications;
mod role;
mod site;
mod stack;
mod table;
#[path = "../tools/mod.rs"]
mod tools;
mod trigger;
mod visitor_counter;
