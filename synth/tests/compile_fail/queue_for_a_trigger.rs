//! A queue is not what runs a function: its messages are.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    let jobs = stack.add("Jobs", Queue::new().retrying(3));
    stack.add("Worker", Function::new("worker").on(jobs));
}

fn main() {}
