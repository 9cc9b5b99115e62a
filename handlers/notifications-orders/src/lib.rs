//! What the functions of Notifications have in common: users, orders, and the bus that carries what becomes
//! of an order.
//! Runs nothing by itself: each step is a function of its own.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bus;
mod order;
mod step;
mod user;

pub use bus::{Bus, NotPut};
pub use order::{NoOrder, Order, Status};
pub use step::{NotTaken, Step};
pub use user::{NoUser, UserId};
